"""Reads of certifications."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple
from uuid import UUID

from pydantic_core import from_json
from sqlalchemy import null, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.certifications.domain import Fact
from services.certifications.fact_ids import facts_in
from services.certifications.facts import Written
from services.certifications.models import (
    Candidate,
    FactRow,
    HeldCertification,
    PublishedAchievement,
    StaffAction,
)
from services.certifications.sets import DIALECTS, among, ids_given
from shared.merges import Kin, kin_of
from shared.rows import look_up, one_of, read_back, read_models

_PERSON = ("programme", "candidate_id")


class Person(NamedTuple):
    """A candidate of a programme."""

    programme: str
    candidate_id: str


class Recorded(NamedTuple):
    """A row of `certifications`, as it was read.

    Not the mapped object: rows are written in sets, past the session's memory of objects.
    """

    programme: str
    candidate_id: str
    code: str
    cycle: int
    started_on: date
    active_on: date
    expires_on: date | None
    number: str | None
    verification_code: str
    withdrawn: bool
    version: int
    status: str
    grace_until: date | None
    name: str | None
    reminded_on: date | None


_RECORDED = tuple(getattr(HeldCertification, name) for name in Recorded._fields)
_ALONE = Kin()
# Everything that a review reads, in one statement: facts, then what is recorded (without a kind,
# its code in the place of the key), and, as the kind "", that somebody has several ids.
_MORE = [name for name in Recorded._fields if name not in (*_PERSON, "code")]
_PADDING = ", ".join(["NULL"] * len(_MORE))


def _known(dialect: str) -> Any:
    ids, survivors = among(dialect), among(dialect, "survivor")
    sql = (
        "SELECT candidate_id, kind, key, occurred_on, CAST(data AS text) AS data, "  # noqa: S608 - names of our own
        f"{', '.join(f'NULL AS {name}' for name in _MORE)} FROM facts WHERE {ids} "
        f"UNION ALL SELECT candidate_id, NULL, code, NULL, NULL, {', '.join(_MORE)} "
        f"FROM certifications WHERE {ids} "
        f"UNION ALL SELECT candidate_id, '', '', NULL, NULL, {_PADDING} "
        f"FROM candidate_merges WHERE {ids} AND survivor <> '' "
        f"UNION ALL SELECT candidate_id, '', '', NULL, NULL, {_PADDING} "
        f"FROM candidate_merges WHERE {survivors}"
    )
    return text(sql).columns(
        FactRow.candidate_id,
        FactRow.kind,
        FactRow.key,
        FactRow.occurred_on,
        null().label("data"),
        *(getattr(HeldCertification, name) for name in _MORE),
    )


_KNOWN = {dialect: _known(dialect) for dialect in DIALECTS}


class Known(NamedTuple):
    """What is known of some persons: every fact with its day, and what is recorded, by code."""

    facts: Mapping[Person, Sequence[tuple[date, Fact]]]
    held: Mapping[Person, Mapping[str, Recorded]]


async def known_of(session: AsyncSession, people: Sequence[Person]) -> Known | None:
    """Return what is known of persons with one id each; None: somebody among them has more.

    One statement for each programme, and nobody has more nearly always.
    """
    dialect = session.get_bind().dialect.name
    facts: dict[Person, Sequence[tuple[date, Fact]]] = {}
    held: dict[Person, dict[str, Recorded]] = {}
    for programme, some in groupby(sorted(people), attrgetter("programme")):
        those = list(some)
        ids = ids_given(session, [person.candidate_id for person in those])
        rows = await session.execute(_KNOWN[dialect], {"programme": programme, "ids": ids})
        kept: dict[str, list[Written]] = {person.candidate_id: [] for person in those}
        recorded: dict[str, dict[str, Recorded]] = {}
        for candidate_id, kind, key, day, data, *more in rows:
            if kind:
                kept[candidate_id].append(Written(kind, key, day, from_json(data)))
            elif kind is None:
                row = Recorded(programme, candidate_id, key, *more)
                recorded.setdefault(candidate_id, {})[key] = row
            else:
                return None
        for person in those:
            facts[person] = facts_in(kept[person.candidate_id])
            if person.candidate_id in recorded:
                held[person] = recorded[person.candidate_id]
    return Known(facts, held)


async def who(session: AsyncSession, person: Person) -> tuple[Person, Kin]:
    """Return under which id a candidate goes, and which other ids that person has."""
    kin = await kin_of(session, [person])
    return Person(*kin.survivor(person)), kin


async def facts_of(
    session: AsyncSession, people: Sequence[Person], kin: Kin = _ALONE
) -> Mapping[Person, list[tuple[date, Fact]]]:
    """Return every fact about some persons, each with its day, in one statement.

    kin: which of them have further ids, whose facts are theirs too. What staff have taken back is
    not among them.
    """
    rows = await rows_of(session, people, kin)
    return {person: facts_in(kept) for person, kept in rows.items()}


async def rows_of(
    session: AsyncSession, people: Sequence[Person], kin: Kin = _ALONE
) -> Mapping[Person, list[Written]]:
    """Return the rows of every fact about some persons, what was taken back included."""
    ids = [one for person in people for one in kin.all_of(person)] if kin.ids else people
    columns = (*_PERSON, "kind", "key", "occurred_on", "data")
    rows = await look_up(session, FactRow, columns, key=_PERSON, values=ids)
    found: dict[Person, list[Written]] = defaultdict(list)
    for programme, candidate_id, kind, key, day, data in rows:
        found[Person(programme, candidate_id)].append(Written(kind, key, day, data))
    for person in people if kin.ids else ():
        for one in kin.all_of(person)[1:]:
            found[person] += found.pop(Person(*one), [])
    return found


async def held_by(
    session: AsyncSession, people: Sequence[Person]
) -> Mapping[Person, dict[str, Recorded]]:
    """Return what is recorded as earned by some candidates, by code, in one statement."""
    rows = await look_up(session, HeldCertification, Recorded._fields, key=_PERSON, values=people)
    found: dict[Person, dict[str, Recorded]] = defaultdict(dict)
    for row in rows:
        recorded = Recorded._make(row)
        found[Person(recorded.programme, recorded.candidate_id)][recorded.code] = recorded
    return found


async def codes_in_use(session: AsyncSession, codes: Collection[str]) -> set[str]:
    """Return which of these verification codes a certificate carries."""
    column = ("verification_code",)
    rows = await look_up(session, HeldCertification, column, key=column, values=codes)
    return {code for (code,) in rows}


async def candidate(session: AsyncSession, person: Person) -> Candidate | None:
    """Return the local copy of a candidate."""
    found = await read_models(session, Candidate, key=_PERSON, values=[person])
    return found[0] if found else None


async def name_revision(session: AsyncSession, person: Person) -> int | None:
    """Return of which writing a candidate's name is; None: nobody is known by this id."""
    found = await read_back(session, Candidate, ("name_revision",), key=_PERSON, values=[person])
    return found[0][0] if found else None


