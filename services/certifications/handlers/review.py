"""The review of candidates: evaluate, compare with what is recorded, write and publish.

Who has several ids is evaluated over the facts of all of them, and has what comes of it under the
survivor's id; what was recorded under the others stays as it was until they are told apart.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from services.certifications import queries
from services.certifications.domain import AssignedNumber, Fact, Standing
from services.certifications.domain.state import Achievement
from services.certifications.handlers.candidates import lock
from services.certifications.handlers.news import (
    awards,
    event_of,
    latest,
    news_of,
    reminder_event,
    withdrawn_event,
)
from services.certifications.handlers.numbers import Wanted, give_numbers, new_codes
from services.certifications.handlers.regrouped import (
    UNCHANGED,
    Regrouped,
    forget_achievements,
    quietly,
)
from services.certifications.models import Candidate, HeldCertification, PublishedAchievement
from services.certifications.present import ONE_DAY, present
from services.certifications.queries import Person, Recorded
from services.certifications.reminders import Reminder, due, following, reminders_under
from shared import outbox
from shared.clock import today
from shared.context import context
from shared.events import AchievementReached, Event
from shared.merges import Kin, kin_of
from shared.programmes import Programme
from shared.rows import insert_new, update_rows, upsert

_HELD_KEY = ("programme", "candidate_id", "code")
# In these a holder has something to lose by the last day.
_REMINDED = frozenset(("active", "emeritus"))


class Change(NamedTuple):
    """A certification whose state differs from what was published, and which event tells it.

    quiet: to the person it is no news.
    """

    person: Person
    standing: Standing
    before: Recorded | None
    news: type[Event]
    today: date
    quiet: bool = False


class Reminded(NamedTuple):
    """A certification, as it was published, whose holder is reminded of the last day."""

    row: Recorded
    reminder: Reminder
    today: date


@dataclass
class Findings:
    """What a review of some candidates came to."""

    changes: list[Change] = field(default_factory=list)
    lost: list[Recorded] = field(default_factory=list)
    reminded: list[Reminded] = field(default_factory=list)
    reached: list[tuple[Person, Achievement]] = field(default_factory=list)
    quiet: set[Person] = field(default_factory=set)
    due: list[dict[str, Any]] = field(default_factory=list)


async def review(
    session: AsyncSession, people: Sequence[Person], regrouped: Regrouped = UNCHANGED
) -> None:
    """Evaluate locked candidates anew; write and publish what differs from what is recorded.

    Reminders whose day has come are sent too, so whoever looks first, clock or consumer, sends
    them, and nobody else does. regrouped: who was made one person or told apart just now.
    """
    if not people:
        return
    here = context(session)
    kin = await kin_of(session, people)
    persons = await _persons(session, people, kin) if kin.survivors else people
    facts = await queries.facts_of(session, persons, kin)
    held = await queries.held_by(session, persons)
    todays = {name: today(here.clock, one.timezone) for name, one in here.programmes.items()}
    found = Findings()
    for person in persons:
        _look(
            found,
            here.programmes[person.programme],
            person,
            facts.get(person, ()),
            held.get(person, {}),
            todays[person.programme],
            regrouped,
        )
    for away in set(people).difference(persons):
        # The survivor's row says when to look again.
        found.due.append(due_row(away, None, todays[away.programme]))
    events = await _write_certifications(session, found)
    events += await _write_achievements(session, found.reached, regrouped)
    await update_rows(session, Candidate, found.due, key=("programme", "candidate_id"))
    await outbox.add(session, *events)


async def _persons(session: AsyncSession, people: Sequence[Person], kin: Kin) -> Sequence[Person]:
    """Return the survivors, locked, of whom there is something to look at."""
    persons = sorted({Person(*kin.survivor(one)) for one in people})
    # Most are locked already; of who was merged between the lock and now only the other id is.
    await lock(session, [one for one in persons if one not in set(people)])
    return persons


def _look(
    found: Findings,
    programme: Programme,
    person: Person,
    known: Sequence[tuple[date, Fact]],
    recorded: dict[str, Recorded],
    day: date,
    regrouped: Regrouped,
) -> None:
    state, changes_on = present(programme, known, day)
    days = [] if changes_on is None else [changes_on]
    for code, standing in state.standings.items():
        if not standing.cycles:
            continue
        before = recorded.get(code)
        news = news_of(before, standing)
        if news is not None:
            news, quiet = regrouped.as_told(person, before, standing, news)
            found.changes.append(Change(person, standing, before, news, day, quiet))
        if standing.status not in _REMINDED or standing.expires_on is None:
            continue
        reminders = reminders_under(programme, standing.expires_on)
        following_on = following(reminders, day)
        if following_on is not None:
            days.append(following_on)
        if before is None or before.expires_on != standing.expires_on:
            continue
        reminder = due(reminders, before.reminded_on, day)
        if reminder is not None and news is None:
            found.reminded.append(Reminded(before, reminder, day))
        elif reminder is not None:
            # One thing is told a day; the clock comes back for this one.
            days.append(day + ONE_DAY)
    found.lost += [
        row._replace(number=_own_number(programme, known, code))
        for code, row in (regrouped.recorded(person) | recorded).items()
        if code in programme.certifications and not row.withdrawn and not state[code].cycles
    ]
    found.quiet |= regrouped.about(person)
    found.reached += [(person, one) for one in state.achievements]
    # Never today again, or the clock would not come to an end.
    due_on = max(min(days), day + ONE_DAY) if days else None
    found.due.append(due_row(person, due_on, day))


def due_row(person: Person, due_on: date | None, day: date) -> dict[str, Any]:
    """Return what is noted of a candidate who was looked at: when to look again."""
    return {
        "programme": person.programme,
        "candidate_id": person.candidate_id,
        "due_on": due_on,
        "reviewed_on": day,
    }


def _own_number(programme: Programme, known: Sequence[tuple[date, Fact]], code: str) -> str | None:
    """Return a person's number in the series of a certification, held or not."""
    series = programme.certifications[code].number_series
    numbers = [
        fact.number
        for _, fact in known
        if isinstance(fact, AssignedNumber) and fact.series == series
    ]
    return str(min(numbers)) if numbers else None


