"""What privacy, the layers below it and Django hold about people."""

from privacy.personal_data import places, sessions, tables

__all__ = ["places", "sessions", "tables"]
