"""Every form and address, fed with what nobody should send.

The lists are real ones, kept beside the project in ../shared/data/bad-input (never copied into it).
"""

import json
import os
from email import message_from_bytes, policy
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from mesopinions.core.addresses import normalised_email
from mesopinions.core.fields import Name
from mesopinions.mail.compose import compose
from mesopinions.mail.models import OutgoingMail
from petitions.forms import SignForm
from petitions.models import Comment, Signature
from privacy.models import ConsentRecord
from tests.factories import make_petition, make_signature, sign_data

LISTS = Path(__file__).resolve().parents[3] / "shared" / "data" / "bad-input"
needs_lists = pytest.mark.skipif(
    not LISTS.is_dir() and os.environ.get("CI") != "true", reason="../shared/data/bad-input is not here"
)
FIELDS = ("first_name", "last_name", "email", "country", "postal_code", "city", "comment", "is_name_public")
TEXT_FIELDS, UPDATE_FIELDS = FIELDS[:7], ("first_name", "last_name", "postal_code", "city", "comment", "country")
REFUSED, TAKEN = 422, 303


@pytest.fixture(autouse=True)
def no_limits(settings):
    settings.RATE_LIMITS = {name: (100_000, seconds) for name, (_count, seconds) in settings.RATE_LIMITS.items()}


@pytest.fixture
def address(petition):
    return reverse("sign", args=[petition.pk])


def naughty_strings():
    return [text for text in json.loads((LISTS / "blns.json").read_text("utf-8")) if text]


def batched(texts, size):
    return [texts[start : start + size] for start in range(0, len(texts), size)]


def is_name(text):
    try:
        return bool(Name().clean(text))
    except ValidationError:
        return False


def lines_of(name):
    return (LISTS / name).read_text("utf-8").splitlines()


def is_kept():
    return Signature.objects.exists() or ConsentRecord.objects.exists() or OutgoingMail.objects.exists()


class Tags(HTMLParser):
    """The elements of a page that could act: scripts, handlers, frames and addresses that run."""

    def __init__(self, page):
        super().__init__()
        self.acting = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag in {"iframe", "object", "embed", "base"} or (tag == "script" and "src" not in values):
            self.acting.append(tag)
        self.acting += [name for name in values if name.startswith("on")]
        links = [values.get(name) or "" for name in ("href", "src", "action", "formaction")]
        self.acting += [link for link in links if link.strip().lower().startswith(("javascript:", "data:text"))]


def acting_tags(response):
    return Tags(response.content.decode()).acting


# --- The big list of naughty strings ---------------------------------------------------------------------------------


@needs_lists
@pytest.mark.parametrize("field", FIELDS)
def test_a_naughty_string_in_any_field_is_words_or_an_error_of_that_field(petition, field):
    for text in naughty_strings():
        form = SignForm(petition.pk, QueryDict(mutable=True))
        form.data.update(sign_data() | {field: text})
        assert form.is_valid() or set(form.errors) <= {field, "city" if field == "country" else field, "postal_code"}
        assert not form.is_valid() or form.details(ip_address="", browser=text, confirmed_email="", user_id=None)


@needs_lists
def test_naughty_strings_in_all_fields_at_once_are_taken_or_refused_and_never_act(client, address):
    for number, texts in enumerate(batched(naughty_strings(), len(TEXT_FIELDS))):
        data = sign_data() | dict(zip(TEXT_FIELDS, texts, strict=False))
        if number % 2:  # refused in any case, so that all words are shown again
            del data["consent_signature"]
        response = client.post(address, data)
        assert response.status_code in ({REFUSED} if number % 2 else {TAKEN, REFUSED}), texts
        assert not acting_tags(response), texts


