"""What pages read, a module a subject."""
