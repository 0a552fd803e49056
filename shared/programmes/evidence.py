"""What a requirement may ask of credits and courses."""

from decimal import Decimal
from typing import Literal, Self

from pydantic import Field, model_validator

from shared.programmes.fields import Code, Identifier, Levels, PointsField
from shared.programmes.item import Item
from shared.programmes.period import PeriodField


class Pace(Item):
    """So many credits in every stretch of the term."""

    period: PeriodField = Field(description='the length of each stretch, such as "1 year"')
    at_least: PointsField = Field(description="how many credits in each stretch")


class CreditSelection(Item):
    """How many credits, and what limits them."""

    at_least: PointsField = Field(description="how many credits")
    minimum: dict[Identifier, PointsField] = Field(
        default_factory=dict, description="by category: at least so many of these"
    )
    maximum: dict[Identifier, PointsField] = Field(
        default_factory=dict, description="by category: no more than so many of these count"
    )
    caps: dict[Identifier, PointsField] = Field(
        default_factory=dict, description="by activity: no more than so many of these count"
    )
    every: Pace | None = Field(
        default=None, description="period and at_least: what each stretch of the term must bring"
    )

    @model_validator(mode="after")
    def _can_be_met(self) -> Self:
        least = sum(self.minimum.values(), Decimal(0))
        if least > self.at_least:
            message = f"expected at_least of {least} or more, the sum of minimum"
            raise ValueError(message)
        for category, points in self.minimum.items():
            if points > self.maximum.get(category, points):
                message = (
                    f"expected a maximum for {category!r} of {points} or more, its minimum, "
                    f"not {self.maximum[category]}"
                )
                raise ValueError(message)
        return self


class CourseSelection(Item):
    """So many different courses out of a list or of some levels."""

    at_least: int = Field(default=1, ge=1, description="how many different courses (default 1)")
    of: tuple[Code, ...] | None = Field(
        default=None, min_length=1, description="a list of course codes of education.yaml"
    )
    levels: Literal["same_and_above"] | Levels | None = Field(
        default=None, description="same_and_above (the certification's level), or a list of levels"
    )
    same_track: bool = Field(
        default=False, description="true: only courses that share a track with the certification"
    )

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.of is None) == (self.levels is None):
            message = "expected either of (course codes) or levels"
            raise ValueError(message)
        if self.of is not None and len(set(self.of)) < self.at_least:
            message = f"expected at least {self.at_least} different courses in of"
            raise ValueError(message)
        return self
