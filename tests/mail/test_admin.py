"""The outbox in the admin: what failed is seen and tried again, to whom it goes is not in the list."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.utils import timezone

from accounts.models import User
from mesopinions.core.addresses import address_key
from mesopinions.mail import services
from mesopinions.mail.models import BlockReason, OutgoingMail

pytestmark = pytest.mark.django_db

MAILS = "/admin/mail/outgoingmail/"
BLOCKS = "/admin/mail/mailblock/"


@pytest.fixture
def staff(client):
    client.force_login(User.objects.create_superuser("admin@example.org"))
    return client


def make_mail(**fields):
    return OutgoingMail.objects.create(kind="greeting", recipient="samir@example.org", language="fr", **fields)


@pytest.fixture
def failed():
    return make_mail(failed_at=timezone.now(), attempts=7, last_error="SMTPRecipientsRefused")


def retry(client, *mails):
    data = {"action": "try_again", "_selected_action": [mail.pk for mail in mails]}
    return client.post(MAILS, data, follow=True)


def found(client, **query):
    return [mail.pk for mail in client.get(MAILS, query).context["cl"].queryset]


def test_the_list_shows_the_failure_and_not_the_recipient(staff, failed):
    page = staff.get(MAILS).content.decode()

    assert "SMTPRecipientsRefused" in page
    assert "samir" not in page


def test_one_mail_shows_its_recipient_and_no_context(staff):
    mail = make_mail(context={"secret": "dix-sept"})
    page = staff.get(f"{MAILS}{mail.pk}/change/").content.decode()

    assert "samir@example.org" in page
    assert "dix-sept" not in page


def test_a_mail_is_found_by_number_message_id_and_whole_address(staff, failed):
    failed.refresh_from_db()
    OutgoingMail.objects.create(kind="greeting", recipient="nadia@example.org", language="fr")

    for words in (str(failed.pk), f"<{failed.message_id}@example.org>", "Samir@example.org"):
        assert found(staff, q=words) == [failed.pk]
    assert found(staff, q="samir") == []


@pytest.mark.parametrize("words", ["'", "%", "9" * 5000, "@@", "x" * 20_000, "{}"])
def test_no_search_breaks_the_lists(staff, failed, words):
    assert {staff.get(address, {"q": words}).status_code for address in (MAILS, BLOCKS)} == {200}


def test_each_state_has_its_filter(staff, failed):
    now = timezone.now()
    waiting, sent, cancelled = make_mail(), make_mail(sent_at=now), make_mail(cancelled_at=now)

    states = {"attend": waiting, "envoye": sent, "echoue": failed, "annule": cancelled}
    assert {state: found(staff, etat=state) for state in states} == {s: [mail.pk] for s, mail in states.items()}


def test_a_failed_mail_gets_all_its_tries_again(staff, failed):
    retry(staff, failed)

    failed.refresh_from_db()
    assert (failed.failed_at, failed.attempts, failed.last_error) == (None, 0, "")
    assert failed.due_at <= timezone.now()


def test_a_mail_that_did_not_fail_is_left_alone(staff):
    sent = make_mail(sent_at=timezone.now(), attempts=1)
    waiting = make_mail(due_at=timezone.now() + services.RETRY_AFTER[0], attempts=1)
    before = list(OutgoingMail.objects.order_by("pk").values())

    retry(staff, sent, waiting)

    assert list(OutgoingMail.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("address", [MAILS, BLOCKS])
def test_nobody_writes_the_outbox_or_the_blocks_in_the_admin(staff, failed, address):
    row = failed if address == MAILS else services.block_address("samir@example.org")

    for page in ("add/", f"{row.pk}/change/", f"{row.pk}/delete/"):
        assert staff.post(address + page, {"post": "yes", "recipient": "oscar@example.org"}).status_code == 403


def test_a_block_is_shown_without_its_key(staff):
    block = services.block_address("samir@example.org")

    for page in ("", f"{block.pk}/change/"):
        assert address_key("samir@example.org") not in staff.get(BLOCKS + page).content.decode()


def test_staff_without_the_right_to_change_cannot_try_again(client, failed):
    from_support = User.objects.create_user("support@example.org", is_staff=True)
    client.force_login(from_support)

    assert retry(client, failed).status_code == 403


# --- Blocks ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def complained():
    return services.block_address("samir@example.org", reason=BlockReason.COMPLAINED)


def lift(client, block, note="a écrit le 24 pour recevoir nos mails"):
    data = {"action": "lift", "_selected_action": [block.pk], "note": note}
    return client.post(BLOCKS, data, follow=True)


def test_a_block_is_found_by_the_address_of_who_writes_to_us(staff, complained):
    services.block_address("nadia@example.org")

    assert [block.pk for block in staff.get(BLOCKS, {"q": "SAMIR@example.org"}).context["cl"].queryset] == [
        complained.pk
    ]


def test_staff_lift_a_block_and_write_down_why(staff, complained):
    page = lift(staff, complained).content.decode()

    assert "Blocage levé" in page
    assert not services.is_blocked("samir@example.org")
    assert "a écrit le 24" in LogEntry.objects.get().change_message


@pytest.mark.parametrize("note", ["", "  \n "])
def test_a_block_is_not_lifted_without_a_reason(staff, complained, note):
    assert "Écrivez pourquoi" in lift(staff, complained, note).content.decode()
    assert services.is_blocked("samir@example.org")


def test_a_block_lifted_twice_is_noted_once(staff, complained):
    lift(staff, complained)
    lift(staff, complained)

    assert LogEntry.objects.count() == 1


def test_staff_without_the_right_to_change_cannot_lift(client, complained):
    reader = User.objects.create_user("support@example.org", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_mailblock"))
    client.force_login(reader)
    lift(client, complained)

    assert services.is_blocked("samir@example.org")
