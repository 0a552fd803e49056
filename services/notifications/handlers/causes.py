"""Causes: each event that somebody is told of becomes one e-mail, once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications import queries
from services.notifications.domain import PRIORITY, State, message_id
from services.notifications.handlers.telling import TELLING
from services.notifications.handlers.tidings import Almanac, Tidings
from services.notifications.models import Email
from shared import outbox
from shared.context import context, wake_after_commit
from shared.events import EmailSuppressed, Event, ExamFailed, ExamPassed, ResultStanding
from shared.ids import uuid7
from shared.rows import insert_new

_RESULTS = (ExamPassed, ExamFailed, ResultStanding)


async def tell(session: AsyncSession, events: Sequence[Event]) -> None:
    """Queue one e-mail for each cause that somebody is told of; write down why others are not.

    Results make none at all where the setting is off: then they are not even suppressed.
    """
    if not context(session).settings.exam_result_mails:
        events = [event for event in events if not isinstance(event, _RESULTS)]
    # What follows from being one person, or no longer, is no news to whoever it is about.
    events = [event for event in events if not getattr(event, "regrouped", False)]
    if not events:
        return
    almanac = Almanac(session)
    told = [(event, one) for event in events for one in _told(event, almanac)]
    here = context(session)
    now, domain = here.clock.now(), here.settings.mail_domain
    await _queue(session, [_row(event, one, now, domain) for event, one in told])


def _told(event: Event, almanac: Almanac) -> Sequence[Tidings]:
    tidings = TELLING[type(event)](event, almanac)
    if tidings is None:
        return ()
    return (tidings,) if isinstance(tidings, Tidings) else tidings


def _row(event: Event, tidings: Tidings, now: datetime, domain: str) -> dict[str, Any]:
    email_id = uuid7()
    state: State = "suppressed" if tidings.reason else "queued" if tidings.to_address else "waiting"
    return {
        "id": email_id,
        "programme": event.programme,
        "candidate_id": None if tidings.to_staff else event.candidate_id,
        "template": tidings.template,
        "natural_key": tidings.natural_key,
        "state": state,
        "priority": PRIORITY[tidings.template],
        "data": tidings.data,
        "secret": None if tidings.reason else tidings.secret,
        "to_address": tidings.to_address,
        "message_id": message_id(email_id, domain),
        "attempts": 0,
        "error": tidings.reason,
        "next_attempt_at": now,
        "created_at": now,
    }


async def _queue(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    once = {row["natural_key"]: row for row in rows}
    waiting = {
        (row["programme"], row["candidate_id"]): row
        for row in once.values()
        if row["state"] == "waiting"
    }
    known = await queries.reachable(session, waiting) if waiting else set()
    for row in once.values():
        if row["state"] == "waiting" and (row["programme"], row["candidate_id"]) in known:
            row["state"] = "queued"
    inserted = await insert_new(
        session,
        Email,
        # Sorted, so that two consumers that meet on the same causes lock them in one order.
        [once[key] for key in sorted(once)],
        conflict=("natural_key",),
        returning=("natural_key",),
    )
    made = [once[row["natural_key"]] for row in inserted]
    if any(row["state"] == "queued" for row in made):
        wake_after_commit(session, "deliver")
    await outbox.add(session, *(_suppressed(row) for row in made if row["state"] == "suppressed"))


def _suppressed(row: dict[str, Any]) -> EmailSuppressed:
    return EmailSuppressed(
        programme=row["programme"],
        candidate_id=row["candidate_id"],
        email_id=row["id"],
        template=row["template"],
        message_id=row["message_id"],
        at=row["created_at"],
        reason=row["error"],
    )
