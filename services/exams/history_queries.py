"""Reads: a candidate's testing history, the story of a result, what is held and what is flagged."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, Select, and_, bindparam, select
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
from shared.rows import one_of

# Both are asked at every look at a history, so they are put together once.
_TAKEN = (
    select(
        Result.id,
        Result.programme,
        Result.vendor,
        Result.registration_number,
        Result.exam_code,
        Result.exam_name,
        Result.grade,
        Result.score,
        Result.passing_score,
        Result.sections,
        Result.exam_date,
        Result.centre,
        Result.state,
        Result.reason,
        Result.received_at,
        Result.changed_at,
    )
    .where(
        Result.programme == bindparam("programme"), Result.candidate_id == bindparam("candidate_id")
    )
    .order_by(Result.exam_date.desc(), Result.id.desc())
)
# The natural key is a key of results too: a registration meets one result at most, which is still
# without its candidate, or else the registration has had its time.
_BOOKED = (
    select(*Registration.__table__.columns, Result.id.is_not(None).label("received"))
    .outerjoin(
        Result,
        and_(*(getattr(Result, column) == getattr(Registration, column) for column in NATURAL_KEY)),
    )
    .where(
        Registration.programme == bindparam("programme"),
        Registration.candidate_id == bindparam("candidate_id"),
        Result.candidate_id.is_(None),
    )
    .order_by(Registration.id.desc())
)


async def history(session: AsyncSession, programme_id: str, candidate_id: str) -> dict[str, Any]:
    """A person's exams, newest first, and the registrations still without a result."""
    here = context(session)
    programme = here.programmes[programme_id]
    ids = await ids_of(session, programme_id, candidate_id)
    taken = await _of_all(session, _TAKEN, programme_id, ids)
    registered = await _of_all(session, _BOOKED, programme_id, ids)
    if len(ids) > 1:
        taken.sort(key=lambda row: (row["exam_date"], row["id"]), reverse=True)
        registered.sort(key=lambda row: row["id"], reverse=True)
    return {
        "timezone": programme.timezone,
        "exams": [_shown(here, row) for row in taken],
        "registrations": [_booked(here, row) for row in registered],
        "scheduling": [
            {"vendor": vendor.id, "vendor_name": vendor.name, "url": vendor.scheduling_url}
            for vendor in programme.vendors.values()
            if vendor.scheduling_url is not None
        ],
    }


async def _of_all(
    session: AsyncSession, statement: Select[Any], programme_id: str, ids: Iterable[str]
) -> list[RowMapping]:
    """Return the rows of each id of a person; nearly everybody has one."""
    return [
        row
        for one in ids
        for row in (
            await session.execute(statement, {"programme": programme_id, "candidate_id": one})
        ).mappings()
    ]


def _shown(here: ServiceContext, row: Mapping[Any, Any]) -> dict[str, Any]:
    programme = here.programmes[row["programme"]]
    expires = expires_on(programme, row["exam_code"], row["grade"], row["exam_date"])
    return {
        **row,
        "exam_name": exam_name(programme, row["exam_code"], row["exam_name"]),
        "vendor_name": vendor_of(here.programmes, row["programme"], row["vendor"]).name,
        "expires_on": None if row["state"] == "revoked" else expires,
    }


def _booked(here: ServiceContext, row: Mapping[Any, Any]) -> dict[str, Any]:
    programme = here.programmes[row["programme"]]
    vendor = vendor_of(here.programmes, row["programme"], row["vendor"])
    day = today(here.clock, programme.timezone)
    far = progress(
        row, day, programme.timezone, vendor.expected_days, received=bool(row["received"])
    )
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
