"""The clock edge of merges: those who may be one person are looked for."""

from datetime import datetime, timedelta

from services.identity.handlers.finding import find_by_address, find_by_testing_id
from shared.context import ServiceContext
from shared.jobs import Job

EVERY = timedelta(minutes=15)
# Whoever was written down a moment before the last look may have been committed after it.
OVERLAP = timedelta(minutes=5)
_LAST = "duplicates_looked_at"


async def find_duplicates(here: ServiceContext) -> None:
    """Look at everybody once after a start, and then at addresses that somebody has got since."""
    begun = here.clock.now()
    last: datetime | None = here.extras.get(_LAST)
    after: tuple[str, str] | None = ("", "")
    while after is not None:
        async with here.database.transaction() as session:
            after = await find_by_address(session, after, last)
    async with here.database.transaction() as session:
        await find_by_testing_id(session)
    here.extras[_LAST] = begun - OVERLAP


FIND_DUPLICATES = Job("find-duplicates", EVERY, find_duplicates)
