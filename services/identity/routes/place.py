"""Where a request comes from: the client's address behind trusted proxies, and its device."""

from ipaddress import IPv6Address, IPv6Network
from typing import Annotated

from fastapi import Depends, Request

from services.identity.handlers.sessions import Place
from shared.addresses import Address
from shared.requests import address_of

_LONGEST_DEVICE = 300


def place(request: Request) -> Place:
    """Return where a request comes from.

    Without an address, if all were proxies: then nobody is slowed down for the others behind the
    same one.
    """
    address = address_of(request)
    return Place(
        None if address is None else network_of(address),
        request.headers.get("user-agent", "")[:_LONGEST_DEVICE],
    )


def network_of(address: Address) -> str:
    """Return what one household has: a /64, whose single IPv6 addresses are for the taking."""
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, 64), strict=False))
    return str(address)


FromPlace = Annotated[Place, Depends(place)]
