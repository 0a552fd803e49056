"""The testing history as candidates and staff see it, and what waits for its candidate."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from services.exams import queries
from services.exams.errors import UnknownProgramme
from services.exams.routes.cursor import id_of
from services.exams.schemas import History, WaitingResult
from shared.auth import Candidate, Principal, staff
from shared.errors import Forbidden
from shared.pages import CursorText, Limit, Page, page
from shared.web import Here, Read

router = APIRouter(tags=["testing history"])


@router.get("/history")
async def own_history(candidate: Candidate, here: Here, session: Read) -> History:
    """Return the candidate's own exams, newest first, and registrations without a result yet.

    A pass counts through the whole of `expires_on` in the programme's time zone; a fail never
    expires.
    """
    if candidate.programme is None or candidate.programme not in here.programmes:
        raise Forbidden("the access token is not for a programme of this installation")
    found = await queries.history(session, candidate.programme, candidate.subject)
    return History.model_validate(found)


@router.get("/candidates/{programme}/{candidate_id}/history")
async def history_of(
    programme: str,
    candidate_id: Annotated[str, Path(max_length=32, pattern=r"^[A-Za-z0-9._-]+$")],
    here: Here,
    session: Read,
    principal: Annotated[Principal, staff("candidates:read")],
) -> History:
    """Return a candidate's exams and registrations, for staff."""
    principal.may_see(programme)
    if programme not in here.programmes:
        raise UnknownProgramme(f"there is no programme {programme!r}")
    await queries.require_candidate(session, programme, candidate_id)
    return History.model_validate(await queries.history(session, programme, candidate_id))


@router.get("/waiting")
async def list_waiting(
    session: Read,
    here: Here,
    principal: Annotated[Principal, staff("imports:read")],
    programme: Annotated[str | None, Query(max_length=32)] = None,
    cursor: CursorText = None,
    limit: Limit = 50,
) -> Page[WaitingResult]:
    """List results that wait for their candidate, oldest first; taken up when they appear."""
    if programme is not None:
        principal.may_see(programme)
    chosen = principal.programmes if programme is None else {programme}
    found = await queries.waiting(session, chosen & set(here.programmes), id_of(cursor), limit)
    return Page[WaitingResult].model_validate(page(found, limit, lambda row: [str(row["id"])]))
