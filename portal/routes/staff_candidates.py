"""Staff: the overview, the candidates, one candidate."""

import asyncio

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from portal.sorting import Order, in_order
from portal.visits import Staff, segment

router = APIRouter()


@router.get("/{programme}/staff")
async def without_slash(visit: Staff) -> Response:
    """Lead to the overview."""
    return visit.go(visit.home)


@router.get("/{programme}/staff/")
async def overview(visit: Staff) -> HTMLResponse:
    """Show where staff can go, and what wants attention."""
    assert visit.programme
    here = {"programme": visit.programme.id}
    imports, waiting, failed = await asyncio.gather(
        visit.glance("exams/imports", here),
        visit.glance("exams/waiting", here),
        visit.glance("notifications/emails", here | {"state": "failed"}),
    )
    return visit.page(
        "staff/overview.html",
        imports=(imports or {}).get("items", [])[:5],
        waiting=waiting,
        failed=failed,
    )


@router.get("/{programme}/staff/candidates")
async def candidates(visit: Staff) -> HTMLResponse:
    """Search the programme's candidates."""
    assert visit.programme
    search = visit.request.query_params.get("search", "").strip()
    params = {"programme": visit.programme.id}
    if search:
        params["search"] = search
    if cursor := visit.request.query_params.get("cursor"):
        params["cursor"] = cursor
    found = await visit.get("identity/candidates", params)
    return visit.page("staff/candidates.html", found=found, search=search)


@router.get("/{programme}/staff/candidates/{candidate_id}")
async def candidate(visit: Staff, candidate_id: str) -> HTMLResponse:
    """Show one candidate with history, certifications and entitlements."""
    assert visit.programme
    whose = f"candidates/{segment(visit.programme.id)}/{segment(candidate_id)}"
    person = await visit.get(f"identity/{whose}")
    history, certifications, entitlements = await visit.glances(
        f"exams/{whose}/history",
        f"certifications/{whose}/certifications",
        f"fulfillment/{whose}/entitlements",
    )
    exams = in_order((history or {}).get("exams", []), Order("exam_date", descending=True))
    return visit.page(
        "staff/candidate.html",
        person=person,
        exams=exams,
        history=history,
        certifications=certifications,
        entitlements=entitlements,
    )
