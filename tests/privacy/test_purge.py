"""The purge: what is due goes, what is held stays, and what fails holds back nothing else."""

import threading
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from petitions.models import Signature, SignerLink
from privacy.models import LegalHold, PurgeRun, Restriction, Tombstone
from privacy.services import purging
from privacy.services.purging import night_before, purge_due, purge_tonight
from privacy.services.rules import Rule, all_rules
from tests.factories import make_petition, make_signature
from tests.support.concurrency import run_all_together, run_together

pytestmark = pytest.mark.django_db


@pytest.fixture
def pending() -> Signature:
    return make_signature(make_petition())


LINKS, PENDING = "petitions.signerlink", "petitions.signature:unconfirmed"


def rule(name: str) -> Rule:
    return next(rule for rule in all_rules() if rule.name == name)


def carry_out(*names: str, after: timedelta = timedelta(), **options) -> dict[str, PurgeRun]:
    runs = purge_due(as_of=timezone.now() + after, rules=[rule(name) for name in names] or None, **options)
    return {run.rule: run for run in runs}


def old_links(count: int) -> list[SignerLink]:
    long_ago = timezone.now() - timedelta(days=3)
    return SignerLink.objects.bulk_create(
        SignerLink(email=f"signer{number}@example.org", expires_at=long_ago) for number in range(count)
    )


def figures(run: PurgeRun) -> tuple[str, int, int, int]:
    return run.status, run.handled, run.held, run.failed


def test_every_rule_of_the_registry_can_be_carried_out_on_an_empty_site():
    runs = carry_out()

    assert {run.status for run in runs.values()} == {"done"}
    assert len(runs) == len(all_rules())


def test_a_dry_run_says_what_the_real_run_does_and_changes_nothing(pending):
    confirmed = make_signature(make_petition(slug="une-autre"), confirmed=True)
    old_links(7)
    Signature.objects.filter(pk=confirmed.pk).update(ip_address="192.0.2.7")
    LegalHold.objects.create(
        table="petitions.SignerLink", key=str(SignerLink.objects.first().pk), reason="Procès", ends_on="2099-01-01"
    )
    later = timedelta(days=4 * 366)

    dry = carry_out(after=later, dry=True)
    assert (Signature.objects.count(), SignerLink.objects.count()) == (2, 7)
    real = carry_out(after=later)

    assert {name: figures(run) for name, run in dry.items()} == {name: figures(run) for name, run in real.items()}
    assert dry[LINKS].handled == 6


def test_one_held_row_among_three_stays_and_the_receipt_names_it():
    links = old_links(3)
    hold = LegalHold.objects.create(
        table="petitions.SignerLink", key=str(links[1].pk), reason="Enquête 12", ends_on=timezone.localdate()
    )

    run = carry_out(LINKS)[LINKS]

    assert figures(run) == ("done", 2, 1, 0)
    assert run.held_keys == [str(links[1].pk)]
    hold.lifted_at = timezone.now()
    hold.save()
    assert carry_out(LINKS)[LINKS].handled == 1


def test_a_hold_ends_by_itself_the_day_after_its_last():
    [link] = old_links(1)
    LegalHold.objects.create(table="petitions.SignerLink", key=str(link.pk), reason="Litige", ends_on="2026-01-31")

    assert carry_out(LINKS)[LINKS].handled == 1


def test_the_rows_of_a_restricted_person_stay_until_it_is_lifted():
    links = old_links(3)
    restriction = Restriction.objects.create(email=links[2].email.upper(), reason="Conteste les données")

    assert figures(carry_out(LINKS)[LINKS]) == ("done", 2, 1, 0)
    restriction.lifted_at = timezone.now()
    restriction.save()

    assert figures(carry_out(LINKS)[LINKS]) == ("done", 1, 0, 0)


@pytest.fixture
def failing_on(monkeypatch):
    """Make the rule of the links fail on some rows: on all of them if none are named."""

    def install(*keys):
        def carry_out(rows, at):
            if not keys or set(rows) & set(keys):
                raise ValueError("signer1@example.org")
            SignerLink.objects.filter(pk__in=rows).delete()

        links = rule(LINKS)
        broken = Rule(links.part, replace(links.retention, carry_out=carry_out))
        rules = [broken if one.name == LINKS else one for one in all_rules()]
        monkeypatch.setattr(purging, "all_rules", lambda: rules)
        return broken

    return install


def test_a_row_that_fails_is_named_by_its_number_and_the_others_go(failing_on, caplog):
    links = old_links(4)

    [run] = purge_due(as_of=timezone.now(), rules=[failing_on(links[2].pk)])

    assert figures(run) == ("done", 3, 0, 1)
    assert (run.failed_keys, run.error) == ([str(links[2].pk)], "ValueError")
    assert "signer1" not in caplog.text


