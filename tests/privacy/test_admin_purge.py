"""The staff's side of the purge: how rules stand, runs by hand, what is kept back, and who looked at what."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from petitions.models import Comment, ContributorTrace, SignerLink
from privacy.models import LegalHold, PurgeRun, Restriction, Tombstone
from privacy.services import overview, purging
from privacy.services.rules import all_rules, rule_called
from tests.factories import make_petition, make_signature

pytestmark = pytest.mark.django_db

RULES = "/admin/privacy/purgerun/regles/"
HOLDS = "/admin/privacy/legalhold/"
RESTRICTIONS = "/admin/privacy/restriction/"
TRACES = "/admin/petitions/contributortrace/"
LINKS = "petitions.signerlink"


@pytest.fixture
def staff(client):
    client.force_login(User.objects.create_superuser("admin@example.org"))
    return client


def member(client, *permissions: str):
    """Log somebody of the staff in who may do this and nothing else."""
    user = User.objects.create(email="mona@example.org", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(user)
    return client


def old_links(count: int) -> list[SignerLink]:
    expired = timezone.now() - timedelta(days=3)
    return SignerLink.objects.bulk_create(
        SignerLink(email=f"signer{number}@example.org", expires_at=expired) for number in range(count)
    )


def journal() -> list[str]:
    return [entry.get_change_message() for entry in LogEntry.objects.order_by("pk")]


def standing(name: str = LINKS) -> overview.Standing:
    return next(one for one in overview.standings(timezone.now()) if one.name == name)


# --- How rules stand ------------------------------------------------------------------------------------------------


def test_every_rule_is_on_the_dashboard_with_its_period_in_words(staff):
    page = staff.get(RULES).content.decode()

    assert all(f"<code>{rule.name}</code>" in page for rule in all_rules())
    assert "1 jour après la fin du lien" in page


def test_what_is_due_is_counted_up_to_a_bound(staff, monkeypatch):
    monkeypatch.setattr(overview, "COUNTED_AT_MOST", 3)
    old_links(3)
    assert (standing().due, standing().is_many) == (3, False)

    old_links(4)

    assert (standing().due, standing().is_many) == (4, True)
    assert "plus de 3" in staff.get(RULES).content.decode()


def test_a_rule_that_is_slow_to_count_does_not_hold_the_page_up(staff, monkeypatch):
    def sleep(self, as_of):
        return SignerLink.objects.extra(where=["pg_sleep(5) IS NOT NULL"])

    old_links(1)
    monkeypatch.setattr(overview, "COUNTING_TAKES_AT_MOST", 20)
    monkeypatch.setattr("privacy.services.rules.Rule.due", sleep)

    assert {one.due for one in overview.standings(timezone.now())} == {None}


def test_a_rule_runs_next_when_the_night_begins_or_at_once_if_it_missed_it():
    assert standing().next_at is None

    purging.purge_tonight(now=timezone.now())

    assert standing().next_at == purging.night_before(timezone.now()) + timedelta(days=1)
    assert standing().last.status == "done"


def test_the_dashboard_asks_two_or_three_questions_a_rule(staff):
    with CaptureQueriesContext(connection) as captured:
        overview.standings(timezone.now())

    assert len(captured) <= 1 + 4 * len(all_rules())  # a savepoint and its release, the bound, the count


# --- Runs by hand ---------------------------------------------------------------------------------------------------


@pytest.fixture
def sent(monkeypatch):
    """Hear what is sent to the worker, as names and numbers."""
    messages = []
    monkeypatch.setattr(purging, "enqueue", lambda *message: messages.append(message))
    return messages


def test_a_run_by_hand_is_opened_here_and_carried_out_by_a_worker(staff, sent):
    old_links(2)

    assert staff.post(RULES, {"rule": LINKS}).status_code == 303

    run = PurgeRun.objects.get()
    assert (run.status, run.due, sent) == ("running", 2, [("privacy.carry_out", run.pk)])
    purging.go_on(run.pk)
    run.refresh_from_db()
    assert (run.status, run.handled) == ("done", 2)
    assert journal() == ["Lancé à la main"]


def test_a_second_click_opens_no_second_run(staff, sent):
    old_links(2)

    for _ in range(2):
        staff.post(RULES, {"rule": LINKS})

    assert PurgeRun.objects.count() == 1


def test_a_message_that_comes_after_the_end_starts_nothing(staff, sent):
    old_links(1)
    run = purging.start_run(rule=rule_called(LINKS), at=timezone.now())
    purging.go_on(run.pk)
    old_links(1)

    purging.go_on(run.pk)
    purging.go_on(10**9)

    assert SignerLink.objects.count() == 1
    assert PurgeRun.objects.count() == 1


def test_a_run_whose_message_was_lost_is_carried_out_by_the_clock(sent):
    now = timezone.now()
    purging.purge_tonight(now=now)
    old_links(2)
    run = purging.start_run(rule=rule_called(LINKS), at=now)

    assert purging.purge_tonight(now=now) == []
    [finished] = purging.purge_tonight(now=now + purging.BUSY_FOR + timedelta(minutes=1))

    assert (finished.pk, finished.handled) == (run.pk, 2)


def test_the_brake_stops_a_run_by_hand_too_and_only_a_reason_releases_it(staff, sent, monkeypatch):
    monkeypatch.setattr(purging, "BRAKE_ROWS", 3)
    old_links(4)
    staff.post(RULES, {"rule": LINKS})
    assert PurgeRun.objects.get().status == "braked"
    assert "Passer outre le frein" in staff.get(RULES).content.decode()

    staff.post(RULES, {"rule": LINKS, "over_brake": "on", "reason": "  "})
    assert PurgeRun.objects.count() == 1
    staff.post(RULES, {"rule": LINKS, "over_brake": "on", "reason": "Import de mars"})

    assert PurgeRun.objects.filter(status="running").count() == 1
    assert journal()[-1].endswith(": Import de mars")


@pytest.mark.parametrize("data", [{}, {"rule": "rien"}, {"rule": "x" * 500}, {"rule": "\u202e"}])
def test_a_rule_that_is_none_starts_nothing(staff, sent, data):
    assert staff.post(RULES, data).status_code == 303
    assert (sent, PurgeRun.objects.count()) == ([], 0)


def test_looking_needs_one_right_and_running_another(client, sent):
    assert member(client).get(RULES).status_code == 403
    User.objects.all().delete()
    reader = member(client, "view_purgerun")

    page = reader.get(RULES)

    assert page.status_code == 200
    assert "Lancer maintenant" not in page.content.decode()
    assert reader.post(RULES, {"rule": LINKS}).status_code == 403
    assert sent == []


def test_receipts_and_tombstones_are_read_and_never_written(staff):
    run = PurgeRun.objects.create(rule=LINKS, as_of=timezone.now())
    stone = Tombstone.objects.create(table="petitions.Signature", key="12")
    for table, row in (("purgerun", run), ("tombstone", stone)):
        assert staff.get(f"/admin/privacy/{table}/").status_code == 200
        assert staff.get(f"/admin/privacy/{table}/{row.pk}/change/").status_code == 200
        assert staff.post(f"/admin/privacy/{table}/add/").status_code == 403
        assert staff.post(f"/admin/privacy/{table}/{row.pk}/delete/", {"post": "yes"}).status_code == 403


# --- What is kept back ----------------------------------------------------------------------------------------------


@pytest.fixture
def signature():
    return make_signature(make_petition(), confirmed=True)


def hold(signature, **changes) -> dict[str, str]:
    ends_on = timezone.localdate() + timedelta(days=30)
    data = {"table": "petitions.Signature", "key": str(signature.pk), "reason": "Plainte 7", "ends_on": ends_on}
    return {**data, **changes}


def test_a_row_is_held_until_somebody_lifts_it_and_the_journal_says_who(staff, signature):
    staff.post(f"{HOLDS}add/", hold(signature, key=f" {signature.pk} "))

    placed = LegalHold.objects.get()
    assert (placed.table, placed.key, placed.created_by.email) == (
        "petitions.Signature",
        str(signature.pk),
        "admin@example.org",
    )
    for _ in range(2):
        staff.post(HOLDS, {"action": "lift", "_selected_action": [placed.pk]})
    placed.refresh_from_db()
    assert placed.lifted_at
    assert len(journal()) == 2
    assert not any("Plainte" in line for line in [*journal(), *LogEntry.objects.values_list("object_repr", flat=True)])


@pytest.mark.parametrize(
    "changes",
    [
        {"key": "999999999"},
        {"key": "abc"},
        {"key": "9" * 60},
        {"key": "\u202e"},
        {"table": "petitions.Theme"},
        {"table": "auth.User"},
        {"reason": ""},
        {"ends_on": "2020-01-01"},
        {"ends_on": ""},
    ],
    ids=str,
)
def test_a_hold_names_a_row_that_exists_a_reason_and_a_day_to_come(staff, signature, changes):
    response = staff.post(f"{HOLDS}add/", hold(signature, **changes))

    assert response.status_code == 200
    assert response.context["errors"]
    assert not LegalHold.objects.exists()


def test_a_hold_that_would_end_today_is_refused(staff, signature):
    staff.post(f"{HOLDS}add/", hold(signature, ends_on=timezone.localdate()))

    assert not LegalHold.objects.exists()


def test_a_person_is_restricted_with_their_account_and_the_list_does_not_say_who(staff):
    samir = User.objects.create_user("samir@example.org")

    staff.post(f"{RESTRICTIONS}add/", {"email": "Samir@example.org", "reason": "Conteste ses données"})

    restriction = Restriction.objects.get()
    assert restriction.user == samir
    assert "amir@" not in staff.get(RESTRICTIONS).content.decode()
    assert "amir@" not in "".join(LogEntry.objects.values_list("object_repr", "change_message").get())
    staff.post(RESTRICTIONS, {"action": "lift", "_selected_action": [restriction.pk]})
    restriction.refresh_from_db()
    assert restriction.lifted_at


@pytest.mark.parametrize("address", [HOLDS, RESTRICTIONS])
def test_who_may_only_look_neither_places_nor_lifts(client, signature, address):
    reader = member(client, "view_legalhold", "view_restriction")
    placed = LegalHold.objects.create(table="petitions.Signature", key="1", reason="x", ends_on="2099-01-01")
    Restriction.objects.create(pk=placed.pk, email="a@example.org", reason="x")

    assert reader.get(address).status_code == 200
    assert reader.post(f"{address}add/", hold(signature)).status_code == 403
    reader.post(address, {"action": "lift", "_selected_action": [placed.pk]})

    assert LegalHold.objects.get().lifted_at is None
    assert Restriction.objects.get().lifted_at is None


@pytest.mark.parametrize("page", ["change", "delete"])
def test_what_was_placed_is_not_changed_nor_deleted(staff, page):
    placed = LegalHold.objects.create(table="petitions.Signature", key="1", reason="x", ends_on="2099-01-01")

    assert staff.post(f"{HOLDS}{placed.pk}/{page}/", {"post": "yes", "reason": "y"}).status_code == 403
    assert LegalHold.objects.get().reason == "x"


# --- Traces ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def trace():
    """Samir's public comment is gone: the database kept who wrote it."""
    make_signature(make_petition(), confirmed=True, comment="Il le faut.")
    Comment.objects.all().delete()
    return ContributorTrace.objects.get()


