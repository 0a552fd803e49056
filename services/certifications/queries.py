"""Reads of certifications."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
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
from shared.rows import look_up

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


async def facts_of(
    session: AsyncSession, people: Sequence[Person]
) -> Mapping[Person, list[tuple[date, Fact]]]:
    """Return every fact about some candidates, each with its day, in one statement.

    What staff have taken back is not among them.
    """
    rows = await rows_of(session, people)
    return {person: facts_in(kept) for person, kept in rows.items()}


async def rows_of(
    session: AsyncSession, people: Sequence[Person]
) -> Mapping[Person, list[Written]]:
    """Return the rows of every fact about some candidates, what was taken back included."""
    columns = (*_PERSON, "kind", "key", "occurred_on", "data")
    rows = await look_up(session, FactRow, columns, key=_PERSON, values=people)
    found: dict[Person, list[Written]] = defaultdict(list)
    for programme, candidate_id, kind, key, day, data in rows:
        found[Person(programme, candidate_id)].append(Written(kind, key, day, data))
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
    return await session.get(Candidate, person)


async def held_under(session: AsyncSession, code: str) -> tuple[Recorded, Candidate] | None:
    """Return what a verification code stands for, and whose it is."""
    row = (
        await session.execute(
            select(*_RECORDED, Candidate)
            .join(
                Candidate,
                (Candidate.programme == HeldCertification.programme)
                & (Candidate.candidate_id == HeldCertification.candidate_id),
            )
            .where(HeldCertification.verification_code == code)
        )
    ).one_or_none()
    return None if row is None else (Recorded._make(row[:-1]), row[-1])


async def published_achievements(
    session: AsyncSession, people: Sequence[Person]
) -> set[tuple[Person, str]]:
    """Return which achievements of some candidates have been published."""
    table = PublishedAchievement
    rows = await look_up(session, table, (*_PERSON, "achievement"), key=_PERSON, values=people)
    return {(Person(*row[:2]), row[2]) for row in rows}


async def actions_of(session: AsyncSession, person: Person) -> Sequence[StaffAction]:
    """Return what staff did about a candidate, newest first, what was undone included."""
    found = await session.scalars(
        select(StaffAction)
        .where(
            StaffAction.programme == person.programme,
            StaffAction.candidate_id == person.candidate_id,
        )
        # Not by id alone: a client may have chosen it.
        .order_by(StaffAction.recorded_at.desc(), StaffAction.id.desc())
    )
    return found.all()


async def action(session: AsyncSession, person: Person, action_id: UUID) -> StaffAction | None:
    """Return one action about this candidate; one about somebody else is not found."""
    found = await session.get(StaffAction, action_id, populate_existing=True)
    if found is None or (found.programme, found.candidate_id) != person:
        return None
    return found
