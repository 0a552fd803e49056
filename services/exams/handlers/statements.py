"""Taking in what an adapter made of a vendor's message: each statement with its own outcome."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.exams.domain.adapter import Refusal, Statement
from services.exams.domain.outcome import Outcome, rejected
from services.exams.domain.reading import CHANGES as READ_CHANGES
from services.exams.domain.reading import RESULTS as READ_RESULTS
from services.exams.domain.reading import Reader
from services.exams.handlers.entries import Entry, Source
from services.exams.handlers.stores import STORES

READERS: Mapping[str, Reader[Any]] = {"results": READ_RESULTS, "changes": READ_CHANGES}


def entry_of(place: int, one: Statement | Refusal, source: Source) -> Entry[Any] | Outcome:
    """A statement as it is taken in, or why it cannot be, under the vendor's names."""
    if isinstance(one, Refusal):
        return rejected(place, one.number, *one.faults)
    (read,) = READERS[one.kind].read([one.value])
    if isinstance(read, list):
        return rejected(place, one.number, *map(one.foreign, read))
    return Entry(place, read, source)


def in_their_words(one: Statement | Refusal, outcome: Outcome) -> Outcome:
    """An outcome whose faults are under the vendor's names."""
    if isinstance(one, Refusal) or not outcome.faults:
        return outcome
    return replace(outcome, faults=tuple(map(one.foreign, outcome.faults)))


async def take_in_statements(
    session: AsyncSession, said: Sequence[Statement | Refusal], source: Source
) -> list[Outcome]:
    """Store what is said, and return an outcome for each in order."""
    outcomes: dict[int, Outcome] = {}
    entries: dict[str, list[Entry[Any]]] = {kind: [] for kind in READERS}
    for place, one in enumerate(said):
        entry = entry_of(place, one, source)
        if isinstance(entry, Outcome):
            outcomes[place] = entry
        elif isinstance(one, Statement):
            entries[one.kind].append(entry)
    # Results first, so that what is said of them finds them.
    for kind, found in entries.items():
        for outcome in await STORES[kind](session, found) if found else ():
            outcomes[outcome.index] = in_their_words(said[outcome.index], outcome)
    return [outcomes[place] for place in range(len(said))]
