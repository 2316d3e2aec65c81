"""What an author is writing, and what they sent to be read by the team."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from petitions.models.petition import Petition, TextVersion
from petitions.models.picture import Picture
from petitions.models.theme import Theme


class Draft(models.Model):
    """The author's working copy: of a petition that is not public yet, or of the next version of one that is.

    Nothing of it is public. What is sent becomes a `Submission`, and a `TextVersion` once it is accepted.
    """

    petition = models.OneToOneField(
        Petition, verbose_name=_("pétition"), on_delete=models.CASCADE, primary_key=True, related_name="draft"
    )
    title = models.CharField(_("titre"), max_length=200, blank=True)
    text = models.TextField(_("texte"), blank=True)
    # [{"name": …, "role": …, "email": …}], in order.
    recipients = models.JSONField(_("destinataires"), default=list, blank=True)
    theme = models.ForeignKey(Theme, verbose_name=_("thème"), on_delete=models.PROTECT, null=True, related_name="+")
    author_name = models.CharField(_("nom public de l’auteur"), max_length=120, blank=True)
    picture = models.ForeignKey(
        Picture, verbose_name=_("image"), on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    video_url = models.URLField(_("vidéo"), blank=True)
    goal = models.PositiveIntegerField(_("objectif"), null=True, blank=True)
    closes_on = models.DateField(_("dernier jour pour signer"), null=True, blank=True)
    # Why the words of a public petition change: its signers read it.
    note = models.CharField(_("pourquoi ce changement"), max_length=300, blank=True)
    # If it is refused as a duplicate, unclear or no request, anybody may read it among the refused ones.
    shows_refusal = models.BooleanField(_("lisible si elle est refusée"), default=False, db_default=False)
    updated_at = models.DateTimeField(_("écrit le"), db_default=Now())

    class Meta:
        verbose_name = _("brouillon")
        verbose_name_plural = _("brouillons")
        indexes = [models.Index(fields=["updated_at"], name="draft_by_age")]

    def __str__(self) -> str:
        return f"brouillon de {self.petition_id}"


class Submission(models.Model):
    """What an author sent: it waits for one moderator, who claims it. Its words never change."""

    class Kind(models.TextChoices):
        LAUNCH = "launch", _("nouvelle pétition")
        EDIT = "edit", _("modification")

    petition = models.ForeignKey(
        Petition, verbose_name=_("pétition"), on_delete=models.CASCADE, related_name="submissions"
    )
    kind = models.CharField(_("sorte"), max_length=6, choices=Kind)
    title = models.CharField(_("titre"), max_length=200)
    text = models.TextField(_("texte"))
    # [{"name": …, "role": …}]: the e-mail addresses stay in the draft.
    recipients = models.JSONField(_("destinataires"), default=list, blank=True)
    note = models.CharField(_("pourquoi ce changement"), max_length=300, blank=True)
    sent_at = models.DateTimeField(_("envoyée le"), db_default=Now())
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("prise par"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    claimed_at = models.DateTimeField(_("prise le"), null=True, blank=True)
    closed_at = models.DateTimeField(_("traitée le"), null=True, blank=True)
    # The version that came of an accepted edit, and when its signers were told (services/rewording.py).
    version = models.OneToOneField(
        TextVersion, verbose_name=_("version"), on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    tells_signers = models.BooleanField(_("annoncée aux signataires"), default=False, db_default=False)
    mailed_at = models.DateTimeField(_("confiée au courrier le"), null=True, blank=True)

    class Meta:
        verbose_name = _("texte à lire")
        verbose_name_plural = _("textes à lire")
        ordering = ["sent_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["petition"], condition=Q(closed_at=None), name="one_open_submission_per_petition"
            ),
            models.CheckConstraint(condition=Q(kind__in=["launch", "edit"]), name="submission_kind_is_known"),
            models.CheckConstraint(condition=~Q(title="") & ~Q(text=""), name="submission_has_words"),
            models.CheckConstraint(
                condition=Q(tells_signers=False) | Q(version__isnull=False), name="signers_are_told_of_a_version"
            ),
        ]
        indexes = [
            models.Index(fields=["sent_at", "id"], name="submission_queue", condition=Q(closed_at=None)),
            models.Index(
                fields=["id"], name="submission_to_mail", condition=Q(tells_signers=True, mailed_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"texte {self.pk} de {self.petition_id}"
