"""The site's programs through PgBouncer in transaction mode, with deploy/pgbouncer/pgbouncer.ini."""

import os
import re
import time

import psycopg
import pytest

from mesopinions.local import postgres
from mesopinions.local.child import Child, Service, wait_until
from petitions.models import DailyTally
from petitions.selectors import signature_count
from tests.deploy import recipe
from tests.deploy.containers import debian_program, running_container
from tests.deploy.visitor import Visitor
from tests.factories import make_petition, sign_data
from tests.support import environment
from tests.support.concurrency import run_all_together
from tests.support.programs import free_port

pytestmark = [pytest.mark.proof, pytest.mark.timeout(180)]

PASSWORD = "of-this-test-only"
HOST = "petitions.example"
SIGNERS = 16
ROUNDS = 5


class PgBouncer:
    """PgBouncer on a copy of the configuration: another port, this suite's PostgreSQL, few connections to share."""

    def __init__(self, folder):
        self.port = free_port()
        (folder / "userlist.txt").write_text(f'"mesopinions" "{PASSWORD}"\n')
        (folder / "pgbouncer.ini").write_text(self._adapted(folder))
        # It refuses to be root, as PostgreSQL does.
        command = [*postgres._unprivileged(), debian_program("pgbouncer"), str(folder / "pgbouncer.ini")]
        self._log = folder / "pgbouncer.log"
        self.child = Child(Service("pgbouncer", command, self._log, {"PATH": os.environ["PATH"]}))
        if not wait_until(self._answers, seconds=5):
            raise RuntimeError(self._log.read_text())

    def _adapted(self, folder):
        text = (recipe.ROOT / "deploy/pgbouncer/pgbouncer.ini").read_text(encoding="utf-8")
        for ours, here in {
            "host=postgres port=5432 dbname=mesopinions": f"host={environment.suite().sockets} "
            f"dbname={environment.DATABASE}",
            "listen_addr = *": "listen_addr = 127.0.0.1",
            "listen_port = 6432": f"listen_port = {self.port}",
            "/etc/pgbouncer/": f"{folder}/",
            "default_pool_size = 20": "default_pool_size = 3",
            "reserve_pool_size = 5": "reserve_pool_size = 0",
        }.items():
            assert ours in text
            text = text.replace(ours, here)
        return text

    def url(self, database="mesopinions"):
        return f"postgresql://mesopinions:{PASSWORD}@127.0.0.1:{self.port}/{database}"

    def shown(self, what):
        """Return the rows of one of its own tables, by column: POOLS, STATS…"""
        with psycopg.connect(self.url("pgbouncer"), autocommit=True) as connection:
            told = connection.pgconn.exec_(f"SHOW {what}".encode())
        names = [told.fname(place).decode() for place in range(told.nfields)]
        return [
            dict(zip(names, (told.get_value(row, place).decode() for place in range(told.nfields)), strict=True))
            for row in range(told.ntuples)
        ]

    def _answers(self):
        try:
            psycopg.connect(self.url(), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def stop(self):
        self.child.ask_to_stop()
        self.child.wait(time.monotonic() + 5)


@pytest.fixture
def pgbouncer(transactional_db, tmp_path):
    running = PgBouncer(tmp_path)
    yield running
    running.stop()


@pytest.fixture
def site(pgbouncer, tmp_path, stores):
    """Web server, worker and clock, all behind PgBouncer."""
    through = {**stores, "DATABASE_URL": pgbouncer.url()}
    with (
        running_container("web", tmp_path, through) as web,
        running_container("worker", tmp_path, through),
        running_container("beat", tmp_path, through),
    ):
        yield web


def visitor(site, number):
    """Each signer has an address of their own, or the limit of one address would stop them."""
    return Visitor(site.port, HOST, {"X-Forwarded-For": f"192.0.2.{number}", "X-Forwarded-Proto": "https"})


def links_in(messages):
    texts = [message.get_body(("plain",)).get_content() for message in messages]
    return [re.search(rf"https://{re.escape(HOST)}(/signature/[^/\s]+/)", text)[1] for text in texts]


def test_many_sign_and_confirm_over_three_connections(site, pgbouncer, mail_server):
    petition = make_petition()
    statuses = []
    for round_ in range(ROUNDS):
        statuses += run_all_together(
            [
                lambda name=f"signer{round_}x{number}", number=number: (
                    visitor(site, number).post(f"/petition/{petition.pk}/signer/", sign_data(name)).status
                )
                for number in range(SIGNERS)
            ]
        )
    assert wait_until(lambda: len(mail_server.accepted) == SIGNERS * ROUNDS, seconds=30)
    links = links_in(mail_server.accepted)
    confirmed = run_all_together(
        [lambda link=link, n=n: visitor(site, n).post(f"{link}confirmer/", {}).status for n, link in enumerate(links)]
    )

    assert set(statuses) == set(confirmed) == {303}
    assert signature_count(petition.pk) == SIGNERS * ROUNDS
    assert wait_until(lambda: DailyTally.objects.filter(total=SIGNERS * ROUNDS).exists(), seconds=30)
    pool = next(row for row in pgbouncer.shown("POOLS") if row["database"] == "mesopinions")
    assert pool["pool_mode"] == "transaction"
    assert int(pool["sv_active"]) + int(pool["sv_idle"]) + int(pool["sv_used"]) <= 3
