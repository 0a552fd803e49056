"""When an exam may be taken again."""

from datetime import date, timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import Field, PlainValidator, WithJsonSchema, model_validator

from shared.programmes.faults import shown
from shared.programmes.fields import Code, Identifier
from shared.programmes.item import Item
from shared.programmes.period import WAIT, Period, PeriodField, WaitField, parse_wait

AfterPass = Period | Literal["never", "none"]


def parse_after_pass(written: Any) -> AfterPass:
    """Read a wait, never, or none; raises ValueError with what was expected."""
    match written:
        case "never":
            return "never"
        case "none":
            return "none"
    try:
        return parse_wait(written)
    except ValueError:
        message = f'expected a wait such as "180 days", or never, or none, not {shown(written)}'
        raise ValueError(message) from None


AfterPassField = Annotated[
    AfterPass,
    PlainValidator(parse_after_pass),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": WAIT},
                {"enum": ["never", "none"]},
            ],
            "examples": ["180 days", "never", "none"],
        }
    ),
]


class MostAttempts(Item):
    """So many attempts within any stretch of a length."""

    attempts: int = Field(ge=1, description="how many attempts")
    within: PeriodField = Field(description='the length of the stretch, such as "12 months"')


class Retake(Item):
    """How long to wait after an attempt, and how many attempts there are."""

    exams: tuple[Code, ...] | None = Field(
        default=None, min_length=1, description="a list of exam codes"
    )
    of_class: tuple[Identifier, ...] | None = Field(
        default=None, min_length=1, description="a list of exam classes"
    )
    effective_from: date | None = Field(
        default=None, description="the first day it is in force, such as 2014-08-02"
    )
    effective_until: date | None = Field(
        default=None, description="the last day it is in force, such as 2015-06-30"
    )
    governed_by: Literal["attempt", "scheduling"] = Field(
        default="attempt",
        description="the day that chooses the entry: of the attempt before, "
        "or of scheduling the next (default: attempt)",
    )
    after_fail: tuple[WaitField, ...] = Field(
        default=(), description="the wait after the first failed attempt, the second, and so on"
    )
    after_pass: AfterPassField = Field(
        default="none", description='"180 days", never, or none (default: none)'
    )
    most: MostAttempts | None = Field(
        default=None, description="attempts and within: so many in any stretch of that length"
    )
    attempts_ever: int | None = Field(default=None, ge=1, description="how many attempts in all")
    pass_resets_count: bool = Field(
        default=True, description="true: a pass starts the count of failed attempts anew"
    )
    source: str | None = Field(default=None, description="where this was taken from")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.exams is not None and self.of_class is not None:
            message = "expected exams or of_class or neither, not both"
            raise ValueError(message)
        first, last = self.effective_from, self.effective_until
        if first is not None and last is not None and last < first:
            message = f"expected effective_until on or after {first}, effective_from, not {last}"
            raise ValueError(message)
        return self

    def fits(self, exam: str, exam_class: str) -> bool:
        """Whether this entry is about an exam."""
        if self.exams is not None:
            return exam in self.exams
        return self.of_class is None or exam_class in self.of_class

    def in_force(self, day: date) -> bool:
        """Whether this entry is in force on a day."""
        first, last = self.effective_from, self.effective_until
        return (first is None or first <= day) and (last is None or day <= last)

    def again_after_fail(self, day: date, number: int) -> date:
        """The first day the exam may be taken after the `number`th failed attempt (from 1)."""
        if not self.after_fail:
            return day
        return first_day_again(self.after_fail[min(number, len(self.after_fail)) - 1], day)

    def again_after_pass(self, day: date) -> date | None:
        """The first day the exam may be taken after a pass; None: never."""
        match self.after_pass:
            case Period() as wait:
                return first_day_again(wait, day)
            case "never":
                return None
            case "none":
                return day


def first_day_again(wait: Period, day: date) -> date:
    """The day after a whole wait that begins on the day after `day`; no wait: the same day.

    Hours begin with the attempt itself: after 24 of them it is the next day.
    """
    if wait.count == 0 or day == date.max:
        return day
    if wait.unit == "hour":
        return wait.after(day)
    return wait.after(day + timedelta(days=1))
