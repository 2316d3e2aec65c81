"""What answers under /compte/, beside allauth's own views."""
