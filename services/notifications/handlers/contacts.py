"""Contacts: the local copy of how to reach candidates, and the e-mails that waited for it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.handlers.waiting import release
from services.notifications.models import Contact, Email
from shared.context import wake_after_commit
from shared.events import (
    CandidateRegistered,
    CandidatesMerged,
    CandidatesSeparated,
    CandidateUpdated,
)
from shared.merges import keep_merges
from shared.rows import one_of, upsert


async def keep_contacts(
    session: AsyncSession, events: Sequence[CandidateRegistered | CandidateUpdated]
) -> None:
    """Keep how to reach candidates, newest version wins; let the e-mails go that waited."""
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for event in sorted(events, key=lambda event: event.version):
        rows[event.programme, str(event.candidate_id)] = {
            "programme": event.programme,
            "candidate_id": event.candidate_id,
            "email": event.contact.email or None,
            "given_name": event.contact.given_name,
            "family_name": event.contact.family_name,
            "locale": event.contact.locale,
            "version": event.version,
        }
    await upsert(
        session,
        Contact,
        # Sorted, so that two consumers that meet on the same rows lock them in one order.
        [rows[key] for key in sorted(rows)],
        key=("programme", "candidate_id"),
        update=("email", "given_name", "family_name", "locale", "version"),
        newer="version",
    )
    await release(session, one_of(session, (Email.programme, Email.candidate_id), rows))


async def join_contacts(
    session: AsyncSession, events: Sequence[CandidatesMerged | CandidatesSeparated]
) -> None:
    """Keep who is one person and is written to as such; let the e-mails go that can go now."""
    if await keep_merges(session, events):
        wake_after_commit(session, "waiting")
