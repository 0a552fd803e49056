"""What is recorded of certifications, and the events that tell of it: written in sets."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.certifications import queries
from services.certifications.handlers.findings import Change, Findings
from services.certifications.handlers.news import (
    awards,
    event_of,
    latest,
    reminder_event,
    withdrawn_event,
)
from services.certifications.handlers.numbers import Wanted, give_numbers, new_codes
from services.certifications.handlers.regrouped import quietly
from services.certifications.models import CODE_LENGTH, Candidate, HeldCertification
from services.certifications.queries import Person, Recorded
from services.certifications.sets import SetStatement
from shared.context import context
from shared.events import Event
from shared.ids import public_code
from shared.programmes import Programme, Programmes
from shared.rows import update_rows, upsert

_KEY = ("programme", "candidate_id", "code")
# One that is new to a candidate. A code that somebody else has is found by the index that keeps
# codes apart; to ask before would be a statement for what hardly ever happens.
_ADD = SetStatement(
    "INSERT INTO certifications (programme, candidate_id, code, cycle, started_on, active_on, "
    "expires_on, number, verification_code, status, grace_until, name, reminded_on, version, "
    "withdrawn) SELECT CAST(:programme AS text), candidate_id, code, cycle, started_on, active_on, "
    "expires_on, number, verification_code, status, grace_until, name, reminded_on, 1, false "
    "FROM {given} WHERE true ON CONFLICT (verification_code) DO NOTHING",
    {
        "candidate_id": "text",
        "code": "text",
        "cycle": "integer",
        "started_on": "date",
        "active_on": "date",
        "expires_on": "date",
        "number": "text",
        "verification_code": "text",
        "status": "text",
        "grace_until": "date",
        "name": "text",
        "reminded_on": "date",
    },
)


async def write_certifications(session: AsyncSession, found: Findings) -> list[Event]:
    """Write what has changed of certifications; return the events that tell of it."""
    if not (found.changes or found.lost or found.reminded):
        return []
    programmes = context(session).programmes
    numbers = await give_numbers(session, programmes, _without_number(programmes, found.changes))
    taken_over = [row for row in found.lost if not row.verification_code]
    codes = await new_codes(session, len(taken_over)) if taken_over else []
    fresh: dict[str, list[dict[str, Any]]] = defaultdict(list)
    rows: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    for change in found.changes:
        programme = change.person.programme
        number = numbers.get((change.person, change.standing.certification)) if numbers else None
        row = _held_row(programmes[programme], change, number)
        changed.append(row)
        (fresh[programme] if change.before is None else rows).append(row)
    for programme, some in fresh.items():
        await _add(session, programme, some)
    # Only now, because what is added may have got another verification code.
    events = [_told(programmes, *one) for one in zip(found.changes, changed, strict=True)]
    for lost in found.lost:
        rows.append({**lost._asdict(), "withdrawn": True, "version": lost.version + 1})
        rows[-1]["verification_code"] = lost.verification_code or codes.pop()
        event = withdrawn_event(programmes[lost.programme], rows[-1])
        quiet = Person(lost.programme, lost.candidate_id) in found.quiet
        events.append(quietly(event) if quiet else event)
    for one in found.reminded:
        rows.append({**one.row._asdict(), "reminded_on": one.today})
        events.append(
            reminder_event(programmes[one.row.programme], rows[-1], one.reminder, one.today)
        )
    await upsert(
        session,
        HeldCertification,
        rows,
        key=_KEY,
        update=[name for name in Recorded._fields if name not in _KEY],
    )
    return events


def _told(programmes: Programmes, change: Change, row: Mapping[str, Any]) -> Event:
    programme = programmes[change.person.programme]
    event = event_of(programme, change, row)
    return quietly(event) if change.quiet else event


async def _add(session: AsyncSession, programme: str, rows: Sequence[dict[str, Any]]) -> None:
    """Add certifications that their holders have none of yet; a code that is taken is redrawn."""
    waiting = rows
    while True:
        columns = [[row[name] for row in waiting] for name in _ADD.columns]
        added = await _ADD.run(session, columns, programme=programme)
        if added.rowcount == len(waiting):
            return
        people = sorted({Person(programme, row["candidate_id"]) for row in waiting})
        there = await queries.held_by(session, people)
        waiting = [
            row
            for row in waiting
            if row["code"] not in there.get(Person(programme, row["candidate_id"]), {})
        ]
        for row in waiting:
            row["verification_code"] = public_code(CODE_LENGTH)


async def note_due(session: AsyncSession, found: Findings) -> None:
    """Note of everybody who was looked at when to look again."""
    rows = [
        {
            "programme": programme,
            "candidate_id": candidate_id,
            "due_on": due_on,
            "reviewed_on": day,
        }
        for (programme, day), some in found.due.items()
        for candidate_id, due_on in some
    ]
    await update_rows(session, Candidate, rows, key=("programme", "candidate_id"))


def _without_number(programmes: Programmes, changes: Iterable[Change]) -> list[Wanted]:
    return [
        Wanted(person, standing.certification, latest(standing).started_on)
        for person, standing, before, *_ in changes
        if standing.number is None
        and (before is None or before.number is None)
        and programmes[person.programme].certifications[standing.certification].number_series
    ]


def _held_row(programme: Programme, change: Change, new_number: int | None) -> dict[str, Any]:
    person, standing, before, _, day, *_ = change
    term = latest(standing)
    number = standing.number
    if number is None:
        number = None if new_number is None else str(new_number)
    if number is None and before is not None:
        number = before.number
    again = before is not None and before.cycle >= awards(standing)
    same_end = before is not None and before.expires_on == term.expires_on
    return {
        "programme": person.programme,
        "candidate_id": person.candidate_id,
        "code": standing.certification,
        "cycle": awards(standing),
        "started_on": term.started_on,
        "active_on": term.active_on,
        "expires_on": term.expires_on,
        "number": number,
        "verification_code": (
            public_code(CODE_LENGTH) if before is None else before.verification_code
        ),
        "withdrawn": False,
        "version": 1 if before is None else before.version + 1,
        "status": standing.status,
        "grace_until": standing.grace_until,
        "name": (
            before.name
            if again and before is not None and before.name
            else _called(programme, standing.certification, term.started_on)
        ),
        # Who is told of a new last day needs no reminder of it on the same day.
        "reminded_on": before.reminded_on if same_end and before is not None else day,
    }


def _called(programme: Programme, code: str, day: date) -> str:
    one = programme.certifications[code]
    for former in one.former_names:
        if former.until is not None and day <= former.until:
            return former.name
    return one.name
