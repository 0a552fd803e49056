"""Taking in what vendors say: many items in one transaction, each with its own outcome.

A handful of statements however many items there are: who is known, insert what is new, what was
said of it before its time, and read what was there already to compare. Two vendors' servers
posting the same items at once meet at the unique natural key: one inserts, the other finds a
duplicate.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
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
from services.exams.domain.life import CONTENT, Subject, first_stamp, statement
from services.exams.domain.outcome import Outcome, rejected
from services.exams.domain.sameness import (
    contact_digest,
    registration_differences,
    result_differences,
)
from services.exams.domain.vendors import vendor_of
from services.exams.handlers.announcing import announce_bookings, announce_registrations
from services.exams.handlers.entries import Checks, Entry, Key, Source
from services.exams.handlers.erased import of_the_erased
from services.exams.handlers.linking import Links, find_links
from services.exams.handlers.lives import (
    NEW,
    Row,
    Said,
    Transition,
    first_statement,
    keep,
    key_of,
    needs_first_statement,
    relive,
    say,
    unspoken_of,
    words_of,
)
from services.exams.handlers.measuring import measure
from services.exams.handlers.naming import name
from services.exams.handlers.recording import follow, record
from services.exams.models import NATURAL_KEY, Registration, Result
from shared.context import ServiceContext, context
from shared.ids import uuid7
from shared.rows import insert_new, one_of

I = TypeVar("I", bound=Item)  # noqa: E741 - an item

__all__ = ["REGISTRATIONS", "RESULTS", "Entry", "Feed", "Source", "take_in"]


@dataclass(frozen=True)
class Feed(Generic[I]):
    """What differs between registrations and results."""

    model: type[Registration] | type[Result]
    subject: Subject
    stamp: str
    fault: Callable[[I, date, str], Fault | None]
    columns: Callable[[I, str | None, int], dict[str, Any]]
    differences: Callable[[Mapping[str, Any], I], list[str]]
    # What few of them say: not sent to the database when none of those together does.
    rare: tuple[str, ...]
    # Publishes what is new, and returns the state of each by its id.
    announce: Callable[
        [AsyncSession, Sequence[tuple[Row, I]], Sequence[Transition], Links],
        Awaitable[dict[Any, str]],
    ]


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
            continue
        key = entry.key
        if key in fresh:
            again.append(place)
        else:
            fresh[key] = place
    # In the order of the key, so that two transactions with the same items cannot deadlock.
    places = [fresh[key] for key in sorted(fresh)]
    chosen = [entries[place] for place in places]
    about = [(entries[place].item, entries[place].vendor) for place in (*places, *again)]
    links = await find_links(session, about, unspoken_of(session))
    rows = _rows(here, feed, chosen, links)
    places, rows = await _without_erased(session, entries, places, rows, again, outcomes)
    new = await _insert(session, feed, rows)
    stored: list[tuple[int, Row]] = []
    for place, row in zip(places, rows, strict=True):
        if row["id"] in new:
            stored.append((place, row))
        else:
            again.append(place)
    told = [(row, entries[place].item) for place, row in stored]
    states = await _settle(session, feed, told, links)
    for place, row in stored:
        number = row["registration_number"]
        outcomes[place] = Outcome(entries[place].index, number, "accepted", states[row["id"]])
    if again:
        outcomes.update(await _compare(session, feed, entries, again, links))
    if feed.subject == "result":
        measure(here, entries, outcomes, [row for _, row in stored])
    return [outcomes[place] for place in range(len(entries))]


async def _insert(session: AsyncSession, feed: Feed[I], rows: Sequence[Row]) -> set[Any]:
    """Store what is not there yet; return the ids of what was new."""
    if not rows:
        return set()
    # What the database gives a new row itself, and often what none of them says.
    unsaid = set(NEW[feed.subject])
    if not any(row[column] is not None for column in feed.rare for row in rows):
        unsaid.update(feed.rare)
    columns = [column for column in rows[0] if column not in unsaid]
    inserted = await insert_new(
        session,
        feed.model,
        [{column: row[column] for column in columns} for row in rows],
        conflict=NATURAL_KEY,
        returning=("id",),
    )
    return {row["id"] for row in inserted}


async def _without_erased(
    session: AsyncSession,
    entries: Sequence[Entry[I]],
    places: list[int],
    rows: list[dict[str, Any]],
    again: list[int],
    outcomes: dict[int, Outcome],
) -> tuple[list[int], list[dict[str, Any]]]:
    """Answer what is about somebody who is erased; return what is left to be stored."""
    unknown = [place for place, row in zip(places, rows, strict=True) if not row["candidate_id"]]
    erased = await of_the_erased(session, {place: entries[place] for place in unknown})
    if not erased:
        return places, rows
    outcomes |= erased
    gone = {entries[place].key for place in erased}
    for at in [at for at in again if entries[at].key in gone]:
        again.remove(at)
        outcomes[at] = Outcome(entries[at].index, entries[at].item.number, "duplicate")
    left = [(place, row) for place, row in zip(places, rows, strict=True) if place not in erased]
    return [place for place, _ in left], [row for _, row in left]


async def _settle(
    session: AsyncSession, feed: Feed[I], new: Sequence[tuple[Row, I]], links: Links
) -> dict[Any, str]:
    """Live through what was said before its time, publish, and return each new row's state."""
    if not new:
        return {}
    rows = {key_of(row): row for row, _ in new}
    # Safe against who says something right now: find_links took the lock (`unspoken_of`).
    words = await words_of(session, feed.subject, rows)
    if not words:
        return await feed.announce(session, new, (), links)
    early = []
    for key, spoken in words.items():
        if needs_first_statement(spoken.vendor):
            early.append(first_statement(feed.subject, rows[key]))
            spoken.add(early[-1].word)
    await keep(session, feed.subject, early)
    lived = await relive(session, feed.subject, [rows[key] for key in words], words)
    after = {row["id"]: row for _, row in lived}
    told = [(after.get(row["id"], row), item) for row, item in new]
    return await feed.announce(session, told, lived, links)


