"""What administrators do to API clients: make, change, renew secrets, revoke."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.domain.scopes import VENDOR_SCOPES
from services.identity.errors import NotYoursToGive, UnknownClient
from services.identity.handlers.audit import record
from services.identity.handlers.clients import create_api_client, networks_of, refuse_unknown
from services.identity.models import ApiClient, ApiClientSecret
from services.identity.tokens import hash_of, new_secret
from shared.auth import Principal
from shared.context import context
from shared.errors import Conflict, FieldError
from shared.ids import uuid7
from shared.rows import insert_new

ADMINISTERS_CLIENTS = "clients:write"


async def make_client(
    session: AsyncSession,
    by: Principal,
    *,
    client_id: str,
    vendor: str,
    name: str,
    programmes: Collection[str],
    scopes: Collection[str],
    addresses: Collection[str],
) -> str:
    """Make a client and return its secret, which cannot be shown again.

    Raises NotYoursToGive for programmes that the caller does not administer, AlreadyThere and
    Unprocessable.
    """
    _refuse_foreign(by, programmes)
    secret = await create_api_client(
        session,
        client_id=client_id,
        vendor=vendor,
        programmes=set(programmes),
        scopes=set(scopes),
        name=name,
        addresses=addresses,
    )
    details = {"vendor": vendor, "scopes": sorted(scopes), "addresses": sorted(addresses)}
    await _record(session, "client.made", by, client_id, programmes, details)
    return secret


async def change_client(
    session: AsyncSession,
    by: Principal,
    client_id: str,
    *,
    name: str,
    programmes: Collection[str],
    scopes: Collection[str],
    addresses: Collection[str],
) -> None:
    """Change what a client may do; in force with its next token.

    Raises UnknownClient, NotYoursToGive and Unprocessable.
    """
    client = await _theirs(session, by, client_id)
    _refuse_foreign(by, programmes)
    refuse_unknown(session, programmes, scopes, VENDOR_SCOPES)
    before = _rights(client)
    client.name = name
    client.programmes = sorted(set(programmes))
    client.scopes = sorted(set(scopes))
    client.addresses = networks_of(addresses)
    details = {"before": before, "after": _rights(client)}
    concerned = {*before["programmes"], *programmes}
    await _record(session, "client.changed", by, client_id, concerned, details)


async def renew_secret(
    session: AsyncSession, by: Principal, client_id: str, overlap: timedelta
) -> str:
    """Give a client a new secret and return it; those before go on for the overlap.

    Raises UnknownClient, and Conflict for one that is revoked.
    """
    client = await _theirs(session, by, client_id)
    if not client.active:
        raise Conflict("This client is revoked; make a new one instead.")
    now = context(session).clock.now()
    until = now + overlap
    await session.execute(
        update(ApiClientSecret)
        .where(
            ApiClientSecret.client_id == client_id,
            or_(ApiClientSecret.expires_at.is_(None), ApiClientSecret.expires_at > until),
        )
        .values(expires_at=until)
        .execution_options(synchronize_session=False)
    )
    secret = new_secret()
    row = {
        "id": uuid7(),
        "client_id": client_id,
        "secret_hash": hash_of(secret),
        "created_at": now,
    }
    await insert_new(session, ApiClientSecret, [row])
    hours = overlap.total_seconds() / 3600
    details = {"overlap_hours": hours}
    await _record(session, "client.secret_renewed", by, client_id, client.programmes, details)
    return secret


async def end_secret(session: AsyncSession, by: Principal, client_id: str, secret_id: UUID) -> None:
    """End one of a client's secrets at once. Raises UnknownClient, for an unknown secret too."""
    client = await _theirs(session, by, client_id)
    now = context(session).clock.now()
    ended = await session.scalar(
        update(ApiClientSecret)
        .where(
            ApiClientSecret.client_id == client_id,
            ApiClientSecret.id == secret_id,
            or_(ApiClientSecret.expires_at.is_(None), ApiClientSecret.expires_at > now),
        )
        .values(expires_at=now)
        .returning(ApiClientSecret.id)
        .execution_options(synchronize_session=False)
    )
    if ended is None:
        raise UnknownClient("The client has no such secret, or it has ended already.")
    details = {"secret_id": str(secret_id)}
    await _record(session, "client.secret_ended", by, client_id, client.programmes, details)


async def revoke_client(session: AsyncSession, by: Principal, client_id: str, reason: str) -> None:
    """Give a client no further token; doing it again changes nothing. Raises UnknownClient."""
    client = await _theirs(session, by, client_id)
    if not client.active:
        return
    client.active = False
    client.revoked_at = context(session).clock.now()
    details = {"reason": reason}
    await _record(session, "client.revoked", by, client_id, client.programmes, details)


async def _theirs(session: AsyncSession, by: Principal, client_id: str) -> ApiClient:
    statement = select(ApiClient).where(ApiClient.client_id == client_id).with_for_update()
    client = await session.scalar(statement)
    if client is None or not any(by.has(one, ADMINISTERS_CLIENTS) for one in client.programmes):
        raise UnknownClient(f"There is no API client {client_id!r} in your programmes.")
    _refuse_foreign(by, client.programmes)
    return client


def _refuse_foreign(by: Principal, programmes: Collection[str]) -> None:
    foreign = sorted(one for one in programmes if not by.has(one, ADMINISTERS_CLIENTS))
    if foreign:
        message = f"you do not administer the API clients of {', '.join(foreign)}"
        raise NotYoursToGive(
            f"Sorry, {message}.", errors=[FieldError(field="programmes", message=message)]
        )


def _rights(client: ApiClient) -> dict[str, list[str]]:
    return {
        "programmes": list(client.programmes),
        "scopes": list(client.scopes),
        "addresses": list(client.addresses),
    }


async def _record(
    session: AsyncSession,
    action: str,
    by: Principal,
    client_id: str,
    programmes: Collection[str],
    details: Mapping[str, object],
) -> None:
    for programme in sorted(set(programmes)):
        await record(
            session, action, by=by, programme=programme, subject=client_id, details=details
        )
