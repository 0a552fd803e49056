"""Certificates that no completion names (any more): swept from the storage."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from services.exams.handlers.completions import PREFIX
from services.exams.models import Completion
from shared.context import ServiceContext
from shared.logs import log
from shared.rows import one_of
from shared.storage import Storage

# A file is written before its row; no request takes anywhere near as long.
GRACE = timedelta(hours=1)


async def sweep(here: ServiceContext) -> int:
    """Delete files without a row: of hand-ins that failed, and those replaced by another.

    Returns how many.
    """
    storage: Storage = here.extras["storage"]
    # Of whoever wrote the files: the machine's clock, whatever the service goes by.
    before = datetime.now(UTC) - GRACE
    swept = 0
    async for some in storage.files(PREFIX):
        old = [file.key for file in some if file.written_at < before]
        if not old:
            continue
        async with here.database.reading() as session:
            named = await session.scalars(
                select(Completion.file_key).where(one_of(session, Completion.file_key, old))
            )
            orphans = set(old) - set(named)
        for key in sorted(orphans):
            await storage.delete(key)
        swept += len(orphans)
    if swept:
        log.info("files without a row were deleted", files=swept)
    return swept
