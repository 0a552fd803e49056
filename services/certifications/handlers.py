"""What certifications does: keep facts, evaluate, write and publish the difference."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.certifications import queries
from services.certifications.domain import Cycle, Standing, evaluate, reason
from services.certifications.errors import UnusableEvent
from services.certifications.models import (
    CODE_LENGTH,
    EXAM,
    NUMBER,
    Candidate,
    FactRow,
    HeldCertification,
    NumberSeries,
)
from services.certifications.queries import Person, Recorded
from shared import outbox
from shared.clock import today
from shared.context import context
from shared.events import (
    CandidateRegistered,
    CandidateUpdated,
    CertificationEarned,
    CertificationRenewed,
    ExamPassed,
)
from shared.ids import public_code
from shared.programmes import Programme, Programmes
from shared.rows import insert_new, one_of, upsert

_FACT_KEY = ("programme", "candidate_id", "kind", "key")
_HELD_KEY = ("programme", "candidate_id", "code")


class Change(NamedTuple):
    """A certification whose state differs from what was published."""

    person: Person
    standing: Standing
    before: Recorded | None


async def keep_candidates(
    session: AsyncSession, events: Sequence[CandidateRegistered | CandidateUpdated]
) -> None:
    """Keep the names and the consent of candidates; the newest version wins."""
    newest: dict[Person, CandidateRegistered | CandidateUpdated] = {}
    for event in events:
        person = _person(event.programme, event.candidate_id)
        if person not in newest or event.version > newest[person].version:
            newest[person] = event
    rows = [
        {
            "programme": person.programme,
            "candidate_id": person.candidate_id,
            "given_name": event.contact.given_name,
            "family_name": event.contact.family_name,
            "disclosure": event.disclosure,
            "version": event.version,
        }
        # Sorted, so that two consumers that meet on the same rows take them in one order.
        for person, event in sorted(newest.items())
    ]
    await upsert(
        session,
        Candidate,
        rows,
        key=("programme", "candidate_id"),
        update=("given_name", "family_name", "disclosure", "version"),
        newer="version",
    )


async def take_passes(session: AsyncSession, events: Sequence[ExamPassed]) -> None:
    """Take in passed exams and publish what they earned or renewed.

    Raises UnusableEvent for an event of a programme that is not loaded or of nobody.
    """
    programmes = context(session).programmes
    newest: dict[tuple[Person, str], ExamPassed] = {}
    for event in events:
        if event.programme not in programmes:
            raise UnusableEvent(f"there is no programme {event.programme!r} here")
        at = _person(event.programme, event.candidate_id), str(event.result_id)
        if at not in newest or event.version > newest[at].version:
            newest[at] = event
    people = sorted({person for person, _ in newest})
    await lock(session, people)
    written = await upsert(
        session,
        FactRow,
        [_pass_row(person, key, event) for (person, key), event in newest.items()],
        key=_FACT_KEY,
        update=("version", "occurred_on", "data"),
        newer="version",
        returning=("programme", "candidate_id"),
    )
    # What was known already changes nothing: a replay costs no evaluation.
    await review(
        session, sorted({Person(row["programme"], row["candidate_id"]) for row in written})
    )


async def lock(session: AsyncSession, people: Sequence[Person]) -> None:
    """Lock candidates, in order, making the rows of those not known yet.

    Whoever evaluates a candidate holds the row until the result is written, so two batches with
    passes of one person can't both miss the other's.
    """
    missing = set(people)
    if session.get_bind().dialect.name == "postgresql":
        missing -= await _lock_known(session, people)
    if not missing:
        return
    rows = [
        {
            "programme": person.programme,
            "candidate_id": person.candidate_id,
            "given_name": "",
            "family_name": "",
            "disclosure": False,
            "version": 0,
        }
        for person in sorted(missing)
    ]
    made = await insert_new(
        session,
        Candidate,
        rows,
        conflict=("programme", "candidate_id"),
        returning=("programme", "candidate_id"),
    )
    missing -= {Person(row["programme"], row["candidate_id"]) for row in made}
    if missing and session.get_bind().dialect.name == "postgresql":
        # Somebody else made these between the two statements.
        await _lock_known(session, sorted(missing))


async def _lock_known(session: AsyncSession, people: Sequence[Person]) -> set[Person]:
    key = (Candidate.programme, Candidate.candidate_id)
    found = await session.execute(
        select(*key).where(one_of(session, key, people)).order_by(*key).with_for_update()
    )
    return {Person(*row) for row in found}


async def review(session: AsyncSession, people: Sequence[Person]) -> None:
    """Evaluate locked candidates anew; write and publish what differs from what is recorded."""
    if not people:
        return
    here = context(session)
    facts = await queries.facts_of(session, people)
    held = await queries.held_by(session, people)
    todays = {name: today(here.clock, one.timezone) for name, one in here.programmes.items()}
    changes: list[Change] = []
    lost: list[Recorded] = []
    for person in people:
        known = facts.get(person, ())
        before = held.get(person, {})
        # A pass dated tomorrow, where the exam was sat east of the programme, counts at once.
        as_of = max((day for day, _ in known), default=date.min)
        as_of = max(as_of, todays[person.programme])
        programme = here.programmes[person.programme]
        state = evaluate(programme, [fact for _, fact in known], as_of)
        for code, standing in state.standings.items():
            recorded = before.get(code)
            if recorded is None or recorded.withdrawn or _differs(recorded, standing):
                changes.append(Change(person, standing, recorded))
        lost += [
            row
            for code, row in before.items()
            if code in programme.certifications
            and code not in state.standings
            and not row.withdrawn
        ]
    if not changes and not lost:
        return
    numbers = await _numbers(session, here.programmes, changes)
    codes = await _new_codes(session, sum(change.before is None for change in changes))
    rows = [_held_row(change, numbers, codes) for change in changes]
    withdrawn = [{**row._asdict(), "withdrawn": True, "version": row.version + 1} for row in lost]
    await upsert(
        session,
        HeldCertification,
        rows + withdrawn,
        key=_HELD_KEY,
        update=[name for name in Recorded._fields if name not in _HELD_KEY],
    )
    await outbox.add(
        session,
        *(
            _event(here.programmes[change.person.programme], change, row)
            for change, row in zip(changes, rows, strict=True)
        ),
    )


async def _numbers(
    session: AsyncSession, programmes: Programmes, changes: Iterable[Change]
) -> Mapping[Person, Mapping[str, int]]:
    """Give a number to each person who needs a first one: in order of award within this batch.

    Returns each such person's numbers by certification.
    """
    waiting: dict[tuple[str, str], dict[Person, date]] = defaultdict(dict)
    wanted: list[tuple[Person, str, str]] = []
    for person, standing, _ in changes:
        if standing.number is not None:
            continue
        one = programmes[person.programme].certifications[standing.certification]
        if one.number_series is not None:
            people = waiting[person.programme, one.number_series]
            earned = _latest(standing).started_on
            people[person] = min(people.get(person, earned), earned)
            wanted.append((person, one.code, one.number_series))
    given: dict[tuple[Person, str], int] = {}
    for (programme, series), earned_on in sorted(waiting.items()):
        first = programmes[programme].number_series[series].first
        number = await _take(session, programme, series, len(earned_on), first)
        in_order = sorted(earned_on, key=lambda person: (earned_on[person], person))
        for place, person in enumerate(in_order):
            given[person, series] = number + place
    facts = [
        {
            "programme": person.programme,
            "candidate_id": person.candidate_id,
            "kind": NUMBER,
            "key": series,
            "version": 1,
            "occurred_on": waiting[person.programme, series][person],
            "data": {"number": number},
        }
        for (person, series), number in given.items()
    ]
    await insert_new(session, FactRow, facts, conflict=_FACT_KEY)
    numbers: dict[Person, dict[str, int]] = defaultdict(dict)
    for person, code, series in wanted:
        numbers[person][code] = given[person, series]
    return numbers


async def _take(session: AsyncSession, programme: str, series: str, count: int, first: int) -> int:
    """Take numbers from a series; return the lowest. The row stays locked until the commit."""
    start = {"programme": programme, "series": series, "next_number": first}
    await insert_new(session, NumberSeries, [start], conflict=("programme", "series"))
    after = await session.scalar(
        update(NumberSeries)
        .where(NumberSeries.programme == programme, NumberSeries.series == series)
        .values(next_number=NumberSeries.next_number + count)
        .returning(NumberSeries.next_number)
        .execution_options(synchronize_session=False)
    )
    if after is None:  # pragma: no cover - the row was made above
        raise UnusableEvent(f"the number series {series!r} has gone")
    return after - count


async def _new_codes(session: AsyncSession, count: int) -> list[str]:
    """Return verification codes that no certificate carries yet."""
    codes: set[str] = set()
    while len(codes) < count:
        fresh = {public_code(CODE_LENGTH) for _ in range(count - len(codes))}
        codes |= fresh - await queries.codes_in_use(session, fresh)
    return sorted(codes)


def _person(programme: str, candidate_id: str | None) -> Person:
    if candidate_id is None:
        raise UnusableEvent("the event does not say which candidate it is about")
    return Person(programme, candidate_id)


def _pass_row(person: Person, key: str, event: ExamPassed) -> dict[str, Any]:
    return {
        "programme": person.programme,
        "candidate_id": person.candidate_id,
        "kind": EXAM,
        "key": key,
        "version": event.version,
        "occurred_on": event.exam_date,
        "data": {"exam": event.exam_code, "registration": event.registration_number},
    }


def _latest(standing: Standing) -> Cycle:
    return standing.cycles[-1]


def _awards(standing: Standing) -> int:
    return sum(term.kind == "earned" for term in standing.cycles)


def _differs(row: Recorded, standing: Standing) -> bool:
    term = _latest(standing)
    return (row.started_on, row.active_on, row.expires_on, row.cycle) != (
        term.started_on,
        term.active_on,
        term.expires_on,
        _awards(standing),
    )


def _held_row(
    change: Change, numbers: Mapping[Person, Mapping[str, int]], codes: list[str]
) -> dict[str, Any]:
    standing, before = change.standing, change.before
    term = _latest(standing)
    number = standing.number
    if number is None:
        given = numbers.get(change.person, {}).get(standing.certification)
        number = None if given is None else str(given)
    return {
        "programme": change.person.programme,
        "candidate_id": change.person.candidate_id,
        "code": standing.certification,
        "cycle": _awards(standing),
        "started_on": term.started_on,
        "active_on": term.active_on,
        "expires_on": term.expires_on,
        "number": number,
        "verification_code": codes.pop() if before is None else before.verification_code,
        "withdrawn": False,
        "version": 1 if before is None else before.version + 1,
    }


def _event(
    programme: Programme, change: Change, row: Mapping[str, Any]
) -> CertificationEarned | CertificationRenewed:
    before = change.before
    one = programme.certifications[row["code"]]
    anew = before is None or before.withdrawn or row["cycle"] > before.cycle
    kind = CertificationEarned if anew else CertificationRenewed
    return kind(
        programme=programme.id,
        candidate_id=row["candidate_id"],
        version=row["version"],
        certification=one.code,
        name=one.name,
        level=one.level,
        category=one.category,
        number=row["number"],
        cycle=row["cycle"],
        started_on=row["started_on"],
        active_on=row["active_on"],
        expires_on=row["expires_on"],
        verification_code=row["verification_code"],
        reason=reason(programme, _latest(change.standing)),
    )
