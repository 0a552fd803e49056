"""Where a request comes from: the client's address behind trusted proxies, and its device."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Annotated

from fastapi import Depends, Request

from services.identity.handlers.sessions import Place

_LONGEST_DEVICE = 300


def place(request: Request) -> Place:
    """Return where a request comes from."""
    trusted = request.app.state.context.settings.trusted_proxies
    hops = ",".join(request.headers.getlist("x-forwarded-for")).split(",")
    if request.client is not None:
        hops.append(request.client.host)
    return Place(
        client_address(hops, trusted), request.headers.get("user-agent", "")[:_LONGEST_DEVICE]
    )


def client_address(hops: Sequence[str], trusted: Sequence[IPv4Network | IPv6Network]) -> str | None:
    """Return the client's address, given X-Forwarded-For and the address of who connected.

    Read from the right, past every trusted proxy; what stands further left the client wrote. None
    if all are proxies: then nobody is slowed down for the others behind the same one.
    """
    for hop in reversed(hops):
        try:
            address: IPv4Address | IPv6Address = ip_address(hop.strip())
        except ValueError:
            return None
        if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        if not any(address in network for network in trusted):
            return _network_of(address)
    return None


def _network_of(address: IPv4Address | IPv6Address) -> str:
    # A household has a /64: its single IPv6 addresses are for the taking.
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, 64), strict=False))
    return str(address)


FromPlace = Annotated[Place, Depends(place)]
