"""Contacts: the local copy of how to reach candidates, and the e-mails that waited for it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.models import Contact, Email
from shared.context import wake_after_commit
from shared.events import (
    CandidateRegistered,
    CandidatesMerged,
    CandidatesSeparated,
    CandidateUpdated,
)
from shared.merges import MERGES, keep_merges
from shared.rows import one_of, upsert

_SURVIVOR = (
    select(MERGES.c.survivor)
    .where(MERGES.c.programme == Email.programme, MERGES.c.candidate_id == Email.candidate_id)
    # Said in words: on its own it would be found out only across one level, and two are between.
    .correlate(Email)
    .scalar_subquery()
)
_REACHABLE = exists().where(
    Contact.programme == Email.programme,
    Contact.candidate_id == func.coalesce(_SURVIVOR, Email.candidate_id),
    Contact.email.is_not(None),
)
_RELEASE = (
    update(Email)
    .where(Email.state == "waiting", _REACHABLE)
    .values(state="queued")
    .returning(Email.id)
    .execution_options(synchronize_session=False)
)


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
    await _release(session, one_of(session, (Email.programme, Email.candidate_id), rows))


async def join_contacts(
    session: AsyncSession, events: Sequence[CandidatesMerged | CandidatesSeparated]
) -> None:
    """Keep who is one person and is written to as such; let the e-mails go that can go now."""
    if await keep_merges(session, events):
        wake_after_commit(session, "deliver")


async def release_all(session: AsyncSession) -> None:
    """Let every e-mail go whose contact is known.

    For the rare case that an e-mail and its contact were written at the same moment, in two
    transactions that could not see each other; and for those that waited until they were merged
    with a candidate who can be reached.
    """
    await _release(session)


async def _release(session: AsyncSession, *which: Any) -> None:
    released = await session.execute(_RELEASE.where(*which) if which else _RELEASE)
    if released.first() is not None:
        wake_after_commit(session, "deliver")
