"""Who may do what in the admin: every page of every model, for every group of the staff.

The letters say what opens: v(iew) its list, pages and journal; a(dd) and c(hange) their forms; r(un) what acts, in the
list and beside it. Deleting is nobody's. tests/core/test_staff_site.py shows that all of it needs a second factor.
"""

import logging

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import Client, RequestFactory

from accounts.models import User
from accounts.services.staff_groups import rights_in
from tests.factories import make_user
from tests.support.staff_pages import COMMON, fill_site, pages

pytestmark = pytest.mark.django_db

PEOPLE = ("moderator", "support", "dpo", "finance", "no group", "superuser")
TABLE = {
    # model                         moderator  support    dpo        finance    no group   superuser
    "accounts.user":               ("-",       "v",       "-",       "-",       "-",       "vacr"),
    "auth.group":                  ("-",       "-",       "-",       "-",       "-",       "v"),
    "core.jobclaim":               ("-",       "-",       "-",       "-",       "-",       "v"),
    "mail.mailblock":              ("-",       "vr",      "-",       "-",       "-",       "vr"),
    "mail.outgoingmail":           ("-",       "vr",      "-",       "-",       "-",       "vr"),
    "petitions.appeal":            ("vr",      "v",       "v",       "-",       "-",       "vr"),
    "petitions.comment":           ("vr",      "-",       "-",       "-",       "-",       "vr"),
    "petitions.contributortrace":  ("-",       "-",       "v",       "-",       "-",       "v"),
    "petitions.dailytally":        ("v",       "-",       "-",       "-",       "-",       "v"),
    "petitions.decision":          ("v",       "v",       "v",       "-",       "-",       "v"),
    "petitions.dispute":           ("vcr",      "-",       "-",       "-",       "-",       "vcr"),
    "petitions.invalidation":      ("vr",      "-",       "-",       "-",       "-",       "vr"),
    "petitions.partner":           ("-",       "-",       "-",       "-",       "-",       "vac"),
    "petitions.petition":          ("vr",      "-",       "-",       "-",       "-",       "vr"),
    "petitions.signature":         ("v",       "v",       "-",       "-",       "-",       "v"),
    "petitions.submission":        ("vr",      "-",       "-",       "-",       "-",       "vr"),
    "petitions.theme":             ("v",       "-",       "-",       "-",       "-",       "vac"),
    "petitions.update":            ("var",     "-",       "-",       "-",       "-",       "var"),
    "privacy.consentrecord":       ("-",       "-",       "v",       "-",       "-",       "v"),
    "privacy.legalhold":           ("-",       "-",       "var",     "-",       "-",       "var"),
    "privacy.purgerun":            ("-",       "-",       "vr",      "-",       "-",       "vr"),
    "privacy.restriction":         ("-",       "-",       "var",     "-",       "-",       "var"),
    "privacy.rightsrequest":       ("-",       "-",       "vr",      "-",       "-",       "vr"),
    "privacy.tombstone":           ("-",       "-",       "v",       "-",       "-",       "v"),
}  # fmt: skip
# What belongs to no model answers all of the staff alike: to GET, and to an empty POST.
OF_THE_SITE = {
    "index": (200, 200),
    "login": (302, 302),
    "password_change": (302, 302),
    "password_change_done": (302, 302),
    "autocomplete": (403, 405),
    "jsi18n": (200, 405),
    "view_on_site": (302, 302),
    "catch_all": (404, 404),
    "logout": (405, 302),
}
OPEN, TAKEN, SHUT, GONE = 200, (200, 422), 403, 404
# The buttons of the moderators' desk, and the pages that ask before an act.
ACTS = {
    **dict.fromkeys(("take", "release", "reconsider"), (405, 302)),
    **dict.fromkeys(("answer", "apply"), (405, TAKEN)),
    "decide": (OPEN, OPEN),
    "undo": (OPEN, 302),
}
NO_ACTS = {
    **dict.fromkeys(("take", "release", "reconsider", "answer", "apply"), (405, SHUT)),
    **dict.fromkeys(("decide", "undo"), (SHUT, SHUT)),
}


@pytest.fixture
def people(caplog):
    """Each of PEOPLE in a browser of their own, on a site that has a row of everything."""
    # Hundreds of refusals, each written down with its traceback: half of the time, and not what is looked at here.
    caplog.set_level(logging.ERROR, "django.request")
    fill_site()
    browsers = {}
    for number, who in enumerate(PEOPLE):
        user = make_user(f"staff{number}", is_staff=True, is_superuser=who == "superuser")
        user.groups.set(Group.objects.filter(name=who))
        browsers[who] = Client()
        browsers[who].force_login(user)
    return browsers


def letters(model, who):
    return set(TABLE[model][PEOPLE.index(who)]) - {"-"}


