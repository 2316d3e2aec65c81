"""The tags and filters built into every template."""

import re
from datetime import UTC, date, datetime
from xml.etree import ElementTree

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from mesopinions.core import illustrations
from mesopinions.core.context import site


def shown(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


@pytest.mark.parametrize(
    ("language", "value", "written"),
    [
        ("fr", 0, "0"),
        ("fr", 999, "999"),
        ("fr", 18_462, "18\u202f462"),
        ("fr", 1_284_560, "1\u202f284\u202f560"),
        ("en", 1_284_560, "1,284,560"),
    ],
)
def test_numbers_are_written_as_readers_of_the_language_do(language: str, value: int, written: str) -> None:
    with translation.override(language):
        assert shown("{{ value|number }}", value=value) == written


@pytest.mark.parametrize("language", ["fr", "en"])
def test_numbers_for_scripts_are_digits_in_any_language(language: str) -> None:
    with translation.override(language):
        assert shown("{{ value|plain }}", value=1_284_560) == "1284560"


@pytest.mark.parametrize(("value", "written"), [(1_280, "+1\u202f280"), (0, "+0"), (-3, "\u22123")])
def test_a_change_of_the_count_has_its_sign(value: int, written: str) -> None:
    with translation.override("fr"):
        assert shown("{{ value|signed }}", value=value) == written


@pytest.mark.parametrize(
    ("language", "day", "written"),
    [
        ("fr", date(2026, 9, 1), "1er\u00a0septembre\u00a02026"),
        ("fr", date(2026, 9, 11), "11\u00a0septembre\u00a02026"),
        ("en", date(2026, 9, 1), "1\u00a0September\u00a02026"),
        # Half past ten in the evening in London is the next day in Paris.
        ("fr", datetime(2026, 8, 31, 22, 30, tzinfo=UTC), "1er\u00a0septembre\u00a02026"),
        ("fr", None, ""),
    ],
)
def test_days_are_written_in_full_in_local_time(language: str, day: date | None, written: str) -> None:
    with translation.override(language):
        assert shown("{{ day|long_date }}", day=day) == written


def test_the_same_petition_always_has_the_same_waves() -> None:
    drawn = shown("{% illustration 4 172 %}")

    assert drawn == shown("{% illustration 4 172 %}")
    assert drawn != shown("{% illustration 5 172 %}")
    assert drawn != shown("{% illustration 4 12 %}")


@pytest.mark.parametrize("seed", range(60))
def test_waves_are_a_small_drawing_whose_voices_stay_inside(seed: int) -> None:
    drawn = illustrations.waves(seed, seed * 6)
    *_, voices = ElementTree.fromstring(drawn)  # noqa: S314  our own drawing

    assert len(drawn) < 2_000
    assert len(voices) == 3
    for voice in voices:
        assert 0 < float(voice.attrib["cx"]) < illustrations.WIDTH
        assert 0 < float(voice.attrib["cy"]) < illustrations.HEIGHT


def test_waves_obey_the_content_security_policy() -> None:
    assert not re.search(r"style|script|url\(|href|\son\w+=", illustrations.waves(4, 172))


@pytest.mark.parametrize(
    ("language", "path", "other"),
    [
        ("fr", "/petitions/?theme=sante", "/en/petitions/?theme=sante"),
        ("en", "/en/petitions/?theme=sante", "/petitions/?theme=sante"),
        ("fr", "/", "/en/"),
        ("en", "/en/", "/"),
        ("fr", "/nowhere/", "/en/"),
    ],
)
def test_the_language_link_leads_to_the_same_page_or_home(
    rf: RequestFactory, language: str, path: str, other: str
) -> None:
    with translation.override(language):
        assert shown("{% other_language_url %}", request=rf.get(path)) == other


def test_the_language_link_of_a_refused_form_leads_to_its_page(rf: RequestFactory) -> None:
    with translation.override("fr"):
        request = rf.post("/petition/4/signer/")
        address = "/petition/sante/une-maternite/4/"

        assert shown("{% other_language_url page %}", request=request, page=address) == f"/en{address}"


def test_a_page_for_everybody_carries_no_form_token(rf: RequestFactory) -> None:
    request = rf.get("/")

    assert shown("{% form_token request %}", request=request) == ""
    assert "CSRF_COOKIE" not in request.META


def test_a_browser_with_a_session_gets_a_form_token(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.COOKIES["session"] = "anything"

    assert 'name="csrfmiddlewaretoken"' in shown("{% form_token request %}", request=request)


def test_nobody_is_signed_in_without_a_session_cookie(rf: RequestFactory) -> None:
    class Untouchable:
        @property
        def user(self) -> None:
            raise AssertionError("the session was read")

    request = rf.get("/")
    request.__class__ = type("Request", (Untouchable, type(request)), {})

    assert not site(request)["visitor"]
