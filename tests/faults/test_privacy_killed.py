"""Kill −9 what erases, copies and purges, at any moment: another goes on with it, it is done once, figures are exact.

The moments are drawn once and for all: so many steps done by the process that is about to die, and some milliseconds.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random
from zipfile import ZipFile

import pytest
from django.conf import settings
from django.utils import timezone

from mesopinions.celery import app
from mesopinions.mail.models import OutgoingMail
from mesopinions.mail.services import send_due_mails
from petitions.models import Comment, ContributorTrace, Petition, Signature
from petitions.selectors import signature_count
from petitions.services import tally
from privacy import requests
from privacy.consent import Purpose
from privacy.models import ConsentRecord, PurgeRun, RequestStep, RightsRequest, Tombstone
from privacy.registry import Erasure
from privacy.requests import Right, packages
from privacy.requests.sources import Table, all_sources, subject_of
from privacy.services.purging import BATCH, purge_tonight
from tests.factories import make_petition, make_signature, make_user
from tests.support import environment
from tests.support.crowd import COMMENTS_ONE_IN, sign_many
from tests.support.database import ROOT
from tests.support.programs import Program

pytestmark = pytest.mark.django_db(transaction=True)

LATER = timedelta(minutes=3)  # nobody who is alive rests so long
COUNTED = "petitions.signature:counted"
PETITIONS = 3


def times(few: int) -> pytest.MarkDecorator:
    """Kill a few times in the suite, and twenty times in the proof."""
    return pytest.mark.parametrize("kills", [few, pytest.param(20, marks=pytest.mark.proof)])


@contextmanager
def running_worker() -> Iterator[Program]:
    worker = Program(
        "privacy-worker",
        ["celery", "-A", "mesopinions", "worker", "--concurrency=1", "--without-gossip", "--without-mingle"],
        is_ready=lambda: bool(app.control.ping(timeout=0.2, limit=1)),
    )
    try:
        yield worker
    finally:
        worker.kill()


def wait_until(is_true: Callable[[], bool]) -> None:
    ends = time.monotonic() + 40
    while not is_true():
        assert time.monotonic() < ends, "It did not happen within 40 s."
        time.sleep(0.001)


# --- Requests ---------------------------------------------------------------------------------------------------------


def opened(right: Right, email: str, *, remove_from_count: bool = False) -> RightsRequest:
    return requests.open_by_staff(
        right=right, email=email, language="fr", remove_from_count=remove_from_count, at=timezone.now()
    )


def wait_for_steps(count: int) -> None:
    """Wait until so many steps were done from now on."""
    begin = timezone.now()
    wait_until(lambda: RequestStep.objects.filter(done_at__gte=begin).count() >= count)


def carry_out_through(kills: int, seed: int) -> None:
    """Let workers carry out every open request, each but the last killed at some step of its own."""
    chance, landed = Random(seed), 0
    for _kill in range(kills):
        app.control.purge()  # what the last one left would be done while the next one starts, before we look
        with running_worker() as worker:
            requests.resume_requests(now=timezone.now() + LATER)
            wait_for_steps(chance.randint(0, 20))
            time.sleep(chance.uniform(0, 0.03))
            worker.kill()
        open_ones = RightsRequest.objects.filter(status="executing")
        landed += open_ones.filter(steps_total__gt=0).exists()
    with running_worker():
        requests.resume_requests(now=timezone.now() + LATER)
        wait_until(lambda: not RightsRequest.objects.filter(status="executing").exists())
    print(f"{kills} workers killed, {landed} of them in the middle of a request")  # noqa: T201 -- a figure of the proof
    assert landed > kills / 2


def signed_by(name: str, petitions: list[Petition]) -> str:
    """Let somebody with an account sign every petition with words, and return their address."""
    user = make_user(name)
    for petition in petitions:
        consents = (Purpose.AUTHOR_UPDATES, Purpose.NEWSLETTER)
        make_signature(petition, name, confirmed=True, consents=consents, comment="Il le faut.")
    return user.email


def rows_about(email: str) -> dict[str, set[int]]:
    tables = [source for source in all_sources() if isinstance(source, Table)]
    subject = subject_of(email)
    return {table.name: set(table.rows(subject).values_list("pk", flat=True)) for table in tables}


def those_gone(rows: dict[str, set[int]]) -> dict[str, set[int]]:
    models = {source.name: source.model for source in all_sources() if isinstance(source, Table)}
    return {
        name: keys - set(models[name]._base_manager.filter(pk__in=keys).values_list("pk", flat=True))
        for name, keys in rows.items()
    }


def assert_receipt(request: RightsRequest, gone: dict[str, set[int]]) -> None:
    """Every step was done once, and says how many rows have gone."""
    request.refresh_from_db()
    assert (request.status, request.email) == ("done", "")
    assert request.steps_done == request.steps_total == request.steps.count()
    assert not request.steps.filter(done_at=None).exists()
    receipt = dict(request.steps.filter(action=Erasure.DELETE).values_list("source", "found"))
    assert {name: count for name, count in receipt.items() if name in gone} == {
        name: len(keys) for name, keys in gone.items() if name in receipt
    }


def assert_tombstones(gone: list[dict[str, set[int]]]) -> None:
    """Each row that has gone has its tombstone, and no other row of its table has."""
    for source in all_sources():
        if isinstance(source, Table) and source.erasure is Erasure.DELETE:
            buried = set(Tombstone.objects.filter(table=source.name).values_list("key", flat=True))
            assert buried == {str(key) for rows in gone for key in rows[source.name]}, source.name


@times(2)
def test_erasures_whose_workers_are_killed_end_once_with_exact_counts_and_receipts(kills: int):
    petitions = [make_petition(slug=f"petition-{number}") for number in range(PETITIONS)]
    # More than a quick machine gets through between the kills.
    people = [signed_by(f"signer{number}", petitions) for number in range(3 * kills + 2)]
    *erased, _stays = people
    send_due_mails()
    tally.fold()
    rows = [rows_about(email) for email in erased]
    open_ones = [opened(Right.ERASURE, email, remove_from_count=bool(i % 2)) for i, email in enumerate(erased)]

    carry_out_through(kills, seed=1)

    gone = [those_gone(keys) for keys in rows]
    for request, keys in zip(open_ones, gone, strict=True):
        assert_receipt(request, keys)
    assert_tombstones(gone)
    assert Signature.objects.count() == PETITIONS
    removed = sum(request.remove_from_count for request in open_ones)
    assert {signature_count(petition.pk) for petition in petitions} == {len(people) - removed}
    assert ContributorTrace.objects.count() == PETITIONS * len(erased)
    proofs = Tombstone.objects.filter(table=ConsentRecord._meta.label).count()
    assert ConsentRecord.objects.filter(pseudonymised_at__isnull=False).count() == proofs


@times(1)
def test_copies_whose_workers_are_killed_are_made_once_and_whole(kills: int, tmp_path: Path):
    petitions = [make_petition(slug=f"petition-{number}") for number in range(PETITIONS)]
    people = [signed_by(f"signer{number}", petitions) for number in range(3 * kills)]
    open_ones = [opened(Right.ACCESS, email) for email in people]

    carry_out_through(kills, seed=2)

    for request in open_ones:
        request.refresh_from_db()
        assert (request.status, request.email) == ("done", "")
        assert request.steps_done == request.steps_total == request.steps.filter(done_at__isnull=False).count()
        assert request.steps.get(source=Signature._meta.label).found == PETITIONS
        copy = tmp_path / "copy.zip"
        with closing(packages.open_package(request, timezone.now())) as reading:
            copy.write_bytes(b"".join(reading))
        with ZipFile(copy) as package:
            assert package.testzip() is None
    assert OutgoingMail.objects.filter(kind="rights_ready").count() == len(people)
    packages.tidy(now=timezone.now() + timedelta(days=2))
    names = {path.name for path in (settings.PRIVATE_ROOT / packages.FOLDER).iterdir()}
    assert names == {request.file_name for request in open_ones}


# --- Purge ------------------------------------------------------------------------------------------------------------


@contextmanager
def running_purge() -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen(
        [sys.executable, "manage.py", "purge", "--rule", COUNTED, "--over-brake"],
        cwd=ROOT,
        env=os.environ | environment.variables(),
        stdout=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait_for_batches(count: int) -> None:
    """Wait until so many batches were purged from now on."""
    runs = PurgeRun.objects.filter(rule=COUNTED)
    before = sum(run.handled for run in runs)
    wait_until(lambda: any(run.handled >= before + BATCH * count for run in runs.all()))


@times(3)
def test_a_purge_that_is_killed_again_and_again_ends_once_with_exact_counts(kills: int):
    long_ago = timezone.now() - timedelta(days=365)
    closed = make_petition(slug="close", status="closed", closed_at=timezone.now() - timedelta(days=200))
    open_one = make_petition()
    due = BATCH * 4 * kills
    sign_many([closed, open_one], 2 * due, at=long_ago)
    proofs = ConsentRecord.objects.count() / 2
    chance = Random(3)

    for _kill in range(kills):
        with running_purge() as process:
            wait_for_batches(chance.randint(0, 2))
            time.sleep(chance.uniform(0, 0.1))
            assert process.poll() is None
    assert 0 < Signature.objects.filter(petition=closed).count() < due
    purge_tonight(now=timezone.now() + LATER)

    [run] = PurgeRun.objects.filter(rule=COUNTED)
    assert (run.status, run.due, run.handled, run.held, run.failed) == ("done", due, due, 0, 0)
    assert not Signature.objects.filter(petition=closed).exists()
    assert Signature.objects.filter(petition=open_one).count() == due
    assert signature_count(closed.pk) == signature_count(open_one.pk) == due
    assert Comment.objects.filter(petition=closed, signature=None).count() == due / COMMENTS_ONE_IN
    assert ContributorTrace.objects.count() == due / COMMENTS_ONE_IN
    assert ConsentRecord.objects.filter(pseudonymised_at__isnull=False).count() == proofs
