"""What takes in each kind of items that vendors post."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.exams.domain.outcome import Outcome
from services.exams.handlers.changes import take_in_changes
from services.exams.handlers.entries import Entry, Store
from services.exams.handlers.intake import REGISTRATIONS, RESULTS, Feed, take_in


def _store(feed: Feed[Any]) -> Store[Any]:
    async def store(session: AsyncSession, entries: Sequence[Entry[Any]]) -> list[Outcome]:
        return await take_in(session, feed, entries)

    return store


STORES: Mapping[str, Store[Any]] = {
    "results": _store(RESULTS),
    "registrations": _store(REGISTRATIONS),
    "changes": take_in_changes,
}
"""By the name of the list that a request carries."""
