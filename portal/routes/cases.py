"""Support cases of a candidate: written, followed, answered, closed."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from portal.attachments import passed_on
from portal.case_forms import NO_FILE, Row, Wrong, filled_in, told
from portal.gateway import ApiProblem
from portal.visits import Candidate, Visit, segment

router = APIRouter()

PLACE = "/{programme}/support/cases"
FILE = "attachment"
KINDS = ("missing_result", "merge", "other")


@router.get(PLACE)
async def cases(visit: Candidate) -> HTMLResponse:
    """List what the candidate has written about, newest first."""
    cursor = visit.request.query_params.get("cursor")
    found = await visit.get("identity/cases", {"cursor": cursor} if cursor else None)
    return visit.page("cases.html", found=found)


@router.get(PLACE + "/new")
async def new(visit: Candidate) -> HTMLResponse:
    """Show the form for a new case."""
    kind = visit.request.query_params.get("about", "")
    return _form_page(visit, {"kind": kind if kind in KINDS else ""})


@router.post(PLACE + "/new")
async def open_case(visit: Candidate) -> Response:
    """Open a case."""
    filled, upload, wrong = await filled_in(visit, ("kind", "subject", "message"), FILE)
    if not wrong:
        wrong = _missing(visit, filled)
    if wrong:
        return _form_page(visit, filled, 413 if FILE in wrong else 422, wrong)
    try:
        sent = {"data": filled, "files": {FILE: upload or NO_FILE}}
        opened = (await visit.call("POST", "identity/cases", **sent)).json()
    except ApiProblem as problem:
        return _form_page(visit, filled, problem.status, told(visit, problem, FILE))
    return visit.go(f"{_one(visit, opened['number'])}?done=opened")


@router.get(PLACE + "/{number}")
async def case(visit: Candidate, number: str) -> HTMLResponse:
    """Show what was said in a case, and the form to write in it."""
    return _page(visit, await visit.get(_path(number)))


@router.post(PLACE + "/{number}")
async def write(visit: Candidate, number: str) -> Response:
    """Write in a case."""
    filled, upload, wrong = await filled_in(visit, ("message",), FILE)
    if not wrong and not filled["message"]:
        wrong["message"] = visit.gettext("Write something.")
    if wrong:
        status = 413 if FILE in wrong else 422
        return _page(visit, await visit.get(_path(number)), status, filled, wrong)
    try:
        sent = {"data": filled, "files": {FILE: upload or NO_FILE}}
        await visit.call("POST", f"{_path(number)}/messages", **sent)
    except ApiProblem as problem:
        wrong = told(visit, problem, FILE)
        return _page(visit, await visit.get(_path(number)), problem.status, filled, wrong)
    return visit.go(f"{_one(visit, number)}?done=written#newest")


@router.post(PLACE + "/{number}/close")
async def close(visit: Candidate, number: str) -> Response:
    """Close a case that needs no answer any more."""
    await visit.form()
    try:
        await visit.call("POST", f"{_path(number)}/close", json={})
    except ApiProblem as problem:
        wrong = told(visit, problem, FILE)
        return _page(visit, await visit.get(_path(number)), problem.status, {}, wrong)
    return visit.go(f"{_one(visit, number)}?done=closed")


@router.get(PLACE + "/{number}/files/{file_id}")
async def file(visit: Candidate, number: str, file_id: str) -> Response:
    """Hand a file of the case through, to be saved."""
    answer = await visit.call("GET", f"{_path(number)}/files/{segment(file_id)}")
    return passed_on(answer, FILE)


def _missing(visit: Visit, filled: Row) -> Wrong:
    wrong: Wrong = {}
    if filled["kind"] not in KINDS:
        wrong["kind"] = visit.gettext("Choose what it is about.")
    if not filled["subject"]:
        wrong["subject"] = visit.gettext("Say in a few words what it is about.")
    if not filled["message"]:
        wrong["message"] = visit.gettext("Write something.")
    return wrong


def _path(number: str) -> str:
    return f"identity/cases/{segment(number)}"


def _one(visit: Visit, number: str) -> str:
    return f"{visit.home}support/cases/{segment(number)}"


def _form_page(
    visit: Visit, filled: Row, status: int = 200, wrong: Wrong | None = None
) -> HTMLResponse:
    return visit.page("case_form.html", status, filled=filled, wrong=wrong or {}, kinds=KINDS)


def _page(
    visit: Visit,
    one: Row,
    status: int = 200,
    filled: Row | None = None,
    wrong: Wrong | None = None,
) -> HTMLResponse:
    return visit.page("case.html", status, one=one, filled=filled or {}, wrong=wrong or {})
