"""What the tables of accounts, ours and allauth's, hold about people."""

from accounts.personal_data import accounts, logins

__all__ = ["accounts", "logins"]
