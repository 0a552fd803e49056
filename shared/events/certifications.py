"""What certifications publishes: what a candidate has earned, renewed or lost."""

from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from shared.events.event import Event
from shared.events.my_data import CopyWritten, ErasureFinished


class CertificationStanding(Event):
    """How one certification of a candidate stands: what every event of its state carries.

    `status_text` is the programme's own word for the status. `regrouped`: it stands so because
    candidates were made one person or told apart; to the person this is no news.
    """

    certification: str
    name: str
    level: str
    category: str
    number: str | None = None
    cycle: int
    started_on: date
    active_on: date
    expires_on: date | None
    verification_code: str
    reason: str
    status: str = "active"
    status_text: str | None = None
    title: str | None = None
    regrouped: bool = False


class CertificationEarned(CertificationStanding):
    """A candidate has earned a certification; `cycle` is 1, or higher when earned anew.

    decided_at: when somebody decided what led to it, where that is not the exam itself.
    """

    type: ClassVar[str] = "certifications.certification.earned.v1"

    decided_at: datetime | None = None


class CertificationRenewed(CertificationStanding):
    """A certification that a candidate holds has new dates.

    corrected: its last day is no later than before, so nothing was renewed. decided_at: when
    somebody decided what led to it, where that is not the exam itself.
    """

    type: ClassVar[str] = "certifications.certification.renewed.v1"

    corrected: bool = False
    decided_at: datetime | None = None


class CertificationExpiring(CertificationStanding):
    """A certification runs out soon; `reminder` is the programme's offset, e.g. 90 days."""

    type: ClassVar[str] = "certifications.certification.expiring.v1"

    reminder: str
    days_left: int


class CertificationExpired(Event):
    """A certification has run out: its expiry date, or the last day of its grace, has passed."""

    type: ClassVar[str] = "certifications.certification.expired.v1"

    certification: str
    expired_on: date
    name: str | None = None
    status: str = "expired"
    status_text: str | None = None
    reason: str | None = None
    regrouped: bool = False


class CertificationGraceStarted(CertificationStanding):
    """A certification has run out and may still be renewed through `grace_until`.

    `status` is what the programme calls that time: in_grace or suspended.
    """

    type: ClassVar[str] = "certifications.certification.grace_started.v1"

    grace_until: date


class CertificationSuspended(CertificationStanding):
    """Staff have suspended a certification; its dates stay."""

    type: ClassVar[str] = "certifications.certification.suspended.v1"


class CertificationRevoked(CertificationStanding):
    """A certification is lost: by staff, or because the facts no longer support it (`by`)."""

    type: ClassVar[str] = "certifications.certification.revoked.v1"

    by: Literal["staff", "facts"]


class CertificationReinstated(CertificationStanding):
    """A suspended, revoked or withdrawn certification is held again, with its old number."""

    type: ClassVar[str] = "certifications.certification.reinstated.v1"


class CertificationReplaced(CertificationStanding):
    """The programme goes on with another certification, `successor`, in this one's place."""

    type: ClassVar[str] = "certifications.certification.replaced.v1"

    successor: str


class AchievementReached(Event):
    """A candidate has held certifications for so many years."""

    type: ClassVar[str] = "certifications.achievement.reached.v1"

    achievement: str
    name: str
    reached_on: date
    regrouped: bool = False


class _StaffAction(Event):
    action_id: UUID
    action: str
    certification: str | None = None
    day: date
    author: str
    reason: str
    at: datetime


class StaffActionRecorded(_StaffAction):
    """A member of staff has added a fact about a candidate by hand."""

    type: ClassVar[str] = "certifications.staff_action.recorded.v1"


class StaffActionUndone(_StaffAction):
    """A member of staff has taken back an action; `reason` and `author` are of the undoing."""

    type: ClassVar[str] = "certifications.staff_action.undone.v1"


class CertificationsCopyWritten(CopyWritten):
    """The part of certifications in a copy of somebody's data is written."""

    type: ClassVar[str] = "certifications.data_copy.written.v1"


class CertificationsErasureFinished(ErasureFinished):
    """In certifications nothing is held about somebody any more."""

    type: ClassVar[str] = "certifications.erasure.finished.v1"