def found(client, words: str) -> list[ContributorTrace]:
    return list(client.get(TRACES, {"q": words}).context["cl"].queryset)


def test_no_trace_is_listed_that_was_not_asked_for_by_its_number(staff, trace):
    assert found(staff, "") == []
    assert found(staff, "samir@example.org") == []
    assert found(staff, str(trace.petition_id)) == [trace]
    assert found(staff, str(trace.what_id)) == [trace]
    assert found(staff, "9" * 40) == []


def test_a_list_of_traces_names_nobody(staff, trace):
    page = staff.get(TRACES, {"q": trace.petition_id}).content.decode()

    assert str(trace.what_id) in "".join(page.split())  # a number is shown with narrow spaces
    assert "Benali" not in page
    assert "samir@" not in page


def test_reading_a_trace_leaves_a_line_in_the_journal(staff, trace):
    page = staff.get(f"{TRACES}{trace.pk}/change/").content.decode()

    assert "samir@example.org" in page
    entry = LogEntry.objects.get()
    assert (entry.user.email, entry.object_id) == ("admin@example.org", str(trace.pk))
    assert "samir" not in entry.object_repr + entry.change_message


def test_a_trace_needs_its_right(client, trace):
    moderator = member(client, "view_comment", "view_signature")

    assert moderator.get(TRACES).status_code == 403
    assert moderator.get(f"{TRACES}{trace.pk}/change/").status_code == 403
    assert not LogEntry.objects.exists()
