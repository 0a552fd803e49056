"""Writing down what was done to accounts, in the transaction that does it."""

from collections.abc import Mapping
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.models import AuditEntry
from shared.auth import Principal
from shared.context import context
from shared.ids import uuid7
from shared.rows import insert_new

_LONGEST = 80


async def record(
    session: AsyncSession,
    action: str,
    *,
    by: Principal | None,
    programme: str,
    subject: str | None,
    details: Mapping[str, Any] = {},
) -> None:
    """Write down that something was done.

    action: noun and past tense, such as "second_factor.reset"; by: who asked for it, None for the
    product itself; subject: the candidate, staff member or client it was done to; details: plain
    values for the reader, never a secret, a token or an address that somebody else could use.
    """
    request_id = structlog.contextvars.get_contextvars().get("correlation")
    row = {
        "id": uuid7(),
        "programme": programme,
        "at": context(session).clock.now(),
        "action": action,
        "by_kind": by.kind if by else "system",
        "by_id": by.subject if by else None,
        "by_name": by.name if by else None,
        "subject": subject,
        "details": dict(details),
        "request_id": str(request_id)[:_LONGEST] if request_id else None,
    }
    await insert_new(session, AuditEntry, [row])
