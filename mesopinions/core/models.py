"""The one table of the core: which slot of each periodic job was taken last."""

from django.db import models
from django.db.models.functions import Now


class JobClaim(models.Model):
    """One row a job. Its slot only rises, so two schedulers run each slot once (see core.jobs)."""

    name = models.CharField(max_length=60, primary_key=True)
    slot = models.BigIntegerField()
    claimed_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.name} {self.slot}"