def test_a_rule_that_raises_stops_alone(failing_on, caplog, pending):
    old_links(3)
    failing_on()

    runs = {run.rule: run for run in purge_due(as_of=timezone.now() + timedelta(days=8))}

    assert runs[LINKS].status == "failed"
    assert SignerLink.objects.count() == 3
    assert not Signature.objects.exists()
    assert LINKS in caplog.text
    assert "signer1" not in caplog.text


def test_a_rule_that_would_take_too_much_stops_before_its_first_row(monkeypatch, caplog, pending):
    monkeypatch.setattr(purging, "BRAKE_ROWS", 3)
    old_links(4)

    runs = carry_out(after=timedelta(days=8))

    assert figures(runs[LINKS]) == ("braked", 0, 0, 0)
    assert SignerLink.objects.count() == 4
    assert not Signature.objects.exists()
    assert LINKS in caplog.text
    assert carry_out(LINKS, over_brake=True)[LINKS].handled == 4


def test_a_fifth_of_a_table_passes_the_brake(monkeypatch):
    monkeypatch.setattr(purging, "BRAKE_ROWS", 3)
    old_links(4)
    in_an_hour = timezone.now() + timedelta(hours=1)
    SignerLink.objects.bulk_create(SignerLink(email="a@example.org", expires_at=in_an_hour) for _ in range(16))

    assert carry_out(LINKS)[LINKS].handled == 4


def test_a_run_that_was_interrupted_goes_on_where_it_stood(monkeypatch):
    monkeypatch.setattr(purging, "BATCH", 2)
    old_links(5)

    run = purging._begin(rule(LINKS), timezone.now(), False)
    purging._next_batch(rule(LINKS), run.pk)
    done = carry_out(LINKS)[LINKS]

    assert done.pk == run.pk
    assert (done.due, done.handled) == (5, 5)
    assert PurgeRun.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_purges_at_once_share_one_run_and_count_each_row_once(monkeypatch):
    monkeypatch.setattr(purging, "BATCH", 10)
    old_links(200)

    run_together(4, lambda: carry_out(LINKS))

    assert sum(PurgeRun.objects.values_list("handled", flat=True)) == 200
    assert not PurgeRun.objects.filter(status="running").exists()
    assert not SignerLink.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_row_that_somebody_is_changing_waits_for_the_next_night():
    links = old_links(3)
    is_locked, may_end = threading.Event(), threading.Event()

    def hold_open() -> None:
        with transaction.atomic():
            SignerLink.objects.select_for_update().get(pk=links[0].pk)
            is_locked.set()
            may_end.wait(timeout=30)

    def purge() -> int:
        is_locked.wait(timeout=30)
        try:
            return carry_out(LINKS)[LINKS].handled
        finally:
            may_end.set()

    assert run_all_together([hold_open, purge]) == [None, 2]
    assert SignerLink.objects.get() == links[0]


def test_a_night_is_purged_once_and_a_missed_one_is_made_good():
    old_links(1)
    now = timezone.now()

    assert len(purge_tonight(now=now)) == len(all_rules())
    old_links(1)
    assert purge_tonight(now=now + timedelta(minutes=10)) == []
    tomorrow = night_before(now) + timedelta(days=1, hours=1)
    assert {run.rule for run in purge_tonight(now=tomorrow)} == {rule.name for rule in all_rules()}
    assert not SignerLink.objects.exists()


def test_the_night_begins_at_two_in_paris():
    assert night_before(datetime.fromisoformat("2026-11-24T00:59:00+00:00")).isoformat() == (
        "2026-11-23T02:00:00+01:00"
    )
    assert night_before(datetime.fromisoformat("2026-11-24T01:00:00+00:00")).isoformat() == (
        "2026-11-24T02:00:00+01:00"
    )


def test_tombstones_go_when_the_last_backup_that_needs_them_does():
    Tombstone.objects.create(table="petitions.Signature", key="1", erased_at=timezone.now() - timedelta(days=36))
    name = "privacy.tombstone"

    assert carry_out(name)[name].handled == 1


def test_the_command_prints_a_receipt_and_counts_without_touching(capsys):
    old_links(2)

    call_command("purge", "--dry-run", "--rule", LINKS)
    assert "2 due, 2 done" in capsys.readouterr().out
    assert SignerLink.objects.count() == 2
    call_command("purge", "--rule", LINKS, "--now", "2020-01-01T00:00:00+00:00")
    assert SignerLink.objects.count() == 2
    call_command("purge", "--rule", LINKS)
    assert SignerLink.objects.count() == 0


@pytest.mark.parametrize(
    ("options", "message"), [(["--rule", "rien"], "No rule is called rien"), (["--now", "hier"], "--now reads like")]
)
def test_the_command_explains_what_it_cannot_read(options, message):
    with pytest.raises(CommandError, match=message):
        call_command("purge", *options)


def test_the_command_fails_when_a_rule_stopped(failing_on):
    old_links(1)
    failing_on()

    with pytest.raises(CommandError, match=LINKS):
        call_command("purge")
