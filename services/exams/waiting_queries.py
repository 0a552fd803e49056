"""What waits for its candidate, and whom it may concern."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.exams.domain.names import name_key
from services.exams.domain.suggestions import Suggestions, close_ids
from services.exams.errors import UnknownWaiting
from services.exams.models import Candidate, Credit, Registration, Result, TestingId
from services.exams.queries import exam_name
from shared.context import context
from shared.rows import one_of

MOST_NAMESAKES = 5

Row = dict[str, Any]


async def waiting(
    session: AsyncSession, programmes: Iterable[str], after: UUID | None, limit: int
) -> list[Row]:
    """Results and credits that wait, oldest first; one more than `limit` if there is.

    Each with the reason in words, and with suggestions.
    """
    chosen = list(programmes)
    found = []
    for model in (Result, Credit):
        query = _waiting(session, model, chosen).order_by(model.id).limit(limit + 1)
        if after is not None:
            query = query.where(model.id > after)
        found += await _rows(session, model, query)
    rows = sorted(found, key=lambda row: row["id"])[: limit + 1]
    return await _explained(session, rows)


async def one_waiting(session: AsyncSession, waiting_id: UUID, programmes: Iterable[str]) -> Row:
    """A result, or credits, that wait, as `waiting` tells of them; raises UnknownWaiting."""
    chosen = list(programmes)
    for model in (Result, Credit):
        query = _waiting(session, model, chosen).where(model.id == waiting_id)
        for row in await _explained(session, await _rows(session, model, query)):
            return row
    raise UnknownWaiting("nothing with this id waits, or it is not of your programmes")


async def _explained(session: AsyncSession, rows: list[Row]) -> list[Row]:
    suggestions = await suggest(session, rows)
    known = context(session).programmes
    for row in rows:
        if row["kind"] == "result":
            programme = known[row["programme"]]
            row["exam_name"] = exam_name(programme, row["exam_code"], row["exam_name"])
        row["reason"] = waiting_reason(row)
        row["suggestions"] = suggestions[row["id"]]
    return rows


def _waiting(
    session: AsyncSession, model: type[Result] | type[Credit], programmes: Sequence[str]
) -> Select[Any]:
    return select(model.__table__).where(
        model.candidate_id.is_(None), one_of(session, model.programme, programmes)
    )


async def _rows(
    session: AsyncSession, model: type[Result] | type[Credit], query: Select[Any]
) -> list[Row]:
    result = model is Result
    return [
        {
            "last_name": None,
            **row,
            "kind": "result" if result else "credit",
            "number": row["registration_number" if result else "external_id"],
        }
        for row in (await session.execute(query)).mappings()
    ]


def waiting_reason(row: Mapping[str, Any]) -> str:
    """Why something waits, in a sentence for staff."""
    reasons = []
    if row["named_candidate_id"] is not None:
        reasons.append(f"candidate {row['named_candidate_id']} is not known")
    if row["testing_id"] is not None:
        reasons.append(f"testing id {row['testing_id']} belongs to no one candidate")
    return " and ".join(reasons)


async def suggest(session: AsyncSession, rows: Sequence[Row]) -> dict[UUID, list[Row]]:
    """Whom each of some rows may concern, the likeliest first, each with the reasons.

    A handful of statements however many rows there are.
    """
    found = Suggestions(rows)
    await _by_registration(session, rows, found)
    await _by_testing_id(session, rows, found)
    await _by_id(session, rows, found)
    await _by_name(session, rows, found)
    columns = (Candidate.programme, Candidate.candidate_id)
    people = await session.execute(
        select(*columns, Candidate.given_name, Candidate.family_name).where(
            one_of(session, columns, found.candidates())
        )
    )
    return found.ranked({(row.programme, row.candidate_id): row for row in people})


async def _by_registration(session: AsyncSession, rows: Sequence[Row], found: Suggestions) -> None:
    """Who booked the exam under the same number."""
    keys = {
        (row["programme"], row["vendor"], row["number"]) for row in rows if row["kind"] == "result"
    }
    columns = (Registration.programme, Registration.vendor, Registration.registration_number)
    booked = await session.execute(
        select(*columns, Registration.candidate_id).where(
            one_of(session, columns, keys), Registration.candidate_id.is_not(None)
        )
    )
    who = {(programme, vendor, number): person for programme, vendor, number, person in booked}
    for row in rows:
        person = who.get((row["programme"], row["vendor"], row["number"]))
        if person is not None and row["kind"] == "result":
            found.add(row, person, "booked", "booked the exam under this registration number")


async def _by_testing_id(session: AsyncSession, rows: Sequence[Row], found: Suggestions) -> None:
    """Who claims the testing id, where several do."""
    keys = {(row["programme"], row["vendor"], row["testing_id"]) for row in rows}
    keys = {key for key in keys if key[2] is not None}
    columns = (TestingId.programme, TestingId.vendor, TestingId.testing_id)
    claims: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
    for programme, vendor, testing_id, person in await session.execute(
        select(*columns, TestingId.candidate_id).where(one_of(session, columns, keys))
    ):
        claims[programme, vendor, testing_id].append(person)
    for row in rows:
        people = claims.get((row["programme"], row["vendor"], row["testing_id"]), [])
        claimed = f", which {len(people)} candidates claim" if len(people) > 1 else ""
        for person in people:
            found.add(row, person, "testing_id", f"has testing id {row['testing_id']}{claimed}")


async def _by_id(session: AsyncSession, rows: Sequence[Row], found: Suggestions) -> None:
    """Whose id differs from the named one by a slip."""
    known = context(session).programmes
    meant = {
        row["id"]: close_ids(row["named_candidate_id"], known[row["programme"]].candidate_prefix)
        for row in rows
        if row["named_candidate_id"] is not None
    }
    wanted = {
        (row["programme"], close)
        for row in rows
        if row["id"] in meant
        for close in meant[row["id"]]
    }
    columns = (Candidate.programme, Candidate.candidate_id)
    there = {
        (row.programme, row.candidate_id)
        for row in await session.execute(select(*columns).where(one_of(session, columns, wanted)))
    }
    for row in rows:
        for close, slip in meant.get(row["id"], {}).items():
            if (row["programme"], close) in there:
                found.add(row, close, "candidate_id", slip)


async def _by_name(session: AsyncSession, rows: Sequence[Row], found: Suggestions) -> None:
    """Who has the same last name; of many namesakes, some."""
    keys = {
        row["id"]: (row["programme"], key)
        for row in rows
        if row["last_name"] and (key := name_key(row["last_name"]))
    }
    columns = (Candidate.programme, Candidate.family_name_key)
    place = func.row_number().over(partition_by=columns, order_by=Candidate.candidate_id)
    namesakes = (
        select(*columns, Candidate.candidate_id, place.label("place"))
        .where(one_of(session, columns, set(keys.values())))
        .subquery()
    )
    people: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for programme, key, person, _ in await session.execute(
        select(namesakes).where(namesakes.c.place <= MOST_NAMESAKES).order_by(namesakes.c.place)
    ):
        people[programme, key].append(person)
    for row in rows:
        for person in people.get(keys.get(row["id"], ("", "")), []):
            found.add(row, person, "last_name", "has the same last name")
