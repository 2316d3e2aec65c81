"""The staff's site opens with a second factor that was shown in this session, and not otherwise."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.urls import reverse

from tests.factories import PASSWORD, make_user
from tests.support.staff_pages import fill_site, pages

pytestmark = pytest.mark.django_db

FRONT, DOOR = "/admin/", "/admin/login/"
METHODS = ("get", "head", "options", "post", "put", "patch", "delete")


@pytest.fixture(autouse=True)
def elsewhere(settings):
    """This is no developer's machine."""
    settings.LOCAL = False


@pytest.fixture
def mona():
    mona = make_user("mona", is_staff=True)
    mona.groups.set(Group.objects.filter(name="moderator"))
    return mona


@pytest.fixture
def secret(mona):
    """Mona has an application of codes."""
    secret = generate_totp_secret()
    TOTP.activate(mona, secret)
    return secret


def code_of(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def show(client, user, *factors, **about):
    """Open a session in which these second factors were shown, as allauth notes it."""
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "mfa", "id": factor.pk, "type": factor.type, "at": time.time(), **about} for factor in factors
    ]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()


def way_from(client, address=FRONT):
    """Return where an address leads, redirect by redirect, without the page at the end."""
    first = client.get(address)
    assert first.status_code == 302
    return client.get(first.url)


def factor_of(user, kind="totp"):
    return Authenticator.objects.create(user=user, type=kind, data={})


def test_staff_without_a_second_factor_are_led_to_where_one_is_added_and_told_why(client, mona):
    client.force_login(mona)

    answer = way_from(client)

    assert (answer.status_code, answer.url) == (302, reverse("account_security"))
    assert "L’espace de l’équipe demande une deuxième preuve" in client.get(answer.url).content.decode()


def test_staff_whose_session_showed_a_password_alone_are_asked_for_their_code(client, mona, secret):
    client.force_login(mona)

    answer = way_from(client, "/admin/petitions/petition/?q=1")

    assert answer.url == f"{reverse('mfa_reauthenticate')}?next=/admin/petitions/petition/%3Fq%3D1"


def test_staff_whose_only_second_factor_is_a_passkey_are_asked_for_it(client, mona):
    factor_of(mona, "webauthn")
    client.force_login(mona)

    assert way_from(client).url.startswith(reverse("mfa_reauthenticate_webauthn"))


def test_recovery_codes_alone_are_no_second_factor(client, mona):
    factor_of(mona, "recovery_codes")
    client.force_login(mona)

    assert way_from(client).url == reverse("account_security")


def test_the_code_opens_the_page_that_was_asked_for(client, mona, secret):
    client.force_login(mona)
    asked = way_from(client, "/admin/petitions/petition/").url

    answer = client.post(asked, {"code": code_of(secret)})

    assert (answer.status_code, answer.url) == (302, "/admin/petitions/petition/")
    assert client.get(answer.url).status_code == 200
    assert client.get(DOOR).url == FRONT


def test_a_login_with_password_and_code_opens_the_admin_at_once(client, mona, secret):
    asked = client.post(reverse("account_login"), {"login": mona.email, "password": PASSWORD})
    assert client.get(FRONT).url.startswith(DOOR)

    client.post(asked.url, {"code": code_of(secret)})

    assert client.get(FRONT).status_code == 200


def test_a_wrong_code_opens_nothing(client, mona, secret):
    client.force_login(mona)
    client.post(reverse("mfa_reauthenticate"), {"code": "000000"})

    assert client.get(FRONT).status_code == 302


@pytest.mark.parametrize("about", [{"passwordless": True}, {}])
def test_a_passkey_opens_the_admin_with_a_password_and_without(client, mona, about):
    show(client, mona, factor_of(mona, "webauthn"), **about)

    assert client.get(FRONT).status_code == 200


def test_a_second_factor_that_was_removed_since_counts_no_more(client, mona):
    factor = factor_of(mona)
    show(client, mona, factor)
    assert client.get(FRONT).status_code == 200

    factor.delete()

    assert client.get(FRONT).status_code == 302


def test_the_second_factor_of_somebody_else_counts_for_nothing(client, mona):
    show(client, mona, factor_of(make_user("oscar")))

    assert client.get(FRONT).status_code == 302


def test_what_another_account_showed_in_this_browser_counts_for_nothing(client, mona):
    show(client, mona, factor_of(mona))
    session = client.session
    session["account_authentication_methods_user"] = "999"
    session.save()

    assert client.get(FRONT).status_code == 302


def test_who_is_no_staff_is_refused_with_a_second_factor_too(client):
    oscar = make_user("oscar")
    show(client, oscar, factor_of(oscar))

    assert client.get(FRONT, follow=True).status_code == 403


def test_a_visitor_is_led_to_the_login_of_the_site(client):
    assert way_from(client).url == f"{reverse('account_login')}?next=/admin/"


def test_a_former_member_of_the_staff_is_shut_out_at_once(client, mona):
    show(client, mona, factor_of(mona))
    mona.is_staff = False
    mona.save()

    assert client.get(FRONT, follow=True).status_code == 403


def test_on_a_developers_machine_a_password_is_enough(client, mona, settings):
    settings.LOCAL = True
    client.force_login(mona)

    assert client.get(FRONT).status_code == 200


def test_a_password_is_changed_on_the_sites_own_page(client, mona):
    show(client, mona, factor_of(mona))

    assert client.get("/admin/password_change/").url == reverse("account_change_password")
    assert client.post("/admin/password_change/", {}).url == reverse("account_change_password")


# --- Every address ---------------------------------------------------------------------------------------------------


def everything():
    """Return all rows of all tables but the sessions, which keep what a page has to say."""
    models = [model for model in apps.get_models(include_auto_created=True) if model is not Session]
    return {model._meta.label: list(model._default_manager.order_by("pk").values()) for model in models}


@pytest.mark.parametrize("rights", [{"is_superuser": True}, {}], ids=["superuser", "moderator"])
def test_without_a_second_factor_no_address_of_the_admin_answers_or_changes_anything(client, rights):
    fill_site()
    user = make_user("mona", is_staff=True, **rights)
    user.groups.set(Group.objects.filter(name="moderator"))
    client.force_login(user)
    actions = sorted({name for options in admin.site._registry.values() for name in options.actions})
    sent = {"_selected_action": ["1"], "confirmed": "1", "post": "yes", "reason": "x", "note": "x", "rule": "x"}
    before = everything()
    led = set()
    found = pages()

    for page in found:
        for method in METHODS:
            answer = getattr(client, method)(page.address)
            led.add((answer.status_code, answer.get("Location", "").partition("?")[0]))
        if page.name == "changelist":
            led |= {(client.post(page.address, {**sent, "action": action}).status_code, DOOR) for action in actions}

    assert len(found) > 80
    # Logging out leads to the front page, and the login to where a second factor is added.
    assert led == {(302, DOOR), (302, FRONT), (302, reverse("account_security"))}
    assert everything() == before
