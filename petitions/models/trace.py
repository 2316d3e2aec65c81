"""Who published what, archived once the publication no longer says it."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class ContributorTrace(models.Model):
    """The identity behind a petition or a comment whose name has gone, for an authority that asks with the law.

    Rows are written by the database when a name leaves a publication (migration contributor_traces), whoever takes it
    away: the signer, an erasure, the purge or the end of an account. No page shows them.
    """

    class What(models.TextChoices):
        PETITION = "petition", _("pétition")
        COMMENT = "comment", _("commentaire")

    what = models.CharField(_("publication"), max_length=8, choices=What)
    what_id = models.BigIntegerField(_("numéro de la publication"))
    # No foreign key: the trace outlives what it is about.
    petition_id = models.BigIntegerField(_("numéro de la pétition"))
    name = models.CharField(_("nom"), max_length=201)
    email = models.EmailField(_("adresse e-mail"))
    ip_address = models.GenericIPAddressField(_("adresse IP"), null=True, blank=True)
    contributed_at = models.DateTimeField(_("publié le"))
    archived_at = models.DateTimeField(_("archivé le"), db_default=Now())

    class Meta:
        verbose_name = _("trace de contribution")
        verbose_name_plural = _("traces de contribution")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["petition_id"], name="trace_of_petition")]
        constraints = [
            models.CheckConstraint(condition=Q(what__in=["petition", "comment"]), name="trace_is_of_a_publication")
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.what_id}"
