"""The pages of the site, for tests that look at all of them. A new page adds its line to `pages`."""

import time
from datetime import timedelta

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.core.management import call_command
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from accounts.models import Login, User
from accounts.services.closing import close_account
from accounts.services.unlinking import forget_facebook
from mesopinions.core import tokens
from mesopinions.mail.services import block_address, unblock_path
from petitions.models import Appeal, Dispute, Draft, Invalidation, Petition, Signature, SignerLink, Submission
from petitions.selectors.decisions import token_of
from petitions.services import disputes
from petitions.services.fraud import applying
from petitions.services.moderating import appeals, deciding, reading
from petitions.views.launch.steps import BY_WORD
from privacy import requests
from privacy.models import RightsRequest
from privacy.requests import Right
from privacy.requests.links import new_link
from tests.factories import make_signature
from tests.support import database
from tests.support.programs import LiveSite

WAYS_IN = {
    "login": "account_login",
    "signup": "account_signup",
    "login-code": "account_request_login_code",
    "forgotten": "account_reset_password",
    "forgotten-done": "account_password_reset_completed",
    "no-google": "socialaccount_login_cancelled",
    "no-answer": "socialaccount_login_error",
    "advice": "account_advice",
    "closed-account": "account_inactive",
}
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def pages(transactional_db: None) -> dict[str, str]:
    """Return the path of each page by the name of its picture, on the demonstration."""
    _load_demo()
    open_one = Petition.objects.filter(status="published").with_text().latest("signatures_total")
    named = Petition.objects.public().filter(author__public_name=F("author_name")).latest("signatures_total")
    closed = Petition.objects.filter(status="closed").with_text().latest("pk")
    pending, confirmed = make_signature(open_one), make_signature(open_one, "nadia", confirmed=True)
    return {
        "home": "/",
        "list": "/petitions/?tri=signatures",
        "theme": "/petitions/?theme=social",
        "found": "/petitions/?q=train+-avion&statut=ouvertes",
        "nothing-found": "/petitions/?q=licorne+rose",
        "author": reverse("author", args=[named.author.slug]),
        "petition": open_one.get_absolute_url(),
        "closed": closed.get_absolute_url(),
        "history": open_one.url_of("petition_history"),
        "journal": open_one.url_of("petition_journal"),
        "updates": open_one.url_of("petition_updates"),
        "update": open_one.url_of("petition_update", 1),
        "comments": open_one.url_of("petition_comments"),
        "victories": "/victoires/",
        "pending": open_one.url_of("sign_pending"),
        "confirm": reverse("signature", args=[pending.manage_token]),
        "disown": reverse("signature_disown", args=[pending.manage_token]),
        "manage": reverse("signature", args=[confirmed.manage_token]),
        "thanks": reverse("signature_thanks", args=[confirmed.manage_token]),
        "mine": "/mes-signatures/",
        "mine-list": _signatures_of(confirmed.email),
        "unblock": unblock_path(block_address("oscar@example.org")),
        **{name: reverse(url_name) for name, url_name in WAYS_IN.items()},
        "launch": reverse("launch"),
        "refused": "/petitions/?statut=refusees",
        **_removed(),
        "mails": "/dev/mails/",
        "not-found": "/petition/social/rien/999999999/",
        "privacy": reverse("privacy"),
        "facebook": reverse("facebook_deletion_status", args=[_asked_by_facebook()]),
        **_rights(open_one, confirmed.email),
    }


def _load_demo() -> None:
    database.forget_plans()
    call_command("demo", verbosity=0)


def _signatures_of(email: str) -> str:
    link = SignerLink.objects.create(email=email, expires_at=timezone.now() + timedelta(hours=1))
    return reverse("my_signatures_list", args=[tokens.make(tokens.Scope.SIGNATURES_LIST, link.pk)])


def _removed() -> dict[str, str]:
    """Return the path of a petition that was taken off the site, and of the decision that says why."""
    taken = Petition.objects.filter(status="published").with_text().earliest("signatures_total")
    decision = deciding.remove(
        petition=taken,
        reason="hate",
        statement="Le deuxième paragraphe vise des personnes pour leur origine.",
        by=User.objects.get(email="mona@example.org"),
        at=timezone.now(),
    )
    return {"removed": taken.get_absolute_url(), "decision": reverse("decision", args=[token_of(decision)])}


def _asked_by_facebook() -> str:
    return forget_facebook(facebook_id="10158000000000042", signed="today", at=timezone.now())


def _rights(petition: Petition, email: str) -> dict[str, str]:
    """Return the path of a rights request in each of its states."""
    now = timezone.now()
    gone = make_signature(petition, "claire", confirmed=True, comment="Il le faut.").email

    def path_of(request: RightsRequest, **changes: object) -> str:
        RightsRequest.objects.filter(pk=request.pk).update(**changes)
        request.refresh_from_db()
        return reverse("rights_request", args=[new_link(request=request, at=now)])

    def confirmed(right: Right, email: str) -> RightsRequest:
        return requests.open_by_staff(right=right, email=email, language="fr", remove_from_count=False, at=now)

    erased = confirmed(Right.ERASURE, gone)
    requests.execute(erased.pk)
    asked = requests.open_request(right=Right.ERASURE, email=email, language="fr", at=now)
    done = {"status": "done", "closed_at": now, "email": "", "file_name": "copie.zip"}
    return {
        "rights": reverse("rights"),
        "rights-sent": reverse("rights_sent"),
        "rights-confirm": path_of(asked),
        "rights-progress": path_of(confirmed(Right.ACCESS, email), steps_total=18, steps_done=7),
        "rights-failed": path_of(confirmed(Right.PORTABILITY, email), status="failed"),
        "rights-erased": path_of(erased),
        "rights-ready": path_of(confirmed(Right.ACCESS, gone), **done),
        "rights-no-link": reverse("rights_request", args=["perdu-en-chemin"]),
    }


