"""What every service says of copies and erasures of personal data; each publishes its own kind."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from shared.events.event import Event


class CopyWritten(Event):
    """A service has written its part of a copy, under a key of the storage that all share.

    bytes, sha256: of the part; a part of another size or digest is not taken.
    """

    request_id: UUID
    key: str
    bytes: int
    sha256: str
    at: datetime


class ErasureFinished(Event):
    """A service holds nothing about a candidate any more but what the policy keeps."""

    survives_erasure: ClassVar[bool] = True

    request_id: UUID
    at: datetime
