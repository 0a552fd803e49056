"""A length of calendar time, as programmes write it: "3 years", "18 months", "90 days"."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema

from shared.clock import months_on, years_on
from shared.programmes.faults import shown

PATTERN = r"^([1-9][0-9]*) (year|month|day)s?$"
WAIT = r"^([0-9]+) (year|month|day|hour)s?$"


@dataclass(frozen=True, slots=True)
class Period:
    """So many years, months or days; a wait may also be so many hours."""

    count: int
    unit: str

    def __str__(self) -> str:
        return f"{self.count} {self.unit}{'' if self.count == 1 else 's'}"

    def after(self, day: date) -> date:
        """The same calendar day this much later; 29 February becomes 28 February.

        What would lie past the last day a calendar knows ends on that last day.
        """
        try:
            if self.unit == "year":
                return years_on(day, self.count)
            if self.unit == "month":
                return months_on(day, self.count)
            # Hours are over on the day by which all of them have passed, whatever time it began.
            days = -(-self.count // 24) if self.unit == "hour" else self.count
            return day + timedelta(days=days)
        except (ValueError, OverflowError):
            return date.max


def parse_period(written: Any) -> Period:
    """Read what a programme file says; raises ValueError with what was expected."""
    if isinstance(written, Period):
        return written
    found = re.match(PATTERN, written) if isinstance(written, str) else None
    if found is None:
        message = (
            f'expected a period such as "3 years", "18 months" or "90 days", not {shown(written)}'
        )
        raise ValueError(message)
    return Period(int(found[1]), found[2])


def parse_validity(written: Any) -> Period | None:
    """Read a period or the word lifetime (None)."""
    if written == "lifetime":
        return None
    try:
        return parse_period(written)
    except ValueError:
        message = f'expected a period such as "3 years", or lifetime, not {shown(written)}'
        raise ValueError(message) from None


def parse_wait(written: Any) -> Period:
    """Read a period that may be nothing; raises ValueError with what was expected."""
    if isinstance(written, Period):
        return written
    found = re.match(WAIT, written) if isinstance(written, str) else None
    if found is None:
        message = f'expected a wait such as "15 days", or "0 days" for none, not {shown(written)}'
        raise ValueError(message)
    return Period(int(found[1]), found[2])


PeriodField = Annotated[
    Period,
    PlainValidator(parse_period),
    WithJsonSchema({"type": "string", "pattern": PATTERN, "examples": ["3 years"]}),
]
ValidityField = Annotated[
    Period | None,
    PlainValidator(parse_validity),
    WithJsonSchema(
        {
            "anyOf": [{"type": "string", "pattern": PATTERN}, {"const": "lifetime"}],
            "examples": ["3 years", "lifetime"],
        }
    ),
]
WaitField = Annotated[
    Period,
    PlainValidator(parse_wait),
    WithJsonSchema({"type": "string", "pattern": WAIT, "examples": ["15 days", "0 days"]}),
]
