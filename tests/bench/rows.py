"""What is measured, against what, and how low the ratio may be (the table of `make bench`)."""

import itertools
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from mesopinions.mail.models import OutgoingMail
from petitions.models import Petition, Signature
from tests.bench import data
from tests.bench.load import CONNECTIONS, BenchError, Measure, run
from tests.bench.site import Bench

ROUNDS = 3
WARM_UP_SECONDS = 2
SECONDS = 5
SPREAD_OVER = 1_000

Load = Callable[[int], Measure]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table, from the round whose ratio is the median one."""

    what: str
    against: str
    ours: Measure
    theirs: Measure
    at_least: float

    @property
    def ratio(self) -> float:
        return self.ours.per_second / self.theirs.per_second

    @property
    def holds(self) -> bool:
        return self.ratio >= self.at_least


def rows(bench: Bench) -> Iterator[Row]:
    """Measure everything, one row after the other. Raises BenchError where a figure would mean nothing."""
    petition = Petition.objects.filter(status=Petition.Status.PUBLISHED).with_text().latest("signatures_total")
    page = f"{bench.url}{petition.get_absolute_url()}"
    zip_header = {"Accept-Encoding": "gzip"}
    plain, zipped = _body(page, {}), _body(page, zip_header)
    bare_url = bench.start_bare(plain, zipped)
    yield _compare(
        f"petition page, gzip, {len(zipped) / 1000:.1f} kB",
        "bare view, same bytes",
        lambda seconds: run(page, "page", seconds=seconds, headers=zip_header),
        lambda seconds: run(f"{bare_url}/page.gz", "page", seconds=seconds, headers=zip_header),
        at_least=0.5,
    )
    yield _compare(
        f"petition page, plain, {len(plain) / 1000:.1f} kB",
        "bare view, same bytes",
        lambda seconds: run(page, "page", seconds=seconds),
        lambda seconds: run(f"{bare_url}/page", "page", seconds=seconds),
        at_least=0.5,
    )
    people = itertools.count(0, 1_000_000)
    data.add_bare_table()
    yield _compare(
        "sign",
        "bare view, one INSERT",
        lambda seconds: _sign(bench, petition, next(people), seconds),
        lambda seconds: run(f"{bare_url}/insert", "sign", next(people), seconds=seconds),
        at_least=0.3,
    )
    one, *spread = data.add_petitions(1 + SPREAD_OVER, like=petition)
    yield _compare(
        "confirm, one petition",
        f"confirm, {SPREAD_OVER:,} petitions",
        lambda seconds: _confirm(bench, [one], seconds),
        lambda seconds: _confirm(bench, spread, seconds),
        at_least=0.9,
    )


def _compare(what: str, against: str, ours: Load, theirs: Load, *, at_least: float) -> Row:
    """Warm both up, then measure them in turn, so that a machine that slows down slows both."""
    for load in (ours, theirs):
        load(WARM_UP_SECONDS)
    rounds = [Row(what, against, ours(SECONDS), theirs(SECONDS), at_least) for _ in range(ROUNDS)]
    return sorted(rounds, key=lambda row: row.ratio)[ROUNDS // 2]


def _sign(bench: Bench, petition: Petition, first_person: int, seconds: int) -> Measure:
    url = f"{bench.url}/petition/{petition.pk}/signer/"
    signatures, mails = Signature.objects.count(), OutgoingMail.objects.count()
    measure = run(url, "sign", first_person, seconds=seconds)
    added = Signature.objects.count() - signatures
    _check("signatures", added, measure)
    if OutgoingMail.objects.count() - mails != added:
        raise BenchError("Some signatures have no mail.")
    return measure


def _confirm(bench: Bench, petitions: list[Petition], seconds: int) -> Measure:
    links = bench.folder / "links"
    links.write_text("\n".join(data.pending_links(petitions, data.most_confirmations(seconds))), encoding="ascii")
    confirmed = Signature.objects.filter(status=Signature.Status.CONFIRMED)
    before = confirmed.count()
    measure = run(bench.url, "confirm", links, seconds=seconds)
    _check("confirmed signatures", confirmed.count() - before, measure)
    return measure


def _check(what: str, found: int, measure: Measure) -> None:
    # A connection may have one request under way when wrk stops: the site does it, wrk does not count it.
    if not measure.requests <= found <= measure.requests + CONNECTIONS:
        raise BenchError(f"{measure.requests} answers, and {found} {what} in the database.")


def _body(url: str, headers: dict[str, str]) -> bytes:
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10) as response:
        return bytes(response.read())
