"""What certifications publishes: what a candidate has earned, renewed or lost."""

from datetime import date
from typing import ClassVar

from shared.events.event import Event


class _CertificationState(Event):
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


class CertificationEarned(_CertificationState):
    """A candidate has earned a certification; `cycle` is 1, or higher when earned anew."""

    type: ClassVar[str] = "certifications.certification.earned.v1"


class CertificationRenewed(_CertificationState):
    """A certification that a candidate holds has new dates."""

    type: ClassVar[str] = "certifications.certification.renewed.v1"


class CertificationExpired(Event):
    """A certification has run out: its expiry date has passed."""

    type: ClassVar[str] = "certifications.certification.expired.v1"

    certification: str
    expired_on: date
