"""Causes: each event that somebody is told of becomes one e-mail, once."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications import queries
from services.notifications.domain import (
    PRIORITY,
    State,
    Template,
    earned_key,
    link_key,
    message_id,
    renewed_key,
    result_key,
    why_not,
)
from services.notifications.models import Email
from shared import outbox
from shared.clock import today
from shared.context import context, wake_after_commit
from shared.events import (
    CertificationEarned,
    CertificationRenewed,
    EmailSuppressed,
    Event,
    ExamFailed,
    ExamPassed,
    SignInLinkRequested,
)
from shared.ids import uuid7
from shared.rows import insert_new

_AWARD = {
    "certification",
    "name",
    "level",
    "number",
    "active_on",
    "expires_on",
    "verification_code",
}
_RESULT = {"exam_code", "registration_number", "score", "grade", "exam_date"}


async def congratulate(session: AsyncSession, events: Sequence[CertificationEarned]) -> None:
    """Congratulate on each certification earned, unless it is old news."""
    old = _OldNews(session)
    await _queue(
        session,
        [
            _row(
                session,
                event,
                "certification_earned",
                earned_key(
                    event.programme, str(event.candidate_id), event.certification, event.cycle
                ),
                event.model_dump(mode="json", include=_AWARD),
                old.why_not(event, event.active_on, event.expires_on),
            )
            for event in events
        ],
    )


async def tell_renewals(session: AsyncSession, events: Sequence[CertificationRenewed]) -> None:
    """Tell each candidate the new dates of a certification, unless they are old news."""
    old = _OldNews(session)
    await _queue(
        session,
        [
            _row(
                session,
                event,
                "certification_renewed",
                renewed_key(
                    event.programme,
                    str(event.candidate_id),
                    event.certification,
                    event.expires_on,
                ),
                event.model_dump(mode="json", include=_AWARD),
                old.why_not(event, event.active_on, event.expires_on),
            )
            for event in events
        ],
    )


async def tell_results(session: AsyncSession, events: Sequence[ExamPassed | ExamFailed]) -> None:
    """Tell each candidate a result, unless it is old news or the setting is off."""
    if not context(session).settings.exam_result_mails:
        return
    old = _OldNews(session)
    await _queue(
        session,
        [
            _row(
                session,
                event,
                "exam_result",
                result_key(event.result_id),
                event.model_dump(mode="json", include=_RESULT),
                old.why_not(event, event.exam_date),
            )
            for event in events
        ],
    )


async def mail_links(session: AsyncSession, events: Sequence[SignInLinkRequested]) -> None:
    """Mail each sign-in link to the address it was made for."""
    await _queue(
        session,
        [
            _row(
                session,
                event,
                event.purpose,
                link_key(event.link_id),
                {
                    "login_id": event.login_id,
                    "expires_at": event.expires_at.isoformat(),
                    "given_name": event.contact.given_name,
                    "family_name": event.contact.family_name,
                },
                None if event.contact.email else "the contact has no e-mail address",
                to_address=event.contact.email,
                secret=event.token,
            )
            for event in events
        ],
    )


class _OldNews:
    """Finds out which news is too old to be told."""

    def __init__(self, session: AsyncSession) -> None:
        self._here = context(session)
        self._today: dict[str, date] = {}

    def why_not(
        self, event: Event, happened_on: date, expires_on: date | None = None
    ) -> str | None:
        """Return why an event is not told, or None to tell it."""
        if event.programme not in self._today:
            timezone = self._here.programmes[event.programme].timezone
            self._today[event.programme] = today(self._here.clock, timezone)
        return why_not(
            happened_on,
            today=self._today[event.programme],
            within_days=self._here.settings.congratulate_within_days,
            expires_on=expires_on,
        )


def _row(
    session: AsyncSession,
    event: Event,
    template: Template,
    natural_key: str,
    data: dict[str, Any],
    reason: str | None,
    *,
    to_address: str | None = None,
    secret: str | None = None,
) -> dict[str, Any]:
    here = context(session)
    email_id = uuid7()
    now = here.clock.now()
    state: State = "suppressed" if reason else "queued" if to_address else "waiting"
    return {
        "id": email_id,
        "programme": event.programme,
        "candidate_id": event.candidate_id,
        "template": template,
        "natural_key": natural_key,
        "state": state,
        "priority": PRIORITY[template],
        "data": data,
        "secret": None if reason else secret,
        "to_address": to_address,
        "message_id": message_id(email_id, here.settings.mail_domain),
        "attempts": 0,
        "error": reason,
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
