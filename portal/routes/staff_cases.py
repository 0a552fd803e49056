"""Staff: support cases, answered, given to each other, settled."""

import asyncio
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from portal.attachments import passed_on
from portal.case_forms import NO_FILE, Row, Wrong, filled_in, told
from portal.gateway import ApiProblem
from portal.visits import Staff, Visit, segment

router = APIRouter()

PLACE = "/{programme}/staff/cases"
FILE = "attachment"
WHICH = ("with_staff", "waiting_for_candidate", "resolved", "all")
KINDS = ("missing_result", "name_change", "merge", "other")
WRITING = ("missing_result", "merge", "other")


@router.get(PLACE)
async def cases(visit: Staff) -> HTMLResponse:
    """List the cases in which staff have to do something, or others."""
    assert visit.programme
    query = visit.request.query_params
    chosen = {
        "which": query.get("which", "with_staff"),
        "kind": query.get("kind", ""),
        "assigned": query.get("assigned", ""),
        "search": query.get("search", "").strip(),
    }
    if chosen["which"] not in WHICH:
        chosen["which"] = "with_staff"
    if chosen["kind"] not in KINDS:
        chosen["kind"] = ""
    if chosen["assigned"] not in ("me", "nobody"):
        chosen["assigned"] = ""
    asked = {"programme": visit.programme.id} | {name: one for name, one in chosen.items() if one}
    if cursor := query.get("cursor"):
        asked["cursor"] = cursor
    found = await visit.get("identity/cases", asked)
    return visit.page("staff/cases.html", found=found, chosen=chosen, every=WHICH, kinds=KINDS)


@router.get(PLACE + "/{number}")
async def case(visit: Staff, number: str) -> HTMLResponse:
    """Show everything about a case, with what can be done."""
    return await _page(visit, number)


@router.post(PLACE + "/{number}")
async def write(visit: Staff, number: str) -> Response:
    """Answer in a case, or write a note that only staff see."""
    filled, upload, wrong = await filled_in(visit, ("message", "internal"), FILE)
    if not wrong and not filled["message"]:
        wrong["message"] = visit.gettext("Write something.")
    if wrong:
        return await _page(visit, number, 413 if FILE in wrong else 422, filled, wrong)
    data = {"message": filled["message"], "internal": "true" if filled["internal"] else "false"}
    try:
        sent = {"data": data, "files": {FILE: upload or NO_FILE}}
        await visit.call("POST", f"{_path(number)}/messages", **sent)
    except ApiProblem as problem:
        return await _page(visit, number, problem.status, filled, told(visit, problem, FILE))
    done = "noted" if filled["internal"] else "answered"
    return visit.go(f"{_one(visit, number)}?done={done}#newest")


@router.post(PLACE + "/{number}/assign")
async def assign(visit: Staff, number: str) -> Response:
    """Give a case to a colleague, to oneself, or to nobody."""
    form = await visit.form()
    return await _do(visit, number, "assign", {"to": form.text("to") or None}, "assigned")


@router.post(PLACE + "/{number}/resolve")
async def resolve(visit: Staff, number: str) -> Response:
    """Close a case as it was when it was looked at."""
    form = await visit.form()
    outcome, version = form.text("outcome"), form.text("version")
    if not outcome or not version.isdecimal():
        wrong = {"outcome": visit.gettext("Say what came of it: the candidate reads it.")}
        return await _page(visit, number, 422, {"outcome": outcome}, wrong)
    body = {"outcome": outcome, "version": int(version)}
    return await _do(visit, number, "resolve", body, "resolved", {"outcome": outcome})


@router.post(PLACE + "/{number}/reopen")
async def reopen(visit: Staff, number: str) -> Response:
    """Take a resolved case up again."""
    form = await visit.form()
    return await _do(visit, number, "reopen", {"reason": form.text("reason")}, "reopened")


@router.get(PLACE + "/{number}/files/{file_id}")
async def file(visit: Staff, number: str, file_id: str) -> Response:
    """Hand a file of the case through, to be saved."""
    answer = await visit.call("GET", f"{_path(number)}/files/{segment(file_id)}")
    return passed_on(answer, FILE)


