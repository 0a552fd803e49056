"""Candidates' accounts, for those who help somebody who cannot get in."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from services.identity import account_queries
from services.identity.errors import UnknownCandidate
from services.identity.handlers.account_care import (
    end_sessions_for,
    reset_candidate_factors,
    send_link_for,
)
from services.identity.routes.recent import require_recent
from services.identity.schemas import NO_NULL, AccountOut, Reasoned
from shared.auth import Principal, staff
from shared.context import ServiceContext
from shared.web import Here, Read, Write

router = APIRouter(prefix="/candidates/{programme}/{candidate_id}/account", tags=["accounts"])
Reader = Annotated[Principal, staff("accounts:read")]
CandidateId = Annotated[str, Path(max_length=40, pattern=NO_NULL)]


async def _recently(
    principal: Annotated[Principal, staff("accounts:write")], here: Here
) -> Principal:
    return await require_recent(principal, here)


# Who takes somebody's second factor away has just proven who they are.
Helper = Annotated[Principal, Depends(_recently)]


@router.get("")
async def show_account(
    programme: str, candidate_id: CandidateId, reader: Reader, here: Here, session: Read
) -> AccountOut:
    """Return how a candidate signs in and is reached."""
    reader.may_see(programme)
    return await _shown(session, here, programme, candidate_id)


@router.post("/link", status_code=202)
async def send_link(
    programme: str, candidate_id: CandidateId, by: Helper, here: Here, session: Write
) -> AccountOut:
    """Mail the candidate a link for setting the password; 409 without an address on file."""
    by.may_see(programme)
    await send_link_for(session, by, programme, candidate_id)
    return await _shown(session, here, programme, candidate_id)


@router.post("/sessions/end")
async def end_sessions(
    programme: str,
    candidate_id: CandidateId,
    body: Reasoned,
    by: Helper,
    here: Here,
    session: Write,
) -> AccountOut:
    """End all of the candidate's sessions; they are told by mail."""
    by.may_see(programme)
    await end_sessions_for(session, by, programme, candidate_id, body.reason)
    return await _shown(session, here, programme, candidate_id)


@router.post("/second-factors/reset")
async def reset_second_factors(
    programme: str,
    candidate_id: CandidateId,
    body: Reasoned,
    by: Helper,
    here: Here,
    session: Write,
) -> AccountOut:
    """Take away passkeys, code app and recovery codes, for somebody who has lost them.

    Sessions end, the password stays, and the candidate is told by mail with the reason.
    """
    by.may_see(programme)
    await reset_candidate_factors(session, by, programme, candidate_id, body.reason)
    return await _shown(session, here, programme, candidate_id)


async def _shown(
    session: Read, here: ServiceContext, programme: str, candidate_id: str
) -> AccountOut:
    row = await account_queries.account(session, programme, candidate_id, here.clock.now())
    if row is None:
        raise UnknownCandidate(f"There is no candidate {candidate_id} in {programme}.")
    return AccountOut.model_validate(row)
