"""Tidings: what each event has to tell, and to whom, or why it is not told."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple, TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.domain import (
    Template,
    cause_key,
    flag_key,
    link_key,
    result_key,
    turn_key,
    why_not,
)
from shared.clock import today
from shared.context import context
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
    CertificationStanding,
    CertificationSuspended,
    CourseCompletionApproved,
    CourseCompletionRejected,
    CourseCompletionReturned,
    CourseCompletionStanding,
    Event,
    ExamFailed,
    ExamPassed,
    ResultChanged,
    ResultFlagged,
    ResultHeld,
    ResultReinstated,
    ResultReleased,
    ResultRevoked,
    ResultStanding,
    SignInLinkRequested,
)

_AWARD = frozenset(
    {"certification", "name", "level", "number", "active_on", "expires_on", "verification_code"}
    | {"days_left", "reminder", "grace_until", "status_text", "by", "successor", "corrected"}
)
_ACHIEVEMENT = frozenset({"achievement", "name", "reached_on"})
_RESULT = frozenset({"exam_code", "registration_number", "score", "grade", "exam_date"})
_STANDING = _RESULT | {"state", "reason"}
_COMPLETION = frozenset({"completion_id", "course", "course_name", "completed_on", "reason"})
_FLAG = frozenset(
    {"candidate_id", "vendor", "registration_number", "exam_code", "check", "action", "message"}
)


class Tidings(NamedTuple):
    """One thing to tell: the letter, its cause, what it says, and why it is not sent after all.

    to_address: where it goes if not to the candidate's own address; secret: of a sign-in link;
    to_staff: it is about a candidate, and none of the candidate's business.
    """

    template: Template
    natural_key: str
    data: dict[str, Any]
    reason: str | None
    to_address: str | None = None
    secret: str | None = None
    to_staff: bool = False


class Almanac:
    """Knows the days of each programme, and so which news is too old to be told."""

    def __init__(self, session: AsyncSession) -> None:
        self._here = context(session)
        self._today: dict[str, date] = {}
        # Released results of which another reading was told before they were held.
        self.told_otherwise: set[UUID] = set()

    def today(self, event: Event) -> date:
        """Return the present day of the event's programme."""
        if event.programme not in self._today:
            self._today[event.programme] = today(self._here.clock, self._timezone(event))
        return self._today[event.programme]

    def day_of(self, event: Event, instant: datetime) -> date:
        """Return which day an instant was in the event's programme."""
        return instant.astimezone(ZoneInfo(self._timezone(event))).date()

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

    def _timezone(self, event: Event) -> str:
        return self._here.programmes[event.programme].timezone


def said(event: Event, fields: frozenset[str]) -> dict[str, Any]:
    """Return what an event says, of those fields that it has."""
    names, values = _reader(type(event), fields)
    return dict(zip(names, values(event), strict=True))


@cache
def _reader(
    kind: type[Event], fields: frozenset[str]
) -> tuple[tuple[str, ...], Callable[[Event], tuple[Any, ...]]]:
    names = tuple(name for name in kind.model_fields if name in fields)
    return names, attrgetter(*names)


def _earned(event: CertificationEarned, almanac: Almanac) -> Tidings:
    reason = almanac.why_not(event, _news_of(event, almanac), event.expires_on)
    return _about("certification_earned", event, reason, event.cycle)


def _renewed(event: CertificationRenewed, almanac: Almanac) -> Tidings:
    reason = almanac.why_not(event, _news_of(event, almanac), event.expires_on)
    return _about("certification_renewed", event, reason, event.expires_on)


def _news_of(event: CertificationEarned | CertificationRenewed, almanac: Almanac) -> date:
    # A course approved, or a result released, after months counts from its own day and is news now.
    if event.decided_at is None:
        return event.active_on
    return max(event.active_on, almanac.day_of(event, event.decided_at))


def _expiring(event: CertificationExpiring, almanac: Almanac) -> Tidings:
    reason = almanac.why_not(event, almanac.today(event), event.expires_on)
    return _about("certification_expiring", event, reason, event.expires_on, event.reminder)


def _grace_started(event: CertificationGraceStarted, almanac: Almanac) -> Tidings:
    reason = almanac.why_not(event, almanac.today(event), event.grace_until)
    return _about("certification_grace_started", event, reason, event.grace_until)


def _by_hand(template: Template) -> "Telling":
    """What was suspended, revoked, reinstated or replaced; not what had run out before."""

    def telling(event: CertificationStanding, almanac: Almanac) -> Tidings:
        reason = almanac.why_not(event, almanac.today(event), event.expires_on)
        return _about(template, event, reason, event.version)

    return telling


