"""A copy as a request: made once by a worker, encrypted at rest, for its link alone and for seven days."""

import errno
import io
import os
import threading
import time
import zipfile
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from mesopinions.core.crypto import Sealing
from mesopinions.mail.models import OutgoingMail
from privacy import requests
from privacy.models import RightsRequest
from privacy.registry import days
from privacy.registry.wording import period_of
from privacy.requests import Right, packages
from privacy.requests.links import READABLE_FOR
from privacy.services.purging import purge_due
from tests.factories import make_petition, make_signature
from tests.support.concurrency import run_together

ADDRESS = "samir@example.org"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.PRIVATE_ROOT = tmp_path / "private"
    return tmp_path / "private" / "exports"


def opened_request(right: Right = Right.ACCESS, email: str = ADDRESS, language: str = "fr") -> RightsRequest:
    return requests.open_by_staff(
        right=right, email=email, language=language, remove_from_count=False, at=timezone.now()
    )


def executed(request: RightsRequest) -> RightsRequest:
    requests.execute(request.pk)
    request.refresh_from_db()
    return request


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def package_of(request: RightsRequest, at: datetime | None = None) -> zipfile.ZipFile:
    with closing(packages.open_package(request, at or timezone.now())) as reading:
        return zipfile.ZipFile(io.BytesIO(b"".join(reading)))


@pytest.fixture
def signed(db: None) -> None:
    make_signature(make_petition(), confirmed=True, comment="Il le faut.")


# --- Once -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("right", [Right.ACCESS, Right.PORTABILITY])
def test_a_copy_is_made_and_its_link_is_mailed(signed, folder, right):
    request = executed(opened_request(right))

    assert (request.status, request.email, request.steps_done) == ("done", "", request.steps_total)
    assert files(folder) == [request.file_name]
    assert b"samir" not in (folder / request.file_name).read_bytes()
    with package_of(request) as package:
        assert b"Il le faut." in package.read("donnees.json")
    assert OutgoingMail.objects.get(kind="rights_ready").about_id == request.pk
    assert request.steps.get(source="petitions.Signature").found == 1
    assert not request.steps.filter(done_at=None).exists()


def test_it_is_in_the_language_of_the_request_whatever_the_worker_speaks(signed):
    request = executed(opened_request(language="en"))

    with package_of(request) as package:
        assert b'<html lang="en">' in package.read("index.html")


def test_nobody_gets_an_empty_copy_all_the_same(db):
    request = executed(opened_request(email="personne@example.org"))

    assert request.status == "done"
    with package_of(request) as package:
        assert package.testzip() is None


def test_done_once_it_is_not_done_again(signed, folder):
    request = executed(opened_request())

    executed(request)

    assert files(folder) == [request.file_name]
    assert OutgoingMail.objects.filter(kind="rights_ready").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_leave_one_file_and_one_mail(folder):
    make_signature(make_petition(), confirmed=True)
    request = opened_request()

    run_together(4, lambda: requests.execute(request.pk))

    request.refresh_from_db()
    assert request.status == "done"
    assert files(folder) == [request.file_name]
    assert OutgoingMail.objects.filter(kind="rights_ready").count() == 1
    assert request.steps_done == request.steps_total == request.steps.count()


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_overtaken_throws_its_file_away(folder, monkeypatch):
    make_signature(make_petition(), confirmed=True)
    request = opened_request()
    slow = threading.Event()

    def hold(*args: object) -> None:
        slow.wait(20)

    with monkeypatch.context() as patch:
        patch.setattr("privacy.requests.executing._note_copied", hold)
        worker = threading.Thread(target=requests.execute, args=[request.pk])
        worker.start()
        while not files(folder):
            time.sleep(0.01)
    requests.execute(request.pk)
    slow.set()
    worker.join()

    request.refresh_from_db()
    assert files(folder) == [request.file_name]
    assert OutgoingMail.objects.filter(kind="rights_ready").count() == 1


# --- What goes wrong --------------------------------------------------------------------------------------------------


class Killed(BaseException):
    """What kill −9 looks like to the code: nothing catches it."""


def test_what_a_killed_worker_began_is_made_from_the_start(signed, folder, monkeypatch):
    request = opened_request()
    calls = []

    def kill(*args: object) -> None:
        calls.append(args)
        if len(calls) == 5:
            raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("privacy.requests.executing._note_copied", kill)
        with pytest.raises(Killed):
            requests.execute(request.pk)
    request.refresh_from_db()
    assert request.status == "executing"

    executed(request)

    assert request.status == "done"
    assert request.steps.count() == request.steps_total
    with package_of(request) as package:
        assert package.testzip() is None


