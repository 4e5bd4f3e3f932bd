"""Client addresses behind proxies, and the allow-list."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.security.networks import client_address, parse_networks, within
from knowledge.errors import ConfigurationError

PROXY = parse_networks(("10.0.0.0/8", "::1"), "x")


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.5", "198.51.100.7", "203.0.113.5"),  # not from our proxy: the header is the caller's own
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "192.0.2.66, 198.51.100.7", "198.51.100.7"),  # the left part is forged
        ("10.0.0.1", "198.51.100.7, 10.0.0.2", "198.51.100.7"),
        ("10.0.0.1", "198.51.100.7, nonsense", "10.0.0.1"),
        ("::1", "2001:db8::7", "2001:db8::7"),
        ("::ffff:10.0.0.1", "198.51.100.7", "198.51.100.7"),
    ],
)
def test_the_nearest_foreign_hop_is_the_client(peer: str, forwarded: str, client: str) -> None:
    assert client_address(peer, forwarded, PROXY) == client


@given(st.text(max_size=60))
def test_whatever_the_header_says_the_true_last_hop_wins(forged: str) -> None:
    assert client_address("10.0.0.1", f"{forged},198.51.100.7", PROXY) == "198.51.100.7"


def test_membership_by_family() -> None:
    networks = parse_networks(("192.0.2.0/24", "2001:db8::/32", "198.51.100.9"), "x")
    assert within("192.0.2.200", networks)
    assert within("::ffff:192.0.2.200", networks)
    assert within("2001:db8:5::1", networks)
    assert within("198.51.100.9", networks)
    assert not within("198.51.100.10", networks)
    assert not within("", networks)


def test_an_unreadable_block_names_the_setting() -> None:
    with pytest.raises(ConfigurationError, match=r"server\.allowed_networks"):
        parse_networks(("10.0.0.0/33",), "server.allowed_networks")
