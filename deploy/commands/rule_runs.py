"""`certtrack programmes dry-run` and `reevaluate`: rules against everybody, from a terminal."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, TypeVar
from uuid import UUID

import typer

from deploy.commands.console import NOT_POSSIBLE, WRONG_INPUT, give_up, say
from deploy.commands.migrate import Data
from deploy.embedded.settings import EmbeddedSettings
from deploy.offline import settings_for, taken
from services.certifications import (
    dry_runs,
    programme_files,
    reevaluations,
    run_jobs,
    run_queries,
    spreadsheet,
)
from services.certifications.dry_runs import Trial
from services.certifications.run_errors import UnusableProgramme
from services.certifications.run_models import DryRun, Reevaluation
from services.certifications.views import runs as run_views
from shared.clock import today
from shared.context import ServiceContext
from shared.errors import Problem
from shared.programmes import Programme, ProgrammeError

Run = TypeVar("Run", DryRun, Reevaluation)
_BY = "command line"
_LOOK_EVERY_SECONDS = 2.0

ProgrammeId = Annotated[str, typer.Argument(help="A programme's id, such as cisco.")]
Reason = Annotated[str, typer.Option(help="Why; it is kept with the run.")]


def dry_run(
    programme: ProgrammeId,
    folder: Annotated[
        Path,
        typer.Argument(
            exists=True, file_okay=False, help="The changed files; others are those in force."
        ),
    ],
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day to ask about (today).")
    ] = None,
    csv: Annotated[
        Path | None, typer.Option(help="Where the list goes (dry-run-<programme>-<day>.csv).")
    ] = None,
    data: Data = None,
) -> None:
    """Say who would gain, lose or see other dates under changed files; nothing takes effect."""

    async def run(here: ServiceContext) -> None:
        known = _known(here, programme)
        trial = await _trial(here, known, folder, as_of)
        async with here.database.transaction() as session:
            made = await dry_runs.begin(session, trial)

        async def look() -> DryRun:
            async with here.database.reading() as session:
                return await run_queries.dry_run(session, programme, made.id)

        done = await _worked_off(run_jobs.work_off_dry_runs, here, made.id, look)
        if done.state != "done":
            give_up(f"The dry run is {done.state}: {done.problem or 'it was stopped'}")
        _tell(done, known)
        target = csv or Path(f"dry-run-{programme}-{done.as_of}.csv")
        say(f"{await _write(here, done, target)} lines in {target}")

    _in_certifications(run, settings_for(data))


def reevaluate(programme: ProgrammeId, reason: Reason, data: Data = None) -> None:
    """Evaluate all candidates anew under the files in force; what changes is published.

    One that was broken off is gone on with. To do it again changes nothing.
    """

    async def run(here: ServiceContext) -> None:
        known = _known(here, programme)
        async with here.database.transaction() as session:
            begun = await run_queries.unfinished_reevaluation(session, programme)
            if begun is None:
                begun = await reevaluations.begin(session, known, reason, requested_by=_BY)
            else:
                say(f"One of {begun.created_at:%Y-%m-%d %H:%M} is under way: {begun.reason}")
        run_id = begun.id

        async def look() -> Reevaluation:
            async with here.database.reading() as session:
                return await run_queries.reevaluation(session, programme, run_id)

        done = await _worked_off(run_jobs.work_off_reevaluations, here, run_id, look)
        if done.state != "done":
            give_up(f"The re-evaluation has failed: {done.problem}")
        say(f"{known.name}: {done.done:,} candidates evaluated under {done.fingerprint[:12]}")
        if done.skipped:
            give_up(f"{done.skipped:,} of them could not be. {done.problem}", NOT_POSSIBLE)

    _in_certifications(run, settings_for(data))


def _in_certifications(
    work: Callable[[ServiceContext], Awaitable[None]], settings: EmbeddedSettings
) -> None:
    async def run() -> None:
        async with taken("certifications", settings) as service:
            await work(service.state.context)

    try:
        asyncio.run(run())
    except UnusableProgramme as wrong:
        for fault in wrong.extra["faults"]:
            field = f" {fault['field']}:" if fault["field"] else ""
            say(f"{fault['file']}:{fault['line']}:{field} {fault['message']}")
        give_up("These files cannot be used, see above.", WRONG_INPUT)
    except Problem as problem:
        give_up(problem.detail or problem.title)
    except ProgrammeError as error:
        give_up(str(error), WRONG_INPUT)


def _known(here: ServiceContext, programme: str) -> Programme:
    found = here.programmes.get(programme)
    if found is None:
        give_up(f"There is no programme {programme!r}: {', '.join(here.programmes)}.", WRONG_INPUT)
    return found


async def _trial(
    here: ServiceContext, programme: Programme, folder: Path, as_of: datetime | None
) -> Trial:
    given = await asyncio.to_thread(_read, folder)
    async with here.database.transaction() as session:
        present = await programme_files.in_force(session, programme)
    files, changed = programme_files.tried(
        programme.id, present, given, here.settings.programme_file_bytes
    )
    return Trial(
        programme=programme,
        files=files,
        changed_files=[name for name in given if present.get(name) != given[name]],
        fingerprint=changed.fingerprint,
        as_of=as_of.date() if as_of else today(here.clock, programme.timezone),
        requested_by=_BY,
    )


def _read(folder: Path) -> dict[str, str | None]:
    """The texts of a folder's YAML files; what is no text at all is told where it is read."""
    return {
        file.name: file.read_text(encoding="utf-8", errors="replace")
        for file in sorted(folder.glob("*.yaml"))
    }


