"""Signatures that rules found to be fraud: taken out of the count together, and put back together or one by one."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from petitions.models.petition import Petition
from petitions.models.signature import Signature


class Invalidation(models.Model):
    """One act of one rule on one petition, which can be undone."""

    class Rule(models.TextChoices):
        NETWORK = "network", _("même réseau")
        DOMAIN = "domain", _("même domaine d’adresses")
        BURST = "burst", _("rafale")
        NAMES = "names", _("noms fabriqués")
        MANUAL = "manual", _("choisies à la main")

    petition = models.ForeignKey(
        Petition, verbose_name=_("pétition"), on_delete=models.CASCADE, related_name="invalidations"
    )
    rule = models.CharField(_("règle"), max_length=7, choices=Rule)
    found = models.PositiveIntegerField(_("signatures"), default=0, db_default=0)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("appliquée par"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    applied_at = models.DateTimeField(_("appliquée le"), db_default=Now())
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("annulée par"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    undone_at = models.DateTimeField(_("annulée le"), null=True, blank=True)

    class Meta:
        verbose_name = _("invalidation")
        verbose_name_plural = _("invalidations")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"invalidation {self.pk}"


class InvalidSignature(models.Model):
    """One signature that an invalidation took out, and whether it was counted before."""

    invalidation = models.ForeignKey(
        Invalidation, verbose_name=_("invalidation"), on_delete=models.CASCADE, related_name="signatures"
    )
    signature = models.OneToOneField(
        Signature, verbose_name=_("signature"), on_delete=models.CASCADE, related_name="invalid"
    )
    at = models.DateTimeField(_("invalidée le"), db_default=Now())

    class Meta:
        verbose_name = _("signature invalidée")
        verbose_name_plural = _("signatures invalidées")

    def __str__(self) -> str:
        return f"signature invalidée {self.signature_id}"


class Dispute(models.Model):
    """A signer says that their invalidated signature is real. A person answers."""

    class Outcome(models.TextChoices):
        REINSTATED = "reinstated", _("signature rétablie")
        UPHELD = "upheld", _("invalidation maintenue")

    signature = models.OneToOneField(
        Signature, verbose_name=_("signature"), on_delete=models.CASCADE, related_name="dispute"
    )
    text = models.TextField(_("ce que dit la personne"))
    filed_at = models.DateTimeField(_("reçue le"), db_default=Now())
    # Who took the signature out does not answer.
    first_decider = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("invalidée par"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("répondu par"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    outcome = models.CharField(_("suite"), max_length=10, choices=Outcome, blank=True, default="", db_default="")
    answer = models.TextField(_("réponse"), blank=True, default="", db_default="")
    closed_at = models.DateTimeField(_("répondu le"), null=True, blank=True)

    class Meta:
        verbose_name = _("contestation")
        verbose_name_plural = _("contestations")
        ordering = ["filed_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(handler=None) | Q(first_decider=None) | ~Q(handler=F("first_decider")),
                name="dispute_goes_to_another_person",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, outcome="") | (Q(closed_at__isnull=False) & ~Q(outcome="") & ~Q(answer="")),
                name="closed_dispute_has_an_answer",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="dispute_has_words"),
        ]
        indexes = [models.Index(fields=["filed_at"], name="dispute_queue", condition=Q(closed_at=None))]

    def __str__(self) -> str:
        return f"contestation {self.pk}"
