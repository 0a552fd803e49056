"""Taking in what vendors say: many items in one transaction, each with its own outcome.

Three statements however many items there are: who is known, insert what is new, and read what
was there already to compare. Two vendors' servers posting the same items at once meet at the
unique natural key: one inserts, the other finds a duplicate.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.exams.domain.items import (
    Fault,
    Item,
    RegistrationItem,
    ResultItem,
    appointment_fault,
    date_fault,
)
from services.exams.domain.outcome import Outcome, rejected
from services.exams.domain.sameness import (
    contact_digest,
    registration_differences,
    result_differences,
)
from services.exams.handlers.announcing import announce_registrations, announce_results
from services.exams.handlers.entries import Checks, Entry, Key, Source
from services.exams.handlers.linking import find_links
from services.exams.models import NATURAL_KEY, Registration, Result
from shared.context import context
from shared.ids import uuid7
from shared.rows import insert_new, one_of

I = TypeVar("I", bound=Item)  # noqa: E741 - an item

__all__ = ["REGISTRATIONS", "RESULTS", "Entry", "Feed", "Source", "take_in"]


@dataclass(frozen=True)
class Feed(Generic[I]):
    """What differs between registrations and results."""

    model: type[Registration] | type[Result]
    fault: Callable[[I, date, str], Fault | None]
    columns: Callable[[I, str | None], dict[str, Any]]
    differences: Callable[[Mapping[str, Any], I], list[str]]
    announce: Callable[[AsyncSession, Sequence[tuple[dict[str, Any], I]]], Awaitable[None]]


async def take_in(
    session: AsyncSession, feed: Feed[I], entries: Sequence[Entry[I]]
) -> list[Outcome]:
    """Store what is new, publish it, and return an outcome for each entry, in order."""
    here = context(session)
    outcomes: dict[int, Outcome] = {}
    fresh: dict[Key, int] = {}
    again: list[int] = []
    checks = Checks(here)
    for place, entry in enumerate(entries):
        faults = checks.faults(entry, feed.fault)
        if faults:
            outcomes[place] = rejected(entry.index, entry.item.registration_number, *faults)
        elif entry.key in fresh:
            again.append(place)
        else:
            fresh[entry.key] = place
    # In the order of the key, so that two transactions with the same items cannot deadlock.
    places = [fresh[key] for key in sorted(fresh)]
    rows = await _rows(session, feed, [entries[place] for place in places], here.clock.now())
    inserted = await insert_new(session, feed.model, rows, conflict=NATURAL_KEY, returning=("id",))
    new = {row["id"] for row in inserted}
    announced = []
    for place, row in zip(places, rows, strict=True):
        if row["id"] not in new:
            again.append(place)
            continue
        entry = entries[place]
        announced.append((row, entry.item))
        outcomes[place] = Outcome(
            entry.index, row["registration_number"], "accepted", state_of(row)
        )
    await feed.announce(session, announced)
    if again:
        outcomes.update(await _compare(session, feed, entries, again))
    return [outcomes[place] for place in range(len(entries))]


def state_of(row: Mapping[str, Any]) -> str:
    """Whether its candidate has been found."""
    return "waiting" if row["candidate_id"] is None else "recorded"


async def _rows(
    session: AsyncSession, feed: Feed[I], entries: Sequence[Entry[I]], now: datetime
) -> list[dict[str, Any]]:
    links = await find_links(session, [(entry.item, entry.vendor) for entry in entries])
    rows = []
    for entry in entries:
        item, vendor = entry.item, entry.vendor
        candidate = links.candidate_of(item, vendor)
        rows.append(
            {
                "id": uuid7(),
                "programme": item.programme,
                "vendor": vendor,
                "registration_number": item.registration_number,
                "exam_code": item.exam_code,
                "testing_id": item.testing_id,
                "named_candidate_id": item.candidate_id,
                "candidate_id": candidate,
                "received_at": now,
                "version": 1,
                **feed.columns(item, candidate),
            }
        )
    return rows


async def _compare(
    session: AsyncSession, feed: Feed[I], entries: Sequence[Entry[I]], places: Sequence[int]
) -> dict[int, Outcome]:
    """Tell duplicates from contradictions among the entries that were there already."""
    table = feed.model.__table__
    key = tuple(table.c[column] for column in NATURAL_KEY)
    found = await session.execute(
        select(*table.columns).where(one_of(session, key, {entries[place].key for place in places}))
    )
    stored = {tuple(row[column] for column in NATURAL_KEY): dict(row) for row in found.mappings()}
    outcomes = {}
    for place in places:
        entry = entries[place]
        row = stored[entry.key]
        number = entry.item.registration_number
        differing = feed.differences(row, entry.item)
        if not differing:
            outcomes[place] = Outcome(entry.index, number, "duplicate", state_of(row))
            continue
        faults = tuple(
            Fault(field=field, message="differs from what was recorded under this number")
            for field in differing
        )
        outcomes[place] = Outcome(entry.index, number, "rejected", faults=faults, conflict=True)
    return outcomes


def _result_columns(item: ResultItem, candidate: str | None) -> dict[str, Any]:
    return {
        "last_name": item.last_name,
        "exam_name": item.exam_name,
        "grade": item.grade,
        "score": item.score,
        "exam_date": item.exam_date,
        "state": "waiting" if candidate is None else "recorded",
    }


def _registration_columns(item: RegistrationItem, _candidate: str | None) -> dict[str, Any]:
    return {"contact_digest": contact_digest(item.candidate), "appointment": item.appointment}


def _appointment_fault(item: RegistrationItem, day: date, _timezone: str) -> Fault | None:
    return None if item.appointment is None else appointment_fault(item.appointment, day)


async def _announce_results(
    session: AsyncSession, new: Sequence[tuple[dict[str, Any], ResultItem]]
) -> None:
    await announce_results(session, [row for row, _ in new if row["candidate_id"] is not None])


async def _announce_registrations(
    session: AsyncSession, new: Sequence[tuple[dict[str, Any], RegistrationItem]]
) -> None:
    await announce_registrations(session, [(row, item.candidate) for row, item in new])


RESULTS: Feed[ResultItem] = Feed(
    model=Result,
    fault=lambda item, day, timezone: date_fault(item.exam_date, day, timezone),
    columns=_result_columns,
    differences=result_differences,
    announce=_announce_results,
)
REGISTRATIONS: Feed[RegistrationItem] = Feed(
    model=Registration,
    fault=_appointment_fault,
    columns=_registration_columns,
    differences=registration_differences,
    announce=_announce_registrations,
)
