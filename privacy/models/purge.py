"""What the purge did, rule by rule, and what it must leave alone."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class PurgeRun(models.Model):
    """One retention rule carried out, or only counted: how far it is while it runs, and its receipt afterwards.

    Each batch moves `cursor` and the figures in its own transaction, so a run that was killed goes on where it stood.
    """

    class Status(models.TextChoices):
        RUNNING = "running", _("en cours")
        DONE = "done", _("finie")
        BRAKED = "braked", _("arrêtée par le frein")
        FAILED = "failed", _("échouée")

    rule = models.CharField(_("règle"), max_length=120)
    as_of = models.DateTimeField(_("jugée au"))
    is_dry = models.BooleanField(_("à blanc"), default=False, db_default=False)
    status = models.CharField(_("état"), max_length=8, choices=Status, default=Status.RUNNING, db_default="running")
    # The primary key after which the next batch starts: a number, or a text for tables keyed by one.
    cursor = models.JSONField(_("curseur"), null=True, blank=True)
    due = models.PositiveBigIntegerField(_("lignes dues au départ"), default=0, db_default=0)
    handled = models.PositiveBigIntegerField(_("lignes traitées"), default=0, db_default=0)
    held = models.PositiveBigIntegerField(_("lignes retenues"), default=0, db_default=0)
    failed = models.PositiveBigIntegerField(_("lignes en échec"), default=0, db_default=0)
    held_keys = models.JSONField(_("numéros retenus"), default=list, db_default=[], blank=True)
    failed_keys = models.JSONField(_("numéros en échec"), default=list, db_default=[], blank=True)
    # The class of an exception, never its text, which may quote a row.
    error = models.CharField(_("erreur"), max_length=60, blank=True, default="", db_default="")
    started_at = models.DateTimeField(_("commencée le"), db_default=Now())
    touched_at = models.DateTimeField(_("dernier pas le"), db_default=Now())
    finished_at = models.DateTimeField(_("finie le"), null=True, blank=True)

    class Meta:
        verbose_name = _("passage de la purge")
        verbose_name_plural = _("passages de la purge")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule"], condition=Q(status="running", is_dry=False), name="one_running_purge_per_rule"
            ),
            models.CheckConstraint(
                condition=Q(status="running", finished_at=None) | ~Q(status="running") & Q(finished_at__isnull=False),
                name="purge_run_ends_with_a_time",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["running", "done", "braked", "failed"]), name="purge_status_is_known"
            ),
        ]
        indexes = [models.Index(F("rule"), F("id").desc(), name="purge_run_of_rule")]

    def __str__(self) -> str:
        return f"{self.rule} {self.pk}"


class LegalHold(models.Model):
    """One row that a claim, an inquiry or a dispute makes us keep until a date, whatever its period."""

    table = models.CharField(_("table"), max_length=80, help_text=_("Par exemple petitions.Signature."))
    key = models.CharField(_("numéro de la ligne"), max_length=64)
    reason = models.TextField(_("motif"), help_text=_("La loi ou l’affaire qui oblige à garder cette ligne."))
    ends_on = models.DateField(_("dernier jour"))
    created_at = models.DateTimeField(_("posé le"), db_default=Now())
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("posé par"),
    )
    lifted_at = models.DateTimeField(_("levé le"), null=True, blank=True)

    class Meta:
        verbose_name = _("conservation imposée")
        verbose_name_plural = _("conservations imposées")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason="") & ~Q(key=""), name="legal_hold_says_what_and_why"),
        ]
        indexes = [models.Index(fields=["table", "key"], name="legal_hold_standing", condition=Q(lifted_at=None))]

    def __str__(self) -> str:
        return f"{self.table} {self.key}"
