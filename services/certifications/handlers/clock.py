"""Candidates for whom the clock has to look, and those for whom looking failed."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.certifications.models import Candidate
from services.certifications.queries import Person


async def take_due(
    session: AsyncSession, programme: str, today: date, most: int
) -> Sequence[Person]:
    """Lock candidates for whom the clock has to look, those who have waited longest first.

    What another instance, or a consumer, works on at the moment is left to it.
    """
    found = await session.scalars(
        select(Candidate.candidate_id)
        .where(Candidate.programme == programme, Candidate.due_on <= today)
        .order_by(Candidate.due_on, Candidate.candidate_id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    return sorted(Person(programme, candidate_id) for candidate_id in found)


async def postpone(session: AsyncSession, person: Person, today: date) -> None:
    """Look at a candidate again tomorrow, because looking failed today."""
    await session.execute(
        update(Candidate)
        .where(
            Candidate.programme == person.programme, Candidate.candidate_id == person.candidate_id
        )
        .values(due_on=today + timedelta(days=1))
    )
