"""The policy page says what the registry says: whatever is declared is read there, in both languages."""

import html
import re
from datetime import date, timedelta

import pytest
from allauth.account import app_settings as allauth
from allauth.core.internal.ratelimit import parse_rates
from allauth.socialaccount.models import SocialAccount
from django.conf import settings as site_settings
from django.template import Context, Template
from django.test import Client
from django.utils.translation import override

from accounts.adapters.social import WAITING
from mesopinions.core import page_cache, providers
from mesopinions.core.providers import Keys
from petitions.services.signing import CONFIRMING_ENDS_AFTER, LIST_LINK_LASTS
from privacy.models import PurgeRun
from privacy.registry import Category, Declaration, registry
from privacy.registry.wording import period_of
from privacy.requests.links import CONFIRM_WITHIN, READABLE_FOR
from privacy.requests.opening import due_on
from privacy.selectors import policy

PAGES = {"fr": "/confidentialite/", "en": "/en/confidentialite/"}
PERSONAL = [one for one in (*registry.declarations, *registry.stores) if one.personal]

pytestmark = pytest.mark.django_db


def words_of(page: str) -> str:
    """Return what a reader sees, in small letters and with every space alike."""
    seen = html.unescape(re.sub(r"<[^>]+>", " ", page))
    return re.sub(r"\s+", " ", seen).lower()


@pytest.fixture(scope="module")
def pages(django_db_setup, django_db_blocker) -> dict[str, str]:
    with django_db_blocker.unblock():
        return {language: Client().get(address).content.decode() for language, address in PAGES.items()}


@pytest.fixture
def texts(pages) -> dict[str, str]:
    return {language: words_of(page) for language, page in pages.items()}


def told(one: object) -> str:
    return words_of(html.escape(str(one)))


def expected(one) -> list[object]:
    words = [one.purpose, one.erase.label, *(entry.label for entry in (*one.basis, *one.source, *one.recipients))]
    if isinstance(one, Declaration):
        words += [one.label(name) for name in one.personal]
        words += [part for rule in one.rules for part in (rule.period, rule.moment, rule.action.label)]
        words += [part for rule in one.rules if rule.at_most for part in (rule.at_most, rule.at_most_moment)]
    else:
        words += [one.where, *one.personal]
    words += [one.kept_until] if one.kept_until else []
    return words + ([one.kept.article, one.kept.reason] if one.kept else [])


@pytest.mark.parametrize("language", PAGES)
@pytest.mark.parametrize("one", PERSONAL, ids=[f"{one.name}-{number}" for number, one in enumerate(PERSONAL)])
def test_everything_declared_is_told_in_one_frame_of_its_category(pages, one, language):
    with override(language):
        chapter = next(chapter for chapter in policy.chapters() if chapter.title == one.category.label)
        words = [told(word) for word in expected(one)]
    text = pages[language].split(f'id="{chapter.anchor}"')[1].split('<section class="chapter"')[0]
    frames = [words_of(frame) for frame in text.split("<article")]

    assert any(all(word in frame for word in words) for frame in frames), words


def test_nothing_is_told_of_what_the_site_does_not_do(texts):
    for text in texts.values():
        for absent in ("stripe", "paypal", "sondage", "survey", "analytics"):
            assert absent not in text


def test_what_the_page_says_of_logs_and_tasks_is_what_is_declared():
    assert {store.name for store in registry.stores if not store.personal} >= {"logs", "task-queue"}


def test_a_category_of_which_nothing_is_kept_has_no_chapter():
    titles = {chapter.title for chapter in policy.chapters()}

    assert Category.SIGNATURES.label in titles
    assert Category.PAYMENTS.label not in titles


def test_a_period_that_the_site_changes_changes_on_the_page(client, settings):
    settings.RETENTION_PERIODS = {"petitions.signature:withdrawn": "12 days"}

    text = words_of(client.get(PAGES["fr"], {"again": 1}).content.decode())

    assert "12 jours après le retrait de la signature" in text
    assert "30 jours après le retrait de la signature" not in text


def test_the_page_names_who_answers_for_the_data(texts):
    for text in texts.values():
        for name in ("controller_name", "controller_registration", "controller_address", "privacy_email", "dpo_name"):
            assert told(site_settings.CONTROLLER[name]) in text


def test_every_link_inside_the_page_leads_somewhere_and_no_anchor_is_there_twice(pages):
    for page in pages.values():
        anchors = re.findall(r'\bid="([^"]+)"', page)
        assert len(anchors) == len(set(anchors))
        assert set(re.findall(r"""href=["']#([^"']+)""", page)) <= set(anchors)


def test_anchors_that_others_link_to_stay():
    anchors = {entry.anchor for chapter in policy.chapters() for entry in chapter.entries}

    assert {"petitions-signature-signatures", "petitions-signature-connection", "accounts-user-identity"} <= anchors
    assert {chapter.anchor for chapter in policy.chapters()} >= {"donnees-signatures", "donnees-consents"}


# --- Accounts, and logins by another site -----------------------------------------------------------------------------


def chapter_of(pages: dict[str, str], category: Category) -> str:
    return words_of(
        pages["fr"].split(f'id="donnees-{category.value.replace("_", "-")}"')[1].split('class="chapter"')[0]
    )


