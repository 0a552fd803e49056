"""Telling the other services what was recorded."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.exams.domain.items import Person
from shared import outbox
from shared.events.exams import ExamFailed, ExamPassed, ExamRegistered
from shared.events.identity import Contact


async def announce_results(session: AsyncSession, rows: Iterable[Mapping[Any, Any]]) -> None:
    """Publish each recorded result, whoever recorded it, as a pass or a fail."""
    await outbox.add(
        session,
        *(
            (ExamPassed if row["grade"] == "pass" else ExamFailed)(
                programme=row["programme"],
                candidate_id=row["candidate_id"],
                version=row["version"],
                result_id=row["id"],
                vendor=row["vendor"],
                registration_number=row["registration_number"],
                exam_code=row["exam_code"],
                score=row["score"],
                exam_date=row["exam_date"],
                received_at=row["received_at"],
            )
            for row in rows
        ),
    )


async def announce_registrations(
    session: AsyncSession, rows: Iterable[tuple[Mapping[str, Any], Person | None]]
) -> None:
    """Publish each registration with the contact the vendor gave, so that identity can greet."""
    await outbox.add(
        session,
        *(
            ExamRegistered(
                programme=row["programme"],
                candidate_id=row["candidate_id"],
                version=row["version"],
                vendor=row["vendor"],
                registration_number=row["registration_number"],
                exam_code=row["exam_code"],
                testing_id=row["testing_id"],
                named_candidate_id=row["named_candidate_id"],
                appointment=row["appointment"],
                contact=Contact(
                    given_name=person.given_name,
                    family_name=person.family_name,
                    email=person.email,
                )
                if person
                else None,
            )
            for row, person in rows
        ),
    )
