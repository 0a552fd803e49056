"""The testing history as candidates and staff see it, and what waits for its candidate."""

from typing import Annotated

from fastapi import APIRouter, Query

from services.exams import history_queries, queries
from services.exams.history_schemas import History
from services.exams.routes.cursor import id_of
from services.exams.routes.whose import Own, Theirs
from services.exams.schemas import WaitingResult
from shared.auth import Principal, staff
from shared.pages import CursorText, Limit, Page, page
from shared.web import Here, Read

router = APIRouter(tags=["testing history"])


@router.get("/history")
async def own_history(whose: Own, session: Read) -> History:
    """Return the candidate's own exams, newest first, and registrations without a result yet.

    A pass counts through the whole of `expires_on` in the programme's time zone; a fail never
    expires. What is held or revoked is shown with its state; of a result that is still on its way
    the stage and the day by which it should be here.
    """
    found = await history_queries.history(session, whose.programme, whose.candidate_id)
    return History.model_validate(found)


@router.get("/candidates/{programme}/{candidate_id}/history")
async def history_of(whose: Theirs, session: Read) -> History:
    """Return a candidate's exams and registrations, for staff."""
    found = await history_queries.history(session, whose.programme, whose.candidate_id)
    return History.model_validate(found)


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
