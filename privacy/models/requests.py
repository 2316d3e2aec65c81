"""Requests to exercise a right, the steps that carry them out, and what they leave behind."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Right(models.TextChoices):
    """What a person may ask for, as the form names it."""

    ACCESS = "access", _("recevoir une copie de mes données")
    PORTABILITY = "portability", _("emporter mes données dans un format ouvert")
    ERASURE = "erasure", _("faire effacer mes données")


class RightsRequest(models.Model):
    """One person's request. It knows the address only until it is closed; then a keyed hash stands for it."""

    class Status(models.TextChoices):
        EMAIL_PENDING = "email_pending", _("adresse à confirmer")
        EXECUTING = "executing", _("en cours")
        DONE = "done", _("faite")
        EXPIRED = "expired", _("jamais confirmée")
        FAILED = "failed", _("en échec")

    OPEN = (Status.EMAIL_PENDING, Status.EXECUTING, Status.FAILED)

    right = models.CharField(_("droit"), max_length=16, choices=Right)
    status = models.CharField(
        _("état"), max_length=16, choices=Status, default=Status.EMAIL_PENDING, db_default="email_pending"
    )
    email = models.EmailField(_("adresse e-mail"), blank=True)
    subject_key = models.CharField(_("clé de la personne"), max_length=64)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("compte"),
    )
    language = models.CharField(_("langue"), max_length=5)
    remove_from_count = models.BooleanField(_("ôter des comptes"), default=False, db_default=False)
    received_at = models.DateTimeField(_("reçue le"), db_default=Now())
    due_on = models.DateField(_("à traiter avant le"))
    confirmed_at = models.DateTimeField(_("confirmée le"), null=True, blank=True)
    closed_at = models.DateTimeField(_("close le"), null=True, blank=True)
    # SHA-256 of the random links that the last mail of each sort carried: to confirm, then to read the outcome. The
    # links themselves are in those mails only.
    token_hash = models.CharField(_("empreinte du lien"), max_length=64, null=True, blank=True, unique=True)
    result_token_hash = models.CharField(
        _("empreinte du lien vers la réponse"), max_length=64, null=True, blank=True, unique=True
    )
    token_expires_at = models.DateTimeField(_("fin du lien"), null=True, blank=True)
    steps_total = models.PositiveSmallIntegerField(_("étapes"), default=0, db_default=0)
    steps_done = models.PositiveSmallIntegerField(_("étapes faites"), default=0, db_default=0)
    # The encrypted package of a copy, in the private folder.
    file_name = models.CharField(_("fichier"), max_length=80, blank=True, default="", db_default="")
    file_ready_at = models.DateTimeField(_("fichier prêt le"), null=True, blank=True)
    error = models.CharField(_("erreur"), max_length=60, blank=True, default="", db_default="")
    touched_at = models.DateTimeField(_("dernier pas le"), db_default=Now())

    class Meta:
        verbose_name = _("demande de droits")
        verbose_name_plural = _("demandes de droits")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_key", "right"],
                condition=Q(status__in=["email_pending", "executing", "failed"]),
                name="one_open_request_per_right",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["email_pending", "executing", "failed"], closed_at=None)
                | Q(status__in=["done", "expired"], closed_at__isnull=False, email=""),
                name="closed_request_names_nobody",
            ),
            models.CheckConstraint(condition=Q(subject_key__regex=r"^[0-9a-f]{64}$"), name="request_has_a_subject"),
        ]
        indexes = [models.Index(fields=["touched_at"], name="request_open", condition=Q(closed_at=None))]

    def __str__(self) -> str:
        return f"demande {self.pk}"


class RequestStep(models.Model):
    """One source that one request goes through: what was there at the start, and whether it has been dealt with."""

    request = models.ForeignKey(
        RightsRequest, on_delete=models.CASCADE, related_name="steps", verbose_name=_("demande")
    )
    source = models.CharField(_("source"), max_length=80)
    found = models.PositiveIntegerField(_("trouvées"))
    held = models.PositiveIntegerField(_("retenues"), default=0, db_default=0)
    action = models.CharField(_("action"), max_length=16)
    done_at = models.DateTimeField(_("faite le"), null=True, blank=True)

    class Meta:
        verbose_name = _("étape d’une demande")
        verbose_name_plural = _("étapes des demandes")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["request", "source"], name="one_step_per_source")]

    def __str__(self) -> str:
        return f"{self.request_id} {self.source}"


class Restriction(models.Model):
    """A person who asked that their data be kept and not used (GDPR art. 18): nothing of theirs is purged meanwhile."""

    email = models.EmailField(_("adresse e-mail"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("compte"),
    )
    reason = models.TextField(_("motif"))
    created_at = models.DateTimeField(_("demandée le"), db_default=Now())
    lifted_at = models.DateTimeField(_("levée le"), null=True, blank=True)

    class Meta:
        verbose_name = _("limitation")
        verbose_name_plural = _("limitations")
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="restriction_says_why")]

    def __str__(self) -> str:
        return f"limitation {self.pk}"


class Tombstone(models.Model):
    """A row that was erased on request: a backup that is restored erases it again. Table and key, nothing else."""

    table = models.CharField(_("table"), max_length=80)
    key = models.CharField(_("numéro de la ligne"), max_length=64)
    removed_from_count = models.BooleanField(_("ôtée du compte"), default=False, db_default=False)
    erased_at = models.DateTimeField(_("effacée le"), db_default=Now())

    class Meta:
        verbose_name = _("ligne effacée")
        verbose_name_plural = _("lignes effacées")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["table", "key"], name="one_tombstone_per_row")]

    def __str__(self) -> str:
        return f"{self.table} {self.key}"
