"""Whom passkeys are made for: the site's name, and the origins that it is reached at."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """The site as WebAuthn knows it (section 5.1.2): its id is a host name."""

    id: str
    origin: str


def relying_party(public_url: str) -> RelyingParty:
    """Return the relying party of a site.

    An address is no host name: a machine that calls itself 127.0.0.1 is `localhost`, and passkeys
    can be used where it is reached by that name.
    """
    parts = urlsplit(public_url)
    host = parts.hostname or "localhost"
    port = f":{parts.port}" if parts.port else ""
    try:
        loopback = ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if loopback:
        host = "localhost"
    return RelyingParty(host, f"{parts.scheme}://{host}{port}")
