"""Delivery: e-mails are taken on lease, sent by the job, and their fate is written down."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications import queries
from services.notifications.domain import retry_delay
from services.notifications.models import Contact, Email, MailboxItem
from shared import outbox
from shared.context import context
from shared.events import EmailFailed, EmailSent
from shared.ids import uuid7
from shared.rows import insert_new, one_of, update_rows


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one attempt to send an e-mail.

    state: "sent", "failed", or "queued" to be tried again; sent_at: when it went out.
    """

    email: Email
    state: str
    error: str | None = None
    to_address: str | None = None
    subject: str | None = None
    text: str = ""
    html: str = ""
    sent_at: datetime | None = None


async def take(
    session: AsyncSession, most: int, lease: timedelta
) -> Sequence[tuple[Email, Contact | None]]:
    """Take due e-mails for this process alone; who dies holding them loses them with the lease."""
    now = context(session).clock.now()
    taken = await queries.due(session, now, most)
    until = now + lease
    rows = [{"id": email.id, "leased_until": until} for email, _ in taken]
    await update_rows(session, Email, rows, key=("id",))
    return taken


async def give_back(
    session: AsyncSession, emails: Sequence[Email], *, after: timedelta, reason: str | None
) -> None:
    """Give e-mails back that could not be tried; it does not count as an attempt."""
    now = context(session).clock.now()
    await session.execute(
        update(Email)
        .where(one_of(session, Email.id, [email.id for email in emails]), Email.state == "queued")
        .values(leased_until=None, next_attempt_at=now + after, error=reason)
        .execution_options(synchronize_session=False)
    )


async def write_down(
    session: AsyncSession, fates: Sequence[Fate], *, keep: bool
) -> list[tuple[str, str]]:
    """Write down what became of e-mails and publish it; return template and state of each.

    keep: put those sent into the local mailbox too.
    """
    now = context(session).clock.now()
    rows = [_row(fate, now) for fate in fates]
    # If the lease ran out meanwhile and somebody else settled an e-mail, theirs stands.
    settled = {
        row["id"]
        for row in await update_rows(
            session, Email, rows, key=("id",), returning=("id",), where="t.state = 'queued'"
        )
    }
    by_id = {row["id"]: row for row in rows}
    mine = [(fate, by_id[fate.email.id]) for fate in fates if fate.email.id in settled]
    await outbox.add(session, *(event for one in mine for event in _events(*one, now)))
    if keep:
        await _keep(session, [fate for fate, row in mine if row["state"] == "sent"], now)
    return [(fate.email.template, row["state"]) for fate, row in mine]


def _row(fate: Fate, now: datetime) -> dict[str, Any]:
    attempts = fate.email.attempts + 1
    delay = retry_delay(attempts) if fate.state == "queued" else None
    state = "failed" if fate.state == "queued" and delay is None else fate.state
    return {
        "id": fate.email.id,
        "state": state,
        "attempts": attempts,
        "error": fate.error,
        "to_address": fate.to_address or fate.email.to_address,
        "subject": fate.subject,
        # A link token has done its work once the mail is out, and is nobody's business after.
        "secret": fate.email.secret if state == "queued" else None,
        "leased_until": None,
        "next_attempt_at": now + (delay or timedelta()),
        "sent_at": fate.sent_at,
    }


def _events(fate: Fate, row: dict[str, Any], now: datetime) -> list[EmailSent | EmailFailed]:
    about: dict[str, Any] = {
        "programme": fate.email.programme,
        "candidate_id": fate.email.candidate_id,
        "email_id": fate.email.id,
        "template": fate.email.template,
        "message_id": fate.email.message_id,
        "at": fate.sent_at or now,
    }
    if row["state"] == "sent":
        return [EmailSent(**about)]
    if row["state"] == "failed":
        return [EmailFailed(**about, reason=fate.error or "refused")]
    return []


async def _keep(session: AsyncSession, fates: Sequence[Fate], now: datetime) -> None:
    await insert_new(
        session,
        MailboxItem,
        [
            {
                "id": uuid7(),
                "to_address": fate.to_address,
                "subject": fate.subject,
                "text": fate.text,
                "html": fate.html,
                "sent_at": now,
            }
            for fate in fates
        ],
    )
    newest = (
        select(MailboxItem.id)
        .order_by(MailboxItem.id.desc())
        .limit(context(session).settings.mailbox_size)
    )
    await session.execute(
        delete(MailboxItem)
        .where(MailboxItem.id.not_in(newest))
        .execution_options(synchronize_session=False)
    )
