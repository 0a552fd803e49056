"""What identity reads from the record of what was done."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.models import AuditEntry
from shared.database import Database

_PART = 500


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries of a programme are wanted; what is None is not asked for.

    action: the whole of it, or its beginning up to a full stop; by: id of who did it, or words of
    their name; since, until: calendar days in the programme's time zone, both included.
    """

    programme: str
    timezone: str
    action: str | None = None
    subject: str | None = None
    by: str | None = None
    since: date | None = None
    until: date | None = None

    def condition(self) -> ColumnElement[bool]:
        """Return the condition on the table."""
        wanted: list[ColumnElement[bool]] = [AuditEntry.programme == self.programme]
        if self.action:
            prefix = AuditEntry.action.startswith(f"{self.action}.", autoescape=True)
            wanted.append(or_(AuditEntry.action == self.action, prefix))
        if self.subject:
            wanted.append(AuditEntry.subject == self.subject)
        if self.by:
            named = func.lower(AuditEntry.by_name).contains(self.by.lower(), autoescape=True)
            wanted.append(or_(AuditEntry.by_id == self.by, AuditEntry.by_kind == self.by, named))
        if self.since:
            wanted.append(AuditEntry.at >= self._midnight(self.since))
        if self.until:
            wanted.append(AuditEntry.at < self._midnight(self.until + timedelta(days=1)))
        return and_(*wanted)

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), ZoneInfo(self.timezone))


async def entries(
    session: AsyncSession, wanted: AuditFilter, *, before: UUID | None, limit: int
) -> Sequence[AuditEntry]:
    """Return entries, newest first."""
    statement = select(AuditEntry).where(wanted.condition()).order_by(AuditEntry.id.desc())
    if before is not None:
        statement = statement.where(AuditEntry.id < before)
    return (await session.scalars(statement.limit(limit))).all()


async def actions(session: AsyncSession, programme: str) -> list[str]:
    """Return the actions that there are in a programme."""
    statement = select(AuditEntry.action).where(AuditEntry.programme == programme).distinct()
    return sorted(await session.scalars(statement))


async def all_entries(database: Database, wanted: AuditFilter) -> AsyncIterator[AuditEntry]:
    """Yield all entries, newest first, without holding a transaction open meanwhile."""
    before = None
    while True:
        async with database.reading() as session:
            part = await entries(session, wanted, before=before, limit=_PART)
        for entry in part:
            yield entry
        if len(part) < _PART:
            return
        before = part[-1].id
