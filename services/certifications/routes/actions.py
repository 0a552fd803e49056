"""Staff: what they do by hand about a candidate, and the trail of it."""

from uuid import UUID

from fastapi import APIRouter

from services.certifications import handlers, queries
from services.certifications.handlers import Author, Order
from services.certifications.queries import Person
from services.certifications.routes.access import Theirs, Writer, known_person, programme_of
from services.certifications.schemas.actions import ActionOrder, Actions, ActionView, UndoOrder
from services.certifications.views.actions import action_view
from shared.auth import Principal
from shared.clock import today
from shared.ids import uuid7
from shared.web import Here, Read, Write

router = APIRouter(prefix="/candidates/{programme}/{candidate_id}/actions")


@router.get("")
async def list_actions(person: Theirs, session: Read, here: Here) -> Actions:
    """List what staff did about a candidate, newest first, undone actions included."""
    programme = programme_of(here, person.programme)
    found = await queries.actions_of(session, person)
    return Actions(items=[action_view(programme, one) for one in found])


@router.post("", status_code=201)
async def record_action(
    programme: str,
    candidate_id: str,
    order: ActionOrder,
    principal: Writer,
    session: Write,
    here: Here,
) -> ActionView:
    """Do something by hand: grant, extend, suspend, revoke, reinstate, void, or record evidence."""
    person = await known_person(session, principal, Person(programme, candidate_id))
    rules = programme_of(here, person.programme)
    wanted, action_id = order.root, order.root.id or uuid7()
    fact = wanted.as_fact(str(action_id), today(here.clock, rules.timezone))
    done = await handlers.record(
        session, person, Order(action_id, fact, wanted.reason), _author(principal)
    )
    return action_view(rules, done)


@router.post("/{action_id}/undo")
async def undo_action(
    programme: str,
    candidate_id: str,
    action_id: UUID,
    order: UndoOrder,
    principal: Writer,
    session: Write,
    here: Here,
) -> ActionView:
    """Take an action back, as if it had never been; both stay on record."""
    person = await known_person(session, principal, Person(programme, candidate_id))
    rules = programme_of(here, person.programme)
    done = await handlers.undo(session, person, action_id, order.reason, _author(principal))
    return action_view(rules, done)


def _author(principal: Principal) -> Author:
    return Author(principal.subject, principal.name or principal.subject)
