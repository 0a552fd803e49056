"""Staff watch the vendors: how each is doing, and every call that its machines have made."""

from typing import Annotated

from fastapi import APIRouter, Query

from services.exams import call_queries
from services.exams.call_schemas import CallMade, VendorHealth, VendorsHealth
from services.exams.errors import UnknownProgramme
from services.exams.routes.cursor import id_of
from shared.auth import Principal, staff
from shared.pages import CursorText, Limit, Page, page
from shared.web import Here, Read

router = APIRouter(tags=["vendors"])


@router.get("/vendors")
async def list_vendors(
    session: Read,
    here: Here,
    principal: Annotated[Principal, staff("imports:read")],
    programme: Annotated[str, Query(max_length=32)],
) -> VendorsHealth:
    """Tell of each vendor of a programme when it last delivered, what was wrong, and how late.

    Delays are counted in days from the exam to its arrival; where a vendor tells no instant of
    the exam, in calendar days of the programme's time zone.
    """
    principal.may_see(programme)
    if programme not in here.programmes:
        raise UnknownProgramme(f"there is no programme {programme!r}")
    found = await call_queries.health(session, programme)
    return VendorsHealth(items=[VendorHealth.model_validate(one) for one in found])


@router.get("/calls")
async def list_calls(
    session: Read,
    here: Here,
    principal: Annotated[Principal, staff("calls:read")],
    programme: Annotated[str | None, Query(max_length=32)] = None,
    vendor: Annotated[str | None, Query(max_length=32)] = None,
    cursor: CursorText = None,
    limit: Limit = 50,
) -> Page[CallMade]:
    """List the calls of vendors' machines, newest first: the audit log of what came in."""
    if programme is not None:
        principal.may_see(programme)
    chosen = principal.programmes if programme is None else {programme}
    programmes = chosen & set(here.programmes)
    found = await call_queries.calls(session, programmes, vendor, id_of(cursor), limit)
    return Page[CallMade].model_validate(
        page(found, limit, lambda row: [str(row.id)]), from_attributes=True
    )
