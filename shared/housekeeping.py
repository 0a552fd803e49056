"""Housekeeping: what the kernel's tables need not keep for ever."""

from datetime import timedelta

from sqlalchemy import delete

from shared import outbox
from shared.context import ServiceContext
from shared.jobs import Job
from shared.outbox import INBOX

EVERY = timedelta(hours=6)


async def tidy(context: ServiceContext) -> None:
    """Forget messages seen long ago, and published events if the settings say so."""
    settings = context.settings
    async with context.database.transaction() as session:
        before = context.clock.now() - timedelta(days=settings.inbox_days)
        await session.execute(delete(INBOX).where(INBOX.c.received_at < before))
        if settings.outbox_days is not None:
            await outbox.prune(session, older_than=timedelta(days=settings.outbox_days))


JOB = Job("housekeeping", EVERY, tidy)
