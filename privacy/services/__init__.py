"""What privacy changes by itself: the purge."""
