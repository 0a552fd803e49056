"""A programme's rules over HTTP: the viewer, dry runs and re-evaluations; for staff."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import StreamingResponse

from services.certifications import (
    dry_runs,
    programme_files,
    reevaluations,
    run_queries,
    spreadsheet,
)
from services.certifications.dry_runs import Trial
from services.certifications.run_errors import UnknownProgramme
from services.certifications.run_models import DryRun
from services.certifications.schemas.programmes import ProgrammeView
from services.certifications.schemas.runs import (
    DryRunRequest,
    DryRunView,
    LineView,
    ReevaluationRequest,
    ReevaluationView,
)
from services.certifications.views import programmes as programme_views
from services.certifications.views import runs as run_views
from shared.auth import Principal, staff
from shared.clock import today
from shared.context import ServiceContext
from shared.errors import FieldError, Unprocessable
from shared.pages import CursorText, Limit, Page, decode_cursor, page
from shared.programmes import Programme
from shared.web import Here, Read, Write

router = APIRouter(prefix="/programmes/{programme}", tags=["programmes"])

Reader = Annotated[Principal, staff("candidates:read")]
Writer = Annotated[Principal, staff("programmes:write")]
ProgrammeId = Annotated[str, Path(max_length=40, description="a programme's id, such as cisco")]


def _programme(here: ServiceContext, principal: Principal, programme: str) -> Programme:
    principal.may_see(programme)
    found = here.programmes.get(programme)
    if found is None:
        raise UnknownProgramme(f"There is no programme {programme!r} here.")
    return found


@router.get("")
async def read_programme(
    programme: ProgrammeId,
    principal: Reader,
    session: Read,
    here: Here,
    policy: Annotated[
        str | None, Query(max_length=80, description="a version; left out: the one in force")
    ] = None,
) -> ProgrammeView:
    """Show the rules: policies, certifications under one of them, exams, and what is not applied.

    `changed_since` says that the files have changed since all candidates were evaluated.
    """
    found = _programme(here, principal, programme)
    return programme_views.programme(
        found,
        as_of=today(here.clock, found.timezone),
        version=policy,
        first=await programme_files.first_version(session, programme),
        last=await run_queries.last_done(session, programme),
    )


@router.post("/dry-runs", status_code=202)
async def begin_dry_run(
    programme: ProgrammeId,
    body: DryRunRequest,
    principal: Writer,
    here: Here,
    request: Request,
    response: Response,
) -> DryRunView:
    """Try changed files against all candidates, in the background; nothing takes effect.

    Files that are no programme are refused, with every mistake by file and line.
    """
    found = _programme(here, principal, programme)
    async with here.database.transaction() as session:
        present = await programme_files.in_force(session, found)
    # Reading a programme takes a moment, in which others are to be answered.
    files, changed = await asyncio.to_thread(
        programme_files.tried, programme, present, body.files, here.settings.programme_file_bytes
    )
    trial = Trial(
        programme=found,
        files=files,
        changed_files=sorted(name for name in body.files if present.get(name) != files.get(name)),
        fingerprint=changed.fingerprint,
        as_of=body.as_of or today(here.clock, found.timezone),
        requested_by=principal.subject,
        requested_by_name=principal.name,
    )
    async with here.database.transaction() as session:
        run = await dry_runs.begin(session, trial)
    response.headers["Location"] = _address(request, programme, f"dry-runs/{run.id}")
    return run_views.dry_run(run, found)


@router.get("/dry-runs")
async def list_dry_runs(
    programme: ProgrammeId,
    principal: Reader,
    session: Read,
    here: Here,
    cursor: CursorText = None,
    limit: Limit = 50,
) -> Page[DryRunView]:
    """List dry runs, newest first; they are forgotten after 30 days."""
    found = _programme(here, principal, programme)
    runs = await run_queries.dry_runs(session, programme, _id_of(cursor), limit)
    listed = page(runs, limit, lambda run: [str(run.id)])
    return Page[DryRunView](
        items=[run_views.dry_run(run, found) for run in listed["items"]], next=listed["next"]
    )


@router.get("/dry-runs/{dry_run_id}")
async def read_dry_run(
    programme: ProgrammeId, dry_run_id: UUID, principal: Reader, session: Read, here: Here
) -> DryRunView:
    """Tell how far a dry run has come, and what it has found."""
    found = _programme(here, principal, programme)
    return run_views.dry_run(await run_queries.dry_run(session, programme, dry_run_id), found)


@router.post("/dry-runs/{dry_run_id}/cancel")
async def cancel_dry_run(
    programme: ProgrammeId, dry_run_id: UUID, principal: Writer, session: Write, here: Here
) -> DryRunView:
    """Stop a dry run; what it has found so far stays."""
    found = _programme(here, principal, programme)
    return run_views.dry_run(await dry_runs.cancel(session, programme, dry_run_id), found)


@router.get("/dry-runs/{dry_run_id}/lines")
async def list_lines(
    programme: ProgrammeId,
    dry_run_id: UUID,
    principal: Reader,
    session: Read,
    here: Here,
    change: Literal["gained", "lost", "dates"] | None = None,
    certification: Annotated[str | None, Query(max_length=80)] = None,
    cursor: CursorText = None,
    limit: Limit = 50,
) -> Page[LineView]:
    """List who would gain, lose or see other dates, by candidate and certification."""
    found = _programme(here, principal, programme)
    await run_queries.dry_run(session, programme, dry_run_id)
    rows = await run_queries.lines(
        session,
        dry_run_id,
        after=_line_of(cursor),
        limit=limit,
        change=change,
        certification=certification,
    )
    listed = page(rows, limit, lambda row: [row.candidate_id, row.certification])
    return Page[LineView](
        items=[run_views.line(row, found) for row in listed["items"]], next=listed["next"]
    )


@router.get(
    "/dry-runs/{dry_run_id}/lines.csv",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)
async def download_lines(
    programme: ProgrammeId, dry_run_id: UUID, principal: Reader, session: Read, here: Here
) -> StreamingResponse:
    """Download who would gain, lose or see other dates, as CSV.

    What a spreadsheet would run as a formula has an apostrophe before it. Until the run is done,
    the file says `partial` in its name.
    """
    _programme(here, principal, programme)
    run = await run_queries.dry_run(session, programme, dry_run_id)
    partial = "" if run.state == "done" else "-partial"
    name = f"dry-run-{programme}-{run.as_of}{partial}.csv"
    return StreamingResponse(
        _csv(here, run),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


async def _csv(here: ServiceContext, run: DryRun) -> AsyncIterator[str]:
    yield spreadsheet.line(run_views.COLUMNS)
    async for rows in run_queries.all_lines(here.database, run.id):
        yield run_views.csv_lines(rows)


@router.post("/reevaluations", status_code=202)
async def begin_reevaluation(
    programme: ProgrammeId,
    body: ReevaluationRequest,
    principal: Writer,
    session: Write,
    here: Here,
    request: Request,
    response: Response,
) -> ReevaluationView:
    """Evaluate all candidates anew under the files in force, in the background.

    What changes is written and published as if it had happened today. To do it again changes
    nothing.
    """
    found = _programme(here, principal, programme)
    run = await reevaluations.begin(
        session,
        found,
        body.reason,
        requested_by=principal.subject,
        requested_by_name=principal.name,
    )
    response.headers["Location"] = _address(request, programme, f"reevaluations/{run.id}")
    return ReevaluationView.model_validate(run)


@router.get("/reevaluations")
async def list_reevaluations(
    programme: ProgrammeId,
    principal: Reader,
    session: Read,
    here: Here,
    cursor: CursorText = None,
    limit: Limit = 50,
) -> Page[ReevaluationView]:
    """List re-evaluations, newest first."""
    _programme(here, principal, programme)
    runs = await run_queries.reevaluations(session, programme, _id_of(cursor), limit)
    listed = page(runs, limit, lambda run: [str(run.id)])
    return Page[ReevaluationView].model_validate(listed, from_attributes=True)


@router.get("/reevaluations/{reevaluation_id}")
async def read_reevaluation(
    programme: ProgrammeId, reevaluation_id: UUID, principal: Reader, session: Read, here: Here
) -> ReevaluationView:
    """Tell how far a re-evaluation has come."""
    _programme(here, principal, programme)
    run = await run_queries.reevaluation(session, programme, reevaluation_id)
    return ReevaluationView.model_validate(run)


def _address(request: Request, programme: str, rest: str) -> str:
    return f"{request.scope.get('root_path', '')}/programmes/{programme}/{rest}"


def _id_of(cursor: str | None) -> UUID | None:
    key = decode_cursor(cursor)
    if key is None:
        return None
    try:
        (written,) = key
        return UUID(written)
    except (ValueError, TypeError, AttributeError):
        raise _no_cursor() from None


def _line_of(cursor: str | None) -> tuple[str, str] | None:
    match decode_cursor(cursor):
        case None:
            return None
        case [str(candidate_id), str(certification)]:
            return candidate_id, certification
        case _:
            raise _no_cursor()


def _no_cursor() -> Unprocessable:
    problem = FieldError(field="cursor", message="not a cursor that this list has given out")
    return Unprocessable("the cursor is not valid", errors=[problem])
