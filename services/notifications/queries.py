"""Reads of notifications."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Integer, bindparam, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.domain import State
from services.notifications.errors import NoSuchMail
from services.notifications.models import Contact, Email, MailboxItem
from shared.merges import MERGES
from shared.tables import UTCDateTime

# Whoever has several ids is written to as the survivor.
_MERGED = (MERGES.c.programme == Email.programme) & (MERGES.c.candidate_id == Email.candidate_id)
_CONTACT_OF_EMAIL = (Contact.programme == Email.programme) & (
    Contact.candidate_id == func.coalesce(MERGES.c.survivor, Email.candidate_id)
)


# Put together once: it is asked for each portion. Chosen before it is joined: joined first, every
# contact is read.
_CHOSEN = (
    select(Email.id)
    .where(
        Email.state == "queued",
        Email.next_attempt_at <= bindparam("now", type_=UTCDateTime),
        or_(
            Email.leased_until.is_(None), Email.leased_until <= bindparam("now", type_=UTCDateTime)
        ),
    )
    # As the index has them: another column, and the whole queue is sorted for each portion.
    .order_by(Email.priority, Email.next_attempt_at)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(skip_locked=True)
    .cte("chosen")
)
_DUE = (
    select(Email, Contact)
    .join(_CHOSEN, _CHOSEN.c.id == Email.id)
    .outerjoin(MERGES, _MERGED)
    .outerjoin(Contact, _CONTACT_OF_EMAIL)
    .order_by(Email.priority, Email.next_attempt_at)
)


async def due(
    session: AsyncSession, now: datetime, most: int
) -> Sequence[tuple[Email, Contact | None]]:
    """Return e-mails to be settled that nobody else is at, locked, with their contacts.

    Those that have `sent_at` are out already: whoever sent them died before they were settled.
    """
    found = await session.execute(_DUE, {"now": now, "most": most})
    return [(row[0], row[1]) for row in found]


async def emails(
    session: AsyncSession,
    programmes: Collection[str],
    *,
    state: State | None,
    before: UUID | None,
    limit: int,
) -> Sequence[tuple[Email, str | None]]:
    """Return e-mails of some programmes with the address they go to, newest first."""
    query = (
        select(Email, Contact.email)
        .outerjoin(MERGES, _MERGED)
        .outerjoin(Contact, _CONTACT_OF_EMAIL)
        .where(Email.programme.in_(sorted(programmes)))
        .order_by(Email.id.desc())
        .limit(limit)
    )
    if state is not None:
        query = query.where(Email.state == state)
    if before is not None:
        query = query.where(Email.id < before)
    return [(row[0], row[0].to_address or row[1]) for row in await session.execute(query)]


async def mailbox(session: AsyncSession, limit: int) -> Sequence[MailboxItem]:
    """Return what is in the local mailbox, newest first."""
    query = select(MailboxItem).order_by(MailboxItem.id.desc()).limit(limit)
    return (await session.scalars(query)).all()


async def mailbox_item(session: AsyncSession, mail_id: UUID) -> MailboxItem:
    """Return one e-mail of the local mailbox; raise NoSuchMail if it holds no such."""
    found = await session.get(MailboxItem, mail_id)
    if found is None:
        raise NoSuchMail("The mailbox holds no e-mail with this id.")
    return found
