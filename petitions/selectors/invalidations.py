"""Why a signature does not count, in words for its owner; and what staff see of suspected signatures."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from petitions.models import Dispute, Invalidation, InvalidSignature, Signature

Rule = Invalidation.Rule
# Plain words that name no network, domain or person: who made the others up learns little from them.
WHY: dict[str, str | Promise] = {
    Rule.NETWORK: _(
        "Beaucoup de signatures de cette pétition sont venues d’un même réseau, avec les mêmes navigateurs : elles "
        "semblent faites par un programme. La vôtre leur ressemble."
    ),
    Rule.DOMAIN: _(
        "Beaucoup de signatures de cette pétition ont des adresses e-mail d’un même domaine peu connu, et viennent des "
        "mêmes navigateurs : elles semblent faites par un programme. La vôtre leur ressemble."
    ),
    Rule.BURST: _(
        "Beaucoup de signatures de cette pétition sont arrivées dans les mêmes minutes, avec un même navigateur : "
        "elles semblent faites par un programme. La vôtre leur ressemble."
    ),
    Rule.NAMES: _(
        "Beaucoup de signatures de cette pétition ont des noms ou des adresses e-mail faits sur un même modèle : ils "
        "semblent inventés. La vôtre leur ressemble."
    ),
    Rule.MANUAL: _(
        "Une personne de notre équipe a choisi un lot de signatures qui semblent inventées. La vôtre leur ressemble."
    ),
}
SAMPLE = 20


@dataclass(frozen=True, slots=True)
class OutOfCount:
    """Why and since when a signature is out, and what its owner says of it."""

    why: str
    at: datetime
    dispute: Dispute | None
    # Automated means are told of (DSA art. 17.3.c).
    found_by_program: bool


def out_of_count(signature: Signature) -> OutOfCount | None:
    """Return why a signature is out, None for one that is not (2 queries for one that is)."""
    if signature.status != Signature.Status.INVALIDATED:
        return None
    invalid = InvalidSignature.objects.select_related("invalidation").filter(signature=signature).first()
    dispute = Dispute.objects.filter(signature=signature).first()
    if invalid is None:  # taken out before reasons were kept
        return OutOfCount(str(WHY[Rule.MANUAL]), signature.created_at, dispute, False)
    rule = invalid.invalidation.rule
    return OutOfCount(str(WHY[rule]), invalid.at, dispute, rule != Rule.MANUAL)


@dataclass(frozen=True, slots=True)
class Suspect:
    """One suspected signature as staff see it, without its name or address."""

    id: int
    signed_at: datetime
    status: str
    departement: str
    name: str
    domain: str


def suspects(ids: list[int]) -> list[Suspect]:
    """Return some of these signatures, spread evenly over all of them, names masked (1 query)."""
    step = max(1, len(ids) // SAMPLE)
    found = Signature.objects.filter(pk__in=ids[::step][:SAMPLE]).order_by("pk")
    return [
        Suspect(
            one.pk,
            one.created_at,
            one.get_status_display(),
            one.departement or one.country,
            f"{_masked(one.first_name)} {_masked(one.last_name)}",
            one.canonical_email.rpartition("@")[2],
        )
        for one in found
    ]


def _masked(name: str) -> str:
    return f"{name[:1]}…"
