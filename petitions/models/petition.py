"""A petition, the versions of its text and the people it is addressed to."""

from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.db.models import DateField, F, Func, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from petitions.dates import MONTHS_AT_MOST
from petitions.models.theme import Theme


class LatestLastDay(Func):
    """The last day to sign, at the latest, of a petition published at a time: `dates.latest_last_day`, in Paris."""

    template = f"(timezone('Europe/Paris', %(expressions)s) + interval '{MONTHS_AT_MOST} months')::date"
    output_field = DateField()


class PetitionQuerySet(models.QuerySet["Petition"]):
    def public(self) -> "PetitionQuerySet":
        """Petitions that anybody may read."""
        return self.filter(status__in=Petition.PUBLIC)

    def with_text(self) -> "PetitionQuerySet":
        return self.select_related("current_text", "theme", "picture")


class Petition(models.Model):
    """A request to somebody who can decide. Its words live in `TextVersion`."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("brouillon")
        SUBMITTED = "submitted", _("soumise")
        RETURNED = "returned", _("à reprendre")
        REJECTED = "rejected", _("refusée")
        PUBLISHED = "published", _("ouverte")
        CLOSED = "closed", _("close")
        REMOVED = "removed", _("retirée")

    class Outcome(models.TextChoices):
        VICTORY = "victory", _("victoire")
        ANSWERED = "answered", _("réponse reçue")
        NO_FOLLOW_UP = "no_follow_up", _("sans suite")
        WITHDRAWN = "withdrawn", _("retirée par son auteur")

    PUBLIC = (Status.PUBLISHED, Status.CLOSED)
    # Its author writes in it: not sent yet, or sent back.
    WRITABLE = (Status.DRAFT, Status.RETURNED)
    GOOD_OUTCOMES = (Outcome.VICTORY, Outcome.ANSWERED)

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("compte de l’auteur"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="petitions",
    )
    author_name = models.CharField(_("nom public de l’auteur"), max_length=120)
    theme = models.ForeignKey(Theme, verbose_name=_("thème"), on_delete=models.PROTECT, related_name="petitions")
    slug = models.SlugField(_("adresse"), max_length=80, db_index=False)
    status = models.CharField(_("état"), max_length=10, choices=Status, default=Status.DRAFT, db_default="draft")
    language = models.CharField(_("langue"), max_length=5, choices=settings.LANGUAGES, default="fr", db_default="fr")
    current_text = models.OneToOneField(
        "petitions.TextVersion",
        verbose_name=_("texte en vigueur"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    goal = models.PositiveIntegerField(_("objectif de l’auteur"), null=True, blank=True)
    closes_on = models.DateField(_("dernier jour pour signer"))
    created_at = models.DateTimeField(_("créée le"), default=timezone.now, db_default=Now())
    published_at = models.DateTimeField(_("publiée le"), null=True, blank=True)
    closed_at = models.DateTimeField(_("close le"), null=True, blank=True)
    outcome = models.CharField(_("issue"), max_length=12, choices=Outcome, blank=True, default="", db_default="")
    outcome_on = models.DateField(_("date de l’issue"), null=True, blank=True)
    outcome_words = models.CharField(_("ce qui s’est passé"), max_length=600, blank=True, default="", db_default="")
    picture = models.OneToOneField(
        "petitions.Picture",
        verbose_name=_("image"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    video_url = models.URLField(_("vidéo"), blank=True, default="", db_default="")
    refused_at = models.DateTimeField(_("refusée le"), null=True, blank=True)
    # Refused for a reason that harms nobody, with its author's agreement: readable for a year, among the refused ones.
    shows_refusal = models.BooleanField(_("lisible bien que refusée"), default=False, db_default=False)
    # Folded from the ledger by `services.tally.fold`; the exact count adds the deltas not folded yet.
    signatures_total = models.PositiveIntegerField(_("signatures comptées"), default=0, db_default=0)
    imported_signatures = models.PositiveIntegerField(_("signatures importées"), default=0, db_default=0)
    # How much the count rises these days, from the ledger by `services.trending.score`.
    trend = models.PositiveIntegerField(_("élan"), default=0, db_default=0, editable=False)
    source_ref = models.CharField(_("référence d’origine"), max_length=80, null=True, blank=True, unique=True)

    objects = PetitionQuerySet.as_manager()

    class Meta:
        verbose_name = _("pétition")
        verbose_name_plural = _("pétitions")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status__in=["published", "closed"])
                | Q(current_text__isnull=False, published_at__isnull=False),
                name="public_petition_has_a_text",
            ),
            models.CheckConstraint(
                condition=~Q(status="closed") | Q(closed_at__isnull=False), name="closed_petition_has_a_time"
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=["draft", "submitted", "returned", "rejected", "published", "closed", "removed"]
                ),
                name="petition_status_is_known",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["", "victory", "answered", "no_follow_up", "withdrawn"]),
                name="petition_outcome_is_known",
            ),
            models.CheckConstraint(
                condition=Q(published_at=None) | Q(closes_on__lte=LatestLastDay(F("published_at"))),
                name="petition_ends_within_thirty_months",
                violation_error_message=_("Une pétition se signe pendant trente mois au plus."),
            ),
            # The words may be erased with their author; the outcome and its day stay.
            models.CheckConstraint(
                condition=Q(outcome="", outcome_on=None, outcome_words="")
                | (~Q(outcome="") & Q(outcome_on__isnull=False)),
                name="outcome_has_a_day",
            ),
            models.CheckConstraint(
                condition=Q(outcome="") | Q(published_at__isnull=False), name="outcome_of_what_was_published"
            ),
            models.CheckConstraint(
                condition=Q(shows_refusal=False)
                | Q(status="rejected", refused_at__isnull=False, current_text__isnull=False),
                name="readable_refusal_has_words",
            ),
        ]
        indexes = [
            models.Index(
                F("trend").desc(),
                F("id").desc(),
                name="petition_trending",
                condition=Q(status__in=["published", "closed"]),
            ),
            models.Index(
                F("published_at").desc(),
                F("id").desc(),
                name="petition_recent",
                condition=Q(status__in=["published", "closed"]),
            ),
            models.Index(
                F("signatures_total").desc(),
                F("id").desc(),
                name="petition_most_signed",
                condition=Q(status__in=["published", "closed"]),
            ),
            models.Index(
                F("outcome_on").desc(),
                F("id").desc(),
                name="petition_won",
                condition=Q(status__in=["published", "closed"], outcome__in=["victory", "answered"]),
            ),
            models.Index(
                F("author_id"),
                F("published_at").desc(),
                F("id").desc(),
                name="petition_of_author",
                condition=Q(status__in=["published", "closed"], author__isnull=False),
            ),
            models.Index(
                F("refused_at").desc(),
                F("id").desc(),
                name="petition_refused",
                condition=Q(refused_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.slug}"

    def get_absolute_url(self) -> str:
        return self.url_of("petition")

    def url_of(self, name: str, *rest: int) -> str:
        """Return the address of one of this petition's pages: petition, petition_history, petition_update 3…"""
        return reverse(name, args=[self.theme.slug, self.slug, self.pk, *rest])

    def accepts_signatures(self, today: date) -> bool:
        """Say whether somebody may sign on `today` (Paris time)."""
        return self.status == self.Status.PUBLISHED and today <= self.closes_on

    @property
    def text(self) -> "TextVersion":
        """The words in force. Every public petition has some (constraint public_petition_has_a_text).

        Raises ValueError for a draft without any.
        """
        if self.current_text is None:
            raise ValueError("This petition has no text yet.")
        return self.current_text

    def ended_at(self) -> datetime:
        """Return when signing ended or will end: the time it was closed, else the end of its last day in Paris."""
        if self.closed_at:
            return self.closed_at
        end = datetime.combine(self.closes_on, datetime.max.time())
        return timezone.make_aware(end, timezone.get_default_timezone())


