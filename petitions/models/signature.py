"""A signature and what comes with it. The sign statement writes these rows (services/signing.py)."""

from typing import NamedTuple

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from mesopinions.core import tokens
from petitions.models.petition import Petition, TextVersion


class Link(NamedTuple):
    """What a manage link says: a new generation revokes the links of the old one."""

    petition_id: int
    signature_id: int
    generation: int

    @classmethod
    def read(cls, token: str) -> "Link":
        """Return what the token says. Raises tokens.BadToken for one that we did not make."""
        try:
            return cls(*tokens.read(tokens.Scope.MANAGE, token))
        except TypeError:
            raise tokens.BadToken from None

    @property
    def token(self) -> str:
        return tokens.make(tokens.Scope.MANAGE, self.petition_id, self.signature_id, generation=self.generation)


class Signature(models.Model):
    """One person's support of one petition, bound to the text that the person read."""

    class Status(models.TextChoices):
        PENDING = "pending", _("à confirmer")
        CONFIRMED = "confirmed", _("confirmée")
        WITHDRAWN = "withdrawn", _("retirée")
        INVALIDATED = "invalidated", _("invalidée")

    petition = models.ForeignKey(
        Petition, verbose_name=_("pétition"), on_delete=models.PROTECT, related_name="signatures", db_index=False
    )
    text_version = models.ForeignKey(
        TextVersion, verbose_name=_("texte signé"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    # The explicit consent of GDPR art. 9(2)(a): without it there is no signature, and the database says so.
    consent = models.ForeignKey(
        "privacy.ConsentRecord", verbose_name=_("consentement"), on_delete=models.PROTECT, related_name="+"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("compte"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="signatures",
    )
    status = models.CharField(_("état"), max_length=11, choices=Status, default=Status.PENDING, db_default="pending")
    first_name = models.CharField(_("prénom"), max_length=80)
    last_name = models.CharField(_("nom"), max_length=80)
    email = models.EmailField(_("adresse e-mail"), max_length=254)
    canonical_email = models.CharField(_("adresse e-mail canonique"), max_length=254)
    country = models.CharField(_("pays"), max_length=2)
    postal_code = models.CharField(_("code postal"), max_length=12, blank=True)
    city = models.CharField(_("ville"), max_length=80, blank=True)
    departement = models.CharField(_("département"), max_length=3, blank=True)
    is_name_public = models.BooleanField(_("nom affiché"), default=False, db_default=False)
    language = models.CharField(_("langue"), max_length=5, choices=settings.LANGUAGES)
    ip_address = models.GenericIPAddressField(_("adresse IP"), null=True, blank=True)
    browser = models.CharField(_("navigateur"), max_length=200, blank=True)
    is_disposable = models.BooleanField(_("adresse jetable"), default=False, db_default=False)
    link_generation = models.PositiveSmallIntegerField(_("génération du lien"), default=0, db_default=0)
    created_at = models.DateTimeField(_("signée le"), db_default=Now())
    confirmed_at = models.DateTimeField(_("confirmée le"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("retirée le"), null=True, blank=True)

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        constraints = [
            # A withdrawn signature is kept 30 days as proof, and the person may sign again meanwhile.
            models.UniqueConstraint(
                fields=["petition", "canonical_email"],
                condition=~Q(status="withdrawn"),
                name="one_signature_per_address",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["pending", "confirmed", "withdrawn", "invalidated"]),
                name="signature_status_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(status="confirmed") | Q(confirmed_at__isnull=False), name="confirmed_has_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(status="withdrawn") | Q(withdrawn_at__isnull=False), name="withdrawn_has_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(country="FR") | ~Q(postal_code=""), name="french_signature_has_a_postal_code"
            ),
        ]
        indexes = [
            models.Index(fields=["canonical_email"], name="signature_of_address"),
            models.Index(
                F("petition_id"),
                F("confirmed_at").desc(),
                name="signature_public_names",
                condition=Q(status="confirmed", is_name_public=True),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def link(self) -> Link:
        return Link(self.petition_id, self.pk, self.link_generation)

    @property
    def manage_token(self) -> str:
        """The token of this signature's one link. It carries the petition's id, so that rows can be spread by it."""
        return self.link.token


class Comment(models.Model):
    """A signer's public words, shown once the signature is confirmed. Outlives the signature without its name."""

    petition = models.ForeignKey(
        Petition, verbose_name=_("pétition"), on_delete=models.CASCADE, related_name="comments", db_index=False
    )
    signature = models.OneToOneField(
        Signature, verbose_name=_("signature"), on_delete=models.CASCADE, null=True, blank=True, related_name="comment"
    )
    text = models.TextField(_("commentaire"))
    created_at = models.DateTimeField(_("écrit le"), db_default=Now())
    # Set with the confirmation of the signature, so that the public list needs no join to be in order.
    published_at = models.DateTimeField(_("publié le"), null=True, blank=True)
    hidden_at = models.DateTimeField(_("masqué le"), null=True, blank=True)

    class Meta:
        verbose_name = _("commentaire")
        verbose_name_plural = _("commentaires")
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="comment_has_words")]
        indexes = [
            models.Index(
                F("petition_id"),
                F("published_at").desc(),
                name="comment_public",
                condition=Q(published_at__isnull=False, hidden_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


class SignerLink(models.Model):
    """The one-hour link of /mes-signatures/ to every signature made with one address.

    It holds the address as it was signed with, not its canonical form: a link goes to nobody but who signed.
    """

    email = models.EmailField(_("adresse e-mail"), max_length=254)
    created_at = models.DateTimeField(_("demandé le"), db_default=Now())
    expires_at = models.DateTimeField(_("expire le"))

    class Meta:
        verbose_name = _("lien vers mes signatures")
        verbose_name_plural = _("liens vers mes signatures")

    def __str__(self) -> str:
        return str(self.pk)
