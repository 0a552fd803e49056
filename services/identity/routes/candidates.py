"""Candidates: themselves, and staff looking at them."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from services.identity import queries
from services.identity.errors import UnknownCandidate
from services.identity.schemas import NO_NULL, CandidateOut
from shared.auth import Candidate, Principal, staff
from shared.errors import FieldError, Unprocessable
from shared.pages import CursorText, Limit, Page, decode_cursor, page
from shared.web import Read

router = APIRouter(tags=["candidates"])
Reader = Annotated[Principal, staff("candidates:read")]


@router.get("/me")
async def me(principal: Candidate, session: Read) -> CandidateOut:
    """Return the signed-in candidate."""
    return await _one(session, principal.programme or "", principal.subject)


@router.get("/candidates")
async def list_candidates(
    reader: Reader,
    session: Read,
    programme: Annotated[str, Query(max_length=40)],
    search: Annotated[
        str,
        Query(
            max_length=200,
            pattern=NO_NULL,
            description="Words in names, address or ids; all must match",
        ),
    ] = "",
    cursor: CursorText = None,
    limit: Limit = 50,
) -> Page[CandidateOut]:
    """Return a programme's candidates by candidate id."""
    reader.may_see(programme)
    key = decode_cursor(cursor)
    if key is not None and not (len(key) == 1 and isinstance(key[0], str) and "\0" not in key[0]):
        problem = FieldError(field="cursor", message="not a cursor that this list has given out")
        raise Unprocessable("the cursor is not valid", errors=[problem])
    after = key[0] if key else None
    found = await queries.candidates(
        session, programme, search=search, after=after, limit=limit + 1
    )
    return Page[CandidateOut].model_validate(page(found, limit, lambda row: [row["candidate_id"]]))


@router.get("/candidates/{programme}/{candidate_id}")
async def show_candidate(
    programme: str,
    candidate_id: Annotated[str, Path(max_length=40, pattern=NO_NULL)],
    reader: Reader,
    session: Read,
) -> CandidateOut:
    """Return one candidate of a programme."""
    reader.may_see(programme)
    return await _one(session, programme, candidate_id)


async def _one(session: Read, programme: str, candidate_id: str) -> CandidateOut:
    row = await queries.candidate(session, programme, candidate_id)
    if row is None:
        raise UnknownCandidate(f"There is no candidate {candidate_id} in {programme}.")
    return CandidateOut.model_validate(row)
