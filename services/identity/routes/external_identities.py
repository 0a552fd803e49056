"""Accounts at providers that sign a candidate in."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Response

from services.identity import queries
from services.identity.errors import UnknownCandidate
from services.identity.external_identity_queries import external_identities
from services.identity.handlers.external_identities import connect, disconnect
from services.identity.handlers.federation import begin
from services.identity.openid import providers_of
from services.identity.routes.place import FromPlace
from services.identity.routes.recent import RecentCandidate, require_recent
from services.identity.schemas import (
    NO_NULL,
    ConnectedOut,
    ConnectWanted,
    ExternalIdentityOut,
    FlowBegun,
    PendingToken,
    ProviderOut,
    Reasoned,
)
from shared.auth import Candidate, Principal, staff
from shared.context import ServiceContext
from shared.web import Here, Read, Write

router = APIRouter(tags=["external identities"])
Reader = Annotated[Principal, staff("accounts:read")]


async def _recently(
    principal: Annotated[Principal, staff("accounts:write")], here: Here
) -> Principal:
    return await require_recent(principal, here)


# Who takes somebody's way in away has just proven who they are.
Helper = Annotated[Principal, Depends(_recently)]
CandidateId = Annotated[str, Path(max_length=40, pattern=NO_NULL)]


@router.get("/me/external-identities")
async def list_mine(principal: Candidate, here: Here, session: Read) -> ConnectedOut:
    """Return one's connected accounts, and of which providers one more can be connected."""
    await _refuse_unknown(session, principal.programme or "", principal.subject)
    return await _connected(here, session, principal.programme or "", principal.subject)


@router.post("/me/external-identities/flows", status_code=201)
async def begin_connecting(
    principal: RecentCandidate, body: ConnectWanted, here: Here, place: FromPlace, answer: Response
) -> FlowBegun:
    """Begin a sign-in at a provider whose account is to be connected."""
    programme = principal.programme or ""
    async with here.database.reading() as session:
        await _refuse_unknown(session, programme, principal.subject)
    begun = await begin(here, programme, body.provider, place, candidate_id=principal.subject)
    answer.headers["Cache-Control"] = "no-store"
    return FlowBegun(authorization_url=begun.authorization_url, binding=begun.binding)


@router.post("/me/external-identities", status_code=201)
async def connect_mine(
    principal: RecentCandidate, body: PendingToken, here: Here, session: Write
) -> ConnectedOut:
    """Connect an account that waits in this browser.

    409: it is somebody's already, or the programme allows no further one; 410: it waits no more.
    """
    programme = principal.programme or ""
    await _refuse_unknown(session, programme, principal.subject)
    await connect(session, body.pending, principal.subject, by=principal)
    return await _connected(here, session, programme, principal.subject)


@router.delete("/me/external-identities/{identity_id}", status_code=204)
async def disconnect_mine(principal: RecentCandidate, identity_id: UUID, session: Write) -> None:
    """Disconnect an account; 409 if there is no other way to sign in."""
    programme = principal.programme or ""
    await _refuse_unknown(session, programme, principal.subject)
    await disconnect(session, programme, principal.subject, identity_id, by=principal)


@router.get("/candidates/{programme}/{candidate_id}/external-identities")
async def list_of_candidate(
    programme: str, candidate_id: CandidateId, reader: Reader, session: Read
) -> list[ExternalIdentityOut]:
    """Return a candidate's connected accounts."""
    reader.may(programme, "accounts:read")
    await _refuse_unknown(session, programme, candidate_id)
    found = await external_identities(session, programme, candidate_id)
    return [ExternalIdentityOut.model_validate(one) for one in found]


@router.post(
    "/candidates/{programme}/{candidate_id}/external-identities/{identity_id}/disconnect",
    status_code=204,
)
async def disconnect_of_candidate(
    programme: str,
    candidate_id: CandidateId,
    identity_id: UUID,
    body: Reasoned,
    by: Helper,
    session: Write,
) -> None:
    """Disconnect a candidate's account, even the only way in; the candidate reads the reason."""
    by.may(programme, "accounts:write")
    await _refuse_unknown(session, programme, candidate_id)
    await disconnect(session, programme, candidate_id, identity_id, by=by, reason=body.reason)


async def _refuse_unknown(session: Read, programme: str, candidate_id: str) -> None:
    if await queries.candidate(session, programme, candidate_id) is None:
        raise UnknownCandidate(f"There is no candidate {candidate_id} in {programme}.")


async def _connected(
    here: ServiceContext, session: Read, programme: str, candidate_id: str
) -> ConnectedOut:
    found = await external_identities(session, programme, candidate_id)
    full = {one["provider"] for one in found}
    return ConnectedOut(
        items=[ExternalIdentityOut.model_validate(one) for one in found],
        providers=[
            ProviderOut(id=one.id, name=one.name)
            for one in providers_of(here).offered(here.programmes[programme])
            if one.links_per_candidate == "many" or one.id not in full
        ],
    )
