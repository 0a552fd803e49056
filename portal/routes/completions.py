"""Course completions: handed in by candidates, followed until staff have decided."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from starlette.exceptions import HTTPException

from portal.attachments import passed_on
from portal.dates import show_day
from portal.gateway import ApiProblem, File
from portal.uploads import chosen
from portal.visits import Candidate, Visit, segment

router = APIRouter()

Row = dict[str, Any]

FILE = "certificate"
# What the service takes, and the other fields beside it.
LARGEST_FILE_BYTES = 10_000_000
LARGEST_FORM_BYTES = LARGEST_FILE_BYTES + 2_000_000
LONGEST_NOTES = 2_000
BLANK = {"id": None, "course": "", "completed_on": "", "notes": "", "version": ""}


@router.get("/{programme}/testing-history/course-completions")
async def completions(visit: Candidate) -> HTMLResponse:
    """List what the candidate has handed in, and what came of it."""
    cursor = visit.request.query_params.get("cursor")
    answer = await visit.get("exams/completions", {"cursor": cursor} if cursor else None)
    return visit.page("completions.html", completions=answer)


@router.get("/{programme}/testing-history/course-completions/new")
async def new(visit: Candidate) -> HTMLResponse:
    """Show the form for a completed course."""
    return _form_page(visit, BLANK)


@router.post("/{programme}/testing-history/course-completions/new")
async def hand_in(visit: Candidate) -> Response:
    """Hand in a completed course."""
    return await _send(visit, "POST", "exams/completions", None)


@router.get("/{programme}/testing-history/course-completions/{completion_id}")
async def one(visit: Candidate, completion_id: str) -> HTMLResponse:
    """Show one completion: where it stands, each step, and the form where it is asked for again."""
    found = await _load(visit, completion_id)
    return _form_page(visit, {**found, "certificate_name": found["file_name"]}, story=found)


@router.post("/{programme}/testing-history/course-completions/{completion_id}")
async def hand_in_again(visit: Candidate, completion_id: str) -> Response:
    """Hand in again what staff returned."""
    path = f"exams/completions/{segment(completion_id)}"
    return await _send(visit, "PUT", path, completion_id)


@router.get("/{programme}/testing-history/course-completions/{completion_id}/file")
async def certificate(visit: Candidate, completion_id: str) -> Response:
    """Hand the candidate's own file through, to be saved."""
    answer = await visit.call("GET", f"exams/completions/{segment(completion_id)}/file")
    return passed_on(answer, "certificate")


async def _load(visit: Visit, completion_id: str) -> Row:
    found: Row = await visit.get(f"exams/completions/{segment(completion_id)}")
    return found


async def _send(visit: Visit, method: str, path: str, completion_id: str | None) -> Response:
    try:
        form = await visit.form(files=1, most=LARGEST_FORM_BYTES)
    except HTTPException as refused:
        if refused.status_code != 413:
            raise
        return await _again(visit, completion_id, BLANK, 413, {FILE: _too_large(visit)})
    filled = {name: form.text(name) for name in ("course", "completed_on", "notes", "version")}
    upload = await chosen(form, FILE)
    if wrong := _missing(visit, filled, upload, completion_id):
        return await _again(visit, completion_id, filled, 422, wrong)
    data = {name: value for name, value in filled.items() if value or name == "notes"}
    # Without a new file the form still is multipart: an empty one stands for none.
    files = {FILE: upload or ("", b"", "application/octet-stream")}
    try:
        await visit.call(method, path, data=data, files=files)
    except ApiProblem as problem:
        if problem.status not in (409, 413, 422):
            raise
        kept = BLANK if problem.slug == "completion-changed" else filled
        return await _again(visit, completion_id, kept, problem.status, _told(visit, problem))
    return visit.go(f"{_here(visit)}?done={'again' if completion_id else 'handed-in'}")


def _missing(
    visit: Visit, filled: Row, upload: File | None, completion_id: str | None
) -> dict[str, str]:
    """What is wrong before anybody is asked, in words for the fields."""
    wrong = {}
    if not filled["course"]:
        wrong["course"] = visit.gettext("Choose the course.")
    if not filled["completed_on"]:
        wrong["completed_on"] = visit.gettext("Choose the day on which you completed it.")
    elif filled["completed_on"] > visit.today.isoformat():
        wrong["completed_on"] = _still_ahead(visit)
    if len(filled["notes"]) > LONGEST_NOTES:
        wrong["notes"] = visit.gettext("Notes may have up to 2,000 characters.")
    if upload is None and completion_id is None:
        wrong[FILE] = visit.gettext("Choose the file of your certificate.")
    elif upload is not None and len(upload[1]) > LARGEST_FILE_BYTES:
        wrong[FILE] = _too_large(visit)
    return wrong


def _still_ahead(visit: Visit) -> str:
    assert visit.programme
    # Where it is tomorrow already, "still ahead" alone would be a riddle.
    return visit.gettext(
        "This day is still ahead: in %(zone)s, the programme's time zone, it is %(day)s."
    ) % {
        "zone": visit.programme.timezone,
        "day": show_day(visit.today, visit.language).striptags(),
    }


def _too_large(visit: Visit) -> str:
    return visit.gettext("This file is too large. It may have up to 10 MB.")


def _told(visit: Visit, problem: ApiProblem) -> dict[str, str]:
    if problem.status == 413:
        return {FILE: _too_large(visit)}
    if problem.slug == "completion-repeated":
        return {"course": visit.gettext("You have handed in this course for this day already.")}
    if problem.slug == "completion-changed":
        return {"": visit.gettext("This has changed in the meantime. It is shown as it is now.")}
    wrong = {
        str(error.get("field") or ""): str(error.get("message", "")) for error in problem.errors
    }
    return wrong or {"": problem.detail}


async def _again(
    visit: Visit, completion_id: str | None, filled: Row, status: int, wrong: dict[str, str]
) -> HTMLResponse:
    if completion_id is None:
        return _form_page(visit, {**BLANK, **filled}, status, wrong)
    found = await _load(visit, completion_id)
    kept = {name: value for name, value in filled.items() if value or name == "notes"}
    shown = {**found, **(kept if filled is not BLANK else {})}
    return _form_page(
        visit, {**shown, "certificate_name": found["file_name"]}, status, wrong, story=found
    )


def _form_page(
    visit: Visit,
    filled: Row,
    status: int = 200,
    wrong: dict[str, str] | None = None,
    story: Row | None = None,
) -> HTMLResponse:
    return visit.page("completion.html", status, filled=filled, story=story, wrong=wrong or {})


def _here(visit: Visit) -> str:
    return f"{visit.home}testing-history/course-completions"
