"""Identity's own copy of registration numbers: they stand on score reports."""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.domain.score_reports import number_key
from services.identity.models import Candidate, RegistrationNumber
from shared.events import ExamFailed, ExamPassed, ResultHeld, ResultRevoked
from shared.rows import insert_new, look_up

# programme, vendor, registration number, candidate id
Numbered: TypeAlias = tuple[str, str, str, str]


async def keep_numbers(session: AsyncSession, numbers: Iterable[Numbered]) -> None:
    """Keep whose exams these registration numbers were; one statement for all, in any order."""
    rows = [
        {"programme": programme, "number_key": key, "vendor": vendor, "candidate_id": candidate_id}
        for programme, vendor, number, candidate_id in sorted(set(numbers))
        if (key := number_key(number))
    ]
    await insert_new(session, RegistrationNumber, rows)


async def learn_from_results(
    session: AsyncSession, events: Sequence[ExamPassed | ExamFailed | ResultHeld | ResultRevoked]
) -> None:
    """Keep the numbers of results, whose registration may never have been told to us.

    A hold or a revocation may be the first, and of its number the last, that is heard of a result.
    Of a candidate who is not ours, or no more, nothing is kept.
    """
    named = {one.candidate_id for one in events if one.candidate_id}
    key = ("candidate_id",)
    found = await look_up(session, Candidate, key, key=key, values=named)
    ours = {candidate_id for (candidate_id,) in found}
    await keep_numbers(
        session,
        (
            (one.programme, one.vendor, one.registration_number, one.candidate_id)
            for one in events
            if one.candidate_id is not None and one.candidate_id in ours
        ),
    )
