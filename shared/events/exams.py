"""What exams publishes: registrations and results of testing vendors."""

from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from shared.events.event import Event
from shared.events.identity import Contact


class ExamRegistered(Event):
    """A vendor has booked an exam for a person, who may not be a candidate yet."""

    type: ClassVar[str] = "exams.exam.registered.v1"

    vendor: str
    registration_number: str
    exam_code: str
    testing_id: str | None = None
    named_candidate_id: str | None = None
    appointment: datetime | None = None
    contact: Contact | None = None


class _ResultRecorded(Event):
    result_id: UUID
    vendor: str
    registration_number: str
    exam_code: str
    score: str | None = None
    exam_date: date
    received_at: datetime


class ExamPassed(_ResultRecorded):
    """A candidate has passed an exam."""

    type: ClassVar[str] = "exams.exam.passed.v1"

    grade: Literal["pass"] = "pass"


class ExamFailed(_ResultRecorded):
    """A candidate has failed an exam."""

    type: ClassVar[str] = "exams.exam.failed.v1"

    grade: Literal["fail"] = "fail"
