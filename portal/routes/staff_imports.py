"""Staff: files of results and registrations, their progress and their errors."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, JSONResponse, Response

from portal.gateway import ApiProblem
from portal.visits import Staff, Visit, segment

router = APIRouter()

KINDS = ("results", "registrations")
LARGEST_FILE_BYTES = 20_000_000
LARGEST_BODY_BYTES = LARGEST_FILE_BYTES + 100_000


async def _list(visit: Visit, status: int = 200, wrong: str = "", said: str = "") -> HTMLResponse:
    assert visit.programme
    params = {"programme": visit.programme.id}
    if cursor := visit.request.query_params.get("cursor"):
        params["cursor"] = cursor
    found = await visit.get("exams/imports", params)
    return visit.page("staff/imports.html", status, found=found, wrong=wrong, said=said)


@router.get("/{programme}/staff/imports")
async def imports(visit: Staff) -> HTMLResponse:
    """List the imports and offer to upload a file."""
    return await _list(visit)


@router.post("/{programme}/staff/imports")
async def upload(visit: Staff) -> Response:
    """Take a CSV file and hand it on."""
    assert visit.programme
    form = await visit.form(files=1, most=LARGEST_BODY_BYTES)
    file, kind = form.file("file"), form.text("kind")
    if file is None or kind not in KINDS:
        return await _list(visit, 422, wrong="missing")
    body = await file.read()
    if len(body) > LARGEST_FILE_BYTES:
        return await _list(visit, 413, wrong="large")
    params = {"kind": kind, "programme": visit.programme.id, "name": (file.filename or "")[:200]}
    try:
        answer = await visit.call(
            "POST",
            "exams/imports",
            params=params,
            content=body,
            headers={"content-type": "text/csv"},
        )
    except ApiProblem as problem:
        if problem.status not in (400, 413, 415, 422):
            raise
        said = "; ".join(str(error.get("message", "")) for error in problem.errors)
        return await _list(visit, 422, wrong="refused", said=said or problem.detail)
    return visit.go(f"{visit.home}imports/{segment(str(answer.json()['id']))}")


@router.get("/{programme}/staff/imports/{import_id}")
async def one_import(visit: Staff, import_id: str) -> HTMLResponse:
    """Show one import; a small module keeps the figures moving."""
    return visit.page("staff/import.html", job=await _load(visit, import_id))


@router.get("/{programme}/staff/imports/{import_id}/progress")
async def progress(visit: Staff, import_id: str) -> JSONResponse:
    """Return the figures of an import, for the page that shows them."""
    job = await _load(visit, import_id)
    counted = ("state", "rows", "done", "accepted", "duplicates", "rejected")
    return JSONResponse({name: job.get(name) for name in counted})


@router.get("/{programme}/staff/imports/{import_id}/errors.csv")
async def errors(visit: Staff, import_id: str) -> Response:
    """Hand the file of rejected rows through."""
    answer = await visit.call("GET", f"exams/imports/{segment(import_id)}/errors")
    name = f"errors-{import_id}.csv".replace('"', "")
    return Response(
        answer.content,
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


async def _load(visit: Visit, import_id: str) -> dict[str, object]:
    job: dict[str, object] = await visit.get(f"exams/imports/{segment(import_id)}")
    return job