async def held_under(session: AsyncSession, code: str) -> Recorded | None:
    """Return what a verification code was given out for, under the id that it was given to."""
    row = (
        await session.execute(select(*_RECORDED).where(HeldCertification.verification_code == code))
    ).one_or_none()
    return None if row is None else Recorded._make(row)


async def published_achievements(
    session: AsyncSession, people: Sequence[Person]
) -> set[tuple[Person, str]]:
    """Return which achievements of some candidates have been published."""
    table = PublishedAchievement
    rows = await look_up(session, table, (*_PERSON, "achievement"), key=_PERSON, values=people)
    return {(Person(*row[:2]), row[2]) for row in rows}


async def actions_of(session: AsyncSession, person: Person) -> Sequence[StaffAction]:
    """Return what staff did about a person, newest first, what was undone included."""
    survivor, kin = await who(session, person)
    mine = (StaffAction.programme, StaffAction.candidate_id)
    found = await session.scalars(
        select(StaffAction)
        .where(one_of(session, mine, kin.all_of(survivor)))
        # Not by id alone: a client may have chosen it.
        .order_by(StaffAction.recorded_at.desc(), StaffAction.id.desc())
    )
    return found.all()


async def action(session: AsyncSession, person: Person, action_id: UUID) -> StaffAction | None:
    """Return one action about this person; one about somebody else is not found."""
    found = await session.get(StaffAction, action_id, populate_existing=True)
    if found is None:
        return None
    survivor, kin = await who(session, person)
    return found if (found.programme, found.candidate_id) in kin.all_of(survivor) else None
