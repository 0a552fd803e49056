"""Staff's way to parked events: list, retry, discard; the same in every service."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel

from shared import parked
from shared.auth import Principal, staff
from shared.consuming import Consumer
from shared.errors import FieldError, Unprocessable
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


@router.get("")
async def list_parked(
    manager: Manager,
    session: Read,
    cursor: CursorText = None,
    limit: Limit = 50,
) -> Page[ParkedEvent]:
    """Return parked events of the caller's programmes, oldest first, with each one's error."""
    after = decode_cursor(cursor)
    try:
        last = UUID(after[0]) if after else None
    except (ValueError, TypeError, IndexError) as error:
        problem = FieldError(field="cursor", message="not a cursor that this list has given out")
        raise Unprocessable("the cursor is not valid", errors=[problem]) from error
    found = await parked.waiting(
        session, after=last, limit=limit + 1, programmes=manager.programmes
    )
    for row in found:
        kind = event_class(row["type"])
        secret = kind is not None and kind.secret
        body = row["body"].decode("utf-8", "replace")[:10_000]
        row["body"] = "not shown: it carries a sign-in link" if secret else body
    return Page[ParkedEvent].model_validate(page(found, limit, lambda row: [str(row["id"])]))


@router.post("/{parked_id}/retry")
async def retry(
    parked_id: UUID,
    manager: Manager,
    request: Request,
    session: Write,
) -> Settled:
    """Handle a parked event once more; it stays parked, with the new error, if that fails."""
    await parked.get(session, parked_id, manager.programmes)
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
    await parked.get(session, parked_id, manager.programmes)
    now = request.app.state.context.clock.now()
    await parked.settle(session, parked_id, "discarded", manager.subject, now)
    return Settled(id=parked_id, outcome="discarded")
