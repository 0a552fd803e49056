"""What is known about a candidate; facts are a set and never change."""

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class ExamPass:
    """A passed exam; `id` is what tells two passes of one exam on one day apart."""

    id: str
    exam: str
    day: date


@dataclass(frozen=True, slots=True)
class AssignedNumber:
    """The person's number in a series, e.g. the CCIE number, as it was once given out."""

    series: str
    number: int


# Grants, extensions, revocations and credits will join here; `Timeline.take` sorts facts by kind.
Fact: TypeAlias = ExamPass | AssignedNumber


@dataclass(frozen=True, slots=True)
class Held:
    """A certification that was active on a day and so met a requirement."""

    certification: str
    day: date


Cause: TypeAlias = ExamPass | Held
