"""The clock edge: working off imports, and looking again at what waits."""

import asyncio
from datetime import timedelta
from uuid import UUID

from services.exams.figures import figures
from services.exams.handlers.calls import forget
from services.exams.handlers.importing import claim_import, note_failure, take_in_chunk
from services.exams.handlers.inbox import Inbox, look_into
from services.exams.handlers.linking import take_up_waiting
from services.exams.handlers.orphans import sweep
from services.exams.handlers.receiving import forget_broken_uploads, forget_old_rows
from services.exams.my_data import MY_DATA
from shared import metrics
from shared.context import ServiceContext
from shared.failpoints import failpoint
from shared.jobs import Job
from shared.logs import log


async def work_off_imports(here: ServiceContext) -> None:
    """Take in every unfinished import, one chunk of one of them after the other."""
    while True:
        if not await work_off_chunk(here):
            return
        # Between two chunks others get a turn, posts at SQLite's one writer among them.
        await asyncio.sleep(0)


async def work_off_chunk(here: ServiceContext) -> bool:
    """Take in one chunk of the import whose turn it is; False when there is none."""
    claimed_id: UUID | None = None
    try:
        async with here.database.transaction() as session:
            claimed = await claim_import(session)
            if claimed is None:
                return False
            claimed_id = claimed.id
            await take_in_chunk(session, claimed)
            failpoint("exams.import.before_commit")
        failpoint("exams.import.after_commit")
    except Exception as fault:
        if claimed_id is not None:
            log.warning("import chunk failed", import_id=str(claimed_id), fault=repr(fault))
            async with here.database.transaction() as session:
                await note_failure(session, claimed_id, fault)
        raise
    return True


async def look_again(here: ServiceContext) -> None:
    """Take up results whose candidate is known by now."""
    async with here.database.transaction() as session:
        await take_up_waiting(session)


async def tidy_imports(here: ServiceContext) -> None:
    """Take away uploads that broke off with their process, and the rows of old imports."""
    async with here.database.transaction() as session:
        await forget_broken_uploads(session)
        await forget_old_rows(session, timedelta(days=here.settings.import_days))


async def sweep_files(here: ServiceContext) -> None:
    """Delete certificates that no completion names."""
    await sweep(here)


async def forget_calls(here: ServiceContext) -> None:
    """Take away idempotency keys of yesterday, and calls that are no longer kept."""
    async with here.database.transaction() as session:
        await forget(session, here.settings.call_days)


async def watch_inbox(here: ServiceContext) -> None:
    """Take in what lies in the inbox folder, where there is one."""
    folder = here.settings.inbox_folder
    if folder is not None:
        watched = Inbox(folder, here.settings.inbox_still_seconds)
        await look_into(here, here.extras.setdefault("inbox", watched))


async def measure(here: ServiceContext) -> None:
    """Set the gauges of dashboards."""
    async with here.database.reading() as session:
        found = await figures(session)
    for state, count in found.imports.items():
        metrics.IMPORTS.labels(here.name, state).set(count)
    metrics.IMPORT_ROWS_LEFT.labels(here.name).set(found.rows_left)
    for programme, count in found.waiting.items():
        metrics.RESULTS_WAITING.labels(here.name, programme).set(count)
    for programme, count in found.held.items():
        metrics.RESULTS_HELD.labels(here.name, programme).set(count)
    metrics.FLAGS_OPEN.labels(here.name).set(found.flags)
    for vendor, at in found.called.items():
        metrics.VENDOR_CALLED.labels(here.name, vendor).set(at.timestamp())


JOBS = [
    Job("figures", timedelta(seconds=30), measure),
    Job("inbox", timedelta(seconds=2), watch_inbox),
    Job("calls", timedelta(hours=1), forget_calls),
    Job("imports", timedelta(seconds=5), work_off_imports),
    Job("imports-tidy", timedelta(minutes=10), tidy_imports),
    Job("files", timedelta(hours=1), sweep_files),
    Job("waiting", timedelta(minutes=10), look_again),
    MY_DATA.job,
]
