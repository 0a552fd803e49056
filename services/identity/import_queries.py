"""What identity reads about files of accounts."""

from collections.abc import AsyncIterator, Collection, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.models import AccountImport, AccountImportRow
from shared.database import Database

_PART = 1000


async def imports(
    session: AsyncSession, programme: str, *, before: UUID | None, limit: int
) -> Sequence[AccountImport]:
    """Return a programme's files, newest first."""
    statement = select(AccountImport).where(AccountImport.programme == programme)
    if before is not None:
        statement = statement.where(AccountImport.id < before)
    found = await session.scalars(statement.order_by(AccountImport.id.desc()).limit(limit))
    return found.all()


async def one_import(
    session: AsyncSession, import_id: UUID, programmes: Collection[str]
) -> AccountImport | None:
    """Return a file of one of the programmes."""
    found = await session.get(AccountImport, import_id, populate_existing=True)
    return found if found is not None and found.programme in programmes else None


async def first_faults(
    session: AsyncSession, import_id: UUID, most: int
) -> Sequence[AccountImportRow]:
    """Return the first rows that were refused."""
    found = await session.scalars(
        select(AccountImportRow)
        .where(AccountImportRow.import_id == import_id, AccountImportRow.outcome == "rejected")
        .order_by(AccountImportRow.row)
        .limit(most)
    )
    return found.all()


async def all_rows(
    database: Database, import_id: UUID, *, only: str | None = None
) -> AsyncIterator[AccountImportRow]:
    """Yield what became of each row, without holding a transaction open meanwhile."""
    after = 0
    while True:
        statement = select(AccountImportRow).where(
            AccountImportRow.import_id == import_id, AccountImportRow.row > after
        )
        if only is not None:
            statement = statement.where(AccountImportRow.outcome == only)
        async with database.reading() as session:
            part = (
                await session.scalars(statement.order_by(AccountImportRow.row).limit(_PART))
            ).all()
        for row in part:
            yield row
        if len(part) < _PART:
            return
        after = part[-1].row
