"""Staff: the programme's rules as they are in force."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

from portal.visits import Staff, Visit, segment

router = APIRouter()


@router.get("/{programme}/staff/programme")
async def policies(visit: Staff) -> HTMLResponse:
    """Show the versions of the rules, and whether candidates have been evaluated under them."""
    return visit.page("staff/programme/policies.html", rules=await _rules(visit))


@router.get("/{programme}/staff/programme/certifications")
async def certifications(visit: Staff) -> HTMLResponse:
    """List every certification of the programme, the highest level first."""
    rules = await _rules(visit)
    levels = [
        (level, [one for one in rules["certifications"] if one["level"] == level["id"]])
        for level in reversed(rules["levels"])
    ]
    return visit.page("staff/programme/certifications.html", rules=rules, levels=levels)


@router.get("/{programme}/staff/programme/certifications/{code}")
async def certification(visit: Staff, code: str) -> HTMLResponse:
    """Show the rule trees of one certification with their sources."""
    rules = await _rules(visit)
    for one in rules["certifications"]:
        if one["code"] == code:
            return visit.page("staff/programme/certification.html", rules=rules, one=one)
    raise HTTPException(404)


@router.get("/{programme}/staff/programme/exams")
async def exams(visit: Staff) -> HTMLResponse:
    """List the exams with their validity and retake rules."""
    return visit.page("staff/programme/exams.html", rules=await _rules(visit))


@router.get("/{programme}/staff/programme/overrides")
async def overrides(visit: Staff) -> HTMLResponse:
    """List one-off decisions and whatever else the rules name."""
    return visit.page("staff/programme/overrides.html", rules=await _rules(visit))


async def _rules(visit: Visit) -> Any:
    assert visit.programme
    return await visit.get(f"certifications/programmes/{segment(visit.programme.id)}")
