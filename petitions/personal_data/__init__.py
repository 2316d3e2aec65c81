"""What petitions, signatures and their moderation hold about people."""

from petitions.personal_data import moderation, publications

__all__ = ["moderation", "publications"]