def _about(
    template: Template, event: CertificationStanding, reason: str | None, *time: object
) -> Tidings:
    key = cause_key(template, event.programme, str(event.candidate_id), event.certification, *time)
    return Tidings(template, key, said(event, _AWARD), reason)


def _expired(event: CertificationExpired, almanac: Almanac) -> Tidings:
    template: Template = "certification_expired"
    person = event.programme, str(event.candidate_id)
    return Tidings(
        template,
        cause_key(template, *person, event.certification, event.expired_on),
        {
            "certification": event.certification,
            "name": event.name or event.certification,
            "expired_on": event.expired_on.isoformat(),
        },
        almanac.why_not(event, event.expired_on),
    )


def _reached(event: AchievementReached, almanac: Almanac) -> Tidings:
    template: Template = "achievement_reached"
    return Tidings(
        template,
        cause_key(template, event.programme, str(event.candidate_id), event.achievement),
        said(event, _ACHIEVEMENT),
        almanac.why_not(event, event.reached_on),
    )


def _result(event: ExamPassed | ExamFailed, almanac: Almanac) -> Tidings:
    return Tidings(
        "exam_result",
        result_key(event.result_id),
        said(event, _RESULT),
        almanac.why_not(event, event.exam_date),
    )


def _released(event: ResultReleased, almanac: Almanac) -> Tidings:
    """What was held from the start is told now; what had been told before is not told again.

    Unless it was corrected meanwhile: of that only so much was told as may be told of what is held.
    """
    if event.result_id in almanac.told_otherwise:
        return _corrected(event, almanac)
    data = said(event, _RESULT)
    reason = almanac.why_not(event, _turned_on(event, almanac))
    return Tidings("exam_result", result_key(event.result_id), data, reason)


def _turn(template: Template) -> Callable[[ResultStanding, Almanac], Tidings]:
    """A turn in the life of a result; what does not count is told without grade and score."""

    def telling(event: ResultStanding, almanac: Almanac) -> Tidings:
        data = said(event, _STANDING)
        if event.state != "recorded":
            data |= {"grade": None, "score": None}
        return Tidings(
            template,
            turn_key(template, event.result_id, event.version),
            data,
            almanac.why_not(event, _turned_on(event, almanac)),
        )

    return telling


_corrected = _turn("result_changed")


def _turned_on(event: ResultStanding, almanac: Almanac) -> date:
    # A result that was held or revoked before anybody heard of it is as old as its exam.
    if event.first:
        return event.exam_date
    return almanac.day_of(event, event.changed_at)


def _review(template: Template) -> "Telling":
    """What staff decided about a course that the candidate handed in."""

    def telling(event: CourseCompletionStanding, almanac: Almanac) -> Tidings:
        return Tidings(
            template,
            turn_key(template, event.completion_id, event.version),
            said(event, _COMPLETION),
            almanac.why_not(event, almanac.day_of(event, event.at)),
        )

    return telling


def _flagged(event: ResultFlagged, almanac: Almanac) -> Tidings | None:
    """What a check found, for the staff that the programme names; None: nobody is named."""
    if event.notify is None:
        return None
    return Tidings(
        "result_flagged",
        flag_key(event.flag_id),
        said(event, _FLAG),
        almanac.why_not(event, almanac.day_of(event, event.raised_at)),
        to_address=event.notify,
        to_staff=True,
    )


def _link(event: SignInLinkRequested, _almanac: Almanac) -> Tidings:
    return Tidings(
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


Telling: TypeAlias = Callable[[Any, Almanac], Tidings | Sequence[Tidings] | None]
TELLING: Mapping[type[Event], Telling] = {
    SignInLinkRequested: _link,
    CertificationEarned: _earned,
    CertificationRenewed: _renewed,
    CertificationExpiring: _expiring,
    CertificationGraceStarted: _grace_started,
    CertificationExpired: _expired,
    CertificationSuspended: _by_hand("certification_suspended"),
    CertificationRevoked: _by_hand("certification_revoked"),
    CertificationReinstated: _by_hand("certification_reinstated"),
    CertificationReplaced: _by_hand("certification_replaced"),
    AchievementReached: _reached,
    ExamPassed: _result,
    ExamFailed: _result,
    ResultHeld: _turn("result_held"),
    ResultReleased: _released,
    ResultChanged: _turn("result_changed"),
    ResultRevoked: _turn("result_revoked"),
    ResultReinstated: _turn("result_reinstated"),
    ResultFlagged: _flagged,
    CourseCompletionApproved: _review("completion_approved"),
    CourseCompletionRejected: _review("completion_rejected"),
    CourseCompletionReturned: _review("completion_returned"),
}
