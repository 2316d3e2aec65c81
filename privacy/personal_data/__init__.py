"""What privacy, the layers below it and Django hold about people."""

from privacy.personal_data import places, tables

__all__ = ["places", "tables"]
