"""What a vendor says about an exam: one registration, or one result."""

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)
from pydantic_core import PydanticCustomError

from shared.errors import plain_words

# Control characters (NUL among them) have no place in a name or a number, and PostgreSQL
# cannot store a NUL at all.
PRINTABLE = r"^[^\x00-\x1f\x7f]*$"


def _text(longest: int, pattern: str = PRINTABLE) -> StringConstraints:
    return StringConstraints(
        strip_whitespace=True, min_length=1, max_length=longest, pattern=pattern
    )


# At either end of the calendar an instant has no date in some time zones.
_YEARS = range(1900, 3000)


def _written_out(given: Any) -> Any:
    # Of a number pydantic makes seconds since 1970, in a text too: 20261201 would be a day of then.
    if isinstance(given, str):
        if ":" not in given:
            raise PydanticCustomError("datetime_parsing", "must be a date and time")
    elif not isinstance(given, datetime):
        raise PydanticCustomError("datetime_type", "must be a text")
    return given


def _in_utc(instant: datetime) -> datetime:
    if instant.year not in _YEARS:
        raise PydanticCustomError("instant_range", "must be in one of the years 1900 to 2999")
    return instant.astimezone(UTC)


Identifier: TypeAlias = Annotated[str, _text(64)]
Name: TypeAlias = Annotated[str, _text(100)]
# As identity takes it: another would be accepted here, and nobody would become a candidate.
_MAILBOX = r'[^@\s<>",;:\x00-\x1f\x7f]+'
Email: TypeAlias = Annotated[str, _text(254, rf"^{_MAILBOX}@{_MAILBOX}$")]
Vendor: TypeAlias = Annotated[str, _text(32, r"^[a-z0-9][a-z0-9-]*$")]
# Strict: an ISO 8601 text and nothing else, where the lax mode would take 1700000000 for a day.
ExamDate: TypeAlias = Annotated[date, Field(strict=True)]
Instant: TypeAlias = Annotated[
    AwareDatetime, BeforeValidator(_written_out), AfterValidator(_in_utc)
]
Appointment: TypeAlias = Instant
# What a 64-bit column holds; a file's cell is text.
Sequence: TypeAlias = Annotated[int, Field(ge=0, le=2**62)]
Reason: TypeAlias = Annotated[str, _text(500)]
Score: TypeAlias = Annotated[str, _text(32)]
Centre: TypeAlias = Annotated[str, _text(64)]
Grade: TypeAlias = Literal["pass", "fail"]


ChangeKind: TypeAlias = Literal[
    "hold",
    "release",
    "change",
    "revoke",
    "reinstate",
    "appointment",
    "cancel",
    "restore",
    "no_show",
    "show",
]
RESULT_KINDS = frozenset({"hold", "release", "change", "revoke", "reinstate"})
"""What happens to a result; the other kinds happen to a registration."""


class Stated(BaseModel):
    """What everything has in common that a vendor says: who says it when, and about whom."""

    model_config = ConfigDict(frozen=True)

    programme: Annotated[str, _text(32)]
    testing_id: Identifier | None = None
    candidate_id: Annotated[str, _text(32)] | None = None
    # Read from a file's own column; a request's vendor is always the token's.
    vendor: Vendor | None = None
    # When the vendor said it, or its running number: what is older never overwrites what is newer.
    stated_at: Instant | None = None
    sequence: Sequence | None = None

    @property
    def number(self) -> str:
        """The vendor's own number of what it is about."""
        raise NotImplementedError


class Item(Stated):
    """The part that registrations and results share."""

    registration_number: Identifier
    exam_code: Annotated[str, _text(32)]

    @property
    def number(self) -> str:
        """The registration number."""
        return self.registration_number


class Person(BaseModel):
    """The person a registration is for, so that an unknown one can be written to."""

    model_config = ConfigDict(frozen=True)

    given_name: Name
    family_name: Name
    email: Email


class RegistrationItem(Item):
    """One booking of an exam."""

    candidate: Person | None = None
    appointment: Appointment | None = None
    centre: Centre | None = None
    authorization_id: Identifier | None = None


class Section(BaseModel):
    """One part of an exam, as a score report shows it."""

    model_config = ConfigDict(frozen=True)

    name: Annotated[str, _text(200)]
    score: Score


class ResultItem(Item):
    """One result of an exam."""

    last_name: Name | None = None
    exam_name: Annotated[str, _text(200)] | None = None
    grade: Grade
    score: Score | None = None
    passing_score: Score | None = None
    sections: Annotated[list[Section], Field(max_length=50)] | None = None
    exam_date: ExamDate
    taken_at: Instant | None = None
    centre: Centre | None = None


class ChangeItem(Stated):
    """What a vendor says of a result or a registration after its first statement.

    subject: what it is about; kind: what happened to it (`domain/life.py`); notice_id: the
    vendor's own id of the notification. A `change` carries what it changes, an `appointment` its
    new time or place; whom it is about may be said, to be compared.
    """

    registration_number: Identifier
    subject: Literal["result", "registration"] | None = Field(
        default=None, description="What it is about; left out: what the kind is about"
    )
    kind: ChangeKind
    notice_id: Identifier | None = None
    reason: Reason | None = None
    exam_code: Annotated[str, _text(32)] | None = None
    grade: Grade | None = None
    score: Score | None = None
    passing_score: Score | None = None
    exam_date: ExamDate | None = None
    appointment: Instant | None = None
    centre: Centre | None = None

    @property
    def number(self) -> str:
        """The registration number."""
        return self.registration_number

    @property
    def about(self) -> Literal["result", "registration"]:
        """What it is about."""
        return "result" if self.kind in RESULT_KINDS else "registration"


class Fault(BaseModel):
    """Why an item was rejected: the field and a sentence."""

    model_config = ConfigDict(frozen=True)

    field: str
    message: str


# Pydantic's words where they are good enough for a vendor's engineer, ours where they are not.
def plain_fault(kind: str, location: tuple[int | str, ...], message: str) -> Fault:
    """A pydantic error as a fault: the dotted field and a sentence without the library's words."""
    field = ".".join(str(part) for part in location) or "item"
    if (kind, location[-1:]) == ("string_pattern_mismatch", ("email",)):
        message = "must be one e-mail address alone, such as jane.roe@example.com"
        return Fault(field=field, message=message)
    return Fault(field=field, message=plain_words(kind, message))


def identified(item: Stated) -> bool:
    """Whether the item says whom it is about at all."""
    return item.testing_id is not None or item.candidate_id is not None


EARLIEST_EXAM = date(1985, 1, 1)
"""No certification exam of this kind was given before; an older date is a slip of the pen."""

LATEST_APPOINTMENT_DAYS = 731
"""Nobody books an exam more than two years ahead."""


def date_fault(day: date, today: date, timezone: str) -> Fault | None:
    """Why an exam cannot have been taken on `day`, or None."""
    if day > today:
        return Fault(
            field="exam_date",
            message=f"{day} is in the future: today is {today} in {timezone}",
        )
    if day < EARLIEST_EXAM:
        return Fault(field="exam_date", message=f"{day} is before {EARLIEST_EXAM}")
    return None


def appointment_fault(appointment: datetime, today: date) -> Fault | None:
    """Why an exam cannot be booked for `appointment`, or None."""
    days = (appointment.date() - today).days
    if days > LATEST_APPOINTMENT_DAYS:
        return Fault(
            field="appointment", message=f"{appointment.date()} is more than two years ahead"
        )
    if appointment.date() < EARLIEST_EXAM:
        return Fault(field="appointment", message=f"{appointment.date()} is before {EARLIEST_EXAM}")
    return None
