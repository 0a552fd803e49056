"""Staff: whatever an id names, and whom a name may mean."""

import asyncio
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from portal.gateway import ApiProblem, GatewayAway
from portal.visits import Staff, Visit

router = APIRouter()

Row = dict[str, Any]
LONGEST = 200


@router.get("/{programme}/staff/search")
async def search(visit: Staff) -> HTMLResponse:
    """Find what an id of any kind names, and candidates by name or address."""
    assert visit.programme
    wanted = " ".join(visit.request.query_params.get("q", "").split())[:LONGEST]
    here = {"programme": visit.programme.id}
    hits: Row | None = {"items": []}
    people: Row | None = {"items": [], "next": None}
    if wanted:
        hits, people = await asyncio.gather(
            _found(visit, "exams/search", here | {"q": wanted}),
            _found(visit, "identity/candidates", here | {"search": wanted}),
        )
    told = {one["candidate_id"] for one in (people or {"items": []})["items"]}
    if hits is not None:
        hits["items"] = [
            hit
            for hit in hits["items"]
            if hit["kind"] != "candidate" or hit["candidate_id"] not in told
        ]
    return visit.page("staff/search.html", wanted=wanted, hits=hits, people=people)


async def _found(visit: Visit, path: str, params: dict[str, str]) -> Row | None:
    """Return what a service finds: nothing for what can be no id, None where it is away."""
    try:
        found: Row = await visit.get(path, params)
    except GatewayAway:
        return None
    except ApiProblem as problem:
        if problem.status == 422:
            return {"items": [], "next": None}
        if problem.status < 500:
            raise
        return None
    return found
