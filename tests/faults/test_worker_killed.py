"""Kill −9 a real worker in the middle of a mail: nothing is lost, and nothing is sent twice but in one known window."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psutil
import pytest

from mesopinions.celery import app
from mesopinions.mail.models import OutgoingMail
from mesopinions.mail.services import SEND_DUE
from tests.fakes.greeting.mails import waiting_greeting
from tests.fakes.smtp import FakeSmtp, running_smtp
from tests.support.programs import Program

MAILS = 12
KILLED_AT = 5


@contextmanager
def running_worker(smtp: FakeSmtp) -> Iterator[Program]:
    """Run a real worker that sends through `smtp`."""
    worker = Program(
        "mail-worker",
        ["celery", "-A", "mesopinions", "worker", "--concurrency=1", "--without-gossip", "--without-mingle"],
        is_ready=lambda: bool(app.control.ping(timeout=0.2, limit=1)),
        variables={"EMAIL_URL": smtp.url, "DJANGO_SETTINGS_MODULE": "tests.fakes.greeting.settings"},
    )
    try:
        yield worker
    finally:
        worker.kill()


class Hold:
    """Stop the mail server at the n-th call until `release` is set."""

    def __init__(self, call: int) -> None:
        self.call = call
        self.calls = 0
        self.reached = threading.Event()
        self.release = threading.Event()

    def __call__(self) -> None:
        self.calls += 1
        if self.calls == self.call:
            self.reached.set()
            self.release.wait(timeout=30)


def _kill_a_worker_at(hold: Hold, smtp: FakeSmtp) -> None:
    with running_worker(smtp) as worker:
        app.send_task(SEND_DUE)
        assert hold.reached.wait(timeout=20)
        worker.kill()
    hold.release.set()


def _let_another_worker_finish(smtp: FakeSmtp) -> None:
    with running_worker(smtp):
        app.send_task("mail.sweep")  # what the scheduler does every few seconds
        _wait_until(lambda: not OutgoingMail.objects.filter(sent_at=None).exists())


def _wait_until(is_true: Callable[[], bool]) -> None:
    ends = time.monotonic() + 20
    while not is_true():
        assert time.monotonic() < ends, "It did not happen within 20 s."
        time.sleep(0.05)


def _expected() -> Counter[str]:
    return Counter(f"<{mail.message_id}@localhost>" for mail in OutgoingMail.objects.all())


@pytest.fixture
def smtp() -> Iterator[FakeSmtp]:
    with running_smtp() as server:
        yield server


@pytest.mark.usefixtures("transactional_db")
def test_a_worker_killed_before_the_server_has_the_mail_loses_none_and_repeats_none(smtp: FakeSmtp):
    for number in range(MAILS):
        waiting_greeting(f"signer{number}@example.org")
    smtp.before_data = hold = Hold(KILLED_AT)

    _kill_a_worker_at(hold, smtp)
    assert len(smtp.accepted) == KILLED_AT - 1
    _let_another_worker_finish(smtp)

    assert Counter(smtp.message_ids) == _expected()


@pytest.mark.usefixtures("transactional_db")
def test_a_worker_killed_between_acceptance_and_commit_repeats_that_mail_with_the_same_message_id(smtp: FakeSmtp):
    for number in range(MAILS):
        waiting_greeting(f"signer{number}@example.org")
    smtp.after_acceptance = hold = Hold(KILLED_AT)

    _kill_a_worker_at(hold, smtp)
    _let_another_worker_finish(smtp)

    repeated = smtp.message_ids[KILLED_AT - 1]
    assert Counter(smtp.message_ids) == _expected() + Counter([repeated])


@pytest.mark.usefixtures("transactional_db")
def test_a_worker_process_killed_alone_hands_its_task_back_at_once(smtp: FakeSmtp):
    for number in range(MAILS):
        waiting_greeting(f"signer{number}@example.org")
    smtp.before_data = hold = Hold(KILLED_AT)

    with running_worker(smtp) as worker:
        app.send_task(SEND_DUE)
        assert hold.reached.wait(timeout=20)
        for process in psutil.Process(worker.pid).children():
            process.kill()
        hold.release.set()
        _wait_until(lambda: not OutgoingMail.objects.filter(sent_at=None).exists())

    assert Counter(smtp.message_ids) == _expected()