async def _write_certifications(session: AsyncSession, found: Findings) -> list[Event]:
    if not (found.changes or found.lost or found.reminded):
        return []
    programmes = context(session).programmes
    numbers = await give_numbers(session, programmes, _without_number(found.changes))
    fresh = [one for one in found.changes if one.before is None]
    taken_over = [row for row in found.lost if not row.verification_code]
    codes = await new_codes(session, len(fresh) + len(taken_over))
    rows: list[dict[str, Any]] = []
    events: list[Event] = []
    for change in found.changes:
        programme = programmes[change.person.programme]
        number = numbers.get((change.person, change.standing.certification))
        rows.append(_held_row(programme, change, number, codes))
        event = event_of(change.news, programme, change.standing, rows[-1])
        events.append(quietly(event) if change.quiet else event)
    for row in found.lost:
        rows.append({**row._asdict(), "withdrawn": True, "version": row.version + 1})
        rows[-1]["verification_code"] = row.verification_code or codes.pop()
        event = withdrawn_event(programmes[row.programme], rows[-1])
        quiet = Person(row.programme, row.candidate_id) in found.quiet
        events.append(quietly(event) if quiet else event)
    for one in found.reminded:
        rows.append({**one.row._asdict(), "reminded_on": one.today})
        programme = programmes[one.row.programme]
        events.append(reminder_event(programme, rows[-1], one.reminder, one.today))
    await upsert(
        session,
        HeldCertification,
        rows,
        key=_HELD_KEY,
        update=[name for name in Recorded._fields if name not in _HELD_KEY],
    )
    return events


def _without_number(changes: Iterable[Change]) -> list[Wanted]:
    return [
        Wanted(person, standing.certification, latest(standing).started_on)
        for person, standing, before, _, _, _ in changes
        if standing.number is None and (before is None or before.number is None)
    ]


def _held_row(
    programme: Programme, change: Change, new_number: int | None, codes: list[str]
) -> dict[str, Any]:
    person, standing, before, _, day, _ = change
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
        "verification_code": codes.pop() if before is None else before.verification_code,
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


async def _write_achievements(
    session: AsyncSession, reached: Sequence[tuple[Person, Achievement]], regrouped: Regrouped
) -> list[Event]:
    await forget_achievements(session, regrouped, reached)
    if not reached:
        return []
    programmes = context(session).programmes
    rows = [
        {
            "programme": person.programme,
            "candidate_id": person.candidate_id,
            "achievement": one.id,
            "reached_on": one.reached_on,
        }
        for person, one in reached
    ]
    key = ("programme", "candidate_id", "achievement")
    fresh = await insert_new(
        session, PublishedAchievement, rows, conflict=key, returning=(*key, "reached_on")
    )
    return [
        AchievementReached(
            programme=row["programme"],
            candidate_id=row["candidate_id"],
            achievement=row["achievement"],
            name=programmes[row["programme"]].achievements[row["achievement"]].name,
            reached_on=row["reached_on"],
            regrouped=regrouped.knows(
                Person(row["programme"], row["candidate_id"]), row["achievement"]
            ),
        )
        for row in fresh
    ]
