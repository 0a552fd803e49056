"""What notifications publishes: the fate of each e-mail."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from shared.events.event import Event


class _EmailOutcome(Event):
    email_id: UUID
    template: str
    message_id: str
    at: datetime


class EmailSent(_EmailOutcome):
    """The mail server has taken an e-mail."""

    type: ClassVar[str] = "notifications.email.sent.v1"


class EmailFailed(_EmailOutcome):
    """An e-mail was refused for good."""

    type: ClassVar[str] = "notifications.email.failed.v1"

    reason: str


class EmailSuppressed(_EmailOutcome):
    """An e-mail was deliberately not sent."""

    type: ClassVar[str] = "notifications.email.suppressed.v1"

    reason: str
