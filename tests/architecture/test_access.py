"""Who may open what: one row for every address of the site. A new address without a row fails.

The people: a stranger, Oscar (an account that owns nothing here), Alice (author of the petition), Mona (staff without
any right yet) and the admin. Samir has no account: his link is his right, so it opens for whoever holds it.
"""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.models import User
from mesopinions.core import tokens
from mesopinions.core.tokens import Scope
from mesopinions.mail.models import OutgoingMail
from mesopinions.mail.services import block_address
from petitions.models import Decision, Petition, Reason, Signature, SignerLink
from petitions.selectors.decisions import token_of
from privacy import consent, requests
from privacy.consent import Purpose
from privacy.models import ConsentRecord, RightsRequest
from privacy.registry import Subject
from privacy.requests import Right
from privacy.requests.links import new_link
from tests.architecture.access_table import ANY, TABLE
from tests.factories import make_petition, make_signature, make_update, sign_data

ADMIN = "admin:"
# What a link of Samir's leads to once it is cut, belongs to another scope, or names a row that is gone.
PRIVATE = {
    "signature": Scope.MANAGE,
    "signature_confirm": Scope.MANAGE,
    "signature_thanks": Scope.MANAGE,
    "signature_disown": Scope.MANAGE,
    "my_signatures_list": Scope.SIGNATURES_LIST,
    "unblock": Scope.UNBLOCK,
    "unsubscribe": Scope.UNSUBSCRIBE,
    "decision": Scope.DECISION,
}


