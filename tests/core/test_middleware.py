"""Headers of every answer, and requests that no view should meet."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, example, given, strategies
from hypothesis import settings as hypothesis_settings

from tests.factories import make_petition, make_signature, make_user, sign_data

HEADERS = {
    "Content-Security-Policy": None,
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
STATIC = "/static/css/tokens.css"


@pytest.fixture
def addresses(db):
    petition = make_petition()
    signature = make_signature(petition)
    return {
        **{name: reverse(name) for name in ("home", "petition_list", "my_signatures", "account_login")},
        **{name: petition.url_of(name) for name in ("petition", "petition_history", "petition_journal")},
        "sign_pending": petition.url_of("sign_pending"),
        "signature": reverse("signature", args=[signature.manage_token]),
        "english": "/en/petitions/",
        "not found": "/rien/",
        "refused": "/petitions/?apres=%00",
        "health": "/healthz",
        "admin": "/admin/login/",
    }


def test_every_page_tells_the_browser_what_it_may_do(client, addresses):
    for name, address in addresses.items():
        response = client.get(address)
        sent = {header: response.headers.get(header) for header in HEADERS}
        expected = {header: value or sent[header] for header, value in HEADERS.items()}
        assert (name, sent) == (name, expected)
        assert sent["Content-Security-Policy"]


def test_no_page_may_run_what_stands_in_its_html(client, addresses):
    for name, address in addresses.items():
        policy = client.get(address)["Content-Security-Policy"]
        assert (name, "unsafe" in policy, "nonce" in policy) == (name, False, False)


def test_the_policy_starts_from_nothing_and_lets_nobody_frame_us(client, db):
    directives = dict(part.strip().split(" ", 1) for part in client.get("/")["Content-Security-Policy"].split(";"))

    assert directives["default-src"] == directives["base-uri"] == directives["frame-ancestors"] == "'none'"
    assert directives["script-src"] == directives["form-action"] == "'self'"


def test_no_page_holds_a_script_or_style_that_the_policy_would_refuse(client, addresses):
    for name, address in addresses.items():
        page = client.get(address).content.decode()
        found = [word for word in ("<style", " style=", " onclick=", " onload=", "javascript:") if word in page]
        assert (name, found) == (name, [])


@pytest.mark.parametrize("address", [STATIC, "/static/img/icon.svg"])
def test_a_static_file_is_taken_for_nothing_else(client, db, address):
    response = client.get(address)
    response.close()

    assert response.status_code == 200
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in response.headers


def test_a_copy_keeps_the_headers(client, addresses):
    client.get("/")
    copy = client.get("/")

    assert [header for header in HEADERS if header not in copy.headers] == []


def test_a_secure_site_says_so_for_two_years(settings, db):
    settings.SECURE_HSTS_SECONDS = 63_072_000

    assert Client().get("/", secure=True)["Strict-Transport-Security"] == "max-age=63072000"


# --- The path decides the language -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "language"),
    [("/", "fr"), ("/en/", "en"), ("/petitions/", "fr"), ("/en/petitions/", "en"), ("/rien/", "fr"),
     ("/en/rien/", "en"), ("/de/", "fr"), ("/healthz", "fr"), ("/enfance/", "fr")],
)  # fmt: skip
def test_the_path_alone_decides_the_language(client, db, address, language):
    response = client.get(address, headers={"accept-language": "de", "cookie": "django_language=de"})

    assert response["Content-Language"] == language
    if b"<html" in response.content:
        assert f'<html lang="{language}">' in response.content.decode()
    assert "Accept-Language" not in response.headers.get("Vary", "")


def test_a_request_in_english_leaves_nothing_to_the_next_one(client, db):
    client.get("/en/rien/")

    assert client.get("/rien/")["Content-Language"] == "fr"


# --- What no browser sends -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    ["/petitions/?theme=%00", "/petitions/?apres=1%00-2", "/?%00", "/%00", "/signature/a%00bcdefgh/", "/en/%00/"],
)
def test_a_nul_in_an_address_is_refused(client, db, address):
    assert client.get(address).status_code == 400


def test_a_nul_in_a_cookie_is_refused(client, db):
    assert client.get("/", headers={"cookie": r'session="\000aaaaaaaaaaaaaaaa"'}).status_code == 400


@pytest.mark.parametrize(
    "charset", ["hex", "zlib", "rot13", "utf-7", "utf-16", "latin-1", "unicode_escape", "idna", "undefined", "none", ""]
)
def test_a_body_that_is_not_utf_8_is_refused(client, db, charset):
    body = b'--x\r\nContent-Disposition: form-data; name="email"\r\n\r\n\\ud800\r\n--x--\r\n'
    kind = f'multipart/form-data; boundary=x; charset="{charset}"'
    response = client.generic("POST", "/mes-signatures/", body, kind)

    assert response.status_code == 400


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8"])
def test_a_body_that_says_utf_8_is_read(client, db, charset):
    kind = f"application/x-www-form-urlencoded; charset={charset}"

    assert client.generic("POST", "/mes-signatures/", b"email=samir%40example.org", kind).status_code == 200


@given(text=strategies.text(max_size=60))
@example("\ud7ff")
@hypothesis_settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_address_breaks_the_site(client, db, text):
    for address in (f"/petitions/{text}", f"/signature/{text}/", f"/petition/x/{text}/1/"):
        assert client.get(address.replace("#", "")).status_code in {200, 301, 302, 400, 404}


def test_a_visitor_with_a_session_is_served_too(client, db):
    client.force_login(make_user("samir"))

    assert client.get("/petitions/").status_code == 200
    assert client.post(reverse("sign", args=[make_petition().pk]), sign_data()).status_code == 303
    assert settings.SESSION_COOKIE_NAME in client.cookies