class TextVersion(models.Model):
    """The words of a petition at one time. Rows never change; signatures stay bound to the one that was signed."""

    petition = models.ForeignKey(
        Petition, verbose_name=_("pétition"), on_delete=models.CASCADE, related_name="versions"
    )
    number = models.PositiveSmallIntegerField(_("version"))
    title = models.CharField(_("titre"), max_length=200)
    text = models.TextField(_("texte"))
    # Whom it was addressed to, [{"name": …, "role": …}]: signatures are bound to this too.
    recipients = models.JSONField(_("destinataires"), default=list, db_default=[], blank=True)
    # Why the author changed it, in their words.
    note = models.CharField(_("pourquoi ce changement"), max_length=300, blank=True, default="", db_default="")
    created_at = models.DateTimeField(_("écrite le"), default=timezone.now, db_default=Now())

    class Meta:
        verbose_name = _("version du texte")
        verbose_name_plural = _("versions du texte")
        ordering = ["petition", "number"]
        constraints = [
            models.UniqueConstraint(fields=["petition", "number"], name="one_text_per_version"),
            models.CheckConstraint(condition=~Q(title="") & ~Q(text=""), name="text_version_has_words"),
        ]

    def __str__(self) -> str:
        return f"{self.petition_id} v{self.number}"


class Recipient(models.Model):
    """A decision maker whom a petition is addressed to."""

    petition = models.ForeignKey(
        Petition, verbose_name=_("pétition"), on_delete=models.CASCADE, related_name="recipients"
    )
    position = models.PositiveSmallIntegerField(_("rang"))
    name = models.CharField(_("nom"), max_length=150)
    role = models.CharField(_("fonction"), max_length=150, blank=True)
    email = models.EmailField(_("adresse e-mail"), blank=True)

    class Meta:
        verbose_name = _("destinataire")
        verbose_name_plural = _("destinataires")
        ordering = ["petition", "position"]
        constraints = [models.UniqueConstraint(fields=["petition", "position"], name="one_recipient_per_place")]

    def __str__(self) -> str:
        return f"{self.petition_id} #{self.position}"
