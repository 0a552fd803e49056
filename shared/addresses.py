"""Where a request comes from: the client's own address, behind proxies that are believed."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

LOOPBACK: tuple[Network, ...] = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


def client_address(hops: Sequence[str], trusted: Sequence[Network]) -> Address | None:
    """Return the client's address, given X-Forwarded-For and the address of who connected.

    Read from the right, past every trusted proxy; what stands further left the client wrote. None
    if all are proxies, or if one is no address.
    """
    for hop in reversed(hops):
        try:
            address = ip_address(hop.strip())
        except ValueError:
            return None
        if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        if not any(address in network for network in trusted):
            return address
    return None
