"""What notifications publishes: the fate of each e-mail."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from shared.events.event import Event
from shared.events.my_data import CopyWritten, ErasureFinished


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


class NotificationsCopyWritten(CopyWritten):
    """The part of notifications in a copy of somebody's data is written."""

    type: ClassVar[str] = "notifications.data_copy.written.v1"


class NotificationsErasureFinished(ErasureFinished):
    """In notifications nothing is held about somebody any more."""

    type: ClassVar[str] = "notifications.erasure.finished.v1"
