"""Whose address counts: the socket's, and only behind configured proxies what they say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.infra.addresses import UNKNOWN, Client, ClientAddresses

PROXIES = ("10.0.0.0/8", "192.0.2.7", "2001:db8:ffff::/48")


@pytest.mark.parametrize(
    ("peer", "address", "network"),
    [
        ("203.0.113.77", "203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("::ffff:203.0.113.77", "203.0.113.77", "203.0.113.0/24"),
        ("fe80::1%eth0", "fe80::/64", "fe80::/48"),
    ],
)
def test_an_address_is_counted_finely_and_stored_coarsely(peer: str, address: str, network: str) -> None:
    assert ClientAddresses(()).of(peer, "") == Client(address, network)


@pytest.mark.parametrize(
    ("forwarded_for", "address"),
    [
        ("198.51.100.9", "198.51.100.9"),
        ("198.51.100.9, 10.1.1.1", "198.51.100.9"),
        ("8.8.8.8, 198.51.100.9, 10.1.1.1, 192.0.2.7", "198.51.100.9"),
        ("127.0.0.1, 198.51.100.9", "198.51.100.9"),
        ("198.51.100.9:4711", "198.51.100.9"),
        ("[2001:db8:1:2::5]:443", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::5", "2001:db8:1:2::/64"),
        # Everybody is a trusted proxy: then it is the farthest.
        ("10.9.9.9, 10.1.1.1", "10.9.9.9"),
        # What cannot be read ends the chain at the last proxy that was believed.
        ("198.51.100.9, unknown, 10.1.1.1", "10.1.1.1"),
        ("198.51.100.9, ", "10.0.0.1"),
        ("garbage", "10.0.0.1"),
        ("", "10.0.0.1"),
    ],
)
def test_behind_a_trusted_proxy_the_rightmost_untrusted_counts(forwarded_for: str, address: str) -> None:
    assert ClientAddresses(PROXIES).of("10.0.0.1", forwarded_for).address == address


@pytest.mark.parametrize("peer", ["203.0.113.77", "192.0.2.8", "11.0.0.1"])
def test_who_is_no_trusted_proxy_is_believed_nothing(peer: str) -> None:
    assert ClientAddresses(PROXIES).of(peer, "198.51.100.9").address == peer


def test_without_proxies_no_header_counts() -> None:
    assert ClientAddresses(()).of("127.0.0.1", "198.51.100.9").address == "127.0.0.1"


def test_a_unix_socket_is_trusted_only_where_it_is_configured() -> None:
    assert ClientAddresses(("unix",)).of(None, "198.51.100.9").address == "198.51.100.9"
    assert ClientAddresses(PROXIES).of(None, "198.51.100.9") == UNKNOWN
    assert ClientAddresses(("unix",)).of("203.0.113.77", "198.51.100.9").address == "203.0.113.77"


def test_a_long_chain_is_read_from_its_end() -> None:
    chain = ", ".join(["198.51.100.9"] + ["10.1.1.1"] * 500)
    assert ClientAddresses(PROXIES).of("10.0.0.1", chain).address == "10.1.1.1"


@pytest.mark.parametrize("network", ["10.0.0.0/33", "proxy.example", "10.0.0.1/8", "", "*"])
def test_a_setting_that_is_no_network_is_refused(network: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        ClientAddresses((network,))


@given(st.text(max_size=200))
def test_no_header_breaks_anything(forwarded_for: str) -> None:
    found = ClientAddresses(PROXIES).of("10.0.0.1", forwarded_for)
    assert found.address
    assert "/" in found.network


@given(st.ip_addresses(v=6))
def test_neighbours_in_one_household_are_one(address: object) -> None:
    addresses = ClientAddresses(())
    base = int(address) & ~((1 << 64) - 1)  # type: ignore[call-overload]
    from ipaddress import IPv6Address

    first, last = IPv6Address(base), IPv6Address(base | ((1 << 64) - 1))
    if first.ipv4_mapped is None and last.ipv4_mapped is None:
        assert addresses.of(str(first), "") == addresses.of(str(last), "")
