"""The consent ledger. Rows are written by `privacy.consent` and by the signing statement, and never change."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Purpose(models.TextChoices):
    """What a person may say yes to, each one apart from the others."""

    POLITICAL_SIGNATURE = "political_signature", _("Signer une pétition")
    PUBLISH_PETITION = "publish_petition", _("Publier une pétition")
    PUBLIC_NAME = "public_name", _("Afficher mon nom")
    AUTHOR_UPDATES = "author_updates", _("Actualités d’une pétition")
    PARTNER_SHARE = "partner_share", _("Transmission à un partenaire")
    NEWSLETTER = "newsletter", _("Lettre d’information")
    FOLLOW_AUTHOR = "follow_author", _("Suivre un auteur")
    FOLLOW_PETITION = "follow_petition", _("Suivre une pétition")
    PHONE_CONTACT = "phone_contact", _("Contact par téléphone")
    PUBLIC_PAYER = "public_payer", _("Afficher le nom du payeur")
    CHOSEN_INTERESTS = "chosen_interests", _("Thèmes choisis")
    COOKIES_ANALYTICS = "cookies_analytics", _("Cookies de mesure d’audience")
    COOKIES_SOCIAL = "cookies_social", _("Cookies de contenus sociaux")


class ConsentRecord(models.Model):
    """One yes or no of one person, as proof. The last record of a subject, purpose and scope is what holds now.

    A trigger (migration 0002) refuses every change but the two of `privacy.consent`: pseudonymise and forget.
    """

    # Erasing an account pseudonymises its records first; PROTECT makes forgetting that an error.
    subject_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("compte"),
    )
    subject_key = models.CharField(_("clé de la personne"), max_length=64)
    purpose = models.CharField(_("finalité"), max_length=40, choices=Purpose)
    scope = models.CharField(_("portée"), max_length=80, blank=True, db_default="")
    granted = models.BooleanField(_("accordé"))
    text_version = models.CharField(_("version du texte"), max_length=20)
    text_hash = models.CharField(_("empreinte du texte"), max_length=64)
    language = models.CharField(_("langue"), max_length=5)
    place = models.CharField(_("endroit du site"), max_length=40)
    recorded_at = models.DateTimeField(_("enregistré le"), db_default=Now())
    pseudonymised_at = models.DateTimeField(_("pseudonymisé le"), null=True, blank=True)

    class Meta:
        verbose_name = _("preuve de consentement")
        verbose_name_plural = _("preuves de consentement")
        indexes = [
            models.Index(fields=["subject_key", "purpose", "scope", "-id"], name="consent_by_key"),
            models.Index(
                fields=["subject_user", "purpose", "scope", "-id"],
                name="consent_by_user",
                condition=Q(subject_user__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(subject_key__regex=r"^[0-9a-f]{64}$"), name="consent_names_its_subject"),
            models.CheckConstraint(condition=Q(text_hash__regex=r"^[0-9a-f]{64}$"), name="consent_names_its_text"),
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="consent_purpose_is_known"),
            models.CheckConstraint(
                condition=Q(pseudonymised_at__isnull=True) | Q(subject_user__isnull=True, scope=""),
                name="consent_pseudonym_names_nobody",
            ),
        ]

    def __str__(self) -> str:
        return f"preuve {self.pk}"
