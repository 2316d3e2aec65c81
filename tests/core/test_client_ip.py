"""Whose address a request comes from."""

import pytest
from django.test import RequestFactory

from mesopinions.core.client_ip import client_ip, limit_key


def address(settings, *, proxies, forwarded=None, remote="10.0.0.1"):
    settings.TRUSTED_PROXY_COUNT = proxies
    headers = {} if forwarded is None else {"x-forwarded-for": forwarded}
    return client_ip(RequestFactory().get("/", headers=headers, REMOTE_ADDR=remote))


@pytest.mark.parametrize("forwarded", [None, "203.0.113.9", "203.0.113.9, 198.51.100.2"])
def test_without_a_proxy_the_header_counts_for_nothing(settings, forwarded):
    assert address(settings, proxies=0, forwarded=forwarded, remote="192.0.2.7") == "192.0.2.7"


@pytest.mark.parametrize("forged", ["", "203.0.113.9, ", "203.0.113.9,198.51.100.2,127.0.0.1, ", "<script>, , "])
def test_behind_one_proxy_only_the_last_hop_is_believed(settings, forged):
    assert address(settings, proxies=1, forwarded=f"{forged}192.0.2.7") == "192.0.2.7"


@pytest.mark.parametrize("forged", ["", "203.0.113.9, "])
def test_behind_two_proxies_the_hop_before_the_last_is_believed(settings, forged):
    assert address(settings, proxies=2, forwarded=f"{forged}192.0.2.7, 10.0.0.2") == "192.0.2.7"


@pytest.mark.parametrize(("proxies", "forwarded"), [(1, None), (1, ""), (2, None), (2, "192.0.2.7")])
def test_a_request_that_came_around_the_proxies_has_no_address(settings, proxies, forwarded):
    assert address(settings, proxies=proxies, forwarded=forwarded) == ""


@pytest.mark.parametrize(
    "garbage", ["unknown", "", "192.0.2", "192.0.2.256", "192.0.2.7:80", "_hidden", "1\r\nX: y", "٣.3.3.3", "1" * 9999]
)
def test_a_hop_that_is_no_address_is_none(settings, garbage):
    assert address(settings, proxies=1, forwarded=garbage) == ""


def test_a_unix_socket_has_no_address(settings):
    assert address(settings, proxies=0, remote="") == ""


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        (" 192.0.2.7 ", "192.0.2.7"),
    ],
)
def test_an_address_has_one_spelling_that_the_database_knows(settings, written, known):
    assert address(settings, proxies=1, forwarded=written) == known


def test_a_household_with_ipv6_is_counted_as_one():
    assert limit_key("2001:db8:1:2::1") == limit_key("2001:db8:1:2:ffff:ffff:ffff:ffff") == "2001:db8:1:2::/64"


def test_the_household_next_door_is_another():
    assert limit_key("2001:db8:1:2::1") != limit_key("2001:db8:1:3::1")


def test_an_ipv4_address_is_counted_alone_however_it_is_written():
    assert limit_key("192.0.2.7") == limit_key("::ffff:192.0.2.7") == "192.0.2.7"
    assert limit_key("192.0.2.7") != limit_key("192.0.2.8")


def test_nobody_is_counted_as_nobody():
    assert limit_key("") == ""
