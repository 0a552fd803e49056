"""Taking in continuing education activities: many in one transaction, each with its own outcome.

As for results, a few statements however many items: who is known, insert what is new, lock and
read what was there already, and update what changed.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.exams.domain.credits import (
    CONTENT,
    CreditItem,
    Folded,
    Said,
    category_of,
    day_fault,
    file_time,
    fold,
    stamp_of,
    state_of,
)
from services.exams.domain.items import Fault
from services.exams.domain.life import stamp_fault
from services.exams.domain.outcome import Outcome, rejected
from services.exams.domain.vendors import vendor_of
from services.exams.handlers.crediting import announce_credits
from services.exams.handlers.entries import Checks, Entry, Key, Source
from services.exams.handlers.erased import of_the_erased
from services.exams.handlers.linking import Links, find_links
from services.exams.models import Credit
from shared.context import ServiceContext, context
from shared.ids import uuid7
from shared.rows import insert_new, one_of, update_rows

NATURAL_KEY = ("programme", "vendor", "external_id")
_CHANGING = (
    "testing_id",
    "named_candidate_id",
    "candidate_id",
    *CONTENT,
    "withdrawn",
    "reason",
    "source",
    "stamp",
    "updated_at",
    "version",
)

Row: TypeAlias = dict[str, Any]


async def take_in_credits(
    session: AsyncSession, entries: Sequence[Entry[CreditItem]]
) -> list[Outcome]:
    """Store what is new or newer, publish it, and return an outcome for each entry, in order.

    entries: each of a `CreditItem`. The newest statement about an activity counts, whatever the
    order of arrival.
    """
    here = context(session)
    outcomes: dict[int, Outcome] = {}
    good: list[int] = []
    checks = Checks(here)
    for place, entry in enumerate(entries):
        faults = _faults(here, checks, entry)
        if faults:
            outcomes[place] = rejected(entry.index, entry.item.external_id, *faults)
        else:
            good.append(place)
    links = await find_links(session, [(entries[at].item, entries[at].vendor) for at in good])
    erased = await of_the_erased(
        session,
        {
            at: entries[at]
            for at in good
            if links.candidate_of(entries[at].item, entries[at].vendor) is None
        },
    )
    outcomes |= erased
    good = [at for at in good if at not in erased]
    said = {at: _said(here, entries[at], links) for at in good}
    statements: dict[Key, list[int]] = {}
    for at in good:
        statements.setdefault(entries[at].key, []).append(at)
    for key, row, folded in await _store(session, statements, said):
        for at, one in zip(statements[key], folded, strict=True):
            number = entries[at].item.external_id
            state = None if one.outcome == "rejected" else state_of(row)
            conflict = one.outcome == "rejected"
            outcomes[at] = Outcome(
                entries[at].index, number, one.outcome, state, one.faults, conflict
            )
    return [outcomes[place] for place in range(len(entries))]


def _faults(here: ServiceContext, checks: Checks, entry: Entry[CreditItem]) -> list[Fault]:
    """Why an activity cannot be taken, field by field; empty if it can."""
    item = entry.item
    found = checks.faults(entry, day_fault)
    if item.programme not in here.programmes:
        return found
    named = file_time(entry.source.file)
    if item.stated_at is None and named is not None:
        late = stamp_fault(named, here.clock.now())
        if late is not None:
            message = f"{late.message} (the time in the file's name)"
            found.append(Fault(field="stated_at", message=message))
    try:
        category_of(item.category, _categories(here, item.programme))
    except ValueError as unknown:
        found.append(Fault(field="category", message=str(unknown)))
    return found


def _categories(here: ServiceContext, programme: str) -> Mapping[str, str]:
    return {one.id: one.name for one in here.programmes[programme].education.categories.values()}


def source_of(source: Source) -> str:
    """Where an activity came from, as its candidate reads it."""
    return (source.file or source.channel.upper())[:200]


def _said(here: ServiceContext, entry: Entry[CreditItem], links: Links) -> Said:
    item, source = entry.item, entry.source
    order_by = vendor_of(here.programmes, item.programme, entry.vendor).order_by
    content = {name: getattr(item, name) for name in CONTENT}
    content["category"] = category_of(item.category, _categories(here, item.programme))
    return Said(
        stamp=stamp_of(item, order_by, source.file),
        content=content,
        withdrawn=item.withdrawn,
        reason=item.reason,
        source=source_of(source),
        testing_id=item.testing_id,
        named_candidate_id=item.candidate_id,
        candidate_id=links.candidate_of(item, entry.vendor),
    )


async def _store(
    session: AsyncSession,
    statements: Mapping[Key, Sequence[int]],
    said: Mapping[int, Said],
) -> list[tuple[Key, Row, list[Folded]]]:
    """Store what is said of each activity; return its row and what each statement came to."""
    now = context(session).clock.now()
    # In the order of the key, so that two transactions with the same items cannot deadlock.
    made = {}
    for key in sorted(statements):
        first, *rest = (said[at] for at in statements[key])
        row = {
            "id": uuid7(),
            "programme": key[0],
            "vendor": key[1],
            "external_id": key[2],
            "testing_id": first.testing_id,
            "named_candidate_id": first.named_candidate_id,
            "candidate_id": first.candidate_id,
            **first.content,
            "withdrawn": first.withdrawn,
            "reason": first.reason,
            "source": first.source,
            "stamp": first.stamp,
            "received_at": now,
            "updated_at": now,
            "version": 1,
        }
        made[key] = (row, [Folded("accepted"), *_put(row, rest)])
    rows = [row for row, _ in made.values()]
    inserted = await insert_new(session, Credit, rows, conflict=NATURAL_KEY, returning=("id",))
    new = {row["id"] for row in inserted}
    fresh = [(key, row, folded) for key, (row, folded) in made.items() if row["id"] in new]
    known = {key for key, (row, _) in made.items() if row["id"] not in new}
    again = await _restate(session, {key: statements[key] for key in known}, said) if known else []
    await announce_credits(session, [row for _, row, _ in fresh if row["candidate_id"]])
    return fresh + again


def _put(row: Row, statements: Iterable[Said]) -> list[Folded]:
    """Put statements to a row, one after the other; the row becomes what they make of it."""
    folded = []
    for one in statements:
        came_to = fold(row, one)
        row |= came_to.changes
        folded.append(came_to)
    return folded


async def _restate(
    session: AsyncSession, statements: Mapping[Key, Sequence[int]], said: Mapping[int, Said]
) -> list[tuple[Key, Row, list[Folded]]]:
    """Put further statements to activities that were there already."""
    now = context(session).clock.now()
    table = Credit.__table__
    key = tuple(table.c[column] for column in NATURAL_KEY)
    found = await session.execute(
        select(*table.columns)
        .where(one_of(session, key, statements))
        .order_by(*key)
        .with_for_update()
    )
    stored, changed, told = [], [], []
    for mapping in found.mappings():
        row = dict(mapping)
        whose = (row["programme"], row["vendor"], row["external_id"])
        linked = row["candidate_id"]
        folded = _put(row, (said[at] for at in statements[whose]))
        stored.append((whose, row, folded))
        news = any(one.outcome == "accepted" for one in folded) or linked != row["candidate_id"]
        if news:
            row["version"] += 1
            row["updated_at"] = now
        if any(one.changes for one in folded):
            changed.append({column: row[column] for column in ("id", *_CHANGING)})
        if news and row["candidate_id"] is not None:
            told.append(row)
    await update_rows(session, Credit, changed, key=("id",))
    await announce_credits(session, told)
    return stored
