"""Telling the other services which activities give points."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.exams.domain.credits import counts
from shared import outbox
from shared.context import context
from shared.events.exams import CreditsGranted, CreditsRevoked


async def announce_credits(session: AsyncSession, rows: Iterable[Mapping[Any, Any]]) -> None:
    """Publish each activity of a known candidate as it stands: granted, or revoked."""
    now = context(session).clock.now()
    events: list[CreditsGranted | CreditsRevoked] = []
    for row in rows:
        whole = {
            "programme": row["programme"],
            "candidate_id": row["candidate_id"],
            "version": row["version"],
            "credit_id": row["id"],
            "external_id": row["external_id"],
            "vendor": row["vendor"],
            "activity": row["activity"],
            "item": row["item"] or row["external_id"],
            "category": row["category"],
            "provider": row["provider"],
            "points": row["points"],
            "active_on": row["active_on"],
            "expires_on": row["expires_on"],
            "review": row["review"],
            "source": row["source"],
            "changed_at": now,
        }
        if counts(row):
            events.append(CreditsGranted(**whole))
        else:
            events.append(CreditsRevoked(**whole, reason=row["reason"]))
    await outbox.add(session, *events)