def _state(feed: Feed[I], row: Mapping[str, Any]) -> str:
    """What a result counts as; of a registration, whether its candidate has been found."""
    if feed.subject == "result":
        return str(row["state"])
    return "waiting" if row["candidate_id"] is None else "recorded"


def _rows(
    here: ServiceContext, feed: Feed[I], entries: Sequence[Entry[I]], links: Links
) -> list[Row]:
    """Each entry as the row that it would be if it were new."""
    now = here.clock.now()
    rows = []
    for entry in entries:
        item, vendor = entry.item, entry.vendor
        candidate = links.candidate_of(item, vendor)
        rows.append(
            {
                **NEW[feed.subject],
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
                **feed.columns(item, candidate, _stamp(here, entry)),
            }
        )
    return rows


async def _compare(
    session: AsyncSession,
    feed: Feed[I],
    entries: Sequence[Entry[I]],
    places: Sequence[int],
    links: Links,
) -> dict[int, Outcome]:
    """Tell duplicates, corrections and contradictions among what was there already."""
    here = context(session)
    table = feed.model.__table__
    key = tuple(table.c[column] for column in NATURAL_KEY)
    found = await session.execute(
        select(*table.columns).where(one_of(session, key, {entries[place].key for place in places}))
    )
    stored = {key_of(row): dict(row) for row in found.mappings()}
    outcomes = {}
    corrected: list[int] = []
    for place in places:
        entry = entries[place]
        row = stored[entry.key]
        differing = feed.differences(row, entry.item)
        stamp = _stamp(here, entry)
        # Neither says when it was said: nothing tells which of the two is the correction.
        timeless = stamp == 0 == row[feed.stamp]
        if set(differing) - {*CONTENT[feed.subject]} or (differing and timeless):
            outcomes[place] = _contradiction(entry, differing)
        elif not differing and stamp in (0, row[feed.stamp]):
            number = entry.item.number
            outcomes[place] = Outcome(entry.index, number, "duplicate", _state(feed, row))
        else:
            corrected.append(place)
    if corrected:
        outcomes.update(await _correct(session, feed, entries, corrected, stored))
    said = {at: entries[at] for at in places if outcomes[at].outcome != "rejected"}
    for at, row in (await name(session, feed.model, said, stored, links)).items():
        outcomes[at] = replace(outcomes[at], state=_state(feed, row))
    return outcomes


def _stamp(here: ServiceContext, entry: Entry[Any]) -> int:
    item = entry.item
    if item.stated_at is None and item.sequence is None:
        return 0
    return first_stamp(item, vendor_of(here.programmes, item.programme, entry.vendor).order_by)


