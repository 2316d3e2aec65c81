"""Links that carry their own proof."""

import base64
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesopinions.core import tokens
from mesopinions.core.tokens import BadToken, Scope

ids = st.lists(st.integers(min_value=0, max_value=2**63 - 1), max_size=4)
ALPHABET = string.ascii_letters + string.digits + "-_"


def is_read(token, scope=Scope.MANAGE):
    try:
        tokens.read(scope, token)
    except BadToken:
        return False
    return True


@given(scope=st.sampled_from(Scope), numbers=ids, generation=st.integers(min_value=0, max_value=2**15 - 1))
def test_what_a_link_carries_comes_back(scope, numbers, generation):
    token = tokens.make(scope, *numbers, generation=generation)

    assert tokens.read(scope, token) == (*numbers, generation)


@given(numbers=ids)
def test_a_link_needs_no_escaping_in_an_address(numbers):
    assert set(tokens.make(Scope.MANAGE, *numbers)) <= set(ALPHABET)


def test_a_link_fits_on_a_line_of_a_mail():
    assert len(tokens.make(Scope.MANAGE, 10**9, 10**10, generation=3)) <= 48


def test_no_character_of_a_link_can_be_changed():
    token = tokens.make(Scope.MANAGE, 12, 345_678, generation=1)

    opened = [
        (place, char)
        for place in range(len(token))
        for char in ALPHABET
        if char != token[place] and is_read(token[:place] + char + token[place + 1 :])
    ]

    assert not opened


@given(first=ids, second=ids)
def test_two_lists_of_ids_never_share_a_link(first, second):
    same = tokens.make(Scope.MANAGE, *first) == tokens.make(Scope.MANAGE, *second)

    assert same == (first == second)


@pytest.mark.parametrize(("one", "other"), [((1, 23), (12, 3)), ((0, 1), (1,)), ((256,), (1, 0)), ((), (0,))])
def test_numbers_that_look_alike_side_by_side_make_different_links(one, other):
    assert tokens.make(Scope.MANAGE, *one) != tokens.make(Scope.MANAGE, *other)


def test_a_link_of_one_scope_opens_no_other():
    for made in Scope:
        token = tokens.make(made, 7)
        assert [scope for scope in Scope if is_read(token, scope)] == [made]


def test_a_new_generation_is_another_link():
    assert tokens.make(Scope.MANAGE, 7, generation=1) != tokens.make(Scope.MANAGE, 7)


def test_links_of_an_older_key_open_until_the_key_is_dropped(settings):
    settings.LINK_KEYS = ["the older key"]
    old = tokens.make(Scope.MANAGE, 7)

    settings.LINK_KEYS = ["the newer key", "the older key"]
    assert is_read(old)
    settings.LINK_KEYS = ["the newer key"]
    assert not is_read(old)


def test_the_newest_key_signs(settings):
    settings.LINK_KEYS = ["the newer key", "the older key"]
    token = tokens.make(Scope.MANAGE, 7)

    settings.LINK_KEYS = ["the newer key"]
    assert is_read(token)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "=",
        "====",
        "A",
        "AA",
        "é" * 30,
        "\0" * 30,
        "٣" * 30,
        "\ud800",
        " ",
        "../../etc/passwd",
        "%00",
        "A" * 1_000_000,
    ],
    ids=lambda text: ascii(text[:12]),
)
def test_garbage_is_a_bad_link(text):
    assert not is_read(text)


@given(text=st.text(max_size=80))
def test_no_text_at_all_opens_anything(text):
    assert not is_read(text)


@given(raw=st.binary(max_size=80))
def test_no_bytes_at_all_open_anything(raw):
    assert not is_read(base64.urlsafe_b64encode(raw).decode().rstrip("="))


@pytest.mark.parametrize("change", ["{}=", "{}==", " {}", "{}\n", "{}.", "{}A", "A{}"])
def test_only_the_spelling_that_we_wrote_is_a_link(change):
    assert not is_read(change.format(tokens.make(Scope.MANAGE, 12, 34)))


def test_what_is_wrong_with_a_link_is_not_said():
    with pytest.raises(BadToken) as caught:
        tokens.read(Scope.MANAGE, "samir@example.org")

    assert caught.value.args == ()
