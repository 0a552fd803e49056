"""What vendors say of a result or a registration after its first statement."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.exams.domain.items import ChangeItem, Fault, appointment_fault, date_fault
from services.exams.domain.life import Subject, change_fault, change_word, stated_stamp
from services.exams.domain.outcome import Outcome, rejected
from services.exams.domain.sameness import change_differences
from services.exams.domain.vendors import vendor_of
from services.exams.handlers.entries import Checks, Entry, Key
from services.exams.handlers.erased import of_the_erased
from services.exams.handlers.lives import MODELS, Said, key_of, say, standing
from services.exams.handlers.recording import follow, prepare
from services.exams.models import NATURAL_KEY
from shared.context import ServiceContext, context
from shared.rows import one_of


async def take_in_changes(
    session: AsyncSession, entries: Sequence[Entry[ChangeItem]]
) -> list[Outcome]:
    """Keep what is new, let it change what it is about, and return an outcome for each entry.

    The state is that of the result (`recorded`, `waiting`, `held`, `revoked`) or the registration
    (`booked`, `cancelled`, `no_show`), or `pending` while it has not arrived.
    """
    here = context(session)
    outcomes: dict[int, Outcome] = {}
    places: dict[Subject, list[int]] = {}
    checks = Checks(here)
    for place, entry in enumerate(entries):
        faults = checks.faults(entry, _fault, identity=False) or _out_of_order(here, entry)
        if faults:
            outcomes[place] = rejected(entry.index, entry.item.registration_number, *faults)
        else:
            places.setdefault(entry.item.about, []).append(place)
    wanted: Mapping[Subject, set[Key]] = {
        subject: {entries[place].key for place in found} for subject, found in places.items()
    }
    await prepare(session, wanted)
    for subject in sorted(places):
        erased = await _of_the_erased(session, subject, {at: entries[at] for at in places[subject]})
        outcomes |= erased
        left = [at for at in places[subject] if at not in erased]
        took = await _take_in(session, subject, [entries[at] for at in left])
        outcomes.update(zip(left, took, strict=True))
    return [outcomes[place] for place in range(len(entries))]


def _fault(item: ChangeItem, day: date, timezone: str) -> Fault | None:
    if item.exam_date is not None and (wrong := date_fault(item.exam_date, day, timezone)):
        return wrong
    return None if item.appointment is None else appointment_fault(item.appointment, day)


def _out_of_order(here: ServiceContext, entry: Entry[ChangeItem]) -> list[Fault]:
    vendor = vendor_of(here.programmes, entry.item.programme, entry.vendor)
    fault = change_fault(entry.item, vendor.order_by)
    return [] if fault is None else [fault]


async def _of_the_erased(
    session: AsyncSession, subject: Subject, entries: Mapping[int, Entry[ChangeItem]]
) -> dict[int, Outcome]:
    """Answer what is about somebody who is erased: kept, it would wait for what never comes."""
    erased = await of_the_erased(session, entries)
    if not erased:
        return erased
    table = MODELS[subject].__table__
    key = [table.c[column] for column in NATURAL_KEY]
    wanted = {entries[at].key for at in erased}
    found = await session.execute(select(*key).where(one_of(session, key, wanted)))
    stored = {key_of(row) for row in found.mappings()}
    return {at: one for at, one in erased.items() if entries[at].key not in stored}


def _differences(item: ChangeItem, row: Mapping[str, Any]) -> list[str]:
    return change_differences(row, item)


async def _take_in(
    session: AsyncSession, subject: Subject, entries: Sequence[Entry[ChangeItem]]
) -> list[Outcome]:
    here = context(session)
    now = here.clock.now()
    said = []
    for place, entry in enumerate(entries):
        item = entry.item
        order_by = vendor_of(here.programmes, item.programme, entry.vendor).order_by
        said.append(
            Said(
                key=entry.key,
                # Those that say no time were said in the order in which they were sent.
                word=change_word(item, order_by, now + timedelta(microseconds=place)),
                said_by=entry.source.client or entry.vendor,
                channel=entry.source.channel,
                arrived=stated_stamp(item, order_by) is None and item.notice_id is None,
                differences=partial(_differences, item),
            )
        )
    verdicts, transitions = await say(session, subject, said)
    after = await follow(session, subject, transitions)
    states: dict[Any, str] = {
        (row["programme"], row["vendor"], row["registration_number"]): standing(subject, row)
        for row in after.values()
    }
    return [
        Outcome(
            entry.index,
            entry.item.registration_number,
            verdict.outcome,
            state=None if verdict.outcome == "rejected" else states.get(entry.key, verdict.state),
            faults=verdict.faults,
            conflict=verdict.outcome == "rejected",
        )
        for entry, verdict in zip(entries, verdicts, strict=True)
    ]