async def _worked_off(
    work: Callable[[ServiceContext, UUID], Awaitable[None]],
    here: ServiceContext,
    run_id: UUID,
    look: Callable[[], Awaitable[Run]],
) -> Run:
    """Work a run off, or wait while a running product does, and say how far it has come."""
    while True:
        task = asyncio.ensure_future(work(here, run_id))
        try:
            while not task.done():
                await asyncio.wait([task], timeout=_LOOK_EVERY_SECONDS)
                await _say_progress(look)
        finally:
            task.cancel()
            await asyncio.wait([task])
        run = await look()
        if run.finished_at is not None:
            return run
        # A failed attempt is noted in the run, which is given up after several.
        if not task.cancelled() and (fault := task.exception()) is not None:
            say(f"  once more after {fault!r}")
        await asyncio.sleep(_LOOK_EVERY_SECONDS)


async def _say_progress(look: Callable[[], Awaitable[Run]]) -> None:
    run = await look()
    if run.finished_at is None and run.done:
        say(f"  {run.done:,} of {run.total:,} candidates")


def _tell(run: DryRun, programme: Programme) -> None:
    view = run_views.dry_run(run, programme)
    say(
        f"{programme.name} on {view.as_of}, with other {', '.join(view.changed_files) or 'nothing'}"
    )
    say(f"{view.people:,} of {view.done:,} candidates would see a change:")
    say(
        f"  {view.counts.gained:>9,} gained  {view.counts.lost:>9,} lost"
        f"  {view.counts.dates:>9,} other dates"
    )
    for one in view.certifications:
        say(
            f"  {one.gained:>9,} gained  {one.lost:>9,} lost  {one.dates:>9,} other dates"
            f"  {one.certification}"
        )
    if view.skipped:
        say(f"{view.skipped:,} could not be evaluated. {view.problem}")


async def _write(here: ServiceContext, run: DryRun, target: Path) -> int:
    count = 0
    with target.open("w", encoding="utf-8", newline="") as file:
        file.write(spreadsheet.line(run_views.COLUMNS))
        async for rows in run_queries.all_lines(here.database, run.id):
            file.write(run_views.csv_lines(rows))
            count += len(rows)
    return count
