"""The review of candidates: evaluate, compare with what is recorded, write and publish.

Who has several ids is evaluated over the facts of all of them, and has what comes of it under the
survivor's id; what was recorded under the others stays as it was until they are told apart.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.certifications import queries
from services.certifications.domain import AssignedNumber, Fact
from services.certifications.domain.state import Achievement, State
from services.certifications.handlers.candidates import lock
from services.certifications.handlers.findings import Change, Findings, Reminded
from services.certifications.handlers.news import news_of
from services.certifications.handlers.records import note_due, write_certifications
from services.certifications.handlers.regrouped import (
    UNCHANGED,
    Regrouped,
    forget_achievements,
)
from services.certifications.models import PublishedAchievement
from services.certifications.present import ONE_DAY, present
from services.certifications.queries import Person, Recorded
from services.certifications.reminders import due, following_under, reminders_under
from shared import outbox
from shared.clock import today
from shared.context import context
from shared.events import AchievementReached, Event
from shared.merges import Kin, kin_of
from shared.programmes import Programme
from shared.rows import insert_new

NOTHING: Mapping[Person, datetime] = {}
# In these a holder has something to lose by the last day.
_REMINDED = frozenset(("active", "emeritus"))


async def review(
    session: AsyncSession,
    people: Sequence[Person],
    regrouped: Regrouped = UNCHANGED,
    decided: Mapping[Person, datetime] = NOTHING,
) -> None:
    """Evaluate locked candidates anew; write and publish what differs from what is recorded.

    Reminders whose day has come are sent too, so whoever looks first, clock or consumer, sends
    them, and nobody else does. regrouped: who was made one person or told apart just now. decided:
    of whom somebody decided something, and when; what follows is news, whatever its dates.
    """
    if not people:
        return
    here = context(session)
    persons: Sequence[Person] = people
    known = await queries.known_of(session, people)
    if known is None:
        kin = await kin_of(session, people)
        persons = await _persons(session, people, kin)
        decided = {Person(*kin.survivor(one)): at for one, at in decided.items()}
        known = queries.Known(
            await queries.facts_of(session, persons, kin), await queries.held_by(session, persons)
        )
    facts, held = known
    todays = {name: today(here.clock, one.timezone) for name, one in here.programmes.items()}
    found = Findings(decided)
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
        found.due[away.programme, todays[away.programme]].append((away.candidate_id, None))
    events = await write_certifications(session, found)
    events += await _write_achievements(session, found.reached, regrouped)
    await note_due(session, found)
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
    recorded: Mapping[str, Recorded],
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
            quiet = False
            if regrouped is not UNCHANGED:
                news, quiet = regrouped.as_told(person, before, standing, news)
            decided_at = found.decided.get(person)
            found.changes.append(Change(person, standing, before, news, day, quiet, decided_at))
        expires_on = standing.expires_on
        if expires_on is None or standing.status not in _REMINDED:
            continue
        following_on = following_under(programme, expires_on, day)
        if following_on is not None:
            days.append(following_on)
        if before is None or before.expires_on != expires_on:
            continue
        reminder = due(reminders_under(programme, expires_on), before.reminded_on, day)
        if reminder is not None and news is None:
            found.reminded.append(Reminded(before, reminder, day))
        elif reminder is not None:
            # One thing is told a day; the clock comes back for this one.
            days.append(day + ONE_DAY)
    _note_lost(found, programme, person, known, recorded, state, regrouped)
    found.reached += [(person, one) for one in state.achievements]
    # Never today again, or the clock would not come to an end.
    due_on = max(min(days), day + ONE_DAY) if days else None
    found.due[person.programme, day].append((person.candidate_id, due_on))


def _note_lost(
    found: Findings,
    programme: Programme,
    person: Person,
    known: Sequence[tuple[date, Fact]],
    recorded: Mapping[str, Recorded],
    state: State,
    regrouped: Regrouped,
) -> None:
    if not recorded and regrouped is UNCHANGED:
        return
    rows: Mapping[str, Recorded] = recorded
    if regrouped is not UNCHANGED:
        rows = regrouped.recorded(person) | dict(recorded)
        found.quiet |= regrouped.about(person)
    found.lost += [
        row._replace(number=_own_number(programme, known, code))
        for code, row in rows.items()
        if code in programme.certifications and not row.withdrawn and not state[code].cycles
    ]


def _own_number(programme: Programme, known: Sequence[tuple[date, Fact]], code: str) -> str | None:
    """Return a person's number in the series of a certification, held or not."""
    series = programme.certifications[code].number_series
    numbers = [
        fact.number
        for _, fact in known
        if isinstance(fact, AssignedNumber) and fact.series == series
    ]
    return str(min(numbers)) if numbers else None


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
