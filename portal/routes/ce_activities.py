"""CE Activities: what providers reported, what it gave, and what has become of it."""

import asyncio
from collections.abc import Iterable
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from portal.listing import whole
from portal.visits import Candidate, Visit

router = APIRouter()

Row = dict[str, Any]

LONGEST_SEARCH = 100


@router.get("/{programme}/testing-history/ce-activities")
async def ce_activities(visit: Candidate) -> HTMLResponse:
    """List the candidate's activities, all or those that hold a text, with the totals."""
    search = visit.request.query_params.get("search", "").strip()[:LONGEST_SEARCH]
    table, found = await asyncio.gather(
        visit.glance("certifications/credits"), _activities(visit, search)
    )
    lines: dict[str, Row] = {line["id"]: line for line in (table or {}).get("lines", [])}
    known = {one["id"] for one in (await _activities(visit, "") if search else found)}
    return visit.page(
        "ce_activities.html",
        activities=[{**one, "line": lines.get(one["id"])} for one in found],
        others=_holding(search, (line for id_, line in lines.items() if id_ not in known)),
        totals=(table or {}).get("totals"),
        search=search,
        some=bool(known or lines),
    )


async def _activities(visit: Visit, search: str) -> list[Row]:
    return await whole(visit, "exams/activities", {"search": search} if search else None)


def _holding(search: str, lines: Iterable[Row]) -> list[Row]:
    """Credits that came another way, by staff's hand: those that hold a text."""
    wanted = search.casefold()
    read = ("title", "provider", "activity_name", "category_name")
    return [
        line for line in lines if any(wanted in (line.get(name) or "").casefold() for name in read)
    ]
