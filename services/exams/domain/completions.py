"""Course completions: what a candidate states, and which decisions may follow which."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.exams.domain.items import EARLIEST_EXAM, ExamDate, Fault

# Lines are welcome in notes; other control characters are not.
_WRITTEN = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
Words: TypeAlias = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=2_000, pattern=_WRITTEN)
]
State: TypeAlias = Literal["submitted", "approved", "rejected", "returned"]
Action: TypeAlias = Literal["approve", "reject", "return"]


class CompletionForm(BaseModel):
    """What a candidate writes beside the certificate."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    course: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
    completed_on: ExamDate
    notes: Words = ""
    # Of the completion that is handed in again.
    version: Annotated[int, Field(ge=1)] | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A decision of staff: from which states it may be made, what it leads to, and its word."""

    before: frozenset[str]
    after: State
    reason: bool


DECISIONS: Mapping[Action, Step] = {
    # A decision can be taken back by the other one; what was returned waits for the candidate.
    "approve": Step(frozenset({"submitted", "rejected"}), "approved", reason=False),
    "reject": Step(frozenset({"submitted", "returned", "approved"}), "rejected", reason=True),
    "return": Step(frozenset({"submitted"}), "returned", reason=True),
}


def day_fault(day: date, today: date, timezone: str) -> Fault | None:
    """Why a course cannot have been completed on `day`, or None."""
    if day > today:
        message = f"{day} is in the future: today is {today} in {timezone}"
        return Fault(field="completed_on", message=message)
    if day < EARLIEST_EXAM:
        return Fault(field="completed_on", message=f"{day} is before {EARLIEST_EXAM}")
    return None
