"""Reads of the record of calls, and how vendors are doing."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, case, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.exams.models import Call, Import, Result
from shared.context import context

# A sample that says enough, however many results there are.
_SAMPLE = 5_000
_COUNTED = ("items", "accepted", "duplicates", "rejected")


async def calls(
    session: AsyncSession,
    programmes: Iterable[str],
    vendor: str | None,
    before: UUID | None,
    limit: int,
) -> Sequence[Call]:
    """Calls of machines that are for some of the programmes, newest first, and one more."""
    wanted = set(programmes)
    found: list[Call] = []
    while len(found) <= limit:
        query = select(Call).order_by(Call.id.desc()).limit(limit + 1)
        if vendor is not None:
            query = query.where(Call.vendor == vendor)
        if before is not None:
            query = query.where(Call.id < before)
        rows = (await session.scalars(query)).all()
        found += [row for row in rows if wanted & set(row.programmes.split())]
        if len(rows) <= limit:
            break
        before = rows[-1].id
    return found[: limit + 1]


async def health(session: AsyncSession, programme_id: str) -> list[dict[str, Any]]:
    """How each vendor of a programme is doing: its own, and those that have called lately."""
    here = context(session)
    programme = here.programmes[programme_id]
    now = here.clock.now()
    week = now - timedelta(days=7)
    recent = await _traffic(session, programme_id, week)
    daily = await _traffic(session, programme_id, now - timedelta(days=1))
    delays = await _delays(session, programme_id, week, ZoneInfo(programme.timezone))
    imported = await _imported(session, programme_id, week)
    known = {vendor.id: vendor for vendor in programme.vendors.values()}
    found = []
    for vendor in sorted(known.keys() | recent.keys() | delays.keys() | imported.keys()):
        days = delays.get(vendor, [])
        last_import, failed = imported.get(vendor, (None, 0))
        last_call = await _newest_call(session, programme_id, vendor)
        last_accepted = await _newest_call(session, programme_id, vendor, Call.accepted > 0)
        deliveries = [at for at in (last_accepted, last_import) if at is not None]
        found.append(
            {
                "vendor": vendor,
                "name": known[vendor].name if vendor in known else vendor,
                "last_call_at": last_call,
                "last_delivery_at": max(deliveries, default=None),
                "day": daily.get(vendor) or _none(),
                "week": recent.get(vendor) or _none(),
                "delay_days_median": median(days) if days else None,
                "delay_days_p95": percentile(days, 0.95) if days else None,
                "results_week": len(days),
                "expected_days": known[vendor].expected_days if vendor in known else None,
                "imports_failed_week": failed,
            }
        )
    return found


def percentile(values: Sequence[float], share: float) -> float:
    """The value that a share (0 to 1) of all values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _none() -> dict[str, Any]:
    return {"calls": 0, "refused": 0, "error_rate": 0.0, **dict.fromkeys(_COUNTED, 0)}


async def _newest_call(
    session: AsyncSession, programme: str, vendor: str, *conditions: ColumnElement[bool]
) -> datetime | None:
    """When a vendor last called for a programme, however long ago that was."""
    of_programme = (literal(" ") + Call.programmes + " ").contains(
        f" {programme} ", autoescape=True
    )
    found: datetime | None = await session.scalar(
        select(Call.at)
        .where(Call.vendor == vendor, of_programme, *conditions)
        .order_by(Call.at.desc())
        .limit(1)
    )
    return found


async def _traffic(
    session: AsyncSession, programme: str, since: datetime
) -> dict[str, dict[str, Any]]:
    """Of each vendor, what its calls since then came to."""
    found = await session.execute(
        select(
            Call.vendor,
            Call.programmes,
            func.count(),
            func.sum(case((Call.status >= 400, 1), else_=0)),
            *(func.sum(getattr(Call, name)) for name in _COUNTED),
        )
        .where(Call.at >= since)
        .group_by(Call.vendor, Call.programmes)
    )
    traffic: dict[str, dict[str, Any]] = {}
    for vendor, programmes, count, refused, *sums in found:
        if programme not in programmes.split():
            continue
        figures = traffic.setdefault(vendor, _none())
        figures["calls"] += count
        figures["refused"] += refused
        for name, value in zip(_COUNTED, sums, strict=True):
            figures[name] += value
        figures["error_rate"] = figures["rejected"] / figures["items"] if figures["items"] else 0.0
    return traffic


async def _delays(
    session: AsyncSession, programme: str, since: datetime, zone: ZoneInfo
) -> dict[str, list[float]]:
    """Of each vendor, the days from exam to arrival of the newest results since then."""
    found = await session.execute(
        select(Result.vendor, Result.exam_date, Result.taken_at, Result.received_at)
        .where(Result.programme == programme)
        .order_by(Result.id.desc())
        .limit(_SAMPLE)
    )
    delays: dict[str, list[float]] = {}
    for vendor, day, taken_at, received_at in found:
        if received_at < since:
            break
        if taken_at is not None:
            passed = (received_at - taken_at).total_seconds() / 86_400
        else:
            passed = float((received_at.astimezone(zone).date() - day).days)
        delays.setdefault(vendor, []).append(max(0.0, round(passed, 2)))
    return delays


async def _imported(
    session: AsyncSession, programme: str, since: datetime
) -> dict[str, tuple[datetime | None, int]]:
    """Of each vendor's files: when the last was ever taken in, and how many failed since then."""
    found = await session.execute(
        select(
            Import.vendor,
            func.max(case((Import.accepted > 0, Import.finished_at))),
            func.sum(case(((Import.state == "failed") & (Import.created_at >= since), 1), else_=0)),
        )
        .where(
            Import.programme == programme,
            Import.vendor.is_not(None),
            Import.dry_run.is_(False),
        )
        .group_by(Import.vendor)
    )
    return {vendor: (last, failed) for vendor, last, failed in found}
