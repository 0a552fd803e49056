"""Certifications: the list, one certification explained, its PDF certificate."""

import re

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from portal.visits import Candidate, segment

router = APIRouter()

NOT_IN_FILE_NAMES = re.compile(r"[^A-Za-z0-9._-]+")


@router.get("/{programme}/certifications")
async def certifications(visit: Candidate) -> HTMLResponse:
    """List the candidate's certifications, highest level first, and those they may earn."""
    answer = await visit.get("certifications/certifications")
    return visit.page(
        "certifications.html",
        levels=[level for level in reversed(answer["levels"]) if level["certifications"]],
        available=answer.get("available") or [],
    )


@router.get("/{programme}/certifications/{code}")
async def certification(visit: Candidate, code: str) -> HTMLResponse:
    """Explain one certification: progress, every date, history."""
    one = await visit.get(f"certifications/certifications/{segment(code)}")
    return visit.page("certification.html", one=one)


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
