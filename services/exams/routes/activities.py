"""Continuing education activities: posted by their providers, read by candidates and staff."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic_core import to_json

from services.exams.credit_queries import activities
from services.exams.credit_schemas import Activity, CreditOutcomes, CreditsBody
from services.exams.domain.credits import CreditItem
from services.exams.domain.outcome import Outcome, rejected, summary
from services.exams.domain.reading import CREDITS
from services.exams.errors import ActivityContradicts, ItemRejected
from services.exams.handlers.credits import take_in_credits
from services.exams.handlers.entries import Entry, Source
from services.exams.routes.body import documented, whole
from services.exams.routes.recorded import Recorded, tally
from services.exams.routes.whose import Own, Theirs, Whose
from services.exams.schemas import read_body
from shared.auth import Audience, Principal
from shared.errors import FieldError, Forbidden, Unprocessable
from shared.pages import CursorText, Limit, Page, decode_cursor, page
from shared.requests import Here, Read

router = APIRouter(route_class=Recorded)

Poster = Annotated[Principal, Depends(Audience("vendor-or-staff", "credits:write"))]
Search = Annotated[str | None, Query(max_length=100, description="A text that it holds")]


@router.post(
    "/credits",
    tags=["vendor feeds"],
    response_model=CreditOutcomes,
    openapi_extra=documented(CreditItem, CreditsBody),
)
async def post_credits(request: Request, here: Here, principal: Poster) -> Response:
    """Take in one activity, or {"credits": [up to 1,000]}; each has its own outcome.

    A statement carries the whole activity; the newest one counts, by `stated_at`. An activity is
    taken back by stating it again with `withdrawn`. Staff name the vendor in each.
    """
    if principal.kind == "vendor" and not principal.vendor:
        raise Forbidden("the access token does not say which vendor it is for")
    body = read_body(
        await whole(request, here.settings.max_body_bytes),
        "credits",
        CREDITS,
        here.settings.items_per_request,
    )
    source = Source(
        vendor=principal.vendor if principal.kind == "vendor" else None,
        programmes=principal.programmes,
        client=principal.subject,
        channel="api",
    )
    outcomes: list[Outcome] = []
    entries: list[Entry[CreditItem]] = []
    for index, item in enumerate(body.items):
        if isinstance(item, list):
            outcomes.append(rejected(index, _named(body.raw[index]), *item))
        else:
            entries.append(Entry(index, item, source))
    if entries:
        async with here.database.transaction() as session:
            outcomes += await take_in_credits(session, entries)
    outcomes.sort(key=lambda outcome: outcome.index)
    tally(request, "api", summary(outcomes))
    answer = {**summary(outcomes), "items": [_answer(outcome) for outcome in outcomes]}
    if body.single and answer["rejected"]:
        raise _problem(outcomes[0], answer)
    return Response(to_json(answer), media_type="application/json")


def _named(raw: Any) -> str | None:
    number = raw.get("external_id") if isinstance(raw, dict) else None
    return number[:64] if isinstance(number, str) else None


def _answer(outcome: Outcome) -> dict[str, Any]:
    said = outcome.answer()
    return {"index": said.pop("index"), "external_id": said.pop("registration_number"), **said}


def _problem(outcome: Outcome, answer: dict[str, Any]) -> ItemRejected | ActivityContradicts:
    """One item alone: a client that looks at the status only must not take it for stored."""
    fields = ", ".join(fault.field for fault in outcome.faults)
    errors = [FieldError(field=fault.field, message=fault.message) for fault in outcome.faults]
    if outcome.conflict:
        message = f"the same external id was recorded with a different {fields}"
        return ActivityContradicts(message, errors=errors, **answer)
    return ItemRejected(f"not accepted because of {fields}", errors=errors, **answer)


@router.get("/activities", tags=["testing history"])
async def own_activities(
    own: Own, session: Read, search: Search = None, cursor: CursorText = None, limit: Limit = 50
) -> Page[Activity]:
    """List the candidate's own continuing education activities, newest first."""
    return await _listed(session, own, search, cursor, limit)


@router.get("/candidates/{programme}/{candidate_id}/activities", tags=["testing history"])
async def activities_of(
    theirs: Theirs,
    session: Read,
    search: Search = None,
    cursor: CursorText = None,
    limit: Limit = 50,
) -> Page[Activity]:
    """List a candidate's continuing education activities, for staff."""
    return await _listed(session, theirs, search, cursor, limit)


async def _listed(
    session: Read, whose: Whose, search: str | None, cursor: str | None, limit: int
) -> Page[Activity]:
    found = await activities(
        session,
        whose.programme,
        whose.candidate_id,
        search=search,
        after=_after(decode_cursor(cursor)),
        limit=limit,
    )
    shown = page(found, limit, lambda row: [row["active_on"].isoformat(), str(row["id"])])
    return Page[Activity].model_validate(shown)


def _after(key: Sequence[Any] | None) -> tuple[date, UUID] | None:
    if key is None:
        return None
    try:
        day, last = key
        return date.fromisoformat(day), UUID(last)
    except (ValueError, TypeError, AttributeError):
        problem = FieldError(field="cursor", message="not a cursor that this list has given out")
        raise Unprocessable("the cursor is not valid", errors=[problem]) from None
