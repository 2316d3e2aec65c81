"""The ghost's life: everything that somebody can do, through the pages and services where there are any."""

from datetime import timedelta

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from mesopinions.mail.services import block_address, send_due_mails
from petitions.models import Petition, Recipient, Signature, Update
from petitions.services import own_data, signing
from privacy import consent, requests
from privacy.consent import Purpose
from privacy.models import LegalHold, Restriction
from privacy.requests import Right
from tests.factories import make_petition, sign_data
from tests.privacy.ghost import account as accounts
from tests.privacy.ghost import authorship
from tests.privacy.ghost.cast import Person


def live(person: Person, petition: Petition) -> None:
    """Do everything once: sign in all the ways, write, publish, log in, be staff, be written about."""
    visitor = Client(REMOTE_ADDR=person.ip_address, HTTP_USER_AGENT=person.browser)
    _sign_as_visitor(visitor, person, petition)
    member = accounts.browser_of(person)
    account = accounts.register(member, person)
    accounts.secure(person, account)
    _sign(member, person, make_petition(slug="une-de-plus"))
    _publish(person, account)
    authorship.write_and_be_read(person, account)
    authorship.decide_about_others(person, account)
    _serve_on_the_team(account)
    _consent_to_everything(person)
    _ask_for_rights(visitor, person)
    visitor.post(reverse("my_signatures"), {"email": person.email})
    visitor.get(petition.get_absolute_url())  # the page with the public name is cached for a second
    while send_due_mails():
        pass
    block_address(person.email)
    accounts.leave_doors_open(person, account)
    # A login would take the warning back.
    User.objects.filter(pk=account.pk).update(notice=User.Notice.FIRST, notice_at=timezone.now())


def _sign(client: Client, person: Person, petition: Petition, **fields: str) -> Signature:
    data = sign_data(
        first_name=person.first_name,
        last_name=person.last_name,
        email=person.email,
        city=person.city,
        comment=person.comment,
        is_name_public="on",
        consent_author_updates="on",
        consent_newsletter="on",
        **fields,
    )
    response = client.post(reverse("sign", args=[petition.pk]), data)
    assert response.status_code == 303, response.content.decode()
    return Signature.objects.get(petition=petition, email__iexact=person.email)


def _sign_as_visitor(client: Client, person: Person, petition: Petition) -> None:
    """Leave a signature in each of its states."""
    confirmed = _sign(client, person, petition)
    withdrawn = _sign(client, person, make_petition(slug="retiree"))
    invalidated = _sign(client, person, make_petition(slug="invalidee"))
    _sign(client, person, make_petition(slug="en-attente"))
    for signature in (confirmed, withdrawn, invalidated):
        signing.confirm_signature(link=signature.link, at=timezone.now())
    own_data.update_signature(
        signature=withdrawn,
        changes={name: getattr(withdrawn, name) for name in own_data.CORRECTABLE},
        comment=person.comment,
        at=timezone.now(),
    )
    withdrawn.refresh_from_db()
    signing.withdraw_signature(signature=withdrawn, at=timezone.now())
    authorship.be_doubted(person, invalidated)


def _publish(person: Person, account: User) -> None:
    """Write a petition that is public, with news of it, and another that never was; be the recipient of a third."""
    name = f"{person.first_name} {person.last_name}"
    public = make_petition(slug="publique", author=account, author_name=name, title=person.words, source_ref=name)
    Petition.objects.filter(pk=public.pk).update(
        outcome=Petition.Outcome.ANSWERED, outcome_on=timezone.localdate(), outcome_words=person.words
    )
    Update.objects.create(petition=public, number=1, title=person.words, text=person.words, published_at=timezone.now())
    make_petition(slug="brouillon", status="draft", author=account, author_name=name, title=person.words)
    Recipient.objects.create(
        petition=make_petition(slug="adressee"), position=2, name=name, role=person.words, email=person.email
    )


def _serve_on_the_team(account: User) -> None:
    group = Group.objects.get_or_create(name="équipe")[0]
    account.groups.add(group)
    account.user_permissions.add(Permission.objects.all()[0])
    LogEntry.objects.create(
        user=account,
        content_type=ContentType.objects.get_for_model(Petition),
        object_id="1",
        object_repr="pétition 1",
        action_flag=CHANGE,
        change_message="fermée",
    )
    LegalHold.objects.create(
        table="petitions.Petition", key="999999999", reason="Affaire 12", ends_on="2026-12-31", created_by=account
    )


def _consent_to_everything(person: Person) -> None:
    for purpose in set(Purpose) - {Purpose.POLITICAL_SIGNATURE}:  # which comes with a signature, and goes with it
        consent.record(person.subject, purpose, language="fr", place="test", scope=f"petition:{purpose}")


def _ask_for_rights(client: Client, person: Person) -> None:
    client.post(reverse("rights"), {"right": "access", "acting_as": "self", "email": person.email})
    copy = requests.open_by_staff(
        right=Right.PORTABILITY, email=person.email, language="fr", remove_from_count=False, at=timezone.now()
    )
    requests.execute(copy.pk)
    Restriction.objects.create(
        email=person.email, user_id=person.subject.user_id, reason=person.words, lifted_at=timezone.now()
    )


def long_after() -> timedelta:
    """Longer than every period, and than the two years of an account before them."""
    return timedelta(days=13 * 366)
