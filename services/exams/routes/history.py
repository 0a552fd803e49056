"""The testing history as candidates and staff see it."""

from fastapi import APIRouter

from services.exams import history_queries
from services.exams.history_schemas import History
from services.exams.routes.whose import Own, Theirs
from shared.web import Read

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
