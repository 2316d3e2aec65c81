"""Page-shaped reads with a known number of queries."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Case, F, Q, QuerySet, Sum, Value, When
from django.db.models.expressions import OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mesopinions.core import tokens
from mesopinions.core.addresses import canonical_email
from petitions import keyset
from petitions.goals import next_goal, percent_of
from petitions.models import Comment, DailyTally, Petition, Signature, SignerLink, TallyDelta, Theme
from petitions.models.signature import Link
from petitions.models.tally import Kind
from petitions.search import Search

PAGE = 12
PUBLIC_NAMES = 12
PUBLIC_COMMENTS = 8


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
    def published_at(self) -> datetime | None:
        return self.petition.published_at

    @property
    def status_label(self) -> str:
        return _("ouverte") if self.is_open else _("close")

    @property
    def recipients(self) -> list[tuple[str, str]]:
        """Names and roles, which every page that shows them has loaded."""
        return [(recipient.name, recipient.role) for recipient in self.petition.recipients.all()]

    @property
    def history_url(self) -> str:
        return self.petition.url_of("petition_history")

    @property
    def journal_url(self) -> str:
        return self.petition.url_of("petition_journal")

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


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of a list and where the next one starts, '' at the end."""

    cards: list[PetitionCard]
    next_cursor: str


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One day's adjustments of one kind."""

    day: date
    kind: Kind
    total: int

    @property
    def label(self) -> str:
        return str(self.kind.label)


@dataclass(frozen=True, slots=True)
class SignatureRow:
    """One line of « Mes signatures »."""

    petition_title: str
    status: str
    created_at: datetime
    manage_url: str


def counted(petitions: QuerySet[Petition]) -> QuerySet[Petition]:
    """Annotate `exact_count`: the folded total plus the deltas not folded yet, from one snapshot."""
    unfolded = (
        TallyDelta.objects.filter(petition=OuterRef("pk")).order_by().values("petition").annotate(sum=Sum("delta"))
    )
    return petitions.annotate(exact_count=F("signatures_total") + Coalesce(Subquery(unfolded.values("sum")), Value(0)))


def petition_or_404(petition_id: int) -> PetitionCard:
    """Return a public petition with its exact count and recipients (2 queries). Raises Http404."""
    petitions = counted(Petition.objects.public().with_text()).prefetch_related("recipients")
    petition = petitions.filter(pk=petition_id).first()
    if petition is None:
        raise Http404
    return _card(petition)


def is_removed(petition_id: int) -> bool:
    """Say whether a petition was public once and was taken down (1 query)."""
    return Petition.objects.filter(pk=petition_id, status=Petition.Status.REMOVED).exists()


def card_of(petition: Petition) -> PetitionCard:
    """Return a loaded petition with its exact count (1 query)."""
    return PetitionCard(petition, signature_count(petition.pk))


def petition_to_sign(petition_id: int) -> Petition:
    """Return a public petition with its theme, for the form (1 query). Raises Http404."""
    return get_object_or_404(Petition.objects.public().select_related("theme"), pk=petition_id)


def signature_count(petition_id: int) -> int:
    """Return the exact count of one petition, 0 when there is none (1 query)."""
    petition = counted(Petition.objects.filter(pk=petition_id)).only("pk").first()
    return exact_count_of(petition) if petition else 0


def public_signers(petition_id: int) -> QuerySet[Signature]:
    """Return the latest confirmed signers who show their name (1 query)."""
    shown = Signature.objects.filter(petition=petition_id, status=Signature.Status.CONFIRMED, is_name_public=True)
    return shown.only("first_name", "last_name", "city", "confirmed_at").order_by("-confirmed_at")[:PUBLIC_NAMES]


def public_comments(petition_id: int) -> QuerySet[Comment]:
    """Return the latest public comments with their signers, whose name shows only if they said so (1 query)."""
    shown = Comment.objects.filter(petition=petition_id, published_at__isnull=False, hidden_at__isnull=True)
    return shown.select_related("signature").order_by("-published_at")[:PUBLIC_COMMENTS]


