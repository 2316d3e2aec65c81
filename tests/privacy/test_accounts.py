"""What hangs on an account goes with it: when it is erased, when it sleeps too long, and again after a restore."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import Model
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Login, Profile, User
from accounts.services.inactivity import forget_accounts
from mesopinions.mail.models import MailBlock
from mesopinions.mail.services import block_address
from privacy import requests
from privacy.models import Tombstone
from privacy.requests import Right
from tests.privacy.members import make_member

pytestmark = pytest.mark.django_db

# In an order in which they can be put back.
HANGING: tuple[type[Model], ...] = (
    User,
    EmailAddress,
    SocialAccount,
    Authenticator,
    UserSession,
    Session,
    Login,
    Profile,
)


def erase(email: str) -> None:
    request = requests.open_by_staff(
        right=Right.ERASURE, email=email, language="fr", remove_from_count=False, at=timezone.now()
    )
    requests.execute(request.pk)


def everything() -> dict[type[Model], list[dict[str, Any]]]:
    return {model: list(model._base_manager.order_by("pk").values()) for model in HANGING}


def bring_back(backup: dict[type[Model], list[dict[str, Any]]]) -> None:
    """Put the rows of a backup back as pg_restore does, without the triggers."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for model, rows in backup.items():
            model._base_manager.all().delete()
            for row in rows:
                model(**row).save_base(force_insert=True, raw=True)
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_erasing_somebody_leaves_the_others_their_account():
    make_member("alice")
    make_member("oscar")
    block_address("alice@example.org")
    before = {model: len(rows) for model, rows in everything().items()}

    erase("alice@example.org")

    after = everything()
    assert {model: count - len(after[model]) for model, count in before.items()} == {
        model: count // 2 for model, count in before.items()
    }
    assert User.objects.get().email == "oscar@example.org"
    assert MailBlock.objects.count() == 1


def test_a_restore_brings_no_account_back_nor_anything_of_it():
    make_member("oscar")
    make_member("alice")
    backup = everything()
    erase("alice@example.org")
    left = everything()
    stones = set(Tombstone.objects.values_list("table", flat=True))

    bring_back(backup)
    assert everything() == backup
    call_command("erase_again")

    assert everything() == left
    assert stones >= {model._meta.label for model in HANGING}


def test_what_was_gone_from_the_account_before_its_erasure_is_not_brought_back_either():
    """Nobody asked to erase it, so it has no tombstone: it goes with the account. A session then leads to nobody."""
    alice = make_member("alice")
    backup = everything()
    for model in (SocialAccount, Authenticator, UserSession, Session, Login, Profile):
        model._base_manager.all().delete()
    erase(alice.email)

    bring_back(backup)
    call_command("erase_again")

    assert {model: rows for model, rows in everything().items() if rows} == {Session: backup[Session]}


def test_accounts_are_forgotten_in_a_number_of_queries_that_does_not_grow():
    one, dozen = [make_member("alice")], [make_member(f"member{number}") for number in range(12)]
    counts = []

    for users in (one, dozen):
        with CaptureQueriesContext(connection) as queries:
            forget_accounts([user.pk for user in users], timezone.now())
        counts.append(len(queries))

    assert counts[0] == counts[1] < 40
    assert not [model for model, rows in everything().items() if rows and model is not Session]


@pytest.mark.parametrize("model", [EmailConfirmation, SocialToken])
def test_a_table_for_what_the_site_does_not_do_takes_no_row(model):
    make_member("alice")
    fields = {
        EmailConfirmation: {"email_address": EmailAddress.objects.first(), "key": "clé"},
        SocialToken: {"account": SocialAccount.objects.first(), "token": "jeton"},
    }

    with pytest.raises(IntegrityError, match=r"confirmed_by_code_only|no_token_is_kept"), transaction.atomic():
        model.objects.create(**fields[model])
