"""The pages that problem documents' types point at."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

from portal.problem_texts import explained
from portal.visits import Visit

router = APIRouter()


@router.get("/problems")
async def problems(request: Request) -> HTMLResponse:
    """List the types of problem."""
    visit = Visit(request, None, "candidate")
    return visit.page("problems.html", problems=explained(visit.gettext))


@router.get("/problems/{slug}")
async def problem(request: Request, slug: str) -> HTMLResponse:
    """Explain one type of problem."""
    visit = Visit(request, None, "candidate")
    known = explained(visit.gettext)
    if slug not in known:
        raise HTTPException(404)
    return visit.page("problem.html", slug=slug, problem=known[slug])
