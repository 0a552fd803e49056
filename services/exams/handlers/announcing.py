"""Telling the other services what was recorded, and what became of it."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.exams.domain.items import Person
from services.exams.domain.life import booking_state
from shared import outbox
from shared.events.event import Event
from shared.events.exams import (
    ExamAppointmentChanged,
    ExamCancelled,
    ExamFailed,
    ExamMissed,
    ExamPassed,
    ExamRegistered,
    ResultChanged,
    ResultHeld,
    ResultReinstated,
    ResultReleased,
    ResultRevoked,
    ResultStanding,
)
from shared.events.identity import Contact

Transitions = Iterable[tuple[Mapping[str, Any], Mapping[str, Any]]]

# What else is said of a result (a place, the parts of its score) no other service is told.
_TOLD = ("grade", "score", "exam_date")


def _whole(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {
        "programme": row["programme"],
        "candidate_id": row["candidate_id"],
        "version": row["version"],
        "result_id": row["id"],
        "vendor": row["vendor"],
        "registration_number": row["registration_number"],
        "exam_code": row["exam_code"],
        "score": row["score"],
        "exam_date": row["exam_date"],
        "received_at": row["received_at"],
    }


def _standing(kind: type[ResultStanding], row: Mapping[Any, Any], *, first: bool = False) -> Event:
    return kind(
        **_whole(row),
        grade=row["grade"],
        state=row["state"],
        reason=row["reason"],
        changed_at=row["changed_at"] or row["received_at"],
        first=first,
    )


def _first(row: Mapping[Any, Any]) -> Event:
    """What is told of a result that nobody has heard of."""
    match row["state"]:
        case "held":
            return _standing(ResultHeld, row, first=True)
        case "revoked":
            return _standing(ResultRevoked, row, first=True)
        case _:
            return (ExamPassed if row["grade"] == "pass" else ExamFailed)(**_whole(row))


async def announce_results(session: AsyncSession, rows: Iterable[Mapping[Any, Any]]) -> None:
    """Publish each result, whoever recorded it, as a pass or a fail, or as held or revoked."""
    await outbox.add(session, *(_first(row) for row in rows))


def _turn(before: Mapping[str, Any], after: Mapping[str, Any]) -> Event | None:
    """What is told of a result that has been heard of; None if nothing of it has changed."""
    old, new = before["state"], after["state"]
    if old == new:
        same = all(before[field] == after[field] for field in _TOLD)
        return None if same else _standing(ResultChanged, after)
    match old, new:
        case _, "revoked":
            return _standing(ResultRevoked, after)
        case _, "held":
            return _standing(ResultHeld, after)
        case "revoked", _:
            return _standing(ResultReinstated, after)
        case _:
            return _standing(ResultReleased, after)


async def announce_transitions(session: AsyncSession, transitions: Transitions) -> None:
    """Publish what became of results that have been told of before."""
    turns = (_turn(before, after) for before, after in transitions)
    await outbox.add(session, *(event for event in turns if event is not None))


def _booking(row: Mapping[str, Any]) -> Event:
    common = {
        "programme": row["programme"],
        "candidate_id": row["candidate_id"],
        "version": row["version"],
        "registration_number": row["registration_number"],
        "vendor": row["vendor"],
        "exam_code": row["exam_code"],
    }
    match booking_state(row):
        case "cancelled":
            return ExamCancelled(**common)
        case "no_show":
            return ExamMissed(**common, appointment=row["appointment"])
        case _:
            return ExamAppointmentChanged(
                **common, appointment=row["appointment"], centre=row["centre"]
            )


async def announce_bookings(session: AsyncSession, transitions: Transitions) -> None:
    """Publish what became of registrations; one that stands again is told with its appointment."""
    await outbox.add(
        session,
        *(
            _booking(after)
            for before, after in transitions
            if booking_state(before) != booking_state(after)
            or any(before[field] != after[field] for field in ("appointment", "centre"))
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
