"""Reads for what runs over all candidates of a programme."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, and_, cast, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.certifications.models import Candidate, FactRow
from services.certifications.run_models import DryRun, DryRunLine, Reevaluation
from shared.database import Database
from shared.errors import NotFound
from shared.merges import MERGES
from shared.rows import one_of

_PAGE = 1_000


@dataclass(frozen=True)
class Portion:
    """Candidates in the order of their ids, with the facts of those who have any.

    The facts are the JSON text that the database made of the rows: a list of
    [kind, key, day, data].
    """

    last: str
    count: int
    facts: list[tuple[str, str]]


async def people_of(session: AsyncSession, programme: str) -> int:
    """Return how many candidates a programme has."""
    query = select(func.count()).select_from(Candidate).where(Candidate.programme == programme)
    return int(await session.scalar(query) or 0)


async def next_people(
    session: AsyncSession, programme: str, after: str, most: int
) -> Sequence[str]:
    """Return the ids of the candidates that follow one in order."""
    found = await session.scalars(
        select(Candidate.candidate_id)
        .where(Candidate.programme == programme, Candidate.candidate_id > after)
        .order_by(Candidate.candidate_id)
        .limit(most)
    )
    return found.all()


async def portion(session: AsyncSession, programme: str, after: str, most: int) -> Portion | None:
    """Return the next candidates and their facts, in three statements; None after the last.

    The facts of a person with several ids are all under the survivor's.
    """
    people = await next_people(session, programme, after, most)
    if not people:
        return None
    mine = FactRow.candidate_id.between(people[0], people[-1])
    facts = await _documents(session, programme, mine)
    await _join_persons(session, programme, people, facts)
    return Portion(people[-1], len(people), sorted(facts.items()))


async def _join_persons(
    session: AsyncSession, programme: str, people: Sequence[str], facts: dict[str, str]
) -> None:
    """Put the facts of merged candidates, wherever in order they stand, under their survivors."""
    first, last = people[0], people[-1]
    rows = await session.execute(
        select(MERGES.c.candidate_id, MERGES.c.survivor).where(
            MERGES.c.programme == programme,
            MERGES.c.survivor.is_not(None),
            or_(MERGES.c.survivor.between(first, last), MERGES.c.candidate_id.between(first, last)),
        )
    )
    survivors: dict[str, str] = {row.candidate_id: row.survivor for row in rows}
    elsewhere = [away for away, into in survivors.items() if first <= into <= last]
    theirs = {away: facts.pop(away) for away in survivors if away in facts}
    if further := [away for away in elsewhere if away not in theirs]:
        theirs |= await _documents(
            session, programme, one_of(session, FactRow.candidate_id, further)
        )
    for away in elsewhere:
        texts = [text for text in (facts.get(survivors[away]), theirs.get(away)) if text]
        if texts:
            # Lists as JSON, joined without being read.
            inner = ", ".join(text.strip()[1:-1] for text in texts)
            facts[survivors[away]] = f"[{inner}]"


async def _documents(
    session: AsyncSession, programme: str, which: ColumnElement[bool]
) -> dict[str, str]:
    rows = await session.execute(
        select(FactRow.candidate_id, _document(session))
        .where(FactRow.programme == programme, which)
        .group_by(FactRow.candidate_id)
        .order_by(FactRow.candidate_id)
    )
    return {row[0]: row[1] for row in rows}


def _document(session: AsyncSession) -> Any:
    """One text for all facts of a candidate: no object is made of them in this process."""
    if session.get_bind().dialect.name == "postgresql":
        one = func.json_build_array(FactRow.kind, FactRow.key, FactRow.occurred_on, FactRow.data)
        return cast(func.json_agg(one), Text)
    one = func.json_array(FactRow.kind, FactRow.key, FactRow.occurred_on, func.json(FactRow.data))
    return func.json_group_array(one, type_=Text())


async def unfinished_dry_runs(session: AsyncSession, programme: str) -> int:
    """Return how many dry runs of a programme wait or are under way."""
    query = (
        select(func.count())
        .select_from(DryRun)
        .where(DryRun.programme == programme, DryRun.finished_at.is_(None))
    )
    return int(await session.scalar(query) or 0)


async def dry_run(
    session: AsyncSession, programme: str, run_id: UUID, *, lock: bool = False
) -> DryRun:
    """Return one dry run; raise NotFound if there is none of this programme."""
    query = select(DryRun).where(DryRun.id == run_id, DryRun.programme == programme)
    found = await session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound("There is no dry run with this id, or it has been forgotten since.")
    return found


async def dry_runs(
    session: AsyncSession, programme: str, before: UUID | None, limit: int
) -> Sequence[DryRun]:
    """Return dry runs of a programme, newest first; one more than `limit` if there is."""
    query = select(DryRun).where(DryRun.programme == programme)
    if before is not None:
        query = query.where(DryRun.id < before)
    return (await session.scalars(query.order_by(DryRun.id.desc()).limit(limit + 1))).all()


async def lines(
    session: AsyncSession,
    run_id: UUID,
    *,
    after: tuple[str, str] | None,
    limit: int,
    change: str | None = None,
    certification: str | None = None,
) -> Sequence[Any]:
    """Return lines of a dry run by candidate and certification; one more than `limit`."""
    query = _lines(run_id, after)
    if change is not None:
        query = query.where(DryRunLine.change == change)
    if certification is not None:
        query = query.where(DryRunLine.certification == certification)
    found = await session.execute(query.limit(limit + 1))
    return list(found)


async def all_lines(database: Database, run_id: UUID) -> AsyncIterator[Sequence[Any]]:
    """Yield every line of a dry run, some at a time: a reader may be slow and the list long."""
    last: tuple[str, str] | None = None
    while True:
        async with database.reading() as session:
            rows = (await session.execute(_lines(run_id, last).limit(_PAGE))).all()
        if not rows:
            return
        yield rows
        last = (rows[-1].candidate_id, rows[-1].certification)


def _lines(run_id: UUID, after: tuple[str, str] | None) -> Select[Any]:
    table = DryRunLine.__table__.c
    query = select(DryRunLine.__table__).where(table.dry_run_id == run_id)
    if after is not None:
        candidate_id, certification = after
        query = query.where(
            table.candidate_id >= candidate_id,
            or_(
                table.candidate_id > candidate_id,
                and_(table.candidate_id == candidate_id, table.certification > certification),
            ),
        )
    return query.order_by(table.candidate_id, table.certification)


async def reevaluation(session: AsyncSession, programme: str, run_id: UUID) -> Reevaluation:
    """Return one re-evaluation; raise NotFound if there is none of this programme."""
    found = await session.scalar(
        select(Reevaluation).where(Reevaluation.id == run_id, Reevaluation.programme == programme)
    )
    if found is None:
        raise NotFound("There is no re-evaluation with this id.")
    return found


async def reevaluations(
    session: AsyncSession, programme: str, before: UUID | None, limit: int
) -> Sequence[Reevaluation]:
    """Return re-evaluations of a programme, newest first; one more than `limit` if there is."""
    query = select(Reevaluation).where(Reevaluation.programme == programme)
    if before is not None:
        query = query.where(Reevaluation.id < before)
    found = await session.scalars(query.order_by(Reevaluation.id.desc()).limit(limit + 1))
    return found.all()


async def last_done(session: AsyncSession, programme: str) -> Reevaluation | None:
    """Return the newest re-evaluation that went through to its end."""
    return await session.scalar(
        select(Reevaluation)
        .where(Reevaluation.programme == programme, Reevaluation.state == "done")
        .order_by(Reevaluation.id.desc())
        .limit(1)
    )


async def unfinished_reevaluation(session: AsyncSession, programme: str) -> Reevaluation | None:
    """Return the re-evaluation of a programme that waits or is under way."""
    return await session.scalar(
        select(Reevaluation).where(
            Reevaluation.programme == programme, Reevaluation.finished_at.is_(None)
        )
    )
