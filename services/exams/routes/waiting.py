"""What waits for its candidate: seen by staff, and assigned by them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field, StringConstraints

from services.exams import waiting_queries
from services.exams.handlers.assigning import assign
from services.exams.routes.cursor import id_of
from shared.auth import Principal, staff
from shared.pages import CursorText, Limit, Page, page
from shared.web import Here, Read, Write

router = APIRouter(tags=["waiting"])

Filled = StringConstraints(strip_whitespace=True, min_length=1, max_length=1_000)


class Suggestion(BaseModel):
    """A candidate whom it may concern."""

    candidate_id: str
    given_name: str
    family_name: str
    reasons: list[str] = Field(description="Why, the strongest first")


class WaitingItem(BaseModel):
    """A result, or credits, whose candidate is not known yet."""

    id: UUID
    kind: Literal["result", "credit"]
    programme: str
    vendor: str
    number: str = Field(description="Its registration number or external id")
    testing_id: str | None
    candidate_id: str | None = Field(
        validation_alias="named_candidate_id", description="The candidate id the vendor named"
    )
    last_name: str | None
    received_at: datetime
    reason: str
    suggestions: list[Suggestion]
    registration_number: str | None = None
    exam_code: str | None = None
    exam_name: str | None = None
    grade: Literal["pass", "fail"] | None = None
    score: str | None = None
    exam_date: date | None = None
    external_id: str | None = None
    activity: str | None = None
    provider: str | None = None
    points: Decimal | None = None
    active_on: date | None = None


class Assignment(BaseModel):
    """Whom it concerns, and how staff know."""

    candidate_id: Annotated[str, StringConstraints(strip_whitespace=True, max_length=32)]
    reason: Annotated[str, Filled] = Field(description="Kept with the result's story")


class Assigned(BaseModel):
    """What was assigned."""

    id: UUID
    programme: str
    candidate_id: str
    state: str = Field(description="A result counts when it is `recorded`; a check may hold it")


@router.get("/waiting")
async def list_waiting(
    session: Read,
    here: Here,
    principal: Annotated[Principal, staff("imports:read")],
    programme: Annotated[str | None, Query(max_length=32)] = None,
    cursor: CursorText = None,
    limit: Limit = 50,
) -> Page[WaitingItem]:
    """List results and credits that wait for their candidate, oldest first, with suggestions.

    They are taken up by themselves when their candidate appears.
    """
    if programme is not None:
        principal.may_see(programme)
    chosen = principal.programmes if programme is None else {programme}
    found = await waiting_queries.waiting(
        session, chosen & set(here.programmes), id_of(cursor), limit
    )
    return Page[WaitingItem].model_validate(page(found, limit, lambda row: [str(row["id"])]))


@router.get("/waiting/{waiting_id}")
async def get_waiting(
    waiting_id: UUID,
    session: Read,
    here: Here,
    principal: Annotated[Principal, staff("imports:read")],
) -> WaitingItem:
    """Tell of one result, or credits, that wait, with suggestions; 404 once they do not."""
    found = await waiting_queries.one_waiting(
        session, waiting_id, principal.programmes & set(here.programmes)
    )
    return WaitingItem.model_validate(found)


@router.post("/waiting/{waiting_id}/assign")
async def assign_waiting(
    waiting_id: UUID,
    assignment: Assignment,
    session: Write,
    principal: Annotated[Principal, staff("results:write")],
) -> Assigned:
    """Link a waiting result, or credits, to a candidate for good; it counts at once."""
    row = await assign(
        session,
        waiting_id,
        assignment.candidate_id,
        assignment.reason,
        principal.subject,
        principal.programmes,
    )
    return Assigned.model_validate({"state": "recorded", **row})