@needs_lists
def test_naughty_words_that_were_taken_never_act_on_the_pages_that_show_them(client, petition):
    taken = [text for text in naughty_strings() if is_name(text)][::2]
    for number, (first_name, last_name, comment) in enumerate(batched(taken[: len(taken) // 3 * 3], 3)):
        signature = make_signature(
            petition, f"samir{number}", confirmed=True, is_name_public=True,
            first_name=first_name[:80], last_name=last_name[:80], city=first_name[:80], comment=comment,
        )  # fmt: skip
        if number % 8 == 0:  # each page shows eight comments and twelve names
            for page in (petition.get_absolute_url(), reverse("signature", args=[signature.manage_token])):
                response = client.get(page, headers={"cookie": "x=1"})
                assert (response.status_code, acting_tags(response)) == (200, [])


@needs_lists
def test_naughty_strings_in_the_form_to_correct_are_taken_or_refused(client, petition):
    signature = make_signature(petition, confirmed=True)
    address = reverse("signature", args=[signature.manage_token])
    for texts in batched(naughty_strings()[::3], len(UPDATE_FIELDS)):
        words = sign_data() | {"action": "update"} | dict(zip(UPDATE_FIELDS, texts, strict=False))
        response = client.post(address, words)
        assert response.status_code in {TAKEN, REFUSED}, texts
        assert not acting_tags(response), texts
    for text in naughty_strings()[::9]:
        assert client.post(address, {"action": text}).status_code == 400, text


@needs_lists
def test_a_naughty_string_for_an_address_is_refused_or_taken_by_every_small_form(client, petition):
    forms = [reverse("my_signatures"), petition.url_of("sign_pending")]
    for number, text in enumerate(naughty_strings()[::5]):
        response = client.post(forms[number % 2], {"email": text})
        assert response.status_code in {200, REFUSED}, text
        assert not acting_tags(response), text
    assert not OutgoingMail.objects.exists()


@needs_lists
def test_a_naughty_string_in_the_login_form_is_refused(client, db):
    for texts in batched(naughty_strings(), 3):
        response = client.post(reverse("account_login"), dict(zip(("login", "password", "next"), texts, strict=False)))
        assert (response.status_code, acting_tags(response)) == (422, []), texts


@needs_lists
def test_a_naughty_string_in_the_address_of_a_list_is_no_failure(client, petition):
    for name in ("theme", "tri", "statut"):
        assert {client.get("/petitions/", {name: text}).status_code for text in naughty_strings()[::8]} == {404}
    names = ("apres", "q", "fait", "next")
    for texts in batched(naughty_strings(), len(names)):
        response = client.get("/petitions/", dict(zip(names, texts, strict=False)))
        assert response.status_code == 200, texts
        assert not acting_tags(response), texts


@needs_lists
def test_a_naughty_string_in_a_path_is_no_failure(client, db):
    for text in (*naughty_strings()[::7], *lines_of("patt-crlf.txt")):
        response = client.get(f"/signature/{quote(text, safe='%')}/".replace("//", "/"))
        assert response.status_code in {400, 404}, text
        assert "crlf" not in response.cookies


# --- Addresses -------------------------------------------------------------------------------------------------------


def is_address(petition, text):
    form = SignForm(petition.pk, QueryDict(mutable=True))
    form.data.update(sign_data() | {"email": text})
    assert form.is_valid() or list(form.errors) == ["email"], text
    return form.is_valid()


@needs_lists
def test_an_invalid_address_is_refused_with_a_message(petition):
    taken = [text for text in lines_of("fuzzdb-invalid-email-addresses.txt") if is_address(petition, text)]

    # White space around an address is forgiven, and RFC 5322 allows ' and = in an address.
    assert [text.strip() for text in taken if "notallowed" not in text] == ["sql'or'1'='1'or'test@email.com"]


@needs_lists
def test_a_valid_address_is_taken_unless_we_cannot_write_to_it(petition):
    unreachable = ('"', "\\", "[", "@129.", "@mailserver1", "üñîçøðé@")
    for text in lines_of("fuzzdb-valid-email-addresses.txt"):
        assert is_address(petition, text) == (not any(part in text for part in unreachable)), text


INJECTIONS = [
    "Samir\r\nBcc: nadia@example.org",
    "Samir\nSubject: autre",
    "Samir\rX-Evil: 1",
    "Samir\u2028Bcc: nadia@example.org",
    "Samir\x85Bcc: nadia@example.org",
    "=?utf-8?q?Samir=0D=0ABcc:_nadia=40example.org?=",
]


@pytest.mark.parametrize("name", INJECTIONS)
def test_a_line_end_in_a_name_starts_no_header_in_the_mail(client, address, name):
    client.post(address, sign_data() | {"first_name": name.replace("@", " at ")})
    for row in OutgoingMail.objects.all():
        message = message_from_bytes(compose(row).message().as_bytes(), policy=policy.default)
        assert message["To"] == "samir@example.org"
        assert {"Bcc", "X-Evil"}.isdisjoint(message.keys())
        assert len(message.get_all("Subject")) == 1


@pytest.mark.parametrize(
    "email",
    [
        "samir@example.org\r\nBcc: nadia@example.org",
        "samir@example.org\nnadia@example.org",
        "samir@example.org,nadia@x.fr",
        "samir@example.org%0ABcc:nadia@x.fr",
        "Samir <samir@example.org>",
        "samir@example.org\0",
        "\u202esamir@example.org",
    ],
)
def test_an_address_that_would_reach_somebody_else_is_refused(client, address, email):
    response = client.post(address, sign_data() | {"email": email})

    assert response.status_code == REFUSED
    assert list(response.context["form"].errors) == ["email"]
    assert not is_kept()
    assert not mail.outbox


# --- Sizes and shapes ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_of_nearly_a_megabyte_is_refused_and_one_of_more_is_too_large(client, address, field):
    near, over = ("x" * size for size in (900_000, 1_000_001))
    refused = client.post(address, sign_data() | {field: near})
    urlencoded = "application/x-www-form-urlencoded"
    too_large = client.post(address, f"{field}={over}", content_type=urlencoded)

    assert refused.status_code == (TAKEN if field == "is_name_public" else REFUSED)
    assert too_large.status_code == 413
    assert field == "is_name_public" or not is_kept()


@pytest.mark.parametrize(
    "body",
    [
        "first_name=Zoé".encode("latin-1"),
        "first_name=Zoé&email=samir@example.org".encode("utf-16"),
        b"first_name=\xff\xfe\xfd&last_name=\xc3\x28",
        b"first_name=%ff%fe&last_name=%c3%28",
        b"first_name=\xed\xa0\x80",  # a lone surrogate
        b"\0\0\0=\0",
        b"&&&===&=&",
        b"first_name" + b"&" * 150,
        b"",
        b"%",
        b"\r\n\r\n",
    ],
)
def test_bytes_that_are_no_text_are_refused(client, address, body):
    response = client.post(address, body, content_type="application/x-www-form-urlencoded")

    assert response.status_code in {400, REFUSED}
    assert not is_kept()


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("", b"first_name=Samir"),
        ("text/plain", b"first_name=Samir"),
        ("application/json", json.dumps(sign_data()).encode()),
        ("application/json", b"{"),
        ("multipart/form-data", b"first_name=Samir"),
        ("multipart/form-data; boundary=x", b"--y\r\n"),
        ("multipart/form-data; boundary=" + "x" * 300, b""),
        ("multipart/form-data; boundary=\xe9", b""),
        ("application/x-www-form-urlencoded; charset=utf-16", b"first_name=Samir"),
        ("application/x-www-form-urlencoded;;;==", b"first_name=Samir"),
    ],
)
def test_a_body_of_another_kind_is_refused(client, address, kind, body):
    response = client.generic("POST", address, body, content_type=kind)

    assert response.status_code in {400, REFUSED}
    assert not is_kept()


def test_a_form_with_files_is_read_as_a_form_and_the_files_are_dropped(client, address):
    files = {"first_name": SimpleUploadedFile("<script>.svg", b"\xff" * 5_000), "other": SimpleUploadedFile("a", b"x")}
    with_file = client.post(address, sign_data() | files)
    beside = client.post(address, sign_data() | {"other": files["other"]})

    assert (with_file.status_code, beside.status_code) == (REFUSED, TAKEN)
    assert Signature.objects.count() == 1


@pytest.mark.parametrize("field", ["first_name", "email", "country", "postal_code", "consent_signature"])
def test_a_field_that_comes_twice_counts_once(client, address, field):
    data = sign_data()
    response = client.post(address, data | {field: [data[field], data[field]]})

    assert response.status_code == TAKEN
    assert Signature.objects.count() == 1
    assert OutgoingMail.objects.count() == 1


def test_two_addresses_in_one_form_never_get_two_mails(client, address):
    client.post(address, sign_data() | {"email": ["samir@example.org", "nadia@example.org"]})

    assert OutgoingMail.objects.count() == 1


@pytest.mark.parametrize("field", FIELDS)
def test_a_missing_field_is_a_message_or_a_choice(client, address, field):
    data = sign_data()
    data.pop(field, None)
    response = client.post(address, data)

    required = {"first_name", "last_name", "email", "country", "postal_code"}
    assert response.status_code == (REFUSED if field in required else TAKEN)
    assert field not in required or list(response.context["form"].errors) == [field]


@pytest.mark.parametrize("field", FIELDS[:-1])
def test_a_nul_in_any_field_stores_nothing(client, address, field):
    data = sign_data()
    response = client.post(address, data | {field: data.get(field, "x") + "\0"})

    assert response.status_code == REFUSED
    assert not is_kept()


@pytest.mark.parametrize("header", ["user-agent", "referer", "accept-language", "accept-encoding", "x-forwarded-for"])
@pytest.mark.parametrize(
    "text", ["\0", "é" * 3_000, "' OR 1=1 --", "<script>", "\ud800".encode("utf-8", "replace").decode()]
)
def test_a_header_with_anything_in_it_stops_nobody_from_signing(client, address, header, text):
    assert client.post(address, sign_data(), headers={header: text}).status_code == TAKEN


@given(words=st.fixed_dictionaries({field: st.text(max_size=90) for field in FIELDS}))
@hypothesis_settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_no_words_at_all_break_the_form(client, address, words):
    response = client.post(address, words | {"consent_signature": "on"})

    assert response.status_code in {TAKEN, REFUSED}
    assert not acting_tags(response)


def test_what_is_kept_of_a_comment_is_its_words(client, address):
    text = "<img src=x onerror=alert(1)> &amp; « été »\r\n\r\n2e ligne"
    client.post(address, sign_data(comment=text))

    assert Comment.objects.get().text == "<img src=x onerror=alert(1)> &amp; « été »\n\n2e ligne"


def test_an_address_is_kept_as_it_will_be_written_to(client, address):
    client.post(address, sign_data(email=" Samir@EXÄMPLE.org "))

    assert Signature.objects.get().email == normalised_email("Samir@EXÄMPLE.org") == "Samir@xn--exmple-cua.org"


def test_a_removed_petition_stays_quiet_whatever_is_sent(client, db):
    address = reverse("sign", args=[make_petition(status="removed").pk])

    assert client.post(address, b"\xff", content_type="text/plain").status_code == 404