SORTS = {"recentes": ("published_at", "pk"), "signatures": ("signatures_total", "pk")}
RELEVANCE = ("relevance", "signatures_total", "imported_signatures", "pk")
STATUSES = ("ouvertes", "closes")
COUNTED_AT_MOST = 1_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which public petitions a list is of. `sort` is a key of SORTS, '' for the most relevant of a search.

    `status` is one of STATUSES, '' for both: what is open is open on `today`, in Paris.
    """

    today: date
    sort: str = "recentes"
    theme: Theme | None = None
    status: str = ""
    search: Search | None = None

    @property
    def order(self) -> tuple[str, ...]:
        return SORTS[self.sort] if self.sort else RELEVANCE

    def petitions(self) -> QuerySet[Petition]:
        """Return the petitions, in no order."""
        found: QuerySet[Petition] = Petition.objects.public().order_by()
        if self.theme:
            found = found.filter(theme=self.theme)
        if self.status:
            is_open = Q(status=Petition.Status.PUBLISHED, closes_on__gte=self.today)
            found = found.filter(is_open if self.status == "ouvertes" else ~is_open)
        if self.search:
            found = found.filter(self.search.matches)
        return found


def petition_list(wanted: Wanted, *, after: str = "", at_most: int = PAGE) -> ListPage:
    """Return one page of public petitions by keyset (2 queries).

    `after` is the cursor of the page before; one that we did not make starts at the top.
    """
    petitions = counted(wanted.petitions().select_related("current_text", "theme")).prefetch_related("recipients")
    if wanted.search and not wanted.sort:
        petitions = petitions.annotate(relevance=wanted.search.relevance)
    if place := keyset.place_of(after, wanted.order):
        petitions = petitions.filter(keyset.after(place, wanted.order))
    found = list(petitions.order_by(*(f"-{field}" for field in wanted.order))[: at_most + 1])
    rows = found[:at_most]
    cursor = keyset.cursor_of(rows[-1], wanted.order) if len(found) > at_most else ""
    return ListPage([_card(petition) for petition in rows], cursor)


def number_found(wanted: Wanted) -> int:
    """Return how many petitions a list is of; more than COUNTED_AT_MOST are counted as one more (1 query)."""
    return wanted.petitions().values("pk")[: COUNTED_AT_MOST + 1].count()


def totals() -> dict[str, int]:
    """Return the folded sum of all confirmed signatures, and the number of public petitions (1 query)."""
    from_all = Petition.objects.public().aggregate(
        signatures=Coalesce(Sum("signatures_total"), Value(0)), petitions=Coalesce(Sum(Value(1)), Value(0))
    )
    return dict(from_all)


def journal(petition_id: int) -> list[JournalLine]:
    """Return the adjustments of one petition's count, newest day first, a line a day and reason (1 query)."""
    # One statement sees one snapshot: a fold that commits in between moves no line out of sight.
    folded, waiting = (
        model.objects.filter(petition=petition_id)
        .exclude(kind__in=[Kind.CONFIRMATION, Kind.CORRECTION])
        .order_by()
        .values_list("day", "kind")
        .annotate(sum=Sum(field))
        for model, field in ((DailyTally, "total"), (TallyDelta, "delta"))
    )
    sums: dict[tuple[date, Kind], int] = {}
    for day, kind, total in folded.union(waiting, all=True):
        sums[day, Kind(kind)] = sums.get((day, Kind(kind)), 0) + total
    lines = [JournalLine(day, kind, total) for (day, kind), total in sums.items()]
    return sorted(lines, key=lambda line: (line.day, line.kind), reverse=True)


def signature_of(token: str) -> Signature | None:
    """Return the signature that a manage link leads to, None when it was erased or its link renewed (1 query).

    Raises Http404 for a link that we did not make.
    """
    try:
        link = Link.read(token)
    except tokens.BadToken:
        raise Http404 from None
    return (
        Signature.objects.select_related("petition__theme", "petition__current_text", "text_version", "comment")
        .filter(pk=link.signature_id, petition=link.petition_id, link_generation=link.generation)
        .first()
    )


def signatures_of_link(token: str, at: datetime) -> list["SignatureRow"] | None:
    """Return the signatures of a one-hour link, newest first, None once the hour is over (2 queries).

    Raises Http404 for a link that we did not make.
    """
    try:
        link_id, _generation = tokens.read(tokens.Scope.SIGNATURES_LIST, token)
    except (tokens.BadToken, ValueError):
        raise Http404 from None
    link = SignerLink.objects.filter(pk=link_id, expires_at__gt=at).first()
    return None if link is None else [_row(signature) for signature in signatures_with_address(link.email)]


def signatures_with_address(email: str) -> QuerySet[Signature]:
    """Return the signatures made with exactly this address, whatever its case."""
    return (
        Signature.objects.filter(canonical_email=canonical_email(email), email__iexact=email)
        .select_related("petition__theme", "text_version")
        .annotate(is_over=Case(When(status=Signature.Status.WITHDRAWN, then=Value(1)), default=Value(0)))
        .order_by("is_over", "-created_at")
    )


def _row(signature: Signature) -> SignatureRow:
    manage_url = reverse("signature", args=[signature.manage_token])
    return SignatureRow(signature.text_version.title, signature.status, signature.created_at, manage_url)


def exact_count_of(petition: Petition) -> int:
    """Return what `counted` annotated."""
    return int(petition.exact_count)  # type: ignore[attr-defined]


def _card(petition: Petition) -> PetitionCard:
    return PetitionCard(petition, exact_count_of(petition))
