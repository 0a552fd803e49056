"""What vendors still send about somebody who is erased: answered, and kept nowhere."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.exams.domain.outcome import Outcome
from services.exams.handlers.entries import Entry
from shared.context import context
from shared.my_data.tombstones import erased_among, mark, remembered


async def of_the_erased(
    session: AsyncSession, unknown: Mapping[int, Entry[Any]]
) -> dict[int, Outcome]:
    """Return an outcome for each entry about somebody who is erased; it changes nothing.

    unknown: entries, by place, of which no candidate is known; of known ones nobody is erased. The
    vendor hears the same as for something that is there already, so that it does not send it again.
    """
    if not unknown:
        return {}
    named = {one.item.candidate_id for one in unknown.values() if one.item.candidate_id}
    gone = await erased_among(session, named)
    marks = {place: _marks(one) for place, one in unknown.items()}
    known = await remembered(
        session, {one for some in marks.values() for one in some}, context(session).clock.now()
    )
    return {
        place: Outcome(one.index, one.item.number, "duplicate")
        for place, one in unknown.items()
        if one.item.candidate_id in gone or known & {*marks[place]}
    }


def _marks(entry: Entry[Any]) -> Collection[str]:
    item = entry.item
    marks = [mark("registration", item.programme, entry.vendor, item.number)]
    if item.testing_id is not None:
        marks.append(mark("testing_id", item.programme, entry.vendor, item.testing_id))
    return marks