def _contradiction(entry: Entry[Any], fields: Sequence[str]) -> Outcome:
    message = "differs from what was recorded under this number"
    faults = tuple(Fault(field=field, message=message) for field in fields)
    return Outcome(entry.index, entry.item.number, "rejected", faults=faults, conflict=True)


async def _correct(
    session: AsyncSession,
    feed: Feed[I],
    entries: Sequence[Entry[I]],
    places: Sequence[int],
    stored: Mapping[Key, Row],
) -> dict[int, Outcome]:
    """Whole statements made at another time than the recorded one: the newest word counts."""
    here = context(session)
    said = [
        Said(
            entry.key,
            statement(entry.item, feed.subject, _stamp(here, entry)),
            entry.source.client or entry.vendor,
            entry.source.channel,
        )
        for entry in (entries[place] for place in places)
    ]
    verdicts, transitions = await say(session, feed.subject, said)
    after = dict(stored)
    for row in (await follow(session, feed.subject, transitions)).values():
        after[key_of(row)] = row
    outcomes = {}
    for place, verdict in zip(places, verdicts, strict=True):
        entry = entries[place]
        refused = verdict.outcome == "rejected"
        state = None if refused else _state(feed, after[entry.key])
        outcomes[place] = Outcome(
            entry.index, entry.item.number, verdict.outcome, state, verdict.faults, conflict=refused
        )
    return outcomes


def _result_columns(item: ResultItem, candidate: str | None, stamp: int) -> dict[str, Any]:
    sections = item.sections
    return {
        "last_name": item.last_name,
        "exam_name": item.exam_name,
        "grade": item.grade,
        "score": item.score,
        "passing_score": item.passing_score,
        "sections": None if sections is None else [one.model_dump() for one in sections],
        "exam_date": item.exam_date,
        "taken_at": item.taken_at,
        "centre": item.centre,
        "content_stamp": stamp,
        "state": "waiting" if candidate is None else "recorded",
    }


def _registration_columns(
    item: RegistrationItem, _candidate: str | None, stamp: int
) -> dict[str, Any]:
    return {
        "contact_digest": contact_digest(item.candidate),
        "appointment": item.appointment,
        "centre": item.centre,
        "authorization_id": item.authorization_id,
        "content_stamp": stamp,
        "appointment_stamp": stamp,
    }


def _appointment_fault(item: RegistrationItem, day: date, _timezone: str) -> Fault | None:
    return None if item.appointment is None else appointment_fault(item.appointment, day)


async def _announce_results(
    session: AsyncSession,
    new: Sequence[tuple[Row, ResultItem]],
    _lived: Sequence[Transition],
    links: Links,
) -> dict[Any, str]:
    known = [row for row, _ in new if row["candidate_id"] is not None]
    recorded = await record(session, known, links.alone)
    states = {row["id"]: row["state"] for row in recorded}
    if len(known) < len(new):
        states |= {row["id"]: row["state"] for row, _ in new if row["candidate_id"] is None}
    return states


async def _announce_registrations(
    session: AsyncSession,
    new: Sequence[tuple[Row, RegistrationItem]],
    lived: Sequence[Transition],
    _links: Links,
) -> dict[Any, str]:
    first = {before["id"]: before for before, _ in lived}
    booked = [(first.get(row["id"], row), item.candidate) for row, item in new]
    await announce_registrations(session, booked)
    await announce_bookings(session, lived)
    return {row["id"]: _state(REGISTRATIONS, row) for row, _ in new}


RESULTS: Feed[ResultItem] = Feed(
    model=Result,
    subject="result",
    stamp="content_stamp",
    fault=lambda item, day, timezone: date_fault(item.exam_date, day, timezone),
    columns=_result_columns,
    rare=(
        "named_candidate_id",
        "last_name",
        "exam_name",
        "passing_score",
        "sections",
        "taken_at",
        "centre",
    ),
    differences=result_differences,
    announce=_announce_results,
)
REGISTRATIONS: Feed[RegistrationItem] = Feed(
    model=Registration,
    subject="registration",
    stamp="appointment_stamp",
    fault=_appointment_fault,
    columns=_registration_columns,
    rare=("named_candidate_id", "authorization_id", "centre"),
    differences=registration_differences,
    announce=_announce_registrations,
)
