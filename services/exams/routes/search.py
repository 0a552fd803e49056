"""Staff look for whatever an id of any kind names."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from services.exams import search_queries
from services.exams.domain.items import PRINTABLE
from shared.auth import Principal, staff
from shared.web import Here, Read

router = APIRouter(tags=["search"])


class Hit(BaseModel):
    """Something that an id names."""

    model_config = ConfigDict(from_attributes=True)

    kind: Literal[
        "candidate", "result", "registration", "change", "activity", "authorization", "import"
    ]
    what: str = Field(description="Which of its ids was found")
    id: str
    programme: str
    candidate_id: str | None
    vendor: str | None
    title: str
    state: str | None


class Hits(BaseModel):
    """Everything that an id names."""

    items: list[Hit]


@router.get("/search")
async def search_ids(
    session: Read,
    here: Here,
    principal: Annotated[Principal, staff("candidates:read")],
    q: Annotated[str, Query(min_length=1, max_length=200, pattern=PRINTABLE)],
    programme: Annotated[str | None, Query(max_length=32)] = None,
) -> Hits:
    """Find what an id names, whatever kind of id it is: the whole id, not a part of it.

    Candidate ids, testing ids, registration numbers, external ids of activities, authorization
    numbers, and ids and file names of imports.
    """
    if programme is not None:
        principal.may_see(programme)
    chosen = principal.programmes if programme is None else {programme}
    found = await search_queries.search(session, chosen & set(here.programmes), q.strip())
    return Hits(items=[Hit.model_validate(one) for one in found])
