"""What vendors say of a result or a registration after its first statement."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.exams.domain.items import ChangeItem
from services.exams.domain.outcome import Outcome
from services.exams.handlers.entries import Entry


async def take_in_changes(
    session: AsyncSession, entries: Sequence[Entry[ChangeItem]]
) -> list[Outcome]:
    """Keep what is new, let it change what it is about, and return an outcome for each entry.

    The state is that of the result (`recorded`, `waiting`, `held`, `revoked`) or the registration
    (`booked`, `cancelled`, `no_show`), or `pending` while it has not arrived.
    """
    raise NotImplementedError
