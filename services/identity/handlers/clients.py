"""Machines of testing vendors and the tokens they get (OAuth 2.0 client credentials)."""

import hmac
from collections.abc import Collection, Sequence
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.domain.scopes import VENDOR_SCOPES
from services.identity.errors import AlreadyThere, InvalidClient, InvalidScope
from services.identity.models import ApiClient, ApiClientSecret
from services.identity.tokens import hash_of, new_secret
from shared.addresses import Address
from shared.context import ServiceContext, context
from shared.errors import FieldError, Unprocessable
from shared.ids import uuid7
from shared.rows import insert_new

_SHORTEST_SECRET = 32
_USE = timedelta(minutes=1)


async def create_api_client(
    session: AsyncSession,
    *,
    client_id: str,
    vendor: str,
    programmes: Collection[str],
    scopes: Collection[str] = tuple(VENDOR_SCOPES),
    name: str | None = None,
    secret: str | None = None,
    addresses: Collection[str] = (),
) -> str:
    """Create a vendor's client and return its secret, which cannot be shown again.

    secret: one made elsewhere, of at least 32 random characters; left out, a new one is made;
    addresses: networks such as 192.0.2.0/24 that it may ask from, none for anywhere.
    Raises AlreadyThere, and Unprocessable for an unknown programme or scope, a short secret or
    what is no network.
    """
    refuse_unknown(session, programmes, scopes, VENDOR_SCOPES)
    networks = networks_of(addresses)
    secret = secret or new_secret()
    if len(secret) < _SHORTEST_SECRET:
        message = f"a client's secret needs at least {_SHORTEST_SECRET} random characters"
        raise Unprocessable(message, errors=[FieldError(field="secret", message=message)])
    now = context(session).clock.now()
    row = {
        "client_id": client_id,
        "name": name or client_id,
        "vendor": vendor,
        "programmes": sorted(programmes),
        "scopes": sorted(scopes),
        "addresses": networks,
        "active": True,
        "created_at": now,
    }
    if not await insert_new(session, ApiClient, [row], returning=["client_id"]):
        raise AlreadyThere(f"there is a client {client_id!r} already")
    secret_row = {
        "id": uuid7(),
        "client_id": client_id,
        "secret_hash": hash_of(secret),
        "created_at": now,
    }
    await insert_new(session, ApiClientSecret, [secret_row])
    return secret


def networks_of(addresses: Collection[str]) -> list[str]:
    """Return networks in one form; raise Unprocessable, naming the field, for what is none."""
    errors, networks = [], []
    for one in addresses:
        try:
            networks.append(str(ip_network(one)))
        except ValueError as fault:
            errors.append(FieldError(field="addresses", message=f"no network: {fault}"))
    if errors:
        raise Unprocessable("; ".join(error.message for error in errors), errors=errors)
    return networks


def refuse_unknown(
    session: AsyncSession,
    programmes: Collection[str],
    scopes: Collection[str],
    allowed: Collection[str],
) -> None:
    """Raise Unprocessable, naming the field, for programmes or scopes that there are not."""
    known = context(session).programmes
    errors = [
        FieldError(field="programmes", message=f"there is no programme {one!r}")
        for one in sorted(programmes)
        if one not in known
    ]
    errors += [
        FieldError(
            field="scopes", message=f"there is no scope {one!r}; {', '.join(sorted(allowed))}"
        )
        for one in sorted(scopes)
        if one not in allowed
    ]
    if errors:
        raise Unprocessable("; ".join(error.message for error in errors), errors=errors)


async def claims_of_client(
    session: AsyncSession,
    client_id: str,
    secret: str,
    wanted: Sequence[str],
    address: Address | None,
) -> tuple[dict[str, Any], timedelta]:
    """Return what a client's access token says, and how long it lives.

    wanted: scopes asked for; none means all that the client has; address: where it asks from.
    Raises InvalidClient, the same for an unknown client, a wrong secret and an address that the
    client may not ask from, and InvalidScope.
    """
    here = context(session)
    now = here.clock.now()
    client = await session.scalar(
        select(ApiClient).where(ApiClient.client_id == client_id, ApiClient.active.is_(True))
    )
    secrets = await session.scalars(
        select(ApiClientSecret).where(
            ApiClientSecret.client_id == client_id,
            or_(ApiClientSecret.expires_at.is_(None), ApiClientSecret.expires_at > now),
        )
    )
    given = hash_of(secret)
    matches = [one for one in secrets if hmac.compare_digest(one.secret_hash, given)]
    if client is None or not matches or not _may_come_from(client, address):
        raise InvalidClient(
            "The client id or the secret is not right.",
            headers={"WWW-Authenticate": 'Basic realm="certtrack"'},
            error="invalid_client",
            error_description="unknown client id or wrong secret",
        )
    missing = sorted(set(wanted) - set(client.scopes))
    if missing:
        raise InvalidScope(
            f"This client does not have the scope {', '.join(missing)}.",
            error="invalid_scope",
            error_description=f"not granted to this client: {' '.join(missing)}",
        )
    claims = {
        "sub": client.client_id,
        "kind": "vendor",
        "vendor": client.vendor,
        "name": client.name,
        "programmes": list(client.programmes),
        "scope": " ".join(sorted(set(wanted)) or client.scopes),
    }
    if client.addresses:
        claims["addresses"] = list(client.addresses)
    await _note_use(here, client, matches[0])
    return claims, timedelta(minutes=here.settings.machine_access_minutes)


async def _note_use(here: ServiceContext, client: ApiClient, secret: ApiClientSecret) -> None:
    # To the minute: a vendor that asks for a token before each call must not cost a write each.
    now = here.clock.now()
    for row, key in ((client, ApiClient.client_id), (secret, ApiClientSecret.id)):
        if row.last_used_at is not None and row.last_used_at > now - _USE:
            continue
        identity = client.client_id if row is client else secret.id
        async with here.database.transaction() as session:
            await session.execute(update(type(row)).where(key == identity).values(last_used_at=now))


def _may_come_from(client: ApiClient, address: Address | None) -> bool:
    return not client.addresses or (
        address is not None and any(address in ip_network(one) for one in client.addresses)
    )