@router.get("/{programme}/staff/candidates/{candidate_id}/cases")
async def cases_of(visit: Staff, candidate_id: str) -> HTMLResponse:
    """List the cases of one candidate."""
    whose = f"identity/{_whose(visit, candidate_id)}"
    cursor = visit.request.query_params.get("cursor")
    asked = {"cursor": cursor} if cursor else None
    person, found = await asyncio.gather(visit.get(whose), visit.get(f"{whose}/cases", asked))
    return visit.page("staff/candidate_cases.html", person=person, found=found)


@router.get("/{programme}/staff/candidates/{candidate_id}/write")
async def write_to(visit: Staff, candidate_id: str) -> HTMLResponse:
    """Show the form to write to a candidate."""
    return await _first_page(visit, candidate_id)


@router.post("/{programme}/staff/candidates/{candidate_id}/write")
async def open_case(visit: Staff, candidate_id: str) -> Response:
    """Write to a candidate: a case that staff open."""
    form = await visit.form()
    filled = {name: form.text(name) for name in ("kind", "subject", "message")}
    wrong: Wrong = {}
    if filled["kind"] not in WRITING:
        wrong["kind"] = visit.gettext("Choose what it is about.")
    if not filled["subject"]:
        wrong["subject"] = visit.gettext("Say in a few words what it is about.")
    if not filled["message"]:
        wrong["message"] = visit.gettext("Write something.")
    if wrong:
        return await _first_page(visit, candidate_id, 422, filled, wrong)
    path = f"identity/{_whose(visit, candidate_id)}/cases"
    try:
        opened = (await visit.call("POST", path, json=filled)).json()
    except ApiProblem as problem:
        wrong = told(visit, problem, FILE)
        return await _first_page(visit, candidate_id, problem.status, filled, wrong)
    return visit.go(f"{_one(visit, opened['number'])}?done=opened")


async def _do(
    visit: Visit, number: str, what: str, body: Row, done: str, filled: Row | None = None
) -> Response:
    try:
        await visit.call("POST", f"{_path(number)}/{what}", json=body)
    except ApiProblem as problem:
        wrong = told(visit, problem, FILE)
        said = {"": problem.detail} if problem.status == 409 else wrong
        return await _page(visit, number, problem.status, filled, said)
    return visit.go(f"{_one(visit, number)}?done={done}")


def _path(number: str) -> str:
    return f"identity/cases/{segment(number)}"


def _one(visit: Visit, number: str) -> str:
    return f"{visit.home}cases/{segment(number)}"


def _whose(visit: Visit, candidate_id: str) -> str:
    assert visit.programme
    return f"candidates/{segment(visit.programme.id)}/{segment(candidate_id)}"


async def _first_page(
    visit: Visit,
    candidate_id: str,
    status: int = 200,
    filled: Row | None = None,
    wrong: Wrong | None = None,
) -> HTMLResponse:
    person = await visit.get(f"identity/{_whose(visit, candidate_id)}")
    return visit.page(
        "staff/write.html",
        status,
        person=person,
        filled=filled or {},
        wrong=wrong or {},
        kinds=WRITING,
    )


async def _page(
    visit: Visit,
    number: str,
    status: int = 200,
    filled: Row | None = None,
    wrong: Wrong | None = None,
) -> HTMLResponse:
    assert visit.programme
    one: Row = await visit.get(_path(number))
    answers: list[Row] = []
    workers: list[Row] = []
    if visit.may("cases:write"):
        answers, workers = await _beside(visit, number)
    ready = visit.request.query_params.get("answer")
    text = next((each["text"] for each in answers if each["id"] == ready), "")
    return visit.page(
        "staff/case.html",
        status,
        one=one,
        answers=answers,
        workers=workers,
        ready=ready if text else "",
        filled={"message": text, **(filled or {})},
        wrong=wrong or {},
        may_write=visit.may("cases:write"),
        may_review=visit.may("names:review"),
    )


async def _beside(visit: Visit, number: str) -> tuple[list[Row], list[Row]]:
    assert visit.programme
    answers, workers = await asyncio.gather(
        visit.glance(f"{_path(number)}/canned-answers"),
        visit.glance("identity/case-workers", {"programme": visit.programme.id}),
    )
    found: tuple[Any, Any] = (answers or [], workers or [])
    return found
