"""Reads: a candidate's testing history, the story of a result, what is held and what is flagged."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.exams.domain.life import EPOCH, REVIEW
from services.exams.domain.review import may
from services.exams.domain.stages import progress
from services.exams.domain.vendors import vendor_of
from services.exams.errors import UnknownResult
from services.exams.models import NATURAL_KEY, Change, Flag, Registration, Result
from services.exams.queries import exam_name, expires_on
from shared.clock import today
from shared.context import ServiceContext, context
from shared.merges import ids_of
from shared.rows import one_of, read_back

_PERSON = ("programme", "candidate_id")
_RESULT = tuple(Result.__table__.columns.keys())
_REGISTRATION = tuple(Registration.__table__.columns.keys())


async def history(session: AsyncSession, programme_id: str, candidate_id: str) -> dict[str, Any]:
    """A person's exams, newest first, and the registrations still without a result."""
    here = context(session)
    programme = here.programmes[programme_id]
    ids = await ids_of(session, programme_id, candidate_id)
    person = [(programme_id, one) for one in ids]
    # Said, so that the index of what is linked serves; as a comparison, because SQLite takes
    # IS NOT NULL for a place to begin from, and reads what there is of everybody.
    linked = "candidate_id <> ''"
    newest = ("exam_date DESC", "id DESC")
    taken = await read_back(
        session, Result, _RESULT, key=_PERSON, values=person, where=linked, order=newest
    )
    booked = await read_back(
        session,
        Registration,
        _REGISTRATION,
        key=_PERSON,
        values=person,
        where=linked,
        order=("id DESC",),
    )
    registered = [dict(zip(_REGISTRATION, row, strict=True)) for row in booked]
    told = await read_back(
        session,
        Result,
        (*NATURAL_KEY, "candidate_id"),
        key=NATURAL_KEY,
        values=[_key(row) for row in registered],
    )
    # With a result that is shown already, or one that nobody knows whose it is yet.
    shown = {tuple(key) for *key, owner in told if owner is not None}
    here_already = {tuple(key) for *key, owner in told if owner is None}
    return {
        "timezone": programme.timezone,
        "exams": [_shown(here, dict(zip(_RESULT, row, strict=True))) for row in taken],
        "registrations": [
            _booked(here, row, received=_key(row) in here_already)
            for row in registered
            if _key(row) not in shown
        ],
        "scheduling": [
            {"vendor": vendor.id, "vendor_name": vendor.name, "url": vendor.scheduling_url}
            for vendor in programme.vendors.values()
            if vendor.scheduling_url is not None
        ],
    }


def _shown(here: ServiceContext, row: Mapping[Any, Any]) -> dict[str, Any]:
    programme = here.programmes[row["programme"]]
    expires = expires_on(programme, row["exam_code"], row["grade"], row["exam_date"])
    return {
        **row,
        "exam_name": exam_name(programme, row["exam_code"], row["exam_name"]),
        "vendor_name": vendor_of(here.programmes, row["programme"], row["vendor"]).name,
        "expires_on": None if row["state"] == "revoked" else expires,
    }


def _key(row: Mapping[Any, Any]) -> tuple[Any, ...]:
    return tuple(row[column] for column in NATURAL_KEY)


def _booked(here: ServiceContext, row: Mapping[Any, Any], *, received: bool) -> dict[str, Any]:
    programme = here.programmes[row["programme"]]
    vendor = vendor_of(here.programmes, row["programme"], row["vendor"])
    day = today(here.clock, programme.timezone)
    far = progress(row, day, programme.timezone, vendor.expected_days, received=received)
    return {
        **row,
        "exam_name": exam_name(programme, row["exam_code"]),
        "vendor_name": vendor.name,
        "state": far.state,
        "stage": far.stage,
        "expected_on": far.expected_on,
        "scheduling_url": vendor.scheduling_url,
    }


async def story(
    session: AsyncSession, result_id: UUID, programmes: Iterable[str]
) -> dict[str, Any]:
    """A result with everything that was said of it and found about it; raises UnknownResult."""
    here = context(session)
    found = await session.execute(
        select(Result.__table__).where(
            Result.id == result_id, one_of(session, Result.programme, programmes)
        )
    )
    row = found.mappings().one_or_none()
    if row is None:
        raise UnknownResult("there is no result with this id, or it is not of your programmes")
    said = await session.execute(
        select(Change.__table__)
        .where(
            *(getattr(Change, column) == row[column] for column in NATURAL_KEY),
            Change.subject == "result",
        )
        .order_by(Change.id)
    )
    flags = await session.execute(
        select(Flag.__table__).where(Flag.result_id == result_id).order_by(Flag.id)
    )
    by_time = vendor_of(here.programmes, row["programme"], row["vendor"]).order_by == "time"
    return {
        **_shown(here, row),
        "may": may(row),
        "changes": [_told(one, by_time=by_time) for one in said.mappings()],
        "flags": [_flag(here, row, one) for one in flags.mappings()],
    }


def _told(change: Mapping[Any, Any], *, by_time: bool) -> dict[str, Any]:
    timed = (by_time or change["kind"] in REVIEW) and change["stamp"] > 0
    data = {name: value for name, value in change["data"].items() if name != "reason"}
    return {
        **change,
        "reason": change["data"].get("reason"),
        "data": data,
        "stated_at": _instant(change["stamp"]) if timed else None,
        "sequence": None if by_time or change["kind"] in REVIEW else change["stamp"],
    }


def _instant(stamp: int) -> datetime:
    return (EPOCH + timedelta(microseconds=stamp)).astimezone(UTC)


def _flag(
    here: ServiceContext, result: Mapping[Any, Any], flag: Mapping[Any, Any]
) -> dict[str, Any]:
    programme = here.programmes[result["programme"]]
    return {
        **flag,
        "check": flag["check_name"],
        "vendor": result["vendor"],
        "registration_number": result["registration_number"],
        "exam_code": result["exam_code"],
        "exam_name": exam_name(programme, result["exam_code"], result["exam_name"]),
        "state": result["state"],
    }


async def held(
    session: AsyncSession, programmes: Iterable[str], after: UUID | None, limit: int
) -> list[dict[str, Any]]:
    """Results that are held, oldest first; one more than `limit` if there is."""
    here = context(session)
    query = (
        select(Result.__table__)
        .where(Result.state == "held", one_of(session, Result.programme, programmes))
        .order_by(Result.id)
        .limit(limit + 1)
    )
    if after is not None:
        query = query.where(Result.id > after)
    rows = (await session.execute(query)).mappings().all()
    return [{**_shown(here, row), "held_by": _holder(row)} for row in rows]


def _holder(row: Mapping[Any, Any]) -> str:
    if row["review"] != "held":
        return "vendor"
    return "both" if row["vendor_held"] else "review"


async def flags(
    session: AsyncSession,
    programmes: Iterable[str],
    after: UUID | None,
    limit: int,
    *,
    unresolved: bool,
) -> list[dict[str, Any]]:
    """What checks found, oldest first; unresolved: only what staff have not closed."""
    here = context(session)
    query = (
        select(
            *Flag.__table__.columns,
            Result.vendor,
            Result.registration_number,
            Result.exam_code,
            Result.exam_name,
            Result.state,
        )
        .join(Result, Result.id == Flag.result_id)
        .where(one_of(session, Flag.programme, programmes))
        .order_by(Flag.id)
        .limit(limit + 1)
    )
    if unresolved:
        query = query.where(Flag.closed_at.is_(None))
    if after is not None:
        query = query.where(Flag.id > after)
    rows = (await session.execute(query)).mappings().all()
    return [_flag(here, row, row) for row in rows]
