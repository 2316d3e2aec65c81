"""What the purge of 200,000 signatures costs: seconds, the patience of those who sign meanwhile, and room on disk.

The suite's PostgreSQL flushes nothing to disk, so the figures say what processors and locks do, and not disks.
"""

import http.client
import math
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

import pytest
from django.db import connection
from django.utils import timezone

from petitions.models import Petition, Signature
from petitions.selectors import signature_count
from privacy.models import PurgeRun
from tests.factories import make_petition, sign_data
from tests.support import environment
from tests.support.crowd import sign_many
from tests.support.database import ROOT
from tests.support.programs import LiveSite

pytestmark = pytest.mark.proof

EVERY = 0.2  # five people sign each second
IDLE_SECONDS = 40
FEW, MANY = 50_000, 200_000
TABLES = ("petitions_signature", "petitions_comment", "privacy_consentrecord", "mail_outgoingmail")
Status = Signature.Status


class Signers:
    """People who sign at their own pace, whether or not the site keeps up, and how long each of them waited."""

    def __init__(self, site: LiveSite, petition: Petition) -> None:
        self._port = urlsplit(site.url).port
        self._path = f"/petition/{petition.pk}/signer/"
        self.signed = 0

    @contextmanager
    def signing(self) -> Iterator[list[float]]:
        """Let them sign until the block ends; the list then holds everybody's milliseconds."""
        waited: list[float] = []
        enough = threading.Event()
        crowd = threading.Thread(target=self._sign_until, args=(enough, waited))
        crowd.start()
        try:
            yield waited
        finally:
            enough.set()
            crowd.join()

    def _sign_until(self, enough: threading.Event, waited: list[float]) -> None:
        starts = time.monotonic()
        with ThreadPoolExecutor(8) as pool:
            people = []
            while not enough.wait(max(0.0, starts - time.monotonic())):
                people.append(pool.submit(self._sign, self.signed, starts))
                self.signed += 1
                starts += EVERY
        waited.extend(person.result() for person in people)

    def _sign(self, number: int, begin: float) -> float:
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Sec-Fetch-Site": "same-origin",
        }
        # Each from an address of their own, as the site limits how often one signs (Linux has all of 127.0.0.0/8).
        own_address = (f"127.1.{number >> 8 & 255}.{number & 255}", 0)
        visitor = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30, source_address=own_address)
        with closing(visitor):
            visitor.request("POST", self._path, urlencode(sign_data(f"vivant{number}")), headers)
            with visitor.getresponse() as response:
                assert response.status == 303, response.read().decode()
        return 1000 * (time.monotonic() - begin)


def p99(waited: list[float]) -> float:
    return sorted(waited)[math.ceil(0.99 * len(waited)) - 1]


def add_due(count: int, closed: Petition, open_one: Petition, *, first: int) -> None:
    """Add so many due signatures: nine in ten counted, the others never confirmed or withdrawn; and as many that stay.

    Those never confirmed, those withdrawn and the youngest have their mail in the outbox.
    """
    now = timezone.now()
    twentieth = count // 20
    sign_many([closed, open_one], 36 * twentieth, at=now - timedelta(days=365), first=first)
    for days, status, share in ((8, Status.PENDING, 1), (40, Status.WITHDRAWN, 1), (1, Status.CONFIRMED, 2)):
        first += 36 * twentieth
        at = now - timedelta(days=days)
        sign_many([open_one], share * twentieth, at=at, status=status, first=first, with_mails=True)
    settle()


def settle() -> None:
    """Let the dust of a bulk load settle before a clock starts."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
        cursor.execute("CHECKPOINT")


def purge() -> float:
    """Purge everything that is due in a process of its own, and return the seconds that it took to do so."""
    before = PurgeRun.objects.count()
    subprocess.run(
        [sys.executable, "manage.py", "purge", "--over-brake"],
        cwd=ROOT,
        env=os.environ | environment.variables(),
        stdout=subprocess.DEVNULL,
        check=True,
    )
    runs = PurgeRun.objects.order_by("pk")[before:]
    assert {run.status for run in runs} == {"done"}
    return sum((run.finished_at - run.started_at).total_seconds() for run in runs if run.finished_at)


def figure(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.fetchone()[0])


def dead_share() -> float:
    time.sleep(1)  # statistics arrive a moment later
    dead = "SELECT n_dead_tup * 1000 / greatest(n_live_tup, 1) FROM pg_stat_user_tables WHERE relid ="
    return max(figure(f"{dead} '{table}'::regclass") for table in TABLES) / 1000


def report(*lines: str) -> None:
    print("", *lines, f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", sep="\n")  # noqa: T201


def test_a_great_purge_is_linear_leaves_no_bloat_and_those_who_sign_meanwhile_do_not_wait(live_site: LiveSite):
    closed = make_petition(slug="close", status="closed", closed_at=timezone.now() - timedelta(days=200))
    open_one = make_petition()
    signers = Signers(live_site, open_one)
    add_due(FEW, closed, open_one, first=0)
    with signers.signing():
        time.sleep(5)  # everything warms up
    with signers.signing():
        few = purge() / FEW
    add_due(MANY, closed, open_one, first=1_000_000)
    with signers.signing() as idle:
        time.sleep(IDLE_SECONDS)
    counted = signature_count(closed.pk), signature_count(open_one.pk)
    size = figure("SELECT pg_table_size('petitions_signature')")

    with signers.signing() as busy:
        seconds = purge()

    assert (signature_count(closed.pk), signature_count(open_one.pk)) == counted
    assert not Signature.objects.filter(petition=closed).exists()
    assert Signature.objects.filter(status=Status.PENDING).count() == signers.signed
    dead = dead_share()
    add_due(MANY // 2, closed, open_one, first=3_000_000)  # half of them due: as many rows as have gone
    grown = figure("SELECT pg_table_size('petitions_signature')") / size
    many, limit = seconds / MANY, 2 * p99(idle)
    report(
        f"{MANY:,} due of {2 * MANY:,}: {seconds:.0f} s, {1e6 * many:.0f} µs a row ({1e6 * few:.0f} for {FEW:,})",
        f"signing p99: {limit / 2:.0f} ms idle, {p99(busy):.0f} ms meanwhile ({len(idle)} and {len(busy)} people)",
        f"dead rows: {dead:.1%} of the live ones; as many added again: {grown:.2f} times the files",
    )
    assert dead < 0.05
    assert grown < 1.1
    assert many < 1.4 * few
    assert p99(busy) < limit