def test_google_and_facebook_are_asked_for_what_the_page_says_and_nothing_of_theirs_is_kept_but_that(pages, texts):
    chapter = chapter_of(pages, Category.THIRD_PARTY)
    entry = chapter.split("vous laisser entrer avec votre compte google ou facebook")[1]

    for kept in ("votre numéro chez ce service", "adresse e-mail que vous y avez", "relié le"):
        assert kept in entry
    assert "google, meta" in entry
    assert "nous ne lui demandons rien d’autre" in texts["fr"]
    asked = providers.configured(google=Keys("id", "secret", ""), facebook=Keys("id", "secret", ""))
    assert asked["google"]["SCOPE"] == ["profile", "email"]
    assert asked["facebook"]["SCOPE"] == ["email", "public_profile"]
    assert asked["facebook"]["FIELDS"] == ["id", "email", "first_name", "last_name"]
    assert WAITING[SocialAccount] == ("provider", "uid", "extra_data")


def test_no_right_to_act_at_google_or_facebook_is_kept(pages, texts):
    assert "ne gardons aucun droit d’agir chez lui" in texts["fr"]
    assert site_settings.SOCIALACCOUNT_STORE_TOKENS is False


def test_the_page_says_that_google_and_facebook_are_a_choice_and_may_be_far(texts):
    assert "font aussi bien sans eux" in texts["fr"]
    assert "hors de l’union européenne" in texts["fr"]


def test_an_account_is_said_to_hold_what_it_holds(pages):
    contact, connection = (chapter_of(pages, one) for one in (Category.CONTACT, Category.CONNECTION))
    account = chapter_of(pages, Category.ACCOUNT)

    for field in ("adresse e-mail", "téléphone", "adresse postale", "code postal", "commune", "pays"):
        assert field in contact
    for field in ("adresse ip", "navigateur", "connecté le", "moyen", "avec un second facteur"):
        assert field in connection
    assert "1 an après la connexion" in connection
    assert "14 jours après la dernière connexion" in connection
    assert "sorte de second facteur" in account
    assert "2 ans après la dernière connexion, après deux avertissements" in chapter_of(pages, Category.IDENTITY)


def test_the_page_says_how_to_keep_ones_account_and_leads_to_how_to_tell_a_fraud(client, pages, texts):
    assert "ne donnez à personne le lien de votre signature, votre mot de passe ni un code reçu" in texts["fr"]
    for page in pages.values():
        assert re.search(r'href="(/en)?/compte/securite/conseils/"', page)


def test_what_an_author_sees_is_exactly_what_the_design_allows(texts):
    told_of_authors = texts["fr"].split("de chaque signature confirmée, l’auteur")[1][:300]
    fields = (
        "la date et l’heure de la signature, votre prénom et votre nom, votre code postal, votre ville et votre pays."
    )

    assert fields in told_of_authors.replace(" , ", ", ").replace(",  ", ", ")
    assert "rien d’autre : ni votre adresse e-mail" in told_of_authors


def test_everybody_gets_the_same_bytes_and_no_cookie(client):
    response = client.get(PAGES["fr"])

    assert response.headers["Cache-Control"] == page_cache.CACHE_CONTROL
    assert not response.cookies
    assert not PurgeRun.objects.exists()


# --- Promises elsewhere ---------------------------------------------------------------------------------------------


def test_a_template_says_the_period_that_the_purge_obeys(settings):
    template = Template('{% load periods %}{% period "petitions.signature:unconfirmed" %}')
    assert template.render(Context()) == "7 jours"

    settings.RETENTION_PERIODS = {"petitions.signature:unconfirmed": "5 days"}
    assert template.render(Context()) == "5 jours"


def test_a_rule_that_does_not_exist_is_no_promise():
    with pytest.raises(LookupError):
        period_of("petitions.signature:never")


def test_the_limits_that_stores_promise_are_those_of_the_settings():
    """« une heure au plus », « quatorze jours », « un an », « une seconde au plus »: words that no rule renders."""
    assert max(seconds for _times, seconds in site_settings.RATE_LIMITS.values()) <= 3600
    limits = (rate for limits in filter(None, allauth.RATE_LIMITS.values()) for rate in parse_rates(limits))
    assert max(rate.duration for rate in limits) <= 5 * 60
    assert site_settings.SESSION_COOKIE_AGE == 14 * 24 * 3600
    assert site_settings.CSRF_COOKIE_AGE <= 366 * 24 * 3600
    assert page_cache.SECONDS <= 1


PERIOD = re.compile(
    r"\b(?:une?|deux|trois|cinq|sept|dix|quatorze|trente|\d+)\s(?:heures?|jours?|mois|ans?)\b", re.IGNORECASE
)
# What pages and mails say in their own words, and the constant that makes it true.
PROMISES = {
    "une heure": timedelta(hours=1) == LIST_LINK_LASTS,
    "un jour": timedelta(days=1) == CONFIRMING_ENDS_AFTER,
    "48 heures": timedelta(hours=48) == CONFIRM_WITHIN,
    "7 jours": timedelta(days=7) == READABLE_FOR,
    "sept jours": timedelta(days=7) == READABLE_FOR,
    "un mois": due_on(date(2026, 9, 1)) == date(2026, 10, 1),
    "15 ans": True,  # the age to sign, in the consent's own words
    "72 heures": True,  # GDPR art. 33
}


def test_no_page_and_no_mail_promises_a_period_of_its_own():
    folder = site_settings.BASE_DIR
    sources = [*(folder / "templates").rglob("*.html"), *(folder / "templates").rglob("*.txt")]
    promised = {
        (path.relative_to(folder).as_posix(), " ".join(words.lower().split()))
        for path in sources
        if "dev" not in path.parts  # samples of the style guide promise nothing
        for words in PERIOD.findall(path.read_text(encoding="utf-8"))
    }

    assert {promise for promise in promised if not PROMISES.get(promise[1])} == set()
