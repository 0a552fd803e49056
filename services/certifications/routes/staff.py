"""Staff: any candidate of their programmes, as of any day, with the whole timeline."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from services.certifications import queries
from services.certifications.routes.access import (
    AsOf,
    Code,
    Theirs,
    known_certification,
    programme_of,
    seen,
)
from services.certifications.schemas.candidate import CertificationDetail, Certifications
from services.certifications.schemas.staff import TimelineItem
from services.certifications.views import candidate as views
from services.certifications.views.timeline import timeline
from shared.errors import FieldError, Unprocessable
from shared.pages import CursorText, Limit, Page, decode_cursor, encode_cursor
from shared.web import Here, Read

router = APIRouter(prefix="/candidates/{programme}/{candidate_id}")


@router.get("/certifications")
async def list_candidates_certifications(
    person: Theirs,
    session: Read,
    here: Here,
    as_of: AsOf = None,
    available: Annotated[
        bool, Query(description="false: without what can be earned, which takes longest to tell")
    ] = True,
) -> Certifications:
    """List a candidate's certifications by level, for staff."""
    return views.all_of(await seen(session, here, person, as_of), available=available)


@router.get("/certifications/{code}")
async def read_candidates_certification(
    person: Theirs, code: Code, session: Read, here: Here, as_of: AsOf = None
) -> CertificationDetail:
    """Show one certification of a candidate with its explanation, for staff."""
    known_certification(programme_of(here, person.programme), code)
    return views.one_of_them(await seen(session, here, person, as_of), code)


@router.get("/timeline")
async def read_timeline(
    person: Theirs, session: Read, here: Here, cursor: CursorText = None, limit: Limit = 100
) -> Page[TimelineItem]:
    """List everything about a candidate by day, newest first: facts, terms, actions of staff."""
    looked_at = await seen(session, here, person)
    actions = await queries.actions_of(session, person)
    items = timeline(looked_at, actions)
    start = _place(decode_cursor(cursor))
    more = start + limit
    return Page[TimelineItem](
        items=items[start:more], next=encode_cursor([more]) if more < len(items) else None
    )


def _place(key: list[Any] | None) -> int:
    match key:
        case None:
            return 0
        case [int(place)] if place >= 0:
            return place
    fault = FieldError(field="cursor", message="not a cursor that this list has given out")
    raise Unprocessable("the cursor is not valid", errors=[fault])
