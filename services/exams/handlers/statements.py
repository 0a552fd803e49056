"""Taking in what an adapter made of a vendor's message: each statement with its own outcome."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from services.exams.domain.adapter import Refusal, Statement
from services.exams.domain.items import Stated
from services.exams.domain.outcome import Outcome, rejected
from services.exams.domain.reading import CHANGES as READ_CHANGES
from services.exams.domain.reading import RESULTS as READ_RESULTS
from services.exams.domain.reading import Reader
from services.exams.handlers.changes import take_in_changes
from services.exams.handlers.entries import Entry, Source
from services.exams.handlers.intake import RESULTS, take_in

I = TypeVar("I", bound=Stated)  # noqa: E741 - an item


async def take_in_statements(
    session: AsyncSession, said: Sequence[Statement | Refusal], source: Source
) -> list[Outcome]:
    """Store what is said, and return an outcome for each in order, faults under foreign names."""
    outcomes = [
        rejected(place, one.number, *(one.faults if isinstance(one, Refusal) else ()))
        for place, one in enumerate(said)
    ]

    async def take(
        kind: str,
        reader: Reader[I],
        store: Callable[[Sequence[Entry[I]]], Awaitable[list[Outcome]]],
    ) -> None:
        chosen = [
            (place, one)
            for place, one in enumerate(said)
            if isinstance(one, Statement) and one.kind == kind
        ]
        entries: list[Entry[I]] = []
        read = reader.read([one.value for _, one in chosen])
        for (place, one), item in zip(chosen, read, strict=True):
            if isinstance(item, list):
                outcomes[place] = rejected(place, one.number, *map(one.foreign, item))
            else:
                entries.append(Entry(place, item, source))
        stated = dict(chosen)
        for outcome in await store(entries) if entries else ():
            faults = tuple(map(stated[outcome.index].foreign, outcome.faults))
            outcomes[outcome.index] = replace(outcome, faults=faults)

    await take("results", READ_RESULTS, lambda entries: take_in(session, RESULTS, entries))
    await take("changes", READ_CHANGES, lambda entries: take_in_changes(session, entries))
    return outcomes
