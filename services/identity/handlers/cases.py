"""Support cases: opened by candidates, by staff for one, or by the system."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.domain.cases import Action, Kind, Party, new_number
from services.identity.handlers.candidates import contact_of
from services.identity.models import Candidate, Case, CaseEntry
from shared import outbox
from shared.context import context
from shared.events import CaseOpened
from shared.ids import uuid7
from shared.rows import insert_new


async def open_case(
    session: AsyncSession,
    *,
    programme: str,
    candidate_id: str | None,
    kind: Kind,
    subject: str,
    message: str,
    by_system: bool = False,
    by: Party | None = None,
    written_by: str | None = None,
    details: Mapping[str, Any] | None = None,
) -> Case:
    """Open a case with its first message, and have its candidate told, if it is about one.

    by_system: nobody asked for it; by and written_by: who did, if not the candidate; details:
    what machines have to know of it.
    """
    now = context(session).clock.now()
    author: Party = by or ("system" if by_system else "candidate")
    row = {
        "id": uuid7(),
        "programme": programme,
        "candidate_id": candidate_id,
        "kind": kind,
        "subject": subject,
        "state": "open",
        "opened_by": author,
        "assigned_to": None,
        "details": dict(details or {}),
        "outcome": None,
        "opened_at": now,
        "updated_at": now,
        "resolved_at": None,
        "version": 1,
    }
    # A number that is taken is met once in some thousand years; then the next one is.
    while not await insert_new(
        session,
        Case,
        [row | {"number": new_number()}],
        conflict=["number"],
        returning=["number"],
    ):
        pass
    opened = await session.get_one(Case, row["id"])
    if written_by is None and author == "candidate":
        written_by = candidate_id
    await note(session, opened, "opened", author, written_by, message)
    if candidate_id is not None:
        candidate = await session.get_one(Candidate, candidate_id)
        await outbox.add(
            session,
            CaseOpened(
                programme=programme,
                candidate_id=candidate_id,
                version=opened.version,
                case_id=opened.id,
                number=opened.number,
                kind=kind,
                subject=subject,
                contact=contact_of(candidate),
                at=now,
                message=message,
            ),
        )
    return opened


async def note(
    session: AsyncSession,
    case: Case,
    action: Action,
    author: Party,
    written_by: str | None,
    text: str,
    *,
    internal: bool = False,
) -> UUID:
    """Write a message or a step down in a case; return its id."""
    entry = CaseEntry(
        id=uuid7(),
        case_id=case.id,
        action=action,
        author=author,
        written_by=written_by,
        text=text,
        internal=internal,
        at=context(session).clock.now(),
    )
    session.add(entry)
    await session.flush()
    return entry.id
