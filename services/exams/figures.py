"""Figures of exams for dashboards: what is under way, what waits, and when vendors last called."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.exams.models import Call, Flag, Import, Result
from shared.context import context

STATES = ("receiving", "queued", "running", "failed")


class Figures(NamedTuple):
    """What the gauges show; waiting and held are counts by programme."""

    imports: Mapping[str, int]
    rows_left: int
    waiting: Mapping[str, int]
    held: Mapping[str, int]
    flags: int
    called: Mapping[str, datetime]


async def figures(session: AsyncSession) -> Figures:
    """Count."""
    here = context(session)
    day = here.clock.now() - timedelta(days=1)
    under_way = await session.execute(
        select(Import.state, func.count(), func.sum(Import.rows - Import.done))
        .where(Import.finished_at.is_(None))
        .group_by(Import.state)
    )
    imports = {state: (count, left or 0) for state, count, left in under_way}
    failed = await session.scalar(
        select(func.count()).where(Import.state == "failed", Import.finished_at > day)
    )
    return Figures(
        {state: imports.get(state, (0, 0))[0] for state in STATES} | {"failed": failed or 0},
        sum(left for _, left in imports.values()),
        await _by_programme(session, "waiting"),
        await _by_programme(session, "held"),
        await session.scalar(select(func.count()).where(Flag.closed_at.is_(None))) or 0,
        await _called(session),
    )


async def _called(session: AsyncSession) -> dict[str, datetime]:
    """When each vendor of a programme last called, however long ago: a restart ends no silence."""
    here = context(session)
    vendors = sorted({vendor for one in here.programmes.values() for vendor in one.vendors})
    found: dict[str, datetime] = {}
    for vendor in vendors:
        at = await session.scalar(select(func.max(Call.at)).where(Call.vendor == vendor))
        if at is not None:
            found[vendor] = at
    return found


async def _by_programme(session: AsyncSession, state: str) -> dict[str, int]:
    found = await session.execute(
        select(Result.programme, func.count().label("results"))
        # The partial indexes know the one as an unknown candidate, the other by its state.
        .where(Result.candidate_id.is_(None) if state == "waiting" else Result.state == state)
        .group_by(Result.programme)
    )
    counted = {row.programme: row.results for row in found}
    return {programme: counted.get(programme, 0) for programme in context(session).programmes}
