"""API clients: the machines of testing vendors, and their secrets."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Response

from services.identity import client_queries
from services.identity.domain.scopes import VENDOR_SCOPES
from services.identity.errors import UnknownClient
from services.identity.handlers import client_care
from services.identity.handlers.client_care import ADMINISTERS_CLIENTS
from services.identity.routes.recent import require_recent
from services.identity.schemas import (
    NO_NULL,
    ClientIn,
    ClientMade,
    ClientOut,
    ClientSettings,
    Reasoned,
    SecretWanted,
)
from shared.auth import Principal, staff
from shared.context import ServiceContext
from shared.web import Here, Read, Write

router = APIRouter(prefix="/clients", tags=["API clients"])
Reader = Annotated[Principal, staff(ADMINISTERS_CLIENTS)]
ClientId = Annotated[str, Path(max_length=80, pattern=NO_NULL)]


async def _recently(principal: Reader, here: Here) -> Principal:
    return await require_recent(principal, here)


# A secret is as good as a password, so who has one made has just proven who they are.
Administrator = Annotated[Principal, Depends(_recently)]


@router.get("")
async def list_clients(
    reader: Reader,
    here: Here,
    session: Read,
    programme: Annotated[str | None, Query(max_length=40)] = None,
) -> list[ClientOut]:
    """Return the API clients of the caller's programmes, or of one of them."""
    if programme is not None:
        reader.may_see(programme)
    rows = await client_queries.clients(session, reader, here.clock.now())
    return [
        ClientOut.model_validate(row)
        for row in rows
        if programme is None or programme in row["programmes"]
    ]


@router.get("/scopes")
async def list_scopes(_reader: Reader) -> list[str]:
    """Return what a vendor's machine can be allowed to do."""
    return sorted(VENDOR_SCOPES)


@router.post("", status_code=201)
async def make_client(
    body: ClientIn, by: Administrator, here: Here, session: Write, response: Response
) -> ClientMade:
    """Make a client; its secret is in the answer, and is shown this once."""
    secret = await client_care.make_client(session, by, **body.model_dump())
    return await _made(session, here, by, body.client_id, secret, response)


@router.get("/{client_id}")
async def show_client(client_id: ClientId, reader: Reader, here: Here, session: Read) -> ClientOut:
    """Return one API client."""
    return await _shown(session, here, reader, client_id)


@router.put("/{client_id}")
async def change_client(
    client_id: ClientId, body: ClientSettings, by: Administrator, here: Here, session: Write
) -> ClientOut:
    """Change what a client may do; in force with its next token."""
    await client_care.change_client(session, by, client_id, **body.model_dump())
    await session.flush()
    return await _shown(session, here, by, client_id)


@router.post("/{client_id}/secrets", status_code=201)
async def renew_secret(
    client_id: ClientId,
    body: SecretWanted,
    by: Administrator,
    here: Here,
    session: Write,
    response: Response,
) -> ClientMade:
    """Give a client a new secret, shown this once; those before go on for the overlap."""
    overlap = timedelta(hours=body.overlap_hours)
    secret = await client_care.renew_secret(session, by, client_id, overlap)
    return await _made(session, here, by, client_id, secret, response)


@router.delete("/{client_id}/secrets/{secret_id}")
async def end_secret(
    client_id: ClientId, secret_id: UUID, by: Administrator, here: Here, session: Write
) -> ClientOut:
    """End one of a client's secrets at once."""
    await client_care.end_secret(session, by, client_id, secret_id)
    return await _shown(session, here, by, client_id)


@router.post("/{client_id}/revoke")
async def revoke_client(
    client_id: ClientId, body: Reasoned, by: Administrator, here: Here, session: Write
) -> ClientOut:
    """Give a client no further token; its last one runs out within half an hour."""
    await client_care.revoke_client(session, by, client_id, body.reason)
    await session.flush()
    return await _shown(session, here, by, client_id)


async def _made(
    session: Write,
    here: ServiceContext,
    by: Principal,
    client_id: str,
    secret: str,
    response: Response,
) -> ClientMade:
    response.headers["Cache-Control"] = "no-store"
    return ClientMade(client=await _shown(session, here, by, client_id), secret=secret)


async def _shown(session: Read, here: ServiceContext, by: Principal, client_id: str) -> ClientOut:
    rows = await client_queries.clients(session, by, here.clock.now(), client_id)
    if not rows:
        raise UnknownClient(f"There is no API client {client_id!r} in your programmes.")
    return ClientOut.model_validate(rows[0])
