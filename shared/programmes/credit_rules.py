"""What a policy says about continuing education credits."""

from typing import Literal, Self

from pydantic import Field, model_validator

from shared.programmes.fields import Code, Identifier, PointsField
from shared.programmes.item import Item
from shared.programmes.period import PeriodField, ValidityField


class Rollover(Item):
    """Credits above what a term needs that count for the next."""

    most: PointsField = Field(description="how many credits at most")
    from_last: PeriodField | None = Field(
        default=None, description="only those of so long before the end of the term"
    )
    categories: tuple[Identifier, ...] | None = Field(
        default=None, min_length=1, description="only those of these categories (default: all)"
    )


class ExamCredits(Item):
    """Credits that come with a pass."""

    of: tuple[Code, ...] | None = Field(
        default=None, min_length=1, description="a list of exam codes"
    )
    of_class: tuple[Identifier, ...] | None = Field(
        default=None, min_length=1, description="a list of exam classes"
    )
    points: PointsField = Field(description="how many credits a pass gives")
    category: Identifier | None = Field(default=None, description="the credits' category")

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.of is None) == (self.of_class is None):
            message = "expected either of (exam codes) or of_class (exam classes)"
            raise ValueError(message)
        return self


class CreditRules(Item):
    """How long credits live and what they may be used for."""

    validity: ValidityField = Field(default=None, description='"3 years", or lifetime')
    new_cycle: Literal["ends", "keeps"] = Field(
        default="ends",
        description="ends: credits from before the present term do not count for it, or keeps",
    )
    use: Literal["once", "each_certification"] = Field(
        default="each_certification",
        description="once: what they renewed uses them up, or each_certification",
    )
    same_item: Literal["once_per_cycle", "once", "again"] = Field(
        default="once_per_cycle",
        description="how often one item counts: once_per_cycle, once, or again",
    )
    counts_for: Literal["highest_level", "each"] = Field(
        default="each",
        description="highest_level: only certifications of the highest active level, or each",
    )
    submit_within: PeriodField | None = Field(
        default=None, description="how long after its completion it may be submitted"
    )
    earned_while: Literal["active", "any"] = Field(
        default="any",
        description="active: only credits of days on which a certification was active, or any",
    )
    rollover: Rollover | None = Field(
        default=None, description="most, from_last, categories: what counts for the next term too"
    )
    from_exams: tuple[ExamCredits, ...] = Field(
        default=(), description="passes that give credits: of_class with points"
    )
