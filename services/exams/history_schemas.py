"""What the API says of a candidate's exams, and of the life of one result."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from services.exams.domain.items import Grade, Section

ResultState = Literal["recorded", "held", "revoked"]
Stage = Literal["booked", "sitting", "awaiting", "overdue", "received"]


class ExamTaken(BaseModel):
    """One exam of a candidate's history."""

    id: UUID
    exam_code: str
    exam_name: str
    registration_number: str
    vendor: str
    vendor_name: str
    grade: Grade
    score: str | None
    passing_score: str | None
    sections: list[Section] | None = Field(description="The parts of the exam with their scores")
    exam_date: date
    centre: str | None
    state: ResultState = Field(
        description="recorded: it counts; held: not for the time being; revoked: it never did"
    )
    reason: str | None = Field(description="Why it is held or revoked, if its author said")
    received_at: datetime
    changed_at: datetime | None = Field(description="When it was last corrected, held, released")
    expires_on: date | None = Field(
        description="The last day on which the pass counts, the whole of it, in the programme's "
        "time zone; null: never expires, or does not count"
    )


class ExamBooked(BaseModel):
    """An exam that a candidate is registered for and that has no result to show yet."""

    exam_code: str
    exam_name: str
    registration_number: str
    vendor: str
    vendor_name: str
    state: Literal["booked", "cancelled", "no_show", "awaiting"]
    stage: Stage | None = Field(
        description="booked: the day of the exam is ahead, or not told; sitting: it is today; "
        "awaiting: the result is on its way; overdue: it should be here; received: it is here "
        "and being looked into; null: cancelled or missed"
    )
    appointment: datetime | None
    centre: str | None
    expected_on: date | None = Field(description="The day by which its result should be here")
    scheduling_url: str | None = Field(description="Where the vendor lets it be moved")
    received_at: datetime
    changed_at: datetime | None


class Scheduling(BaseModel):
    """Where exams can be booked."""

    vendor: str
    vendor_name: str
    url: str


class History(BaseModel):
    """A candidate's testing history."""

    timezone: str = Field(description="The time zone that the days of this programme are in")
    exams: list[ExamTaken]
    registrations: list[ExamBooked]
    scheduling: list[Scheduling]


class Flag(BaseModel):
    """What a check found about a result."""

    id: UUID
    result_id: UUID
    programme: str
    candidate_id: str
    vendor: str
    registration_number: str
    exam_code: str
    exam_name: str
    state: str = Field(description="How the result stands")
    check: str
    action: Literal["flag", "hold", "notify"]
    message: str
    raised_at: datetime
    closed_at: datetime | None
    closed_by: str | None
    note: str | None


class HeldResult(BaseModel):
    """A result that does not count for the time being."""

    id: UUID
    programme: str
    candidate_id: str
    vendor: str
    vendor_name: str
    registration_number: str
    exam_code: str
    exam_name: str
    grade: Grade
    score: str | None
    exam_date: date
    received_at: datetime
    changed_at: datetime | None
    held_by: Literal["vendor", "review", "both"] = Field(
        description="Who holds it: its vendor, who alone releases it then; or a check or staff"
    )
    reason: str | None


class Told(BaseModel):
    """One thing that was said of a result."""

    kind: str
    said_by: str
    channel: str
    stated_at: datetime | None = Field(description="When its author said it, if that is a time")
    sequence: int | None = Field(description="Its place in the vendor's order, if that is one")
    received_at: datetime
    reason: str | None
    data: dict[str, Any]


class ResultStory(BaseModel):
    """A result, everything that was said of it, oldest first, and what checks found."""

    id: UUID
    programme: str
    candidate_id: str | None
    named_candidate_id: str | None
    testing_id: str | None
    last_name: str | None
    vendor: str
    vendor_name: str
    registration_number: str
    exam_code: str
    exam_name: str
    grade: Grade
    score: str | None
    passing_score: str | None
    sections: list[Section] | None
    exam_date: date
    taken_at: datetime | None
    centre: str | None
    state: Literal["waiting", "recorded", "held", "revoked"]
    reason: str | None
    review: Literal["held", "released", "invalidated"] | None
    vendor_held: bool
    revoked: bool
    received_at: datetime
    changed_at: datetime | None
    expires_on: date | None
    version: int
    may: list[Literal["hold", "release", "invalidate", "validate"]] = Field(
        description="What staff can do with it as it stands"
    )
    changes: list[Told]
    flags: list[Flag]


class Decision(BaseModel):
    """Why staff decide so; kept with the result, and read by its candidate if it is held."""

    reason: Annotated[
        str,
        StringConstraints(
            strip_whitespace=True, min_length=1, max_length=500, pattern=r"^[^\x00-\x08\x0b-\x1f]*$"
        ),
    ]


class Closing(BaseModel):
    """What came of looking into a flag."""

    note: Annotated[
        str,
        StringConstraints(
            strip_whitespace=True, max_length=500, pattern=r"^[^\x00-\x08\x0b-\x1f]*$"
        ),
    ] = ""
