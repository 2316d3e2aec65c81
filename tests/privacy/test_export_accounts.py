"""The copy of what an account holds: what its owner can use of it, in their words, and no secret."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt
from allauth.socialaccount import providers

from accounts.personal_data.logins import Factor, Service
from tests.factories import PASSWORD
from tests.privacy.copies import ADDRESS, Copy
from tests.privacy.members import make_member
from tests.privacy.schema import mistakes

pytestmark = pytest.mark.django_db


def test_the_owner_of_an_account_reads_who_came_in_from_where_and_how():
    make_member("samir")

    copy = Copy()

    [login] = copy.rows("accounts.Login")
    assert login["method"] == {"value": "code", "label": "code reçu par e-mail"}
    assert (login["ip"], login["browser"]) == ("192.0.2.1", "Firefox")
    [device] = copy.rows("usersessions.UserSession")
    assert set(device) == {"id", "user", "ip", "user_agent", "created_at", "last_seen_at"}
    [profile] = copy.rows("accounts.Profile")
    assert (profile["phone"], profile["address"]) == ("+33199001122", "4 rue des Lices")
    [address] = copy.rows("account.EmailAddress")
    assert (address["email"], address["verified"], address["primary"]) == (ADDRESS, True, True)


def test_the_owner_of_an_account_reads_which_second_factors_there_are_and_what_google_said():
    make_member("samir")

    copy = Copy()

    assert [(row["type"], row["name"]) for row in copy.rows("mfa.Authenticator")] == [
        ({"value": "recovery_codes", "label": "codes de secours"}, ""),
        ({"value": "totp", "label": "application de codes"}, ""),
        ({"value": "webauthn", "label": "clé d’accès"}, "clé de samir"),
    ]
    [google] = copy.rows("socialaccount.SocialAccount")
    assert set(google) == {"provider", "uid", "extra_data", "date_joined", "last_login"}
    assert (google["provider"]["label"], google["uid"], google["extra_data"]) == ("Google", "g-samir", ADDRESS)


def test_no_secret_of_an_account_is_in_it():
    samir = make_member("samir")
    samir.set_password(PASSWORD)
    samir.save()
    [session] = samir.usersession_set.all()
    stored = Authenticator.objects.exclude(type="webauthn").values_list("data", flat=True)
    sealed = [data.get("secret") or data["seed"] for data in stored]

    found = Copy().everything

    for secret in (samir.password, session.session_key, *sealed, *map(decrypt, sealed)):
        assert secret
        assert secret not in found


@pytest.mark.parametrize(
    ("language", "titles"),
    [
        (
            "fr",
            {
                "account.EmailAddress": "Adresses e-mail du compte",
                "accounts.Login": "Connexions",
                "accounts.Profile": "Coordonnées",
                "mfa.Authenticator": "Seconds facteurs",
                "socialaccount.SocialAccount": "Comptes Google et Facebook",
                "usersessions.UserSession": "Appareils connectés",
            },
        ),
        (
            "en",
            {
                "accounts.Login": "Logins",
                "accounts.Profile": "Contact details",
                "mfa.Authenticator": "Second factors",
                "socialaccount.SocialAccount": "Google and Facebook accounts",
                "usersessions.UserSession": "Connected devices",
            },
        ),
    ],
)
def test_what_others_call_their_tables_is_told_in_the_readers_words(language, titles):
    make_member("samir")

    copy = Copy(language=language)

    assert {one["name"]: one["title"] for one in copy.data["sources"] if one["name"] in titles} == titles
    for one in copy.data["sources"]:
        assert {name for row in one["rows"] for name in row} <= set(one["fields"]), one["name"]
    assert mistakes(copy.data) == []


def test_every_second_factor_and_every_other_site_has_a_name_for_readers():
    assert set(Factor) == set(Authenticator.Type)
    assert {provider.id for provider in providers.registry.get_class_list()} == set(Service)
