"""Accounts: who can log in, what they chose to tell of themselves, and when they did."""

from accounts.models.logins import Login, Visit
from accounts.models.profile import Profile
from accounts.models.unlinkings import FacebookDeletion
from accounts.models.user import User, UserManager, slug_of

__all__ = ["FacebookDeletion", "Login", "Profile", "User", "UserManager", "Visit", "slug_of"]
