"""Files in the storage that no row names (any more)."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from shared.context import ServiceContext
from shared.logs import log
from shared.rows import one_of
from shared.storage import Storage

# A file is written before its row; no request takes anywhere near as long.
GRACE = timedelta(hours=1)


async def sweep(here: ServiceContext, prefix: str, column: Any) -> int:
    """Delete files that have stood without a row for longer than a request takes.

    prefix: of the files' keys; column: of the table whose rows name them. Returns how many went.
    """
    storage: Storage = here.extras["storage"]
    # Of whoever wrote the files: the machine's clock, whatever the service goes by.
    before = datetime.now(UTC) - GRACE
    swept = 0
    async for some in storage.files(prefix):
        old = [file.key for file in some if file.written_at < before]
        if not old:
            continue
        async with here.database.reading() as session:
            named = await session.scalars(select(column).where(one_of(session, column, old)))
            orphans = set(old) - set(named)
        for key in sorted(orphans):
            await storage.delete(key)
        swept += len(orphans)
    if swept:
        log.info("files without a row were deleted", files=swept)
    return swept
