"""Files of support cases: kept with a message, deleted when nobody needs them any more."""

from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.models import Case, CaseEntry, CaseFile
from shared import orphans
from shared.context import ServiceContext, context, wake_after_commit
from shared.handed_in import KeptFile
from shared.ids import uuid7
from shared.rows import one_of
from shared.storage import Storage

PREFIX = "cases"
DELETE_UNWANTED = "delete-unwanted-files"
_BATCH = 100


async def attach(
    session: AsyncSession, case: Case, entry: CaseEntry, file: KeptFile, purpose: str
) -> None:
    """Keep a file that is in the storage with a message."""
    session.add(
        CaseFile(
            id=uuid7(),
            case_id=case.id,
            entry_id=entry.id,
            purpose=purpose,
            key=file.key,
            name=file.name,
            type=file.type,
            bytes=file.bytes,
            kept_at=context(session).clock.now(),
        )
    )
    await session.flush()


async def give_up_identification(session: AsyncSession, case_id: UUID) -> None:
    """Have the pictures of a government's document in a case deleted: it is decided."""
    now = context(session).clock.now()
    await session.execute(
        update(CaseFile)
        .where(
            CaseFile.case_id == case_id,
            CaseFile.purpose == "identification",
            CaseFile.unwanted_at.is_(None),
        )
        .values(unwanted_at=now)
        .execution_options(synchronize_session=False)
    )
    wake_after_commit(session, DELETE_UNWANTED)


async def delete_unwanted(here: ServiceContext) -> int:
    """Delete the files that nobody needs any more from the storage; return how many.

    Only when a file is gone its row says so, without key and name: what fails is tried again.
    """
    storage: Storage = here.extras["storage"]
    deleted = 0
    while True:
        async with here.database.transaction() as session:
            found = (
                await session.execute(
                    select(CaseFile.id, CaseFile.key)
                    .where(CaseFile.unwanted_at.is_not(None), CaseFile.key.is_not(None))
                    .order_by(CaseFile.id)
                    .limit(_BATCH)
                    .with_for_update(skip_locked=True)
                )
            ).all()
            for _, key in found:
                await storage.delete(str(key))
            await session.execute(
                update(CaseFile)
                .where(one_of(session, CaseFile.id, [file_id for file_id, _ in found]))
                .values(key=None, name="", deleted_at=here.clock.now())
                .execution_options(synchronize_session=False)
            )
        deleted += len(found)
        if len(found) < _BATCH:
            return deleted


async def sweep(here: ServiceContext) -> int:
    """Delete files without a row: of messages that failed, and of cases that are gone.

    Returns how many.
    """
    return await orphans.sweep(here, PREFIX, CaseFile.key)
