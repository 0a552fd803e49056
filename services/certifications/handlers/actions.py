"""What staff do by hand: each action is one fact, and undoing it takes the fact back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.certifications import queries
from services.certifications.action_checks import check
from services.certifications.domain import Fact
from services.certifications.domain.facts import Voided
from services.certifications.errors import AlreadyUndone, IdTaken, UnknownAction
from services.certifications.fact_ids import facts_in, result_meant
from services.certifications.facts import ACTIONS, Written, action_of, taken_back, written
from services.certifications.handlers.candidates import lock
from services.certifications.handlers.facts import FACT_KEY
from services.certifications.handlers.review import review
from services.certifications.models import FactRow, StaffAction
from services.certifications.queries import Person
from shared import outbox
from shared.clock import today
from shared.context import context
from shared.events import StaffActionRecorded, StaffActionUndone
from shared.programmes import Programme
from shared.rows import insert_new, upsert


class Author(NamedTuple):
    """The member of staff who acts: the subject of the token, and the name to be shown."""

    id: str
    name: str


class Order(NamedTuple):
    """What staff want done: the fact it comes to, and why."""

    id: UUID
    fact: Fact
    reason: str


async def record(
    session: AsyncSession, person: Person, order: Order, author: Author
) -> StaffAction:
    """Record an action about a known candidate, with everything that follows from it.

    The same id sent twice is recorded once. Raises UnusableAction or ActionImpossible naming
    the field, and IdTaken for an id that something else has.
    """
    here = context(session)
    programme = here.programmes[person.programme]
    await lock(session, [person])
    before = await queries.action(session, person, order.id)
    if before is not None:
        return before
    day = today(here.clock, programme.timezone)
    survivor, kin = await queries.who(session, person)
    rows = (await queries.rows_of(session, [survivor], kin)).get(survivor, [])
    fact = _as_row(programme, rows, order.fact, day)
    row = {
        "id": order.id,
        "programme": person.programme,
        "candidate_id": person.candidate_id,
        "action": action_of(order.fact),
        "certification": getattr(order.fact, "certification", None),
        "day": fact.occurred_on,
        "data": fact.data,
        "author": author.name,
        "author_id": author.id,
        "reason": order.reason,
        "recorded_at": here.clock.now(),
    }
    if not await insert_new(session, StaffAction, [row], conflict=["id"], returning=["id"]):
        raise IdTaken("Another action has this id; send a new one, or none.")
    await _write_fact(session, person, fact, version=1)
    await review(session, [person])
    made = await _read(session, person, order.id)
    told = _about(made)
    await outbox.add(
        session,
        StaffActionRecorded(
            **told, author=made.author, reason=made.reason, at=made.recorded_at, version=1
        ),
    )
    return made


def _as_row(programme: Programme, rows: Sequence[Written], fact: Fact, day: date) -> Written:
    """Return the row of an action's fact, once nothing speaks against it."""
    known = facts_in(rows)
    if not isinstance(fact, Voided) or not (meant := result_meant(programme, rows, fact.fact)):
        check(programme, known, fact, day)
        return written(fact, day)
    check(programme, known, replace(fact, fact=meant.goes_by), day)
    # Kept under both: people know the number, and another vendor may yet give the same.
    row = written(replace(fact, fact=meant.number), day)
    return row._replace(data={**row.data, "result": meant.id})


async def undo(
    session: AsyncSession, person: Person, action_id: UUID, reason: str, author: Author
) -> StaffAction:
    """Take an action back: its fact never counted. The action and its undoing stay on record.

    Raises UnknownAction if this candidate has no such action, AlreadyUndone if it is undone.
    """
    await lock(session, [person])
    found = await _read(session, person, action_id)
    if found.undone_at is not None:
        raise AlreadyUndone(f"{found.undone_by} has undone it: {found.undo_reason}")
    now = context(session).clock.now()
    found.undone_by, found.undone_by_id = author.name, author.id
    found.undone_at, found.undo_reason = now, reason
    await session.flush()
    fact = taken_back(Written(ACTIONS[found.action], str(found.id), found.day, found.data))
    # Under the id that it was recorded for, whoever that has been merged with since.
    whose = Person(found.programme, found.candidate_id)
    await _write_fact(session, whose, fact, version=2)
    await review(session, [whose])
    await outbox.add(
        session,
        StaffActionUndone(**_about(found), author=author.name, reason=reason, at=now, version=2),
    )
    return found


async def _write_fact(
    session: AsyncSession, person: Person, fact: Written, *, version: int
) -> None:
    row = {
        "programme": person.programme,
        "candidate_id": person.candidate_id,
        **fact._asdict(),
        "version": version,
    }
    await upsert(session, FactRow, [row], key=FACT_KEY, update=("version", "data"), newer="version")


async def _read(session: AsyncSession, person: Person, action_id: UUID) -> StaffAction:
    found = await queries.action(session, person, action_id)
    if found is None:
        raise UnknownAction(f"There is no action {action_id} about this candidate.")
    return found


def _about(action: StaffAction) -> dict[str, Any]:
    return {
        "programme": action.programme,
        "candidate_id": action.candidate_id,
        "action_id": action.id,
        "action": action.action,
        "certification": action.certification,
        "day": action.day,
    }
