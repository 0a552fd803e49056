"""What is known about a candidate; facts are a set and never change."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class ExamPass:
    """A passed exam; `id` is what tells two passes of one exam on one day apart."""

    id: str
    exam: str
    day: date
    scheduled_on: date | None = None


@dataclass(frozen=True, slots=True)
class ExamFail:
    """A failed attempt; it earns nothing, but it counts for retakes."""

    id: str
    exam: str
    day: date
    scheduled_on: date | None = None


@dataclass(frozen=True, slots=True)
class ExamSetAside:
    """An attempt whose result is held for the time being, or was revoked.

    It earns nothing, whatever its grade, but it was made: it counts for retakes.
    """

    id: str
    exam: str
    day: date
    state: Literal["held", "revoked"]
    grade: Literal["pass", "fail"]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CreditEntry:
    """Continuing education credits for one activity, completed on `day`.

    `item` tells what was taken, so that the same course counts once; `submitted_on` is the day
    it was handed in; a pending entry does not count until it is approved.
    """

    id: str
    day: date
    points: Decimal
    title: str
    item: str
    category: str | None = None
    activity: str | None = None
    provider: str = ""
    submitted_on: date | None = None
    expires_on: date | None = None
    pending: bool = False


@dataclass(frozen=True, slots=True)
class CourseCompletion:
    """A course, completed on `day`; while it is pending it does not count until it is approved."""

    id: str
    course: str
    day: date
    submitted_on: date | None = None
    pending: bool = False


@dataclass(frozen=True, slots=True)
class AgreementAccepted:
    """An agreement accepted in a version."""

    id: str
    agreement: str
    version: str
    day: date


@dataclass(frozen=True, slots=True)
class FeePaid:
    """One payment of a fee."""

    id: str
    fee: str
    day: date


@dataclass(frozen=True, slots=True)
class Approval:
    """What the programme's staff decided by hand, e.g. a board review or an emeritus year."""

    id: str
    approval: str
    day: date


@dataclass(frozen=True, slots=True)
class Granted:
    """A certification given by staff; without `expires_on` it lives as long as the rules say."""

    id: str
    certification: str
    day: date
    expires_on: date | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Prolonged:
    """A later last day given by staff to the latest term, even if that has run out."""

    id: str
    certification: str
    day: date
    expires_on: date
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Suspended:
    """A certification suspended by staff from `day` on, until reinstated."""

    id: str
    certification: str
    day: date
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Revoked:
    """A certification, or with None every one, taken away from `day` on, until reinstated."""

    id: str
    certification: str | None
    day: date
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Reinstated:
    """Ends a suspension or revocation of the certification (None: of all) on `day`."""

    id: str
    certification: str | None
    day: date
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Voided:
    """Another fact does not count and never did; a void can be voided itself.

    `fact` is the other fact's id. It holds for every day asked about, past ones too.
    """

    id: str
    fact: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AssignedNumber:
    """The person's number in a series, e.g. the CCIE number, as it was once given out."""

    series: str
    number: int


Evidential: TypeAlias = (
    ExamPass | CreditEntry | CourseCompletion | AgreementAccepted | FeePaid | Approval
)
StaffFact: TypeAlias = Granted | Prolonged | Suspended | Revoked | Reinstated | Voided
Attempt: TypeAlias = ExamPass | ExamFail | ExamSetAside
Fact: TypeAlias = Evidential | ExamFail | ExamSetAside | StaffFact | AssignedNumber


@dataclass(frozen=True, slots=True)
class Held:
    """A certification that was active on a day and so met a requirement."""

    certification: str
    day: date


Cause: TypeAlias = Evidential | Granted | Prolonged | Held
CauseKind: TypeAlias = Literal[
    "exam_pass", "credit", "course", "agreement", "fee", "approval", "grant", "extension", "holding"
]
