"""What is drawn once and kept for good: a person's numbers, and verification codes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from services.certifications import queries
from services.certifications.errors import UnusableEvent
from services.certifications.facts import NUMBER
from services.certifications.models import CODE_LENGTH, FactRow, NumberSeries
from services.certifications.queries import Person
from shared.ids import public_code
from shared.programmes import Programmes
from shared.rows import insert_new


class Wanted(NamedTuple):
    """A certification of a series, earned by a person who has no number in it yet."""

    person: Person
    certification: str
    earned_on: date


async def give_numbers(
    session: AsyncSession, programmes: Programmes, wanted: Iterable[Wanted]
) -> Mapping[tuple[Person, str], int]:
    """Give a number to each person who needs a first one: in order of award within this batch.

    Returns the numbers by person and certification.
    """
    waiting: dict[tuple[str, str], dict[Person, date]] = defaultdict(dict)
    places: list[tuple[Person, str, str]] = []
    for person, code, earned_on in wanted:
        series = programmes[person.programme].certifications[code].number_series
        if series is None:
            continue
        people = waiting[person.programme, series]
        people[person] = min(people.get(person, earned_on), earned_on)
        places.append((person, code, series))
    given: dict[tuple[Person, str], int] = {}
    for (programme, series), earned in sorted(waiting.items()):
        first = programmes[programme].number_series[series].first
        number = await _take(session, programme, series, len(earned), first)
        in_order = sorted(earned, key=lambda person: (earned[person], person))
        for place, person in enumerate(in_order):
            given[person, series] = number + place
    facts = [
        {
            "programme": person.programme,
            "candidate_id": person.candidate_id,
            "kind": NUMBER,
            "key": series,
            "version": 1,
            "occurred_on": waiting[person.programme, series][person],
            "data": {"number": number},
        }
        for (person, series), number in given.items()
    ]
    await insert_new(session, FactRow, facts, conflict=("programme", "candidate_id", "kind", "key"))
    return {(person, code): given[person, series] for person, code, series in places}


async def _take(session: AsyncSession, programme: str, series: str, count: int, first: int) -> int:
    """Take numbers from a series; return the lowest. The row stays locked until the commit."""
    start = {"programme": programme, "series": series, "next_number": first}
    await insert_new(session, NumberSeries, [start], conflict=("programme", "series"))
    after = await session.scalar(
        update(NumberSeries)
        .where(NumberSeries.programme == programme, NumberSeries.series == series)
        .values(next_number=NumberSeries.next_number + count)
        .returning(NumberSeries.next_number)
        .execution_options(synchronize_session=False)
    )
    if after is None:  # pragma: no cover - the row was made above
        raise UnusableEvent(f"the number series {series!r} has gone")
    return after - count


async def new_codes(session: AsyncSession, count: int) -> list[str]:
    """Return verification codes that no certificate carries yet."""
    codes: set[str] = set()
    while len(codes) < count:
        fresh = {public_code(CODE_LENGTH) for _ in range(count - len(codes))}
        codes |= fresh - await queries.codes_in_use(session, fresh)
    return sorted(codes)
