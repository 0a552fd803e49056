"""PSI's results: what is known of a booking or an eligibility, and what is stored of a PUT."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.exams.domain.adapter import Statement
from services.exams.domain.outcome import Outcome
from services.exams.domain.psi import Booking, Said, present, translate
from services.exams.errors import AmbiguousBooking, BookingHasResult, UnknownBooking
from services.exams.handlers.entries import Source
from services.exams.handlers.statements import take_in_statements
from services.exams.models import Authorization, Registration, Result
from shared.clock import today
from shared.context import context

# Any number that nothing else in this database locks.
LOCK = int.from_bytes(b"psi", "big")


async def take_in_booking(session: AsyncSession, code: str, said: Said, source: Source) -> Outcome:
    """Store the result of a booking, whose code is the registration number.

    Raises UnknownBooking, AmbiguousBooking, or BookingHasResult for a no-show with a result.
    """
    registrations = await _registrations(session, source, Registration.registration_number == code)
    if not registrations:
        raise UnknownBooking(f"no booking {code!r} of yours is registered here")
    return await _take_in(session, _only(registrations, code), said, source)


async def take_in_eligibility(
    session: AsyncSession, code: str, said: Said, source: Source
) -> Outcome:
    """Store the result under an eligibility, whose code is the number of our authorization.

    It is that of the one booking made under it, or of the one that still stands. Without any
    booking the result is kept under the eligibility's own code. Raises as `take_in_booking`.
    """
    known = await _authorizations(session, code, source)
    registrations = await _registrations(session, source, Registration.authorization_id == code)
    recorded = await _results(session, source, code)
    if recorded and not any(row["registration_number"] == code for row in registrations):
        # What was once kept under the code goes on there, though a booking has come since.
        return await _take_in(session, recorded[0], said, source)
    standing = [row for row in registrations if not row["cancelled"] and not row["no_show"]]
    if registrations:
        chosen = standing if len(registrations) > 1 and standing else registrations
        return await _take_in(session, _only(chosen, code), said, source)
    if not known:
        raise UnknownBooking(f"no eligibility {code!r} of yours is known here")
    if said.grade is None:
        raise UnknownBooking(f"no booking is registered under the eligibility {code!r}")
    eligibility = _only(known, code)
    return await _take_in(session, {**eligibility, "registration_number": code}, said, source)


def _only(rows: Sequence[Mapping[Any, Any]], code: str) -> Mapping[Any, Any]:
    if len(rows) > 1:
        raise AmbiguousBooking(
            f"{code!r} stands for {len(rows)} bookings; send each under its own booking code, and "
            "say ?programme= if one code is used in several programmes"
        )
    return rows[0]


async def _registrations(
    session: AsyncSession, source: Source, condition: Any
) -> Sequence[RowMapping]:
    found = await session.execute(
        select(Registration.__table__).where(
            Registration.vendor == source.vendor,
            Registration.programme.in_(source.programmes),
            condition,
        )
    )
    return found.mappings().all()


async def _authorizations(session: AsyncSession, code: str, source: Source) -> Sequence[RowMapping]:
    found = await session.execute(
        select(Authorization.__table__).where(
            Authorization.vendor == source.vendor,
            Authorization.programme.in_(source.programmes),
            Authorization.number == code,
        )
    )
    return found.mappings().all()


async def _results(session: AsyncSession, source: Source, number: str) -> Sequence[RowMapping]:
    found = await session.execute(
        select(Result.__table__).where(
            Result.vendor == source.vendor,
            Result.programme.in_(source.programmes),
            Result.registration_number == number,
        )
    )
    return found.mappings().all()


async def _take_in(
    session: AsyncSession, known: Mapping[Any, Any], said: Said, source: Source
) -> Outcome:
    here = context(session)
    programme, number = known["programme"], known["registration_number"]
    own = Source(source.vendor, frozenset({programme}), source.client, source.channel)
    await _hold(session, number)
    recorded = next(iter(await _results(session, own, number)), None)
    missed = await _missed(session, own, number)
    if said.grade is None and recorded is not None:
        raise BookingHasResult(
            f"a result was recorded for {number!r}, so its candidate did sit the exam; to take "
            "the result back, revoke it"
        )
    if said.grade is None and missed:
        return Outcome(0, number, "duplicate", "no_show")
    same = recorded is not None and (recorded["grade"], recorded["score"]) == (
        said.grade,
        said.score if said.score is not None else recorded["score"],
    )
    if recorded is not None and same:
        return Outcome(0, number, "duplicate", recorded["state"])
    now = here.clock.now()
    booking = Booking(
        programme=programme,
        number=number,
        exam_code=known["exam_code"],
        candidate_id=known["candidate_id"] or known.get("named_candidate_id"),
        testing_id=known.get("testing_id"),
        exam_date=(
            recorded["exam_date"]
            if recorded is not None
            else _exam_day(known.get("appointment"), here.programmes[programme].timezone, here)
        ),
    )
    statements: list[Statement] = [translate(said, booking, now)]
    if said.grade is not None and missed:
        statements.append(present(booking, now))
    outcomes = await take_in_statements(session, statements, own)
    return outcomes[0]


async def _hold(session: AsyncSession, number: str) -> None:
    """Let no other PUT about the same booking in until the transaction ends.

    A result and a no-show that came at the same moment would not see each other. Taken before
    anything else is locked; SQLite has one writer at a time and needs none.
    """
    if session.get_bind().dialect.name == "postgresql":
        lock = text("SELECT pg_advisory_xact_lock(:lock, hashtext(:number))")
        await session.execute(lock, {"lock": LOCK, "number": number})


async def _missed(session: AsyncSession, own: Source, number: str) -> bool:
    """Whether the booking is a no-show by now."""
    found = await _registrations(session, own, Registration.registration_number == number)
    return any(row["no_show"] for row in found)


def _exam_day(appointment: datetime | None, timezone: str, here: Any) -> date:
    """The day of the appointment, but no day that is still to come; without one, today."""
    now = today(here.clock, timezone)
    if appointment is None:
        return now
    return min(appointment.astimezone(ZoneInfo(timezone)).date(), now)
