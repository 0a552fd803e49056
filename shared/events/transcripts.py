"""What transcripts publishes: the sharing and reading of public transcripts."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from shared.events.event import Event
from shared.events.my_data import CopyWritten, ErasureFinished


class TranscriptShared(Event):
    """A candidate has made a transcript that strangers can open."""

    type: ClassVar[str] = "transcripts.transcript.shared.v1"

    transcript_id: UUID


class TranscriptViewed(Event):
    """A stranger has opened a transcript."""

    type: ClassVar[str] = "transcripts.transcript.viewed.v1"

    transcript_id: UUID
    viewed_at: datetime


class TranscriptsCopyWritten(CopyWritten):
    """The part of transcripts in a copy of somebody's data is written."""

    type: ClassVar[str] = "transcripts.data_copy.written.v1"


class TranscriptsErasureFinished(ErasureFinished):
    """In transcripts nothing is held about somebody any more."""

    type: ClassVar[str] = "transcripts.erasure.finished.v1"