def test_a_worker_killed_before_it_closes_leaves_a_file_that_the_tidying_deletes(signed, folder, monkeypatch):
    def kill(*args: object) -> None:
        raise Killed

    request = opened_request()
    with monkeypatch.context() as patch:
        patch.setattr("privacy.requests.executing._close_copy", kill)
        with pytest.raises(Killed):
            requests.execute(request.pk)
    executed(request)
    (folder / "half.part").touch()
    assert len(files(folder)) == 3

    assert packages.tidy(now=timezone.now()) == 0
    assert packages.tidy(now=timezone.now() + timedelta(days=2)) == 2

    assert files(folder) == [request.file_name]


def test_a_full_disk_fails_the_request_leaves_no_file_and_may_be_tried_again(signed, folder, monkeypatch, caplog):
    written = 0

    def full(self: object, data: bytes) -> int:
        nonlocal written
        written += len(data)
        if written > 2_000:
            raise OSError(errno.ENOSPC, "No space left on device", ADDRESS)
        return len(data)

    request = opened_request()
    with monkeypatch.context() as patch:
        patch.setattr("mesopinions.core.crypto.Sealing.write", full)
        executed(request)
    assert (request.status, request.error) == ("failed", "OSError")
    assert files(folder) == []
    assert ADDRESS not in caplog.text
    assert not OutgoingMail.objects.filter(kind="rights_ready").exists()

    assert requests.try_again(request=request, at=timezone.now())
    executed(request)

    assert request.status == "done"
    assert files(folder) == [request.file_name]


def test_a_step_that_fails_says_only_its_class(signed, folder, monkeypatch, caplog):
    def fail(*args: object) -> None:
        raise ValueError(ADDRESS)

    monkeypatch.setattr("privacy.requests.packing._json", fail)

    request = executed(opened_request())

    assert (request.status, request.error) == ("failed", "ValueError")
    assert files(folder) == []
    assert ADDRESS not in caplog.text


# --- Seven days -------------------------------------------------------------------------------------------------------


def test_it_opens_for_seven_days_and_the_purge_deletes_it_then(signed, folder):
    request = executed(opened_request())
    after = timezone.now() + timedelta(days=7, minutes=1)

    assert package_of(request, after - timedelta(minutes=2)).testzip() is None
    with pytest.raises(packages.PackageGone):
        packages.open_package(request, after)
    purge_due(as_of=after)

    request.refresh_from_db()
    assert (files(folder), request.file_name) == ([], "")
    assert request.status == "done"
    with pytest.raises(packages.PackageGone):
        packages.open_package(request, timezone.now())


def test_a_file_that_is_gone_is_said_to_be(signed, folder):
    request = executed(opened_request())
    packages.forget(request.file_name)

    with pytest.raises(packages.PackageGone):
        packages.open_package(request, timezone.now())


def test_the_link_and_the_file_last_as_long():
    assert period_of("privacy.rightsrequest:file") == days(READABLE_FOR.days)


def test_an_erasure_deletes_the_copies_of_that_person_at_once(signed, folder):
    mine = executed(opened_request())
    executed(opened_request(Right.PORTABILITY))
    other = executed(opened_request(email="nadia@example.org"))

    erasure = executed(opened_request(Right.ERASURE))

    assert files(folder) == [other.file_name]
    assert erasure.steps.get(source="exports").found == 2
    mine.refresh_from_db()
    assert mine.file_name == ""


# --- Size -------------------------------------------------------------------------------------------------------------


@pytest.mark.proof
def test_fifty_thousand_mails_take_flat_memory(db, folder, monkeypatch):
    with connection.cursor() as cursor:  # no object of ours, whose memory would serve again
        cursor.execute(
            "INSERT INTO mail_outgoingmail (kind, recipient, language, sent_at)"
            " SELECT 'confirm_signature', %s, 'fr', now() FROM generate_series(1, 50000)",
            [ADDRESS],
        )
    resident, seal = [_resident()], Sealing._seal

    def watched(sealing: Sealing, chunk: bytes, *, is_last: bool) -> None:
        resident.append(_resident())
        seal(sealing, chunk, is_last=is_last)

    monkeypatch.setattr(Sealing, "_seal", watched)
    begin = time.monotonic()
    request = executed(opened_request())
    seconds, grown = time.monotonic() - begin, max(resident) - resident[0]

    assert request.steps.get(source="mail.OutgoingMail").found == 50_000
    size = (folder / request.file_name).stat().st_size
    print(f"50,000 mails: {seconds:.1f} s, memory +{grown / 1e6:.0f} MB at most, {size / 1e6:.1f} MB")  # noqa: T201
    assert grown < 60_000_000


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
