"""Reads: imports, and what exams are called."""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import date
from uuid import UUID

from pydantic_core import from_json
from sqlalchemy import bindparam, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.exams.domain.sheet import Row
from services.exams.errors import UnknownCandidate, UnknownImport
from services.exams.models import Candidate, Import, ImportChunk, RejectedRow
from shared.database import Database
from shared.programmes import Programme
from shared.rows import one_of


def exam_name(programme: Programme, code: str, given: str | None = None) -> str:
    """The programme's name of an exam, else the name the vendor gave, else the code."""
    exam = programme.exams.get(code)
    return exam.name if exam else given or code


def expires_on(programme: Programme, code: str, grade: str, day: date) -> date | None:
    """The last day on which a pass counts; a fail never expires, nor does a lifetime pass."""
    exam = programme.exams.get(code)
    return exam.pass_expires_on(day) if exam and grade == "pass" else None


# Every operation of staff about a candidate asks it.
_IS_KNOWN = select(Candidate.candidate_id).where(
    Candidate.programme == bindparam("programme"),
    Candidate.candidate_id == bindparam("candidate_id"),
)


async def require_candidate(session: AsyncSession, programme: str, candidate_id: str) -> None:
    """Raise UnknownCandidate unless identity has told us of the candidate."""
    asked = {"programme": programme, "candidate_id": candidate_id}
    if await session.scalar(_IS_KNOWN, asked) is None:
        raise UnknownCandidate(f"no candidate {candidate_id!r} in programme {programme!r}")


async def imports(
    session: AsyncSession,
    programmes: Iterable[str],
    vendor: str | None,
    before: UUID | None,
    limit: int,
) -> Sequence[Import]:
    """Imports of some programmes, newest first; a vendor's own only, if one is given."""
    query = (
        select(Import)
        .where(one_of(session, Import.programme, programmes))
        .order_by(Import.id.desc())
        .limit(limit + 1)
    )
    if vendor is not None:
        query = query.where(Import.vendor == vendor)
    if before is not None:
        query = query.where(Import.id < before)
    return (await session.scalars(query)).all()


async def one_import(
    session: AsyncSession, import_id: UUID, programmes: Iterable[str], vendor: str | None
) -> Import:
    """One import; raises UnknownImport if there is none or it is not the caller's to see."""
    found = await session.get(Import, import_id)
    if (
        found is None
        or found.programme not in set(programmes)
        or (vendor is not None and found.vendor != vendor)
    ):
        raise UnknownImport("there is no import with this id, or it is not yours")
    return found


async def has_outcomes(session: AsyncSession, import_id: UUID) -> bool:
    """Whether the rows of an import that has begun are still kept."""
    kept = exists().where(ImportChunk.import_id == import_id, ImportChunk.outcomes.is_not(None))
    return bool(await session.scalar(select(kept)))


async def outcomes(
    database: Database, import_id: UUID
) -> AsyncIterator[tuple[list[Row], str, dict[int, list[dict[str, str]]]]]:
    """The rows of an import that are done, a chunk at a time, with a letter for each.

    The third is the faults of those that were rejected, by row number.
    """
    last = -1
    while True:
        async with database.reading() as session:
            chunk = (
                await session.execute(
                    select(ImportChunk.first, ImportChunk.rows, ImportChunk.outcomes)
                    .where(
                        ImportChunk.import_id == import_id,
                        ImportChunk.first > last,
                        ImportChunk.outcomes.is_not(None),
                    )
                    .order_by(ImportChunk.first)
                    .limit(1)
                )
            ).first()
            if chunk is None or not chunk.rows:
                return
            rows: list[Row] = from_json(chunk.rows)
            faulty = await session.execute(
                select(RejectedRow.row_number, RejectedRow.faults).where(
                    RejectedRow.import_id == import_id,
                    RejectedRow.row_number.between(rows[0][0], rows[-1][0]),
                )
            )
            rejected = {row.row_number: row.faults for row in faulty}
        yield rows, chunk.outcomes, rejected
        last = chunk.first


async def rejected_rows(
    database: Database, import_id: UUID
) -> AsyncIterator[tuple[int, list[dict[str, str]], list[str]]]:
    """The rejected rows of an import in the order of the file: number, faults and cells."""
    last = 0
    while True:
        async with database.reading() as session:
            found = await session.execute(
                select(RejectedRow.row_number, RejectedRow.faults, RejectedRow.cells)
                .where(RejectedRow.import_id == import_id, RejectedRow.row_number > last)
                .order_by(RejectedRow.row_number)
                .limit(1_000)
            )
            rows = found.all()
        if not rows:
            return
        for row, faults, cells in rows:
            yield row, faults, cells
        last = rows[-1].row_number
