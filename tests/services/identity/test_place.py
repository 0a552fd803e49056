"""Whose address counts."""

from ipaddress import ip_network

import pytest

from services.identity.routes.place import network_of
from shared.addresses import client_address

TRUSTED = tuple(ip_network(one) for one in ("127.0.0.0/8", "::1/128", "10.0.0.0/8"))


@pytest.mark.parametrize(
    ("hops", "address"),
    [
        (["198.51.100.7"], "198.51.100.7"),
        (["198.51.100.7", "10.0.0.2", "127.0.0.1"], "198.51.100.7"),
        (["1.1.1.1", "198.51.100.7", "127.0.0.1"], "198.51.100.7"),
        (["", "127.0.0.1"], None),
        (["127.0.0.1"], None),
        (["10.0.0.3", "127.0.0.1"], None),
        (["garbage", "127.0.0.1"], None),
        (["::ffff:198.51.100.7", "::1"], "198.51.100.7"),
        (["::ffff:127.0.0.1"], None),
        # A household's single addresses count as one.
        (["2001:db8:1:2:aaaa::1", "::1"], "2001:db8:1:2::/64"),
        (["2001:db8:1:2:bbbb::9", "::1"], "2001:db8:1:2::/64"),
        (["fe80::1%eth0", "::1"], "fe80::/64"),
        ([], None),
    ],
)
def test_the_nearest_address_that_is_no_proxy_of_ours(hops: list[str], address: str | None) -> None:
    found = client_address(hops, TRUSTED)
    assert (None if found is None else network_of(found)) == address
