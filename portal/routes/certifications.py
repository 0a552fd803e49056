"""Certifications: the list, one certification explained, its PDF certificate."""

import re
from collections.abc import Iterable
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from portal.visits import Candidate, segment

router = APIRouter()

NOT_IN_FILE_NAMES = re.compile(r"[^A-Za-z0-9._-]+")
ACTIVE = ("active", "lifetime")
HELD = ("in_grace", "suspended", "emeritus")

Row = dict[str, Any]
Group = tuple[str, str, list[Row]]


def sections(answer: Row) -> dict[str, list[Group]]:
    """Return the certifications of an answer as active, held and past ones.

    Each is in groups of one level and category, the highest level first.
    """
    rows = [
        {**one, "level_name": one.get("level_name") or level["name"]}
        for level in reversed(answer["levels"])
        for one in level["certifications"]
    ]
    found: dict[str, list[Row]] = {"active": [], "held": [], "past": []}
    for one in rows:
        status = one["status"]
        found["active" if status in ACTIVE else "held" if status in HELD else "past"].append(one)
    return {name: _groups(each) for name, each in found.items()}


def _groups(rows: Iterable[Row]) -> list[Group]:
    groups: dict[tuple[str, str], list[Row]] = {}
    for one in rows:
        groups.setdefault((one.get("category") or "", one["level_name"]), []).append(one)
    return [(category, level, those) for (category, level), those in groups.items()]


def renewing(exams: Iterable[Row], code: str) -> list[Row]:
    """Return the exams that would renew one certification."""
    return [exam for exam in exams if code in (exam.get("renews") or ())]


@router.get("/{programme}/certifications")
async def certifications(visit: Candidate) -> HTMLResponse:
    """List the candidate's certifications as of any day, and those they may earn."""
    answer = await visit.get(f"certifications/certifications{visit.as_of_query}")
    return visit.page(
        "certifications.html",
        sections=sections(answer),
        achievements=answer.get("achievements") or [],
        coming=answer.get("coming_achievements") or [],
        available=answer.get("available") or [],
    )


@router.get("/{programme}/certifications/{code}")
async def certification(visit: Candidate, code: str) -> HTMLResponse:
    """Explain one certification as of any day: progress, dates, ways to renew, history."""
    query = visit.as_of_query
    one = await visit.get(f"certifications/certifications/{segment(code)}{query}")
    table, eligibility = await visit.glances(
        f"certifications/credits{query}", f"certifications/eligibility{query}"
    )
    return visit.page(
        "certification.html",
        one=one,
        table=table,
        exams=renewing((eligibility or {}).get("items", []), code),
    )


@router.get("/{programme}/certifications/{code}/certificate.pdf")
async def certificate(visit: Candidate, code: str) -> Response:
    """Hand the PDF certificate through."""
    path = f"certifications/certifications/{segment(code)}/certificate.pdf"
    answer = await visit.call("GET", path)
    name = NOT_IN_FILE_NAMES.sub("-", code)
    return Response(
        answer.content,
        media_type="application/pdf",
        headers={
            "content-disposition": answer.headers.get(
                "content-disposition", f'attachment; filename="{name}.pdf"'
            )
        },
    )