def addresses(resolver: URLResolver, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Walk every address below `resolver`, with its full name."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from addresses(entry, f"{space}{entry.namespace}:" if entry.namespace else space)
        else:
            yield f"{space}{entry.name}", entry


NAMES = sorted({name for name, _pattern in addresses(get_resolver())})


@pytest.fixture
def people(db):
    """Each of ANY in a browser of their own."""
    accounts = {
        "oscar": User(email="oscar@example.org"),
        "alice": User(email="alice@example.org", public_name="Alice Martin"),
        "mona": User(email="mona@example.org", is_staff=True),
        "admin": User(email="admin@example.org", is_staff=True, is_superuser=True),
    }
    browsers = {"stranger": Client()}
    for name, user in accounts.items():
        user.save()
        browsers[name] = Client()
        browsers[name].force_login(user)
    return browsers


@pytest.fixture
def petition(people):
    return make_petition(author=User.objects.get(email="alice@example.org"))


@pytest.fixture
def samir(petition):
    return make_signature(petition)


@pytest.fixture
def arguments(petition, samir):
    """What stands in each address: Alice's petition, and the links that Samir got by mail."""
    link = SignerLink.objects.create(email=samir.email, expires_at=samir.created_at.replace(year=9999))
    full = [petition.theme.slug, petition.slug, petition.pk]
    manage = [samir.manage_token]
    request = requests.open_request(right=Right.ACCESS, email=samir.email, language="fr", at=samir.created_at)
    news = consent.record(Subject(samir.email), Purpose.NEWSLETTER, language="fr", place="test")
    make_update(petition)
    return {
        **dict.fromkeys(TABLE, ()),
        "communes": ["59440"],
        **dict.fromkeys(("petition", "petition_history", "petition_journal", "sign_pending"), full),
        **dict.fromkeys(("petition_updates", "petition_comments"), full),
        "petition_update": [*full, 1],
        **{key: [petition.pk] for key in ("petition_short", "petition_image", "sign")},
        **dict.fromkeys(("signature", "signature_confirm", "signature_thanks", "signature_disown"), manage),
        "author": ["alice-martin"],
        "my_signatures_list": [tokens.make(Scope.SIGNATURES_LIST, link.pk)],
        "unblock": [tokens.make(Scope.UNBLOCK, block_address("nadia@example.org").pk)],
        "unsubscribe": [tokens.make(Scope.UNSUBSCRIBE, news)],
        "mail_returns": ["brevo"],
        "facebook_deletion_status": ["nothing"],
        "picture": ["0" * 32, 480],
        "launch_step": [petition.pk, "titre"],
        **{key: [petition.pk] for key in ("space_edit", "space_extend", "space_take_back", "space_delete")},
        "decision": [token_of(decision_about(petition))],
        **{key: [1] for key in ("account_end_session", "mfa_remove_webauthn", "mfa_edit_webauthn")},
        **dict.fromkeys(("rights_request", "rights_file"), (new_link(request=request, at=timezone.now()),)),
        **{key: ["nothing.eml"] for key in ("dev_mail", "dev_mail_html")},
    }


def decision_about(petition):
    return Decision.objects.create(
        subject=Decision.Subject.PETITION,
        subject_id=petition.pk,
        petition_id=petition.pk,
        act=Decision.Act.REMOVED,
        reason=Reason.HATE,
        statement="Le texte vise un groupe de personnes.",
    )


def expected(statuses):
    return dict(zip(ANY, statuses if isinstance(statuses, tuple) else [statuses] * len(ANY), strict=True))


# --- The table -------------------------------------------------------------------------------------------------------


def test_every_address_of_the_site_has_a_row():
    assert {name for name in NAMES if not name.startswith(ADMIN)} == set(TABLE)


def answers_to(people, act):
    return {who: act(browser, who).status_code for who, browser in people.items()}


def test_everybody_may_open_what_the_table_says(people, arguments):
    found = {
        name: answers_to(people, lambda browser, who, name=name: browser.get(reverse(name, args=arguments[name])))
        for name in TABLE
    }

    assert found == {name: expected(get) for name, (get, _post) in TABLE.items()}


def test_everybody_may_send_what_the_table_says(people, petition, arguments):
    def send(name, browser, who):
        given = arguments[name]
        if name.startswith("signature"):  # a new one each time, because some of these acts end it
            given = [make_signature(petition, f"{name}-{who}").manage_token]
        return browser.post(reverse(name, args=given))

    found = {
        name: answers_to(people, lambda browser, who, name=name: send(name, browser, who))
        for name in sorted(TABLE, key="account_logout".__eq__)  # logging out comes last
    }

    assert found == {name: expected(post) for name, (_get, post) in TABLE.items()}


# --- Private links ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PRIVATE)
def test_a_private_page_is_not_found_without_its_link(people, samir, name):
    right = PRIVATE[name]
    ids = (samir.petition_id, samir.pk) if right is Scope.MANAGE else (1,)
    foreign = [tokens.make(scope, *ids) for scope in Scope if scope is not right]
    guessed = [str(samir.pk), f"{samir.petition_id}-{samir.pk}", "A" * 30]

    for browser in people.values():
        for token in (*foreign, *guessed):
            for response in (browser.get(reverse(name, args=[token])), browser.post(reverse(name, args=[token]))):
                assert response.status_code in ({404, 405} if name == "my_signatures_list" else {404})
                assert "Benali" not in response.content.decode()


@pytest.mark.parametrize("name", [name for name in PRIVATE if name not in {"unblock", "unsubscribe"}])
def test_a_link_whose_row_is_gone_says_so_and_nothing_else(people, petition, name):
    ids = (petition.pk, 10**9) if PRIVATE[name] is Scope.MANAGE else (10**9,)
    address = reverse(name, args=[tokens.make(PRIVATE[name], *ids)])

    for browser in people.values():
        assert browser.get(address).status_code == 410


def test_no_account_opens_the_signature_of_somebody_else(people, samir):
    for browser in people.values():
        for name in ("home", "my_signatures", "petition_list"):
            assert "Benali" not in browser.get(reverse(name)).content.decode()


def test_a_link_to_my_signatures_shows_those_of_one_address_alone(people, petition, arguments):
    make_signature(petition, "nadia")
    other = make_signature(make_petition(slug="autre"), "nadia")
    page = people["oscar"].get(reverse("my_signatures_list", args=arguments["my_signatures_list"]))

    assert other.manage_token not in page.content.decode()


# --- The staff's site ------------------------------------------------------------------------------------------------

# Old addresses without a name only redirect to these.
OPEN_TO_ALL = {"admin:login", "admin:logout", "admin:None"}
ADMIN_PATTERNS = [
    (name, pattern.pattern.regex.groups)
    for name, pattern in addresses(get_resolver())
    if name.startswith(ADMIN) and name not in OPEN_TO_ALL
]


def some_address(name, places):
    """Return one address of that name: its places take the name of an app, or a number."""
    try:
        return reverse(name, args=["accounts"] * places)
    except NoReverseMatch:
        return reverse(name, args=[1, "network"][:places])


def test_the_staffs_pages_lead_everybody_else_to_their_login(people, samir):
    led = {
        (name, who, method): (response.status_code, response["Location"].partition("?")[0])
        for name, places in ADMIN_PATTERNS
        for who in ("stranger", "oscar", "alice")
        for method in ("get", "post")
        if (response := getattr(people[who], method)(some_address(name, places)))
    }

    assert len(led) > 60
    assert [place for place, answer in led.items() if answer != (302, "/admin/login/")] == []


def test_staff_without_a_right_see_no_data_and_the_admin_does(people, samir):
    lists = [name for name, places in ADMIN_PATTERNS if name.endswith("_changelist") and not places]
    found = {who: {people[who].get(reverse(name)).status_code for name in lists} for who in ("mona", "admin")}

    assert found == {"mona": {403}, "admin": {200}}


def test_staff_reach_their_own_front_page(people):
    assert [people[who].get(reverse("admin:index")).status_code for who in ("mona", "admin")] == [200, 200]


# --- Nothing happens by looking --------------------------------------------------------------------------------------


def test_opening_every_address_changes_nothing(people, arguments):
    def state():
        return (
            list(Signature.objects.order_by("pk").values()),
            list(Petition.objects.order_by("pk").values()),
            OutgoingMail.objects.count(),
            ConsentRecord.objects.count(),
            SignerLink.objects.count(),
            list(RightsRequest.objects.values()),
        )

    before = state()
    for name in TABLE:
        people["stranger"].get(reverse(name, args=arguments[name]))
        people["stranger"].head(reverse(name, args=arguments[name]))

    assert state() == before


def test_signing_needs_no_account_and_an_account_signs_for_its_own_address_alone(people, petition):
    for who, browser in people.items():
        assert browser.post(reverse("sign", args=[petition.pk]), sign_data(f"x-{who}")).status_code == 303

    assert set(Signature.objects.values_list("status", "user")) == {("pending", None)}
