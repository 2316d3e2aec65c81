"""The one table of the core: which slot of each periodic job was taken last."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class JobClaim(models.Model):
    """One row a job. Its slot only rises, so two schedulers run each slot once (see core.jobs)."""

    name = models.CharField(_("travail"), max_length=60, primary_key=True)
    slot = models.BigIntegerField(_("dernière période prise"))
    claimed_at = models.DateTimeField(_("pris le"), db_default=Now())

    class Meta:
        verbose_name = _("travail périodique")
        verbose_name_plural = _("travaux périodiques")

    def __str__(self) -> str:
        return f"{self.name} {self.slot}"
