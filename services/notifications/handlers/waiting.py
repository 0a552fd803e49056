"""E-mails that wait for an address: let go when there is one, given up when they are old news."""

from datetime import timedelta
from typing import Any

from sqlalchemy import exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.models import Contact, Email
from shared import outbox
from shared.context import context, wake_after_commit
from shared.events import EmailSuppressed
from shared.merges import MERGES

MOST_AT_ONCE = 1_000

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


async def release(session: AsyncSession, *which: Any) -> None:
    """Let e-mails go whose contact is known by now.

    Of all that wait, for the rare case that an e-mail and its contact were written at the same
    moment, in two transactions that could not see each other; and for those that waited until
    they were merged with a candidate who can be reached. which: conditions for fewer of them.
    """
    released = await session.execute(_RELEASE.where(*which) if which else _RELEASE)
    if released.first() is not None:
        wake_after_commit(session, "deliver")


async def give_up(session: AsyncSession) -> bool:
    """Suppress e-mails that have waited until they are old news; return whether there are more."""
    here = context(session)
    days = here.settings.congratulate_within_days
    now = here.clock.now()
    old = (Email.state == "waiting", Email.created_at < now - timedelta(days=days + 1))
    reason = f"nobody knew an address for more than {days} days"
    found = await session.execute(
        update(Email)
        .where(*old, Email.id.in_(select(Email.id).where(*old).limit(MOST_AT_ONCE)))
        .values(state="suppressed", error=reason, secret=None)
        .returning(Email.id, Email.programme, Email.candidate_id, Email.template, Email.message_id)
        .execution_options(synchronize_session=False)
    )
    suppressed = [
        EmailSuppressed(
            programme=row.programme,
            candidate_id=row.candidate_id,
            email_id=row.id,
            template=row.template,
            message_id=row.message_id,
            at=now,
            reason=reason,
        )
        for row in found
    ]
    await outbox.add(session, *suppressed)
    return len(suppressed) == MOST_AT_ONCE
