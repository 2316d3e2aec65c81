"""Changes of accounts, one module a subject."""
