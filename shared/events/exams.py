"""What exams publishes: the testing history as vendors, providers and candidates make it."""

from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar, Literal
from uuid import UUID

from shared.events.event import Event
from shared.events.identity import Contact
from shared.events.my_data import CopyWritten, ErasureFinished


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


class ExamAppointmentChanged(Event):
    """A booked exam was moved to another time or place."""

    type: ClassVar[str] = "exams.appointment.changed.v1"

    registration_number: str
    vendor: str
    exam_code: str
    appointment: datetime | None = None
    centre: str | None = None


class ExamCancelled(Event):
    """A booked exam was called off."""

    type: ClassVar[str] = "exams.exam.cancelled.v1"

    registration_number: str
    vendor: str
    exam_code: str


class ExamMissed(Event):
    """A candidate did not appear for a booked exam."""

    type: ClassVar[str] = "exams.exam.missed.v1"

    registration_number: str
    vendor: str
    exam_code: str
    appointment: datetime | None = None


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


class ResultStanding(_ResultRecorded):
    """What happened to a result after it was recorded; carries the whole of it.

    state: only a `recorded` result counts; reason: in words for the candidate; first: nobody was
    told of the result before.
    """

    grade: Literal["pass", "fail"]
    state: Literal["recorded", "held", "revoked"]
    reason: str | None = None
    changed_at: datetime
    first: bool = False


class ResultHeld(ResultStanding):
    """A result does not count for the time being; it may be the first that is heard of it."""

    type: ClassVar[str] = "exams.result.held.v1"


class ResultReleased(ResultStanding):
    """A result that was held counts (again)."""

    type: ClassVar[str] = "exams.result.released.v1"


class ResultChanged(ResultStanding):
    """The grade, the score or the day of a result was corrected."""

    type: ClassVar[str] = "exams.result.changed.v1"


class ResultRevoked(ResultStanding):
    """A result does not count and never did; it may be the first that is heard of it."""

    type: ClassVar[str] = "exams.result.revoked.v1"


class ResultReinstated(ResultStanding):
    """A result that was revoked counts again."""

    type: ClassVar[str] = "exams.result.reinstated.v1"


class ResultFlagged(Event):
    """A check of the programme found something about a result.

    action: what the programme wants done; notify: the address that is to be told, if any.
    """

    type: ClassVar[str] = "exams.result.flagged.v1"

    flag_id: UUID
    result_id: UUID
    vendor: str
    registration_number: str
    exam_code: str
    check: str
    action: Literal["flag", "hold", "notify"]
    message: str
    raised_at: datetime
    notify: str | None = None


class CreditsStanding(Event):
    """Continuing education points of a candidate; carries the whole of the activity.

    item: tells what was taken, so that the same counts once; review: a pending activity does not
    count until it is approved.
    """

    credit_id: UUID
    external_id: str
    vendor: str
    activity: str
    item: str
    category: str | None = None
    provider: str
    points: Decimal
    active_on: date
    expires_on: date | None = None
    review: Literal["pending", "approved", "rejected"] | None = None
    source: str
    changed_at: datetime


class CreditsGranted(CreditsStanding):
    """An activity gives a candidate points, or was corrected."""

    type: ClassVar[str] = "exams.credits.granted.v1"


class CreditsRevoked(CreditsStanding):
    """An activity was withdrawn or rejected: it gives no points and never did."""

    type: ClassVar[str] = "exams.credits.revoked.v1"

    reason: str | None = None


class CourseCompletionStanding(Event):
    """A completed course that a candidate handed in; carries the whole of it."""

    completion_id: UUID
    course: str
    course_name: str
    completed_on: date
    submitted_on: date
    at: datetime


class CourseCompletionSubmitted(CourseCompletionStanding):
    """A candidate handed in a completed course, or handed it in again."""

    type: ClassVar[str] = "exams.course_completion.submitted.v1"


class CourseCompletionApproved(CourseCompletionStanding):
    """Staff approved a completed course: it counts from the day of its completion."""

    type: ClassVar[str] = "exams.course_completion.approved.v1"


class CourseCompletionRejected(CourseCompletionStanding):
    """Staff rejected a completed course: it does not count."""

    type: ClassVar[str] = "exams.course_completion.rejected.v1"

    reason: str


class CourseCompletionReturned(CourseCompletionStanding):
    """Staff ask the candidate for something more before they decide."""

    type: ClassVar[str] = "exams.course_completion.returned.v1"

    reason: str


class AgreementAccepted(Event):
    """A candidate accepted a version of an agreement."""

    type: ClassVar[str] = "exams.agreement.accepted.v1"

    acceptance_id: UUID
    agreement: str
    agreement_version: str
    accepted_on: date
    accepted_at: datetime


class ExamAuthorized(Event):
    """A candidate may book an exam with a vendor within a window."""

    type: ClassVar[str] = "exams.exam.authorized.v1"

    authorization_id: UUID
    number: str
    vendor: str
    exam_code: str
    attempts: int
    first_day: date
    last_day: date
    state: Literal["pending", "sent", "accepted", "error", "withdrawn"]
    message: str | None = None


class ExamsCopyWritten(CopyWritten):
    """The part of exams in a copy of somebody's data is written."""

    type: ClassVar[str] = "exams.data_copy.written.v1"


class ExamsErasureFinished(ErasureFinished):
    """In exams nothing is held about somebody any more."""

    type: ClassVar[str] = "exams.erasure.finished.v1"
