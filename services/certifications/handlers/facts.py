"""Facts as exams tells of them: written in sets, and what they change published."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from pydantic_core import to_json
from sqlalchemy.ext.asyncio import AsyncSession

from services.certifications.errors import UnusableEvent
from services.certifications.event_facts import DECIDED_AT, FACT_OF, Heard
from services.certifications.handlers.candidates import OF_NOBODY, lock
from services.certifications.handlers.review import review
from services.certifications.queries import Person
from services.certifications.sets import SetStatement
from shared import metrics
from shared.context import ServiceContext, context
from shared.events import Event, ExamPassed

FACT_KEY = ("programme", "candidate_id", "kind", "key")
_WRITE = SetStatement(
    "INSERT INTO facts (programme, candidate_id, kind, key, version, occurred_on, data) "
    "SELECT CAST(:programme AS text), candidate_id, kind, key, version, occurred_on, "
    "CAST(data AS {json}) FROM {given} WHERE true "
    "ON CONFLICT (programme, candidate_id, kind, key) DO UPDATE SET version = excluded.version, "
    "occurred_on = excluded.occurred_on, data = excluded.data "
    "WHERE excluded.version > facts.version RETURNING candidate_id, kind, key",
    {
        "candidate_id": "text",
        "kind": "text",
        "key": "text",
        "version": "integer",
        "occurred_on": "date",
        "data": "text",
    },
)

_Newest: TypeAlias = dict[tuple[str, str, str], tuple[int, Heard]]


async def take_facts(session: AsyncSession, events: Sequence[Event]) -> None:
    """Take in results, credits, courses and agreements; publish what they earned or took back.

    Of one fact the newest version wins, whichever event told it.
    Raises UnusableEvent for an event of a programme that is not loaded or of nobody.
    """
    programmes = context(session).programmes
    newest: dict[str, _Newest] = {}
    decided: dict[Person, datetime] = {}
    for event in events:
        programme = event.programme
        if programme not in newest:
            if programme not in programmes:
                raise UnusableEvent(f"there is no programme {programme!r} here")
            newest[programme] = {}
        if event.candidate_id is None:
            raise UnusableEvent(OF_NOBODY)
        heard = FACT_OF[type(event)](event)
        at = event.candidate_id, heard.row.kind, heard.row.key
        known = newest[programme].get(at)
        if known is None or event.version > known[0]:
            newest[programme][at] = event.version, heard
        if type(event) in DECIDED_AT and (instant := DECIDED_AT[type(event)](event)) is not None:
            person = Person(programme, event.candidate_id)
            decided[person] = max(instant, decided.get(person, instant))
    people = {
        Person(programme, candidate_id)
        for programme, facts in newest.items()
        for candidate_id, _, _ in facts
    }
    await lock(session, sorted(people))
    changed: set[Person] = set()
    for programme, facts in newest.items():
        changed |= await _write(session, programme, facts)
    await review(session, sorted(changed), decided=decided)
    _measure(context(session), events, changed)


async def _write(session: AsyncSession, programme: str, facts: _Newest) -> set[Person]:
    """Write facts of a programme; return of whom something that matters was not known yet."""
    columns = [
        (candidate_id, kind, key, version, heard.row.occurred_on, _json(heard.row.data))
        for (candidate_id, kind, key), (version, heard) in facts.items()
    ]
    rows = await _WRITE.run(session, list(zip(*columns, strict=True)), programme=programme)
    # What was known already changes nothing, nor does a fail that replaces no pass: a replay
    # costs no evaluation.
    changed: set[Person] = set()
    for candidate_id, kind, key in rows:
        version, heard = facts[candidate_id, kind, key]
        if heard.counts or version > 1:
            changed.add(Person(programme, candidate_id))
    return changed


def _json(data: Mapping[str, Any]) -> str:
    return to_json(data).decode()


def _measure(here: ServiceContext, events: Sequence[Event], changed: Collection[Person]) -> None:
    """Measure how long a pass took from its arrival to what it earned."""
    now = here.clock.now()
    series = {
        programme: metrics.RESULT_TO_CERTIFICATE.labels(here.name, programme)
        for programme in {person.programme for person in changed}
    }
    for event in events:
        if type(event) is ExamPassed and (event.programme, event.candidate_id) in changed:
            seconds = (now - event.received_at).total_seconds()
            series[event.programme].observe(seconds)
