"""The small kinds of values that every programme file is made of."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field, PlainValidator, WithJsonSchema

from shared.programmes.faults import shown
from shared.programmes.item import Item

IDENTIFIER = r"^[a-z][a-z0-9_-]*$"
CODE = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"
# What a name that does not match should have been.
MEANING = {
    IDENTIFIER: "an identifier: small letters, digits, - and _",
    CODE: "a code: letters, digits, ., - and _",
}
Identifier = Annotated[str, Field(pattern=IDENTIFIER)]
Code = Annotated[str, Field(pattern=CODE, max_length=64)]
Colour = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
Text = Annotated[str, Field(min_length=1)]
Levels = Annotated[tuple[Identifier, ...], Field(min_length=1)]
LAST_OF_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class Named(Item):
    """An identifier with the name that people read."""

    id: Identifier = Field(description="an identifier: small letters, digits, - and _")
    name: Text = Field(description="the name that people read")


class FormerName(Item):
    """A name that an exam or certification had until a day."""

    name: Text = Field(description="the former name")
    until: date | None = Field(default=None, description="the last day of that name")


class Price(Item):
    """Money in minor units."""

    amount: int = Field(ge=0, description="a whole number of minor units (cents)")
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = Field(
        description="an ISO 4217 currency code such as USD"
    )


@dataclass(frozen=True, slots=True)
class DayOfYear:
    """A day that comes every year, such as 12-31."""

    month: int
    day: int

    def __str__(self) -> str:
        return f"{self.month:02}-{self.day:02}"

    def on_or_after(self, day: date) -> date:
        """The next such day, or `day` itself; 29 February is 28 February in other years."""
        this_year = self._in(day.year)
        if this_year >= day or day.year == date.max.year:
            return max(this_year, day)
        return self._in(day.year + 1)

    def _in(self, year: int) -> date:
        try:
            return date(year, self.month, self.day)
        except ValueError:
            return date(year, 2, 28)


def parse_day_of_year(written: Any) -> DayOfYear:
    """Read month and day; raises ValueError with what was expected."""
    if isinstance(written, DayOfYear):
        return written
    found = re.match(r"^(\d\d)-(\d\d)$", written) if isinstance(written, str) else None
    if found is not None:
        month, day = int(found[1]), int(found[2])
        if 1 <= month <= 12 and 1 <= day <= LAST_OF_MONTH[month - 1]:
            return DayOfYear(month, day)
    message = f'expected a month and a day such as "12-31", not {shown(written)}'
    raise ValueError(message)


def parse_points(written: Any) -> Decimal:
    """Read a number of credits; raises ValueError with what was expected."""
    if isinstance(written, int | float | Decimal) and not isinstance(written, bool):
        points = Decimal(str(written))
        if points.is_finite() and points > 0 and points == round(points, 2):
            return points
    message = f"expected credits: a number above 0 with at most 2 decimals, not {shown(written)}"
    raise ValueError(message)


DayOfYearField = Annotated[
    DayOfYear,
    PlainValidator(parse_day_of_year),
    WithJsonSchema({"type": "string", "pattern": r"^\d\d-\d\d$", "examples": ["12-31"]}),
]
PointsField = Annotated[
    Decimal,
    PlainValidator(parse_points),
    WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "examples": [30, 7.5]}),
]
