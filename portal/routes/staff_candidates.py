"""Staff: the overview, the candidates, one candidate."""

import asyncio
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from portal.listing import whole
from portal.routes.certifications import renewing, sections
from portal.sorting import Order, in_order
from portal.visits import Staff, Visit, segment

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
    imports, waiting, held, flags, failed = await asyncio.gather(
        visit.glance("exams/imports", here),
        visit.glance("exams/waiting", here),
        visit.glance("exams/held", here),
        visit.glance("exams/flags", here | {"open": "true"}),
        visit.glance("notifications/emails", here | {"state": "failed"}),
    )
    reviewing = visit.may("completions:review")
    to_review = here | {"state": "submitted"}
    return visit.page(
        "staff/overview.html",
        imports=(imports or {}).get("items", [])[:5],
        waiting=waiting,
        held=held,
        flags=flags,
        completions=await visit.glance("exams/completions", to_review) if reviewing else None,
        reviewing=reviewing,
        cases=await _waiting(visit, "cases:read", "identity/cases", {"which": "with_staff"}),
        names=await _waiting(visit, "names:review", "identity/name-changes", {"state": "waiting"}),
        failed=failed,
    )


async def _waiting(visit: Visit, scope: str, path: str, asked: dict[str, str]) -> Any:
    """What waits in a list, for those who may see it."""
    assert visit.programme
    if not visit.may(scope):
        return None
    return await visit.glance(path, {"programme": visit.programme.id} | asked)


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
async def candidate(visit: Staff, candidate_id: str) -> Response:
    """Show who a candidate is, the certifications as of any day, and the exams.

    Each other section is a page of its own and asks for what it shows: this one is looked at most.
    An id that was merged away leads to the person's page.
    """
    whose = _whose(visit, candidate_id)
    day = {"as_of": visit.as_of.isoformat()} if visit.as_of else {}
    person, certifications, history = await asyncio.gather(
        visit.get(f"identity/{whose}"),
        visit.glance(f"certifications/{whose}/certifications", {"available": "false"} | day),
        visit.glance(f"exams/{whose}/history"),
    )
    if person.get("merged_into"):
        return _to_the_person(visit, person)
    return visit.page(
        "staff/candidate.html",
        person=person,
        exams=in_order((history or {}).get("exams", []), Order("exam_date", descending=True)),
        history=history,
        certifications=certifications,
        sections=sections(certifications) if certifications else None,
    )


@router.get("/{programme}/staff/candidates/{candidate_id}/certificates-and-plaques")
async def plaques(visit: Staff, candidate_id: str) -> HTMLResponse:
    """Show which certificates and plaques a candidate can claim."""
    whose = _whose(visit, candidate_id)
    person, found = await asyncio.gather(
        visit.get(f"identity/{whose}"), visit.get(f"fulfillment/{whose}/entitlements")
    )
    return visit.page("staff/candidate_plaques.html", person=person, found=found["items"])


@router.get("/{programme}/staff/candidates/{candidate_id}/learning")
async def learning(visit: Staff, candidate_id: str) -> Response:
    """Show a candidate's CE activities, course completions and agreements.

    An activity keeps the id that it came with, so a search may lead here by one merged away.
    """
    whose = _whose(visit, candidate_id)
    person, activities, completions, agreements = await asyncio.gather(
        visit.get(f"identity/{whose}"),
        visit.unless_away(whole(visit, f"exams/{whose}/activities")),
        visit.unless_away(whole(visit, f"exams/{whose}/completions")),
        visit.glance(f"exams/{whose}/agreements"),
    )
    if person.get("merged_into"):
        return _to_the_person(visit, person, "/learning")
    return visit.page(
        "staff/candidate_learning.html",
        person=person,
        activities=activities,
        completions=completions,
        agreements=agreements and agreements["items"],
    )


@router.get("/{programme}/staff/candidates/{candidate_id}/certifications/{code}")
async def certification(visit: Staff, candidate_id: str, code: str) -> HTMLResponse:
    """Explain one certification of a candidate, as of any day."""
    whose = _whose(visit, candidate_id)
    query = visit.as_of_query
    person, one, table, eligibility = await asyncio.gather(
        visit.get(f"identity/{whose}"),
        visit.get(f"certifications/{whose}/certifications/{segment(code)}{query}"),
        visit.glance(f"certifications/{whose}/credits{query}"),
        visit.glance(f"certifications/{whose}/eligibility{query}"),
    )
    return visit.page(
        "staff/certification.html",
        person=person,
        one=one,
        table=table,
        exams=renewing((eligibility or {}).get("items", []), code),
    )


@router.get("/{programme}/staff/candidates/{candidate_id}/timeline")
async def timeline(visit: Staff, candidate_id: str) -> HTMLResponse:
    """Show facts, terms and actions in one list, newest first."""
    whose = _whose(visit, candidate_id)
    query = visit.request.query_params
    params = {"cursor": query["cursor"]} if query.get("cursor") else None
    person, found = await asyncio.gather(
        visit.get(f"identity/{whose}"), visit.get(f"certifications/{whose}/timeline", params)
    )
    return visit.page("staff/timeline.html", person=person, found=found)


def _to_the_person(visit: Visit, merged: dict[str, Any], section: str = "") -> Response:
    """Lead from an id that was merged away to the same section about the person."""
    place = f"{visit.home}candidates/{segment(merged['merged_into'])}{section}"
    return visit.go(f"{place}?instead_of={segment(merged['candidate_id'])}")


def _whose(visit: Visit, candidate_id: str) -> str:
    assert visit.programme
    return f"candidates/{segment(visit.programme.id)}/{segment(candidate_id)}"
