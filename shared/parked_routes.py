"""Staff's way to parked events: list, retry, discard; the same in every service."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel
from pydantic_core import from_json
from sqlalchemy.ext.asyncio import AsyncSession

from shared import parked
from shared.auth import Principal, staff
from shared.consuming import Consumer
from shared.errors import FieldError, NotFound, Unprocessable
from shared.events import event_class
from shared.pages import CursorText, Limit, Page, decode_cursor, page
from shared.requests import Read, Write

router = APIRouter(prefix="/parked", tags=["operations"])
Manager = Annotated[Principal, staff("events:manage")]


class ParkedEvent(BaseModel):
    """An event that could not be handled."""

    id: UUID
    type: str
    event_id: str | None
    subject: str | None
    error: str
    attempts: int
    parked_at: datetime
    body: str


class Settled(BaseModel):
    """What became of a parked event."""

    id: UUID
    outcome: str


def _may_settle(manager: Principal, body: bytes) -> bool:
    """Whether an event is of the manager's programmes; what cannot be read may be anybody's."""
    try:
        events = from_json(body)
    except ValueError:
        return True
    named = [event.get("programme") for event in events if isinstance(event, dict)]
    return all(programme in manager.programmes for programme in named if programme is not None)


async def _checked(session: AsyncSession, parked_id: UUID, manager: Principal) -> None:
    row = await parked.get(session, parked_id)
    if not _may_settle(manager, row["body"]):
        raise NotFound("there is no parked event with this id")


@router.get("")
async def list_parked(
    manager: Manager,
    session: Read,
    cursor: CursorText = None,
    limit: Limit = 50,
) -> Page[ParkedEvent]:
    """Return parked events of the caller's programmes, oldest first, with each one's error.

    A page can hold fewer than `limit` although there is a next one.
    """
    after = decode_cursor(cursor)
    try:
        last = UUID(after[0]) if after else None
    except (ValueError, TypeError, IndexError) as error:
        problem = FieldError(field="cursor", message="not a cursor that this list has given out")
        raise Unprocessable("the cursor is not valid", errors=[problem]) from error
    found = await parked.waiting(session, after=last, limit=limit + 1)
    part: dict[str, Any] = page(found, limit, lambda row: [str(row["id"])])
    part["items"] = [row for row in part["items"] if _may_settle(manager, row["body"])]
    for row in part["items"]:
        kind = event_class(row["type"])
        secret = kind is not None and kind.secret
        body = row["body"].decode("utf-8", "replace")[:10_000]
        row["body"] = "not shown: it carries a sign-in link" if secret else body
    return Page[ParkedEvent].model_validate(part)


@router.post("/{parked_id}/retry")
async def retry(
    parked_id: UUID,
    manager: Manager,
    request: Request,
    session: Write,
) -> Settled:
    """Handle a parked event once more; it stays parked, with the new error, if that fails."""
    await _checked(session, parked_id, manager)
    consumer: Consumer = request.app.state.consumer
    worked = await consumer.retry(session, parked_id, manager.subject)
    return Settled(id=parked_id, outcome="retried" if worked else "failed again")


@router.post("/{parked_id}/discard")
async def discard(
    parked_id: UUID,
    manager: Manager,
    request: Request,
    session: Write,
) -> Settled:
    """Give a parked event up; it stays on record with who discarded it."""
    await _checked(session, parked_id, manager)
    now = request.app.state.context.clock.now()
    await parked.settle(session, parked_id, "discarded", manager.subject, now)
    return Settled(id=parked_id, outcome="discarded")