def expected(page, who):
    """Return what a page answers to GET and to an empty POST."""
    may = letters(page.model, who)
    seen = OPEN if "v" in may else SHUT
    return {
        "changelist": (seen, seen),
        "add": (OPEN, TAKEN) if "a" in may else (SHUT, SHUT),
        "change": (seen, TAKEN if "c" in may else SHUT),
        "history": (seen, seen),
        "delete": (SHUT, SHUT),
        "old": (302, 302),  # an address of long ago leads to the page
        "auth_user_password_change": (SHUT, SHUT),
        "rules": (seen, 303 if "r" in may else SHUT),
        "suspects": (seen, seen),
        **(ACTS if "r" in may else NO_ACTS),
    }[page.name]


def agrees(found, wanted):
    return found in wanted if isinstance(wanted, tuple) else found == wanted


def test_the_table_has_a_row_for_every_model_of_the_admin():
    assert {model._meta.label_lower for model in admin.site._registry} == set(TABLE)


@pytest.mark.parametrize("who", PEOPLE)
def test_every_page_of_every_model_answers_each_group_as_the_table_says(people, who):
    found = [page for page in pages() if page.model]
    wrong = [
        (page.model, page.name, method, answer.status_code)
        for page in found
        for method, wanted in zip(("get", "post"), expected(page, who), strict=True)
        if not agrees((answer := getattr(people[who], method)(page.address)).status_code, wanted)
    ]

    assert {page.name for page in found} >= COMMON
    assert len(found) > len(TABLE) * len(COMMON)
    assert wrong == []


def test_what_belongs_to_no_model_answers_all_staff_alike(people):
    found = {page.name: page.address for page in pages() if not page.model and page.name != "app_list"}
    answers = {
        name: {(browser.get(address).status_code, browser.post(address).status_code) for browser in people.values()}
        for name, address in sorted(found.items(), key=lambda page: page[0] == "logout")  # which comes last
    }

    assert answers == {name: {wanted} for name, wanted in OF_THE_SITE.items()}


def test_the_page_of_an_app_opens_for_who_may_see_a_part_of_it(people):
    apps = {model.partition(".")[0] for model in TABLE}
    found = {(app, who): browser.get(f"/admin/{app}/").status_code for app in apps for who, browser in people.items()}

    assert found == {
        (app, who): OPEN if any(letters(model, who) for model in TABLE if model.startswith(f"{app}.")) else GONE
        for app in apps
        for who in PEOPLE
    }


def test_the_front_page_offers_each_group_its_own_models_alone(people):
    offered = {
        (model["model"]._meta.label_lower, who)
        for who, browser in people.items()
        for app in browser.get("/admin/").context["app_list"]
        for model in app["models"]
    }

    assert offered == {(model, who) for model in TABLE for who in PEOPLE if letters(model, who)}


def test_what_acts_in_a_list_is_offered_to_who_may_run_it_and_to_nobody_else(people):
    def offered(options, who):
        request = RequestFactory().get("/admin/")
        request.user = User.objects.get(email=f"staff{PEOPLE.index(who)}@example.org")
        return set(options.get_actions(request))

    wrong = [
        (model._meta.label_lower, who, names)
        for model, options in admin.site._registry.items()
        for who in PEOPLE
        if (names := offered(options, who))
        != (set(options.actions) if "r" in letters(model._meta.label_lower, who) else set())
    ]

    assert wrong == []


def test_who_may_not_run_what_acts_changes_nothing_by_sending_it(people):
    everything = {model: list(model._default_manager.order_by("pk").values()) for model in admin.site._registry}
    lists = {page.model: page.address for page in pages() if page.name == "changelist"}

    for model, options in admin.site._registry.items():
        rows = [str(row.pk) for row in model._default_manager.all()]
        sent = {"_selected_action": rows, "confirmed": "1", "post": "yes", "note": "x", "reason": "x"}
        for who, browser in people.items():
            if "r" not in letters(model._meta.label_lower, who):
                for action in (*options.actions, "delete_selected"):
                    browser.post(lists[model._meta.label_lower], {**sent, "action": action})

    assert everything == {model: list(model._default_manager.order_by("pk").values()) for model in admin.site._registry}


@pytest.mark.parametrize("group", settings.STAFF_GROUPS)
def test_the_letters_are_what_the_table_of_the_code_grants(group):
    granted = rights_in(settings.STAFF_GROUPS[group])
    actions = {"v": {"view"}, "a": {"add"}, "c": {"change"}, "r": {"change"}}
    meant = {
        f"{app}.{action}_{model}"
        for label in TABLE
        for app, _dot, model in [label.partition(".")]
        for letter in letters(label, group)
        for action in actions[letter]
    }
    # Rights to what is shown on the page of something else.
    inner = {right for right in granted if right.partition(".")[0] + "." + right.rpartition("_")[2] not in TABLE}

    assert granted - inner == meant
    assert all(".view_" in right for right in inner)
