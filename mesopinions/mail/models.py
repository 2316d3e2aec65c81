"""The outbox. A mail is a row written in the same transaction as the fact it tells, and sent later by a worker."""

import json
from typing import Any

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from mesopinions.core import crypto


class OutgoingMail(models.Model):
    """One message to one person. No body is stored: the builder of its kind writes it when it leaves.

    Every column but kind, recipient and language has a database default, because hot paths insert rows by SQL.
    """

    message_id = models.UUIDField(_("Message-ID"), unique=True, editable=False, db_default=RandomUUID())
    kind = models.CharField(_("sorte"), max_length=60)
    recipient = models.EmailField(_("destinataire"))
    language = models.CharField(_("langue"), max_length=5)
    context = models.JSONField(_("contexte"), db_default={}, blank=True)
    about_id = models.BigIntegerField(_("à propos du numéro"), null=True, blank=True)
    created_at = models.DateTimeField(_("écrit le"), db_default=Now())
    due_at = models.DateTimeField(_("à envoyer le"), db_default=Now())
    attempts = models.SmallIntegerField(_("essais"), db_default=0)
    sent_at = models.DateTimeField(_("envoyé le"), null=True, blank=True)
    failed_at = models.DateTimeField(_("échoué le"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("annulé le"), null=True, blank=True)
    last_error = models.CharField(_("dernière erreur"), max_length=60, blank=True, db_default="")
    # What only this mail says, such as a code to type: JSON encrypted with FIELD_KEYS, gone once the mail has ended.
    enclosed = models.BinaryField(_("pli"), null=True, editable=False)

    class Meta:
        verbose_name = _("courrier")
        verbose_name_plural = _("courriers")
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                name="mail_waiting",
                condition=Q(sent_at=None, failed_at=None, cancelled_at=None),
            ),
            # What is forgotten takes its mails along, from among all that went to the signers of a viral petition.
            models.Index(fields=["about_id"], name="mail_about", condition=Q(about_id__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                name="mail_ends_one_way",
                condition=(
                    Q(failed_at=None, cancelled_at=None)
                    | Q(sent_at=None, cancelled_at=None)
                    | Q(sent_at=None, failed_at=None)
                ),
            ),
            models.CheckConstraint(
                name="ended_mail_encloses_nothing",
                condition=Q(enclosed=None) | Q(sent_at=None, failed_at=None, cancelled_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.message_id}"

    def read_enclosed(self) -> dict[str, Any]:
        """Return what was enclosed, {} when there is nothing or it was given up. Raises crypto.Unreadable."""
        return json.loads(crypto.decrypt(bytes(self.enclosed))) if self.enclosed else {}

    @property
    def is_ended(self) -> bool:
        """Say whether it was sent, given up or cancelled."""
        return bool(self.sent_at or self.failed_at or self.cancelled_at)


class BlockReason(models.TextChoices):
    """Why we do not write to an address, the strongest reason first."""

    ASKED = "asked", _("demandé par la personne")
    COMPLAINED = "complained", _("signalé comme indésirable")
    BOUNCED = "bounced", _("revenu : cette boîte n’existe pas")


class MailBlock(models.Model):
    """An address that we do not write to, kept as a keyed hash only."""

    address_key = models.CharField(_("empreinte de l’adresse"), max_length=64, unique=True)
    reason = models.CharField(_("raison"), max_length=10, choices=BlockReason, db_default=BlockReason.ASKED)
    created_at = models.DateTimeField(_("depuis le"), db_default=Now())

    class Meta:
        verbose_name = _("adresse à qui ne plus écrire")
        verbose_name_plural = _("adresses à qui ne plus écrire")
        constraints = [
            models.CheckConstraint(condition=Q(reason__in=BlockReason.values), name="mail_block_reason_is_known"),
        ]

    def __str__(self) -> str:
        return f"block {self.pk}"
