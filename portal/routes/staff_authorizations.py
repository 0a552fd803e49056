"""Staff: what candidates may book, and the files that tell vendors of it."""

import asyncio
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from starlette.exceptions import HTTPException

from portal.attachments import passed_on
from portal.forms import Form
from portal.gateway import ApiProblem
from portal.visits import Staff, Visit, segment

router = APIRouter()

Row = dict[str, Any]

SCOPE = "authorizations:write"
OF_CANDIDATE = "/{programme}/staff/candidates/{candidate_id}/authorizations"
FILES = "/{programme}/staff/vendors/files"
# Candidates, and their authorizations, in the formats of Pearson VUE.
KINDS = ("cdd", "ead")
FIELDS = ("exam_code", "vendor", "first_day", "last_day", "attempts", "accommodations")
NOTHING = 204


@router.get(OF_CANDIDATE)
async def authorizations(visit: Staff, candidate_id: str) -> HTMLResponse:
    """List what a candidate may book, with what the vendor answered."""
    return await _page(visit, candidate_id)


@router.post(OF_CANDIDATE)
async def authorize(visit: Staff, candidate_id: str) -> Response:
    """Let a candidate book an exam."""
    assert visit.programme
    form = await visit.form()
    _writing(visit)
    filled = {name: form.text(name) for name in FIELDS}
    wrong = _missing(visit, filled)
    if wrong:
        return await _page(visit, candidate_id, 422, filled, wrong)
    body = {
        **filled,
        "programme": visit.programme.id,
        "candidate_id": candidate_id,
        "attempts": int(filled["attempts"]),
        "accommodations": filled["accommodations"].upper().replace(",", " ").split(),
    }
    try:
        await visit.call("POST", "exams/authorizations", json=body)
    except ApiProblem as problem:
        if problem.status not in (409, 422):
            raise
        told = _told(problem)
        return await _page(visit, candidate_id, problem.status, filled, told)
    return visit.go(f"{_here(visit, candidate_id)}?done=made")


@router.post(OF_CANDIDATE + "/{authorization_id}/withdraw")
async def withdraw(visit: Staff, candidate_id: str, authorization_id: str) -> Response:
    """Take an authorization back; one that is withdrawn already stays so."""
    await visit.form()
    _writing(visit)
    try:
        await visit.call("POST", f"exams/authorizations/{segment(authorization_id)}/withdraw")
    except ApiProblem as problem:
        if problem.status != 409:
            raise
    return visit.go(f"{_here(visit, candidate_id)}?done=withdrawn")


@router.get(FILES)
async def files(visit: Staff) -> HTMLResponse:
    """Show which files can be made for the vendor, and whom they could not tell of."""
    assert visit.programme
    _writing(visit)
    here = {"programme": visit.programme.id}
    untold = await visit.get("exams/feeds/pearson-vue/candidates-in-error", here)
    return visit.page("staff/files.html", untold=untold["items"], kinds=KINDS)


@router.get(FILES + "/{kind}")
async def preview(visit: Staff, kind: str) -> Response:
    """Hand through the file that would be sent now; nothing is marked as sent."""
    return await _file(visit, "GET", kind, "")


@router.post(FILES + "/{kind}")
async def send(visit: Staff, kind: str) -> Response:
    """Make the file of what is new, mark it as sent, and hand it through."""
    form: Form = await visit.form()
    _writing(visit)
    again = form.text("name")
    if again:
        return await _file(visit, "GET", kind, f"/sent/{segment(again)}")
    return await _file(visit, "POST", kind, "/sent")


async def _file(visit: Visit, method: str, kind: str, which: str) -> Response:
    assert visit.programme
    if kind not in KINDS:
        raise HTTPException(404)
    path = f"exams/feeds/pearson-vue/files/{kind}{which}"
    try:
        answer = await visit.call(method, path, params={"programme": visit.programme.id})
    except ApiProblem as problem:
        if problem.status not in (404, 422) or not which.startswith("/sent/"):
            raise
        return visit.go(f"{visit.home}vendors/files?done=unknown")
    if answer.status_code == NOTHING:
        return visit.go(f"{visit.home}vendors/files?done=nothing")
    return passed_on(answer, f"{kind}.dat")


def _missing(visit: Visit, filled: Row) -> dict[str, str]:
    wrong = {
        name: visit.gettext("Fill this in.")
        for name in ("exam_code", "vendor", "first_day", "last_day", "attempts")
        if not filled[name]
    }
    if filled["attempts"] and not filled["attempts"].isdecimal():
        wrong["attempts"] = visit.gettext("A number from 1 to 20.")
    return wrong


def _told(problem: ApiProblem) -> dict[str, str]:
    wrong: dict[str, str] = {}
    for error in problem.errors:
        name = str(error.get("field") or "").removeprefix("body.").split(".")[0]
        wrong[name if name in FIELDS else ""] = str(error.get("message", ""))
    return wrong or {"": problem.detail}


def _writing(visit: Visit) -> None:
    if not visit.may(SCOPE):
        raise HTTPException(403)


def _here(visit: Visit, candidate_id: str) -> str:
    return f"{visit.home}candidates/{segment(candidate_id)}/authorizations"


async def _page(
    visit: Visit,
    candidate_id: str,
    status: int = 200,
    filled: Row | None = None,
    wrong: dict[str, str] | None = None,
) -> HTMLResponse:
    assert visit.programme
    own = segment(visit.programme.id)
    whose = f"candidates/{own}/{segment(candidate_id)}"
    person, found, rules, health = await asyncio.gather(
        visit.get(f"identity/{whose}"),
        visit.get(f"exams/{whose}/authorizations"),
        visit.glance(f"certifications/programmes/{own}"),
        visit.glance("exams/vendors", {"programme": visit.programme.id}),
    )
    return visit.page(
        "staff/authorizations.html",
        status,
        person=person,
        found=found,
        exams=(rules or {}).get("exams", []),
        vendors=(health or {}).get("items", []),
        filled=filled or {"first_day": visit.today.isoformat(), "attempts": "1"},
        wrong=wrong or {},
        may_write=visit.may(SCOPE),
    )
