"""Causes: each event that somebody is told of becomes one e-mail, once."""

from collections.abc import Sequence
from datetime import date
from typing import Any, TypeAlias

from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications import queries
from services.notifications.domain import (
    PRIORITY,
    State,
    Template,
    achievement_key,
    earned_key,
    ended_key,
    expiring_key,
    link_key,
    message_id,
    renewed_key,
    result_key,
    standing_key,
    why_not,
)
from services.notifications.models import Email
from shared import outbox
from shared.clock import today
from shared.context import context, wake_after_commit
from shared.events import (
    AchievementReached,
    CertificationEarned,
    CertificationExpired,
    CertificationExpiring,
    CertificationGraceStarted,
    CertificationReinstated,
    CertificationRenewed,
    CertificationReplaced,
    CertificationRevoked,
    CertificationSuspended,
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
ByHand: TypeAlias = (
    CertificationSuspended | CertificationRevoked | CertificationReinstated | CertificationReplaced
)
_STANDINGS: dict[type[Event], Template] = {
    CertificationSuspended: "certification_suspended",
    CertificationRevoked: "certification_revoked",
    CertificationReinstated: "certification_reinstated",
    CertificationReplaced: "certification_replaced",
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


async def remind(session: AsyncSession, events: Sequence[CertificationExpiring]) -> None:
    """Remind each candidate that a certification runs out, unless it already has."""
    old = _OldNews(session)
    await _queue(
        session,
        [
            _row(
                session,
                event,
                "certification_expiring",
                expiring_key(
                    event.programme,
                    str(event.candidate_id),
                    event.certification,
                    event.expires_on,
                    event.reminder,
                ),
                event.model_dump(mode="json", include=_AWARD | {"days_left", "reminder"}),
                old.why_not(event, old.today(event), event.expires_on),
            )
            for event in events
        ],
    )


async def tell_graces(session: AsyncSession, events: Sequence[CertificationGraceStarted]) -> None:
    """Tell each candidate that a certification has run out and can still be renewed."""
    old = _OldNews(session)
    await _queue(
        session,
        [
            _row(
                session,
                event,
                "certification_grace_started",
                ended_key(
                    "certification_grace_started",
                    event.programme,
                    str(event.candidate_id),
                    event.certification,
                    event.grace_until,
                ),
                event.model_dump(mode="json", include=_AWARD | {"grace_until", "status_text"}),
                old.why_not(event, old.today(event), event.grace_until),
            )
            for event in events
        ],
    )


async def tell_expiries(session: AsyncSession, events: Sequence[CertificationExpired]) -> None:
    """Tell each candidate that a certification has run out, unless it is old news."""
    old = _OldNews(session)
    await _queue(
        session,
        [
            _row(
                session,
                event,
                "certification_expired",
                ended_key(
                    "certification_expired",
                    event.programme,
                    str(event.candidate_id),
                    event.certification,
                    event.expired_on,
                ),
                {
                    "certification": event.certification,
                    "name": event.name or event.certification,
                    "expired_on": event.expired_on.isoformat(),
                },
                old.why_not(event, event.expired_on),
            )
            for event in events
        ],
    )


async def tell_standings(session: AsyncSession, events: Sequence[ByHand]) -> None:
    """Tell each candidate what was suspended, revoked, reinstated or replaced.

    Not what had run out before: that makes no difference to its holder any more.
    """
    old = _OldNews(session)
    await _queue(
        session,
        [
            _row(
                session,
                event,
                _STANDINGS[type(event)],
                standing_key(
                    _STANDINGS[type(event)],
                    event.programme,
                    str(event.candidate_id),
                    event.certification,
                    event.version,
                ),
                event.model_dump(mode="json", include=_AWARD | {"by", "successor"}),
                old.why_not(event, old.today(event), event.expires_on),
            )
            for event in events
        ],
    )


async def tell_achievements(session: AsyncSession, events: Sequence[AchievementReached]) -> None:
    """Congratulate on each anniversary, unless it is old news."""
    old = _OldNews(session)
    await _queue(
        session,
        [
            _row(
                session,
                event,
                "achievement_reached",
                achievement_key(event.programme, str(event.candidate_id), event.achievement),
                event.model_dump(mode="json", include={"achievement", "name", "reached_on"}),
                old.why_not(event, event.reached_on),
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

    def today(self, event: Event) -> date:
        """Return the present day of the event's programme."""
        if event.programme not in self._today:
            timezone = self._here.programmes[event.programme].timezone
            self._today[event.programme] = today(self._here.clock, timezone)
        return self._today[event.programme]

    def why_not(
        self, event: Event, happened_on: date, expires_on: date | None = None
    ) -> str | None:
        """Return why an event is not told, or None to tell it."""
        return why_not(
            happened_on,
            today=self.today(event),
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
