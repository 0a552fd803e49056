"""Staff: accounts by file, and what became of each row."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from starlette.exceptions import HTTPException

from portal.attachments import streamed_on
from portal.gateway import ApiProblem
from portal.uploads import Passing
from portal.visits import Staff, Visit, segment

router = APIRouter()

Row = dict[str, Any]

SCOPE = "imports:write"
PLACE = "/{programme}/staff/accounts"
LARGEST_FILE_BYTES = 20_000_000
LARGEST_BODY_BYTES = LARGEST_FILE_BYTES + 500_000
# A hundred thousand accounts take a while.
_PATIENCE_SECONDS = 600.0
FILES = ("outcomes", "errors")


@router.get(PLACE)
async def account_files(visit: Staff) -> HTMLResponse:
    """List the files so far and offer to hand one in."""
    return await _list(visit)


@router.post(PLACE)
async def hand_in(visit: Staff) -> Response:
    """Take a file of accounts and hand it on as it lies on disk."""
    assert visit.programme
    try:
        form = await visit.form(files=1, most=LARGEST_BODY_BYTES)
    except HTTPException as refused:
        if refused.status_code != 413:
            raise
        return await _list(visit, 413, wrong="large")
    welcome = form.ticked("welcome")
    file = form.file("file")
    if file is None:
        return await _list(visit, 422, wrong="missing", welcome=welcome)
    body = Passing(file)
    params = {
        "programme": visit.programme.id,
        "name": (file.filename or "accounts.csv")[:200],
        "welcome": "true" if welcome else "false",
    }
    try:
        answer = await visit.call(
            "POST",
            "identity/imports",
            params=params,
            content=body,
            headers={"content-type": "text/csv", "content-length": str(body.size)},
            patience=_PATIENCE_SECONDS,
        )
    except ApiProblem as problem:
        if problem.status == 413:
            return await _list(visit, 413, wrong="large", welcome=welcome)
        if problem.status != 422:
            raise
        return await _list(visit, 422, wrong="refused", welcome=welcome, said=problem.detail)
    return visit.go(f"{visit.home}accounts/{segment(str(answer.json()['import_id']))}")


@router.get(PLACE + "/{import_id}")
async def account_file(visit: Staff, import_id: str) -> HTMLResponse:
    """Show what became of one file."""
    job: Row = await visit.get(f"identity/imports/{segment(import_id)}")
    return visit.page("staff/account_file.html", job=job)


@router.get(PLACE + "/{import_id}/{what}.csv")
async def rows(visit: Staff, import_id: str, what: str) -> Response:
    """Hand through what became of every row, or what was wrong."""
    if what not in FILES:
        raise HTTPException(404)
    answer = await visit.call("GET", f"identity/imports/{segment(import_id)}/{what}", stream=True)
    return streamed_on(answer, f"accounts-{what}.csv")


async def _list(visit: Visit, status: int = 200, **context: object) -> HTMLResponse:
    assert visit.programme
    asked = {"programme": visit.programme.id}
    if cursor := visit.request.query_params.get("cursor"):
        asked["cursor"] = cursor
    found = await visit.get("identity/imports", asked)
    blank = {"wrong": "", "said": "", "welcome": False}
    return visit.page(
        "staff/account_files.html",
        status,
        found=found,
        may_write=visit.may(SCOPE),
        **blank | context,
    )
