"""Staff: dry runs of changed rules, and re-evaluations of all candidates."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2
from fastapi import APIRouter
from fastapi.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.exceptions import HTTPException

from portal.actions import LONGEST_REASON, SHORTEST_REASON
from portal.gateway import ApiProblem
from portal.visits import Staff, Visit, segment

router = APIRouter()

SCOPE = "programmes:write"
PLACE = "/{programme}/staff/programme"
MOST_FILES = 10
LARGEST_FILES_BYTES = 5_000_000
CHANGES = ("gained", "lost", "dates")


@router.get(PLACE + "/dry-runs")
async def dry_runs(visit: Staff) -> HTMLResponse:
    """List the dry runs and offer to begin one."""
    return await _dry_runs(visit)


@router.post(PLACE + "/dry-runs")
async def begin_dry_run(visit: Staff) -> Response:
    """Take changed files and try them against all candidates; nothing takes effect."""
    form = await visit.form(files=MOST_FILES, most=LARGEST_FILES_BYTES)
    _writing(visit)
    files = {}
    for file in form.files("files"):
        try:
            files[file.filename or ""] = (await file.read()).decode("utf-8-sig")
        except UnicodeDecodeError:
            fault = {"file": file.filename, "line": None, "message": "is not in UTF-8"}
            return await _dry_runs(visit, 422, faults=[fault])
    if not files:
        return await _dry_runs(visit, 422, wrong="missing")
    body: dict[str, Any] = {"files": files}
    if form.text("as_of"):
        body["as_of"] = form.text("as_of")
    try:
        answer = await visit.call("POST", f"{_api(visit)}/dry-runs", json=body)
    except ApiProblem as problem:
        if problem.status not in (400, 409, 413, 422):
            raise
        faults = problem.faults or problem.errors
        return await _dry_runs(visit, problem.status, said=problem.detail, faults=faults)
    return visit.go(f"{visit.home}programme/dry-runs/{segment(str(answer.json()['id']))}")


@router.get(PLACE + "/dry-runs/{run_id}")
async def dry_run(visit: Staff, run_id: str) -> HTMLResponse:
    """Show how far a dry run has come, and whom it would change."""
    run = await visit.get(_one(visit, run_id))
    query = visit.request.query_params
    asked = {
        "change": query.get("change", "") if query.get("change") in CHANGES else "",
        "certification": query.get("certification", ""),
        "cursor": query.get("cursor", ""),
    }
    params = {name: value for name, value in asked.items() if value}
    found = await visit.get(f"{_one(visit, run_id)}/lines", params)
    return visit.page(
        "staff/programme/dry_run.html", run=run, found=found, asked=asked, changes=CHANGES
    )


@router.get(PLACE + "/dry-runs/{run_id}/progress")
async def dry_run_progress(visit: Staff, run_id: str) -> JSONResponse:
    """Return the figures of a dry run, for the page that shows them."""
    run = await visit.get(_one(visit, run_id))
    return JSONResponse(_figures(run) | {"people": run["people"], **run["counts"]})


@router.get(PLACE + "/dry-runs/{run_id}/lines.csv")
async def lines(visit: Staff, run_id: str) -> Response:
    """Hand the file of all changes through."""
    answer = await visit.call("GET", f"{_one(visit, run_id)}/lines.csv", stream=True)
    given = answer.headers.get("content-disposition", 'attachment; filename="dry-run.csv"')
    return StreamingResponse(
        _pieces(answer),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": given},
    )


async def _pieces(answer: httpx2.Response) -> AsyncIterator[bytes]:
    # A line for each candidate and certification: more than should lie in memory at once.
    try:
        async for piece in answer.aiter_bytes():
            yield piece
    finally:
        await answer.aclose()


@router.post(PLACE + "/dry-runs/{run_id}/cancel")
async def cancel(visit: Staff, run_id: str) -> Response:
    """Stop a dry run; one that has ended in the meantime stays as it is."""
    await visit.form()
    _writing(visit)
    try:
        await visit.call("POST", f"{_one(visit, run_id)}/cancel")
    except ApiProblem as problem:
        if problem.status != 409:
            raise
    return visit.go(f"{visit.home}programme/dry-runs/{segment(run_id)}")


@router.get(PLACE + "/re-evaluations")
async def reevaluations(visit: Staff) -> HTMLResponse:
    """List the re-evaluations and offer to begin one."""
    return await _reevaluations(visit)


@router.post(PLACE + "/re-evaluations")
async def begin_reevaluation(visit: Staff) -> Response:
    """Evaluate all candidates anew, once that is confirmed."""
    form = await visit.form()
    _writing(visit)
    reason = form.text("reason")
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        return await _reevaluations(visit, 422, reason=reason, wrong="reason")
    if not form.ticked("confirmed"):
        return await _reevaluations(visit, 422, reason=reason, wrong="confirm")
    try:
        answer = await visit.call("POST", f"{_api(visit)}/reevaluations", json={"reason": reason})
    except ApiProblem as problem:
        if problem.status not in (409, 422):
            raise
        return await _reevaluations(visit, problem.status, reason=reason, said=problem.detail)
    return visit.go(f"{visit.home}programme/re-evaluations/{segment(str(answer.json()['id']))}")


@router.get(PLACE + "/re-evaluations/{run_id}")
async def reevaluation(visit: Staff, run_id: str) -> HTMLResponse:
    """Show how far a re-evaluation has come."""
    run = await visit.get(f"{_api(visit)}/reevaluations/{segment(run_id)}")
    return visit.page("staff/programme/reevaluation.html", run=run)


@router.get(PLACE + "/re-evaluations/{run_id}/progress")
async def reevaluation_progress(visit: Staff, run_id: str) -> JSONResponse:
    """Return the figures of a re-evaluation, for the page that shows them."""
    return JSONResponse(_figures(await visit.get(f"{_api(visit)}/reevaluations/{segment(run_id)}")))


def _figures(run: dict[str, Any]) -> dict[str, Any]:
    return {"state": run["state"], "total": run["total"], "done": run["done"]}


def _writing(visit: Visit) -> None:
    if not visit.may(SCOPE):
        raise HTTPException(403)


def _api(visit: Visit) -> str:
    assert visit.programme
    return f"certifications/programmes/{segment(visit.programme.id)}"


def _one(visit: Visit, run_id: str) -> str:
    return f"{_api(visit)}/dry-runs/{segment(run_id)}"


def _page(visit: Visit) -> dict[str, str] | None:
    cursor = visit.request.query_params.get("cursor")
    return {"cursor": cursor} if cursor else None


async def _dry_runs(visit: Visit, status: int = 200, **told: Any) -> HTMLResponse:
    found = await visit.get(f"{_api(visit)}/dry-runs", _page(visit))
    return visit.page("staff/programme/dry_runs.html", status, found=found, **told)


async def _reevaluations(visit: Visit, status: int = 200, **told: Any) -> HTMLResponse:
    found = await visit.get(f"{_api(visit)}/reevaluations", _page(visit))
    rules = await visit.glance(_api(visit)) or {}
    return visit.page(
        "staff/programme/reevaluations.html", status, found=found, rules=rules, **told
    )
