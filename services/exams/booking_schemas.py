"""What the API says and hears of authorizations, and of vendors' own messages and files."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.exams.domain.items import Fault, Vendor
from services.exams.schemas import ImportState
from shared.errors import FieldError

AccommodationCode = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{2,20}$")]


class AuthorizationBody(BaseModel):
    """An exam that staff let a candidate book."""

    programme: Annotated[str, StringConstraints(min_length=1, max_length=32)]
    candidate_id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,32}$")]
    exam_code: Annotated[str, StringConstraints(min_length=1, max_length=20)]
    vendor: Vendor
    first_day: date = Field(description="The first day on which the exam may be taken")
    last_day: date = Field(description="The last day, the whole of it")
    attempts: int = Field(default=1, ge=1, le=20)
    accommodations: list[AccommodationCode] = Field(
        default_factory=list, max_length=10, description="The vendor's codes, such as ET01HR"
    )


class AuthorizationSeen(BaseModel):
    """An authorization as its candidate sees it."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    number: str = Field(description="Ours, as the vendor names it back")
    vendor: str
    vendor_name: str
    exam_code: str
    exam_name: str
    attempts: int
    first_day: date
    last_day: date
    state: Literal["pending", "sent", "accepted", "error", "withdrawn"]
    scheduling_url: str | None = Field(description="Where the exam can be booked")
    updated_at: datetime


class AuthorizationTold(AuthorizationSeen):
    """An authorization as staff see it."""

    programme: str
    candidate_id: str
    accommodations: list[str]
    vendor_number: str | None = Field(description="The vendor's own number")
    message: str | None = Field(description="Why the vendor, or we, could not take it")
    sent_in: str | None = Field(description="The file that told the vendor last")
    sent_at: datetime | None
    created_by: str


class AuthorizationsSeen(BaseModel):
    """A candidate's authorizations, newest first."""

    items: list[AuthorizationSeen]


class AuthorizationsTold(BaseModel):
    """A candidate's authorizations as staff see them, newest first."""

    items: list[AuthorizationTold]


class Untold(BaseModel):
    """A candidate whom a vendor could not be told of, or whom it refused."""

    candidate_id: str
    vendor: str
    vendor_number: str | None
    message: str | None
    sent_in: str | None = Field(description="The file; null when no file could hold the name")
    sent_at: datetime = Field(description="When it was sent, or tried")


class UntoldList(BaseModel):
    """Candidates whom a vendor could not be told of, or whom it refused."""

    items: list[Untold]


class NotificationOutcome(BaseModel):
    """What became of one exam of a notification."""

    index: int = Field(description="Its place among all exams of the request, from 0")
    notification: int = Field(description="The place of its notification in the request, from 0")
    exam: int = Field(description="Its place in the notification, from 0")
    registration_number: str | None
    outcome: Literal["accepted", "duplicate", "rejected"]
    state: str | None
    errors: list[Fault]


class NotificationOutcomes(BaseModel):
    """What became of the exams of one or many notifications, each by itself."""

    accepted: int
    duplicates: int
    rejected: int
    items: list[NotificationOutcome]


class PsiOutcome(BaseModel):
    """What became of a result that PSI put."""

    registration_number: str | None
    outcome: Literal["accepted", "duplicate", "rejected"]
    state: str | None


class FileTaken(BaseModel):
    """A file that was handed in: the import that it became, or why it cannot be read."""

    name: str
    imported: ImportState | None = None
    errors: list[FieldError] = Field(default_factory=list)


class FilesTaken(BaseModel):
    """What became of each file of an archive."""

    items: list[FileTaken]
