"""Causes: each event that somebody is told of becomes one e-mail, once."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.domain import Template, message_id
from services.notifications.handlers.queueing import queue, suppress
from services.notifications.handlers.releases import told_otherwise
from services.notifications.handlers.telling import TELLING
from services.notifications.handlers.tidings import Almanac, Tidings
from shared import outbox
from shared.context import context, wake_after_commit
from shared.events import EmailSuppressed, Event, ExamFailed, ExamPassed, ResultStanding
from shared.ids import uuid7

_RESULTS = (ExamPassed, ExamFailed, ResultStanding)


async def tell(session: AsyncSession, events: Sequence[Event]) -> None:
    """Queue one e-mail for each cause that somebody is told of; write down why others are not.

    Results make none at all where the setting is off: then they are not even suppressed.
    """
    if not context(session).settings.exam_result_mails:
        events = [event for event in events if not isinstance(event, _RESULTS)]
    # What follows from being one person, or no longer, is no news to whoever it is about.
    # Read from among its fields: asking an event by name for one that it has not takes long.
    events = [event for event in events if not vars(event).get("regrouped")]
    if not events:
        return
    almanac = Almanac(session)
    almanac.told_otherwise = await told_otherwise(session, events)
    told: dict[tuple[str, Template, bool], dict[str, dict[str, Any]]] = defaultdict(dict)
    for event in events:
        for one in _told(event, almanac):
            alike = event.programme, one.template, one.reason is not None
            told[alike][one.natural_key] = _row(event, one)
    for alike in sorted(told):
        programme, template, suppressed = alike
        # Sorted, so that two consumers that meet on the same causes lock them in one order.
        rows = [row for _, row in sorted(told[alike].items())]
        if suppressed:
            await _suppress(session, programme, template, rows)
        elif await queue(session, programme, template, rows):
            wake_after_commit(session, "deliver")


def _told(event: Event, almanac: Almanac) -> Sequence[Tidings]:
    tidings = TELLING[type(event)](event, almanac)
    if tidings is None:
        return ()
    return (tidings,) if isinstance(tidings, Tidings) else tidings


def _row(event: Event, tidings: Tidings) -> dict[str, Any]:
    row = {
        "id": uuid7().hex,
        "candidate_id": None if tidings.to_staff else event.candidate_id,
        "natural_key": tidings.natural_key,
        "data": tidings.data,
    }
    if tidings.to_address is not None:
        row["to_address"] = tidings.to_address
    if tidings.reason is not None:
        row["error"] = tidings.reason
    elif tidings.secret is not None:
        row["secret"] = tidings.secret
    return row


async def _suppress(
    session: AsyncSession, programme: str, template: Template, rows: Sequence[dict[str, Any]]
) -> None:
    written = await suppress(session, programme, template, rows)
    here = context(session)
    now, domain = here.clock.now(), here.settings.mail_domain
    suppressed = []
    for row in rows:
        if row["natural_key"] in written:
            email_id = UUID(row["id"])
            suppressed.append(
                EmailSuppressed(
                    programme=programme,
                    candidate_id=row["candidate_id"],
                    email_id=email_id,
                    template=template,
                    message_id=message_id(email_id, domain),
                    at=now,
                    reason=row["error"],
                )
            )
    await outbox.add(session, *suppressed)
