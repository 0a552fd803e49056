"""Files worked off chunk by chunk, resumable at exactly the next row."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from pydantic_core import from_json
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.exams.domain.format import Format, Kind
from services.exams.domain.formats import DEFAULTS, formats_of
from services.exams.domain.items import Fault
from services.exams.domain.letters import letter_of
from services.exams.domain.outcome import Outcome, rejected, summary
from services.exams.domain.reading import CHANGES as READ_CHANGES
from services.exams.domain.reading import CREDITS as READ_CREDITS
from services.exams.domain.reading import REGISTRATIONS as READ_REGISTRATIONS
from services.exams.domain.reading import RESULTS as READ_RESULTS
from services.exams.domain.reading import Reader
from services.exams.domain.replies import ReplyItem
from services.exams.domain.rows import RowReader
from services.exams.domain.sheet import Row
from services.exams.errors import ImportEnded
from services.exams.handlers.bookings import take_in_replies
from services.exams.handlers.changes import take_in_changes
from services.exams.handlers.credits import take_in_credits
from services.exams.handlers.entries import Entry, Source
from services.exams.handlers.intake import REGISTRATIONS, RESULTS, take_in
from services.exams.models import Import, ImportChunk, RejectedRow
from shared.context import context
from shared.rows import insert_new

MOST_ATTEMPTS = 10

TakeIn: TypeAlias = Callable[[AsyncSession, Sequence[Entry[Any]]], Awaitable[list[Outcome]]]


@dataclass(frozen=True)
class Intake:
    """Who reads the items of a kind, and who takes them in."""

    reader: Reader[Any]
    take_in: TakeIn


async def _results(session: AsyncSession, entries: Sequence[Entry[Any]]) -> list[Outcome]:
    return await take_in(session, RESULTS, entries)


async def _registrations(session: AsyncSession, entries: Sequence[Entry[Any]]) -> list[Outcome]:
    return await take_in(session, REGISTRATIONS, entries)


READ_REPLIES = Reader(ReplyItem)

INTAKES: Mapping[Kind, Intake] = {
    "results": Intake(READ_RESULTS, _results),
    "registrations": Intake(READ_REGISTRATIONS, _registrations),
    "changes": Intake(READ_CHANGES, take_in_changes),
    "credits": Intake(READ_CREDITS, take_in_credits),
    "candidate_replies": Intake(READ_REPLIES, take_in_replies),
    "authorization_replies": Intake(READ_REPLIES, take_in_replies),
}
"""What becomes of the rows of each kind of file."""


async def claim_import(session: AsyncSession) -> Import | None:
    """Take the unfinished import that has waited longest, unless another instance has it.

    The row's lock is the claim: it ends with the transaction, or with the process that is killed.
    """
    return await session.scalar(
        select(Import)
        .where(Import.finished_at.is_(None), Import.state != "receiving")
        .order_by(Import.touched_at, Import.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


async def take_in_chunk(session: AsyncSession, claimed: Import) -> None:
    """Take in the next chunk of a claimed import: rows, errors, events and progress together."""
    now = context(session).clock.now()
    this_chunk = (ImportChunk.import_id == claimed.id, ImportChunk.first == claimed.done)
    stored = await session.scalar(select(ImportChunk.rows).where(*this_chunk))
    if stored is not None:
        rows: list[Row] = from_json(stored)
        outcomes = await _take_in_rows(session, claimed, rows)
        by_row = {outcome.index: letter_of(outcome) for outcome in outcomes}
        letters = "".join([by_row[number] for number, _ in rows])
        await session.execute(
            update(ImportChunk)
            .where(*this_chunk)
            .values(outcomes=letters)
            .execution_options(synchronize_session=False)
        )
        counts = summary(outcomes)
        claimed.accepted += counts["accepted"]
        claimed.duplicates += counts["duplicates"]
        claimed.rejected += counts["rejected"]
        claimed.done += len(rows)
    claimed.attempts = 0
    claimed.touched_at = now
    claimed.state = "running"
    if claimed.done >= claimed.rows:
        _finish(claimed, "finished", now)


async def note_failure(session: AsyncSession, import_id: Any, fault: Exception) -> None:
    """Count a failed attempt, let others go first, and give up after too many in a row."""
    now = context(session).clock.now()
    failed = await session.get_one(Import, import_id, with_for_update=True)
    if failed.finished_at is not None:
        return
    failed.attempts += 1
    failed.touched_at = now
    if failed.attempts >= MOST_ATTEMPTS:
        failed.problem = f"{type(fault).__name__}: {fault}"[:1000]
        _finish(failed, "failed", now)


async def cancel_import(session: AsyncSession, found: Import) -> None:
    """Stop an import: what has been taken in stays, the rest never is.

    Waits for the chunk that is being taken in; raises ImportEnded if there is nothing to stop.
    """
    await session.refresh(found, with_for_update=True)
    if found.finished_at is not None:
        raise ImportEnded(f"the import is {found.state}; there is nothing to cancel")
    _finish(found, "cancelled", context(session).clock.now())
    await session.execute(
        delete(ImportChunk)
        .where(ImportChunk.import_id == found.id, ImportChunk.first >= found.done)
        .execution_options(synchronize_session=False)
    )


def _finish(ended: Import, state: str, now: datetime) -> None:
    ended.state = state
    ended.finished_at = now


def layout_of(session: AsyncSession, stored: Import) -> Format:
    """The format an import was received in; our CSV if the programme no longer has it."""
    layout = formats_of(context(session).programmes[stored.programme]).get(stored.format)
    # What an earlier version received says only `csv`.
    return layout or DEFAULTS.get(stored.kind, DEFAULTS["results"])


async def _take_in_rows(
    session: AsyncSession, claimed: Import, rows: Sequence[Row]
) -> list[Outcome]:
    reader = RowReader(layout_of(session, claimed), claimed.columns, claimed.programme)
    if claimed.dry_run:
        # Everything happens as it would, and then has not.
        async with session.begin_nested() as trial:
            outcomes = await _take_in(session, claimed, reader, rows)
            await trial.rollback()
    else:
        outcomes = await _take_in(session, claimed, reader, rows)
    cells = dict(rows)
    await insert_new(
        session,
        RejectedRow,
        [
            {
                "import_id": claimed.id,
                "row_number": outcome.index,
                "faults": [reader.fault(fault).model_dump() for fault in outcome.faults],
                "cells": cells[outcome.index],
            }
            for outcome in outcomes
            if outcome.outcome == "rejected"
        ],
    )
    return outcomes


async def _take_in(
    session: AsyncSession, claimed: Import, reader: RowReader, rows: Sequence[Row]
) -> list[Outcome]:
    source = Source(
        vendor=claimed.vendor,
        programmes=frozenset({claimed.programme}),
        client=claimed.uploaded_by,
        channel=claimed.channel,
        file=claimed.name,
    )
    intake = INTAKES[claimed.kind]  # type: ignore[index]  # only known kinds are received
    values = reader.read(rows)
    items = iter(intake.reader.read([value for value in values if isinstance(value, dict)]))
    outcomes, entries = [], []
    for (number, cells), value in zip(rows, values, strict=True):
        item = value if isinstance(value, list) else next(items)
        if isinstance(item, list):
            outcomes.append(rejected(number, reader.key(cells) or None, *item))
        elif item.programme != claimed.programme:
            fault = Fault(field="programme", message=f"must be {claimed.programme!r} or left out")
            outcomes.append(rejected(number, reader.key(cells), fault))
        else:
            entries.append(Entry(number, item, source))
    return outcomes + await intake.take_in(session, entries)
