"""Staff look into results: what is held, what checks found, the story of one, and decisions."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from services.exams import history_queries
from services.exams.domain.review import Action
from services.exams.handlers.reviewing import close_flag, decide
from services.exams.history_schemas import Closing, Decision, Flag, HeldResult, ResultStory
from services.exams.routes.cursor import id_of
from shared.auth import Principal, staff
from shared.context import ServiceContext
from shared.pages import CursorText, Limit, Page, page
from shared.web import Here, Read, Write

router = APIRouter(tags=["review of results"])

Reader = Annotated[Principal, staff("candidates:read")]
Decider = Annotated[Principal, staff("results:write")]
OfProgramme = Annotated[str | None, Query(max_length=32)]


def _chosen(here: ServiceContext, principal: Principal, programme: str | None) -> frozenset[str]:
    if programme is None:
        return principal.programmes & set(here.programmes)
    principal.may_see(programme)
    return frozenset({programme}) & set(here.programmes)


@router.get("/held")
async def list_held(
    session: Read,
    here: Here,
    principal: Reader,
    programme: OfProgramme = None,
    cursor: CursorText = None,
    limit: Limit = 50,
) -> Page[HeldResult]:
    """List results that are held, oldest first: by their vendor, by a check or by staff."""
    chosen = _chosen(here, principal, programme)
    found = await history_queries.held(session, chosen, id_of(cursor), limit)
    return Page[HeldResult].model_validate(page(found, limit, lambda row: [str(row["id"])]))


@router.get("/flags")
async def list_flags(
    session: Read,
    here: Here,
    principal: Reader,
    programme: OfProgramme = None,
    unresolved: Annotated[
        bool, Query(alias="open", description="Only those that staff have not closed")
    ] = True,
    cursor: CursorText = None,
    limit: Limit = 50,
) -> Page[Flag]:
    """List what the programme's checks found in results, oldest first."""
    chosen = _chosen(here, principal, programme)
    found = await history_queries.flags(
        session, chosen, id_of(cursor), limit, unresolved=unresolved
    )
    return Page[Flag].model_validate(page(found, limit, lambda row: [str(row["id"])]))


@router.get("/results/{result_id}")
async def get_result(result_id: UUID, session: Read, here: Here, principal: Reader) -> ResultStory:
    """Tell the whole story of a result: everything that was said of it, and what checks found."""
    chosen = _chosen(here, principal, None)
    return ResultStory.model_validate(await history_queries.story(session, result_id, chosen))


async def _decided(
    session: Write,
    here: ServiceContext,
    principal: Principal,
    result_id: UUID,
    action: Action,
    decision: Decision,
) -> ResultStory:
    chosen = _chosen(here, principal, None)
    await decide(session, result_id, action, decision.reason, principal.subject, chosen)
    return ResultStory.model_validate(await history_queries.story(session, result_id, chosen))


@router.post("/results/{result_id}/hold")
async def hold_result(
    result_id: UUID, decision: Decision, session: Write, here: Here, principal: Decider
) -> ResultStory:
    """Hold a result: it does not count until it is released."""
    return await _decided(session, here, principal, result_id, "hold", decision)


@router.post("/results/{result_id}/release")
async def release_result(
    result_id: UUID, decision: Decision, session: Write, here: Here, principal: Decider
) -> ResultStory:
    """Release a result that a check or staff hold; a vendor's hold only the vendor releases."""
    return await _decided(session, here, principal, result_id, "release", decision)


@router.post("/results/{result_id}/invalidate")
async def invalidate_result(
    result_id: UUID, decision: Decision, session: Write, here: Here, principal: Decider
) -> ResultStory:
    """Invalidate a result, whatever its vendor says: it does not count and never did."""
    return await _decided(session, here, principal, result_id, "invalidate", decision)


@router.post("/results/{result_id}/validate")
async def validate_result(
    result_id: UUID, decision: Decision, session: Write, here: Here, principal: Decider
) -> ResultStory:
    """Take an invalidation back: the result counts again, unless its vendor says otherwise."""
    return await _decided(session, here, principal, result_id, "validate", decision)


@router.post("/flags/{flag_id}/close")
async def close(
    flag_id: UUID, closing: Closing, session: Write, here: Here, principal: Decider
) -> ResultStory:
    """Close what a check found; the result stays as it is, held or not."""
    chosen = _chosen(here, principal, None)
    result_id = await close_flag(session, flag_id, closing.note, principal.subject, chosen)
    await session.flush()
    return ResultStory.model_validate(await history_queries.story(session, result_id, chosen))
