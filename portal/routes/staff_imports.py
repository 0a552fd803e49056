"""Staff: files for imports, their progress as it happens, and what became of their rows."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response, StreamingResponse
from starlette.exceptions import HTTPException

from portal.attachments import pieces_of, streamed_on
from portal.forms import Form
from portal.gateway import ApiProblem
from portal.uploads import Passing
from portal.visits import Staff, Visit, segment

router = APIRouter()

Row = dict[str, Any]

SCOPE = "imports:write"
PLACE = "/{programme}/staff/imports"
LARGEST_FILE_BYTES = 500_000_000
LARGEST_BODY_BYTES = LARGEST_FILE_BYTES + 500_000
# The API says within fifteen seconds that it is still there.
EVENT_PATIENCE_SECONDS = 60.0
BLANK: Mapping[str, Any] = {"format": "", "vendor": "", "dry_run": False}


@router.get(PLACE)
async def imports(visit: Staff) -> HTMLResponse:
    """List the imports and offer to upload a file."""
    return await _list(visit)


@router.post(PLACE)
async def upload(visit: Staff) -> Response:
    """Take a file and hand it on as it lies on disk."""
    assert visit.programme
    try:
        form = await visit.form(files=1, most=LARGEST_BODY_BYTES)
    except HTTPException as refused:
        if refused.status_code != 413:
            raise
        return await _list(visit, 413, wrong="large")
    if not visit.may(SCOPE):
        raise HTTPException(403)
    filled = _filled(form)
    file = form.file("file")
    if file is None:
        return await _list(visit, 422, filled, wrong="missing")
    body = Passing(file)
    if body.size > LARGEST_FILE_BYTES:
        return await _list(visit, 413, filled, wrong="large")
    params = {"programme": visit.programme.id, "name": (file.filename or "")[:200]}
    params |= {name: filled[name] for name in ("format", "vendor") if filled[name]}
    if filled["dry_run"]:
        params["dry_run"] = "true"
    try:
        answer = await visit.call(
            "POST",
            "exams/imports",
            params=params,
            content=body,
            headers={"content-type": "text/csv", "content-length": str(body.size)},
        )
    except ApiProblem as problem:
        if problem.status not in (400, 409, 413, 415, 422):
            raise
        if problem.slug == "unknown-format" and not filled["format"]:
            return await _list(visit, 422, filled, wrong="unnamed")
        said = "; ".join(_told(visit, error) for error in problem.errors)
        return await _list(visit, 422, filled, wrong="refused", said=said or problem.detail)
    return visit.go(f"{visit.home}imports/{segment(str(answer.json()['id']))}")


@router.get(PLACE + "/{import_id}")
async def one_import(visit: Staff, import_id: str) -> HTMLResponse:
    """Show one import; a small module keeps the figures moving."""
    job: Row = await visit.get(f"exams/imports/{segment(import_id)}")
    return visit.page("staff/import.html", job=job, may_write=visit.may(SCOPE))


@router.get(PLACE + "/{import_id}/events")
async def events(visit: Staff, import_id: str) -> Response:
    """Hand the progress of an import through as it happens (server-sent events)."""
    answer = await visit.call(
        "GET",
        f"exams/imports/{segment(import_id)}/progress",
        stream=True,
        patience=EVENT_PATIENCE_SECONDS,
    )
    return StreamingResponse(
        pieces_of(answer),
        media_type="text/event-stream",
        headers={"x-accel-buffering": "no"},
    )


@router.post(PLACE + "/{import_id}/cancel")
async def cancel(visit: Staff, import_id: str) -> Response:
    """Stop an import; one that has ended in the meantime stays as it is."""
    await visit.form()
    if not visit.may(SCOPE):
        raise HTTPException(403)
    try:
        await visit.call("POST", f"exams/imports/{segment(import_id)}/cancel")
    except ApiProblem as problem:
        if problem.status != 409:
            raise
    return visit.go(f"{visit.home}imports/{segment(import_id)}")


@router.get(PLACE + "/{import_id}/errors.csv")
async def errors(visit: Staff, import_id: str) -> Response:
    """Hand the file of rejected rows through."""
    path = f"exams/imports/{segment(import_id)}/errors"
    return streamed_on(await visit.call("GET", path, stream=True), "errors.csv")


@router.get(PLACE + "/{import_id}/outcomes.csv")
async def outcomes(visit: Staff, import_id: str) -> Response:
    """Hand through what became of every row."""
    path = f"exams/imports/{segment(import_id)}/outcomes"
    return streamed_on(await visit.call("GET", path, stream=True), "outcomes.csv")


def _told(visit: Visit, error: Mapping[str, Any]) -> str:
    said = str(error.get("message", ""))
    if error.get("line") is None:
        return said
    return visit.gettext("line %(line)s: %(said)s") % {"line": error["line"], "said": said}


def _filled(form: Form) -> Row:
    return {
        "format": form.text("format"),
        "vendor": form.text("vendor"),
        "dry_run": form.ticked("dry_run"),
    }


async def _list(
    visit: Visit,
    status: int = 200,
    filled: Mapping[str, Any] = BLANK,
    *,
    wrong: str = "",
    said: str = "",
) -> HTMLResponse:
    assert visit.programme
    here = {"programme": visit.programme.id}
    cursor = visit.request.query_params.get("cursor")
    found = await visit.get("exams/imports", here | ({"cursor": cursor} if cursor else {}))
    formats = await visit.glance("exams/imports/formats", here)
    health = await visit.glance("exams/vendors", here)
    return visit.page(
        "staff/imports.html",
        status,
        found=found,
        formats=_by_kind((formats or {}).get("items", [])),
        vendors=(health or {}).get("items", []),
        filled=filled,
        may_write=visit.may(SCOPE),
        wrong=wrong,
        said=said,
    )


def _by_kind(formats: list[Row]) -> dict[str, list[Row]]:
    kinds: dict[str, list[Row]] = {}
    for one in formats:
        kinds.setdefault(one["kind"], []).append(one)
    return kinds
