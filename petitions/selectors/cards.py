"""One petition as the pages show it, with its exact count."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Case, F, QuerySet, Sum, Value, When
from django.db.models.expressions import OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from petitions.goals import next_goal, percent_of
from petitions.models import Petition, Reason, TallyDelta


class Tab(NamedTuple):
    """One of the pages of a petition."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class PetitionCard:
    """A petition as the pages show it. `count` is exact; `imported` stands apart."""

    petition: Petition
    count: int

    @property
    def id(self) -> int:
        return self.petition.pk

    @property
    def title(self) -> str:
        return self.petition.text.title

    @property
    def text(self) -> str:
        return self.petition.text.text

    @property
    def version_number(self) -> int:
        return self.petition.text.number

    @property
    def url(self) -> str:
        return self.petition.get_absolute_url()

    @property
    def theme_name(self) -> str:
        return self.petition.theme.label

    @property
    def theme_url(self) -> str:
        return f"{reverse('petition_list')}?theme={self.petition.theme.slug}"

    @property
    def hue(self) -> int:
        return self.petition.theme.hue

    @property
    def author_name(self) -> str:
        return self.petition.author_name

    @property
    def author_url(self) -> str:
        """The author's page, '' when there is none: no account, or a petition under a name that is not the account's.

        Only petitions that `with_author_page` loaded know.
        """
        slug = getattr(self.petition, "author_slug", None)
        return reverse("author", args=[slug]) if slug else ""

    @property
    def published_at(self) -> datetime | None:
        return self.petition.published_at

    @property
    def status_label(self) -> str:
        return _("ouverte") if self.is_open else _("close")

    @property
    def refusal(self) -> str:
        """Why it was refused, in words; '' for a petition that was not. Only `readable_refusals` knows."""
        reason = getattr(self.petition, "refusal_reason", "")
        return str(Reason(reason).label) if reason else ""

    @property
    def recipients(self) -> list[tuple[str, str]]:
        """Names and roles, which every page that shows them has loaded."""
        return [(recipient.name, recipient.role) for recipient in self.petition.recipients.all()]

    @property
    def tabs(self) -> list[Tab]:
        return [
            Tab(_("Pétition"), self.url),
            Tab(_("Actualités"), self.updates_url),
            Tab(_("Commentaires"), self.comments_url),
            Tab(_("Historique"), self.history_url),
            Tab(_("Journal"), self.journal_url),
        ]

    @property
    def updates_url(self) -> str:
        return self.petition.url_of("petition_updates")

    @property
    def comments_url(self) -> str:
        return self.petition.url_of("petition_comments")

    @property
    def history_url(self) -> str:
        return self.petition.url_of("petition_history")

    @property
    def journal_url(self) -> str:
        return self.petition.url_of("petition_journal")

    @property
    def image_url(self) -> str:
        return f"{reverse('petition_image', args=[self.petition.pk])}?v={self.version_number}"

    @property
    def sign_url(self) -> str:
        return reverse("sign", args=[self.petition.pk])

    @property
    def closes_on(self) -> date:
        return self.petition.closes_on

    @property
    def imported(self) -> int:
        return self.petition.imported_signatures

    @property
    def next_goal(self) -> int:
        return next_goal(self.count, self.petition.goal)

    @property
    def percent(self) -> int:
        return percent_of(self.count, self.next_goal)

    @property
    def is_open(self) -> bool:
        return self.petition.accepts_signatures(timezone.localdate())


def counted(petitions: QuerySet[Petition]) -> QuerySet[Petition]:
    """Annotate `exact_count`: the folded total plus the deltas not folded yet, from one snapshot."""
    unfolded = (
        TallyDelta.objects.filter(petition=OuterRef("pk")).order_by().values("petition").annotate(sum=Sum("delta"))
    )
    return petitions.annotate(exact_count=F("signatures_total") + Coalesce(Subquery(unfolded.values("sum")), Value(0)))


def with_author_page(petitions: QuerySet[Petition]) -> QuerySet[Petition]:
    """Annotate `author_slug`, None unless the account still bears the name that the petition came out under."""
    is_same_name = When(author__is_active=True, author__public_name=F("author_name"), then=F("author__slug"))
    return petitions.annotate(author_slug=Case(is_same_name))


def exact_count_of(petition: Petition) -> int:
    """Return what `counted` annotated."""
    return int(petition.exact_count)  # type: ignore[attr-defined]


def card(petition: Petition) -> PetitionCard:
    return PetitionCard(petition, exact_count_of(petition))


def card_of(petition: Petition) -> PetitionCard:
    """Return a loaded petition with its exact count (1 query)."""
    return PetitionCard(petition, signature_count(petition.pk))


def petition_or_404(petition_id: int) -> PetitionCard:
    """Return a public petition with its exact count and recipients (2 queries). Raises Http404."""
    petitions = with_author_page(counted(Petition.objects.public().with_text())).prefetch_related("recipients")
    petition = petitions.filter(pk=petition_id).first()
    if petition is None:
        raise Http404
    return card(petition)


def is_removed(petition_id: int) -> bool:
    """Say whether a petition was public once and was taken down (1 query)."""
    return Petition.objects.filter(pk=petition_id, status=Petition.Status.REMOVED).exists()


def petition_to_sign(petition_id: int) -> Petition:
    """Return a public petition with its theme, for the form (1 query). Raises Http404."""
    return get_object_or_404(Petition.objects.public().select_related("theme"), pk=petition_id)


def signature_count(petition_id: int) -> int:
    """Return the exact count of one petition, 0 when there is none (1 query)."""
    petition = counted(Petition.objects.filter(pk=petition_id)).only("pk").first()
    return exact_count_of(petition) if petition else 0
