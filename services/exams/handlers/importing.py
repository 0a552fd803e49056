"""Files: stored at upload, worked off chunk by chunk, resumable at exactly the next row."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from pydantic_core import from_json, to_json
from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.exams.domain.items import Fault, Item
from services.exams.domain.outcome import Outcome, rejected, summary
from services.exams.domain.reading import REGISTRATIONS as READ_REGISTRATIONS
from services.exams.domain.reading import RESULTS as READ_RESULTS
from services.exams.domain.reading import Reader, named_number, row_fault, row_value
from services.exams.domain.sheet import Kind, Row, read_sheet
from services.exams.handlers.intake import REGISTRATIONS, RESULTS, Entry, Feed, Source, take_in
from services.exams.models import Import, ImportChunk, RejectedRow
from shared.context import context, wake_after_commit
from shared.ids import uuid7
from shared.rows import insert_new

I = TypeVar("I", bound=Item)  # noqa: E741 - an item

MOST_ATTEMPTS = 10


@dataclass(frozen=True)
class Upload:
    """A file that can be read, and who sent it."""

    kind: Kind
    programme: str
    vendor: str | None
    name: str
    uploaded_by: str
    columns: list[str]
    # JSON texts of up to a chunk's rows each, with the number of rows before them.
    chunks: list[tuple[int, str]]
    rows: int


def read_upload(
    file: Iterable[bytes],
    *,
    kind: Kind,
    programme: str,
    vendor: str | None,
    name: str,
    uploaded_by: str,
    chunk: int,
    most_rows: int,
) -> Upload:
    """Read a whole file, keeping its rows as they are stored; raises Unreadable."""
    columns, rows = read_sheet(file, kind, vendor_named=vendor is None, most_rows=most_rows)
    chunks, first = [], 0
    while taken := list(islice(rows, chunk)):
        chunks.append((first, to_json(taken).decode()))
        first += len(taken)
    return Upload(
        kind=kind,
        programme=programme,
        vendor=vendor,
        name=name,
        uploaded_by=uploaded_by,
        columns=columns,
        chunks=chunks,
        rows=first,
    )


async def store_import(session: AsyncSession, upload: Upload) -> Import:
    """Keep a file and have it worked off."""
    now = context(session).clock.now()
    stored = Import(
        id=uuid7(),
        kind=upload.kind,
        programme=upload.programme,
        vendor=upload.vendor,
        name=upload.name,
        uploaded_by=upload.uploaded_by,
        columns=upload.columns,
        state="queued",
        rows=upload.rows,
        done=0,
        accepted=0,
        duplicates=0,
        rejected=0,
        attempts=0,
        created_at=now,
        touched_at=now,
    )
    session.add(stored)
    await session.flush()
    if upload.chunks:
        await session.execute(
            insert(ImportChunk),
            [
                {"import_id": stored.id, "first": first, "rows": rows}
                for first, rows in upload.chunks
            ],
        )
    wake_after_commit(session, "imports")
    return stored


async def claim_import(session: AsyncSession) -> Import | None:
    """Take the unfinished import that has waited longest, unless another instance has it.

    The row's lock is the claim: it ends with the transaction, or with the process that is killed.
    """
    return await session.scalar(
        select(Import)
        .where(Import.finished_at.is_(None))
        .order_by(Import.touched_at, Import.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


async def take_in_chunk(session: AsyncSession, claimed: Import) -> None:
    """Take in the next chunk of a claimed import: rows, errors, events and progress together."""
    now = context(session).clock.now()
    claimed.attempts = 0
    claimed.touched_at = now
    claimed.state = "running"
    stored = await session.scalar(
        select(ImportChunk.rows).where(
            ImportChunk.import_id == claimed.id, ImportChunk.first == claimed.done
        )
    )
    if stored is not None:
        rows: list[Row] = [(number, cells) for number, cells in from_json(stored)]
        outcomes = await _take_in_rows(session, claimed, rows)
        counts = summary(outcomes)
        claimed.accepted += counts["accepted"]
        claimed.duplicates += counts["duplicates"]
        claimed.rejected += counts["rejected"]
        claimed.done += len(rows)
    if claimed.done >= claimed.rows:
        _finish(claimed, "finished", now)
        # What went wrong is kept with the rejected rows; the rest is in the history.
        await session.execute(delete(ImportChunk).where(ImportChunk.import_id == claimed.id))


async def note_failure(session: AsyncSession, import_id: UUID, fault: Exception) -> None:
    """Count a failed attempt, let others go first, and give up after too many in a row."""
    now = context(session).clock.now()
    failed = await session.get_one(Import, import_id, with_for_update=True)
    failed.attempts += 1
    failed.touched_at = now
    if failed.attempts >= MOST_ATTEMPTS:
        failed.problem = f"{type(fault).__name__}: {fault}"[:1000]
        _finish(failed, "failed", now)


def _finish(ended: Import, state: str, now: datetime) -> None:
    ended.state = state
    ended.finished_at = now


async def _take_in_rows(
    session: AsyncSession, claimed: Import, rows: Sequence[Row]
) -> list[Outcome]:
    kind: Kind = "results" if claimed.kind == "results" else "registrations"
    if kind == "results":
        outcomes = await _take_in(session, claimed, kind, rows, READ_RESULTS, RESULTS)
    else:
        outcomes = await _take_in(session, claimed, kind, rows, READ_REGISTRATIONS, REGISTRATIONS)
    cells = dict(rows)
    await insert_new(
        session,
        RejectedRow,
        [
            {
                "import_id": claimed.id,
                "row_number": outcome.index,
                "faults": [row_fault(fault).model_dump() for fault in outcome.faults],
                "cells": cells[outcome.index],
            }
            for outcome in outcomes
            if outcome.outcome == "rejected"
        ],
    )
    return outcomes


async def _take_in(
    session: AsyncSession,
    claimed: Import,
    kind: Kind,
    rows: Sequence[Row],
    reader: Reader[I],
    feed: Feed[I],
) -> list[Outcome]:
    source = Source(vendor=claimed.vendor, programmes=frozenset({claimed.programme}))
    values: list[dict[str, Any]] = [
        row_value(kind, claimed.columns, cells, claimed.programme) for _, cells in rows
    ]
    outcomes, entries = [], []
    for (number, _), value, read in zip(rows, values, reader.read(values), strict=True):
        if isinstance(read, list):
            outcomes.append(rejected(number, named_number(value), *read))
        elif read.programme != claimed.programme:
            fault = Fault(field="programme", message=f"must be {claimed.programme!r} or left out")
            outcomes.append(rejected(number, read.registration_number, fault))
        else:
            entries.append(Entry(number, read, source))
    return outcomes + await take_in(session, feed, entries)