@pytest.fixture
def own_pages(page: Page, live_site: LiveSite) -> dict[str, str]:
    """Return the path of each page that Alice alone opens, and let `page` in: she logged in, and was asked again."""
    alice = _let_in(page, live_site, "alice")
    names = (
        *("account", "account_profile", "account_preferences", "account_signatures", "space"),
        *("account_security", "account_email", "account_change_password", "socialaccount_connections"),
        *("account_reauthenticate", "account_logout", "account_close"),
        *("mfa_activate_totp", "mfa_list_webauthn", "mfa_add_webauthn"),
    )
    draft = Draft.objects.filter(petition__author=alice, petition__status="draft").latest("pk")
    public = Petition.objects.filter(author=alice, status="published").latest("pk")
    return {
        **{name.replace("_", "-"): reverse(name) for name in names},
        **{f"launch-{word}": reverse("launch_step", args=[draft.pk, word]) for word in BY_WORD},
        "space-delete": reverse("space_delete", args=[draft.pk]),
        "space-edit": reverse("space_edit", args=[public.pk]),
        "space-extend": reverse("space_extend", args=[public.pk]),
    }


@pytest.fixture
def later_pages(page: Page, live_site: LiveSite) -> dict[str, str]:
    """Return the pages that look otherwise once Alice added a second factor, linked Google and closed her account."""
    alice = _let_in(page, live_site, "alice")
    TOTP.activate(alice, "JBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(alice)
    alice.socialaccount_set.create(provider="google", uid="1", extra_data={"email": alice.email})
    close_account(user_id=alice.pk, leaves_counts=False, session_key=_session_key(page), at=timezone.now())
    names = (
        *("account", "account_close", "account_security", "socialaccount_connections", "mfa_reauthenticate"),
        *("mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes"),
    )
    return {f"later-{name.replace('_', '-')}": reverse(name) for name in names}


@pytest.fixture
def desk_pages(page: Page, live_site: LiveSite) -> dict[str, str]:
    """Return the paths of the moderators' desk as Luc finds it; he has taken one text to read and the appeal."""
    luc, now = _let_in(page, live_site, "luc"), timezone.now()
    launch, edit = (Submission.objects.get(kind=kind, closed_at=None) for kind in ("launch", "edit"))
    appeal = Appeal.objects.get()
    reading.claim(submission=launch, by=luc, at=now)
    appeals.claim_appeal(appeal=appeal, by=luc, at=now)
    flooded = Signature.objects.exclude(browser="").latest("pk")
    invalidation, dispute = _disputed(flooded)
    texts, petition = "/admin/petitions/submission/", flooded.petition_id
    return {
        "desk": "/admin/",
        "desk-texts": texts,
        "desk-text-mine": f"{texts}{launch.pk}/change/",
        "desk-text-free": f"{texts}{edit.pk}/change/",
        "desk-return": f"{texts}{launch.pk}/decider/renvoyer/",
        "desk-refuse": f"{texts}{launch.pk}/decider/refuser/",
        "desk-appeals": "/admin/petitions/appeal/",
        "desk-appeal": f"/admin/petitions/appeal/{appeal.pk}/change/",
        "desk-suspects": reverse("admin:petitions_invalidation_suspects", args=[petition]),
        "desk-undo": reverse("admin:petitions_invalidation_undo", args=[invalidation.pk]),
        "desk-invalidations": "/admin/petitions/invalidation/",
        "desk-disputes": "/admin/petitions/dispute/",
        "desk-dispute": f"/admin/petitions/dispute/{dispute.pk}/change/",
        "desk-decisions": "/admin/petitions/decision/",
        "desk-petition": f"/admin/petitions/petition/{petition}/change/",
    }


def _disputed(signature: Signature) -> tuple[Invalidation, Dispute]:
    """Let Mona take the signature out, and its signer disagree."""
    invalidation = applying.invalidate(
        petition_id=signature.petition_id,
        rule=Invalidation.Rule.NETWORK,
        ids=[signature.pk],
        by=User.objects.get(email="mona@example.org"),
        at=timezone.now(),
    )
    assert invalidation
    dispute = disputes.file_dispute(signature=signature, text="C’est moi, depuis le lycée.", at=timezone.now())
    return invalidation, dispute


def _let_in(page: Page, live_site: LiveSite, name: str) -> User:
    """Load the demonstration, and log one of its people in as they do: just asked again who they are."""
    _load_demo()
    user = User.objects.get(email=f"{name}@example.org")
    user.logins.create(method=Login.Method.CODE, ip="192.0.2.7", browser=FIREFOX)
    browser = Client(headers={"user-agent": FIREFOX})
    browser.force_login(user)
    session = browser.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": str(session.session_key), "url": live_site.url}]
    )
    return user


def _session_key(page: Page) -> str:
    [cookie] = page.context.cookies()
    return str(cookie["value"])
