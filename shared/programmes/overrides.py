"""Later last days for everyone whose certification runs out in a stretch of time."""

from datetime import date
from typing import Self

from pydantic import Field, model_validator

from shared.programmes.fields import Code, Identifier, Text
from shared.programmes.item import Item
from shared.programmes.period import PeriodField


class Stretch(Item):
    """From a first to a last day, both included."""

    first: date = Field(alias="from", description="the first day, such as 2020-03-01")
    last: date = Field(alias="to", description="the last day, such as 2020-09-30")

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if self.last < self.first:
            message = f"expected to on or after {self.first}, from, not {self.last}"
            raise ValueError(message)
        return self


class Override(Item):
    """A decision such as the one of 2020, by which whole groups got more time."""

    id: Identifier = Field(description="an identifier: small letters, digits, - and _")
    announced_on: date = Field(
        description="the day it was announced; for days before it does not exist"
    )
    reason: Text = Field(description="why, as explanations say it")
    expiring: Stretch = Field(description="from and to: the last days that it is about")
    extend_by: PeriodField | None = Field(
        default=None, description='so much longer, such as "6 months"'
    )
    extend_to: date | None = Field(default=None, description="to this day, such as 2020-09-30")
    levels: tuple[Identifier, ...] | None = Field(
        default=None, min_length=1, description="a list of levels (default: all)"
    )
    certifications: tuple[Code, ...] | None = Field(
        default=None, min_length=1, description="a list of certification codes (default: all)"
    )
    source: str | None = Field(default=None, description="where this was taken from")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if (self.extend_by is None) == (self.extend_to is None):
            message = "expected either extend_by (a period) or extend_to (a day)"
            raise ValueError(message)
        if self.extend_to is not None and self.extend_to < self.expiring.first:
            message = (
                f"expected extend_to after {self.expiring.first}, the first of expiring, "
                f"not {self.extend_to}"
            )
            raise ValueError(message)
        if self.levels is not None and self.certifications is not None:
            message = "expected levels or certifications or neither, not both"
            raise ValueError(message)
        return self

    def is_about(self, code: str, level: str) -> bool:
        """Whether a certification, named by its code and its level, is meant."""
        if self.certifications is not None:
            return code in self.certifications
        return self.levels is None or level in self.levels

    def last_day(self, day: date) -> date:
        """The last day that `day` becomes; never an earlier one, and others stay."""
        if not self.expiring.first <= day <= self.expiring.last:
            return day
        if self.extend_by is not None:
            return self.extend_by.after(day)
        return max(day, self.extend_to or day)
