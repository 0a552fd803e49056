"""Agreements: read in full, and accepted with a tick for the version that was read."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from portal.gateway import ApiProblem
from portal.visits import Candidate, Visit, segment

router = APIRouter()

Row = dict[str, Any]


def asked_for(agreements: Any) -> list[Row]:
    """Return the agreements that the programme asks this candidate to accept."""
    return [
        one for one in (agreements or {}).get("items", []) if one["required"] and one["acceptable"]
    ]


@router.get("/{programme}/testing-history/agreements")
async def agreements(visit: Candidate) -> HTMLResponse:
    """List the programme's agreements with their texts, and what the candidate has accepted."""
    return await _page(visit)


@router.post("/{programme}/testing-history/agreements/{agreement_id}/accept")
async def accept(visit: Candidate, agreement_id: str) -> Response:
    """Accept the version of an agreement that the page showed."""
    form = await visit.form()
    if not form.ticked("agreed"):
        return await _page(visit, 422, unticked=agreement_id)
    path = f"exams/agreements/{segment(agreement_id)}/acceptances"
    try:
        await visit.call("POST", path, json={"version": form.text("version")})
    except ApiProblem as problem:
        if problem.status not in (409, 422):
            raise
        # Another version came into force while this one was read.
        return visit.go(f"{visit.home}testing-history/agreements?done=changed")
    return visit.go(f"{visit.home}testing-history/agreements?done=accepted")


async def _page(visit: Visit, status: int = 200, unticked: str = "") -> HTMLResponse:
    answer = await visit.get("exams/agreements")
    # What is asked for comes first, then the programme's order.
    items = sorted(answer["items"], key=lambda one: not (one["required"] and one["acceptable"]))
    return visit.page("agreements.html", status, agreements=items, unticked=unticked)
