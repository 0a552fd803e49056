"""What long holding brings: achievements and the emeritus status."""

from typing import Literal, Self

from pydantic import Field, model_validator

from shared.programmes.fields import Code, Identifier, Named
from shared.programmes.item import Item
from shared.programmes.period import PeriodField
from shared.programmes.requirements import Requirement

Counting = Literal["consecutive", "total"]


class Group(Item):
    """Certifications, listed or by level."""

    levels: tuple[Identifier, ...] | None = Field(
        default=None, min_length=1, description="a list of levels"
    )
    certifications: tuple[Code, ...] | None = Field(
        default=None, min_length=1, description="a list of certification codes"
    )

    @model_validator(mode="after")
    def _one_group(self) -> Self:
        if (self.levels is None) == (self.certifications is None):
            message = "expected either levels or certifications"
            raise ValueError(message)
        return self

    def holds(self, code: str, level: str) -> bool:
        """Whether a certification, named by its code and its level, is one of these."""
        if self.certifications is not None:
            return code in self.certifications
        return level in (self.levels or ())


class AchievementRule(Named, Group):
    """So many years of holding, e.g. the 10-year CCIE."""

    years: int = Field(ge=1, description="how many years")
    counting: Counting = Field(
        default="consecutive",
        description="consecutive: without a gap, or total: all times together",
    )
    counts: tuple[Literal["active", "in_grace", "suspended", "emeritus"], ...] = Field(
        default=("active",), min_length=1, description="the statuses that count (default: active)"
    )
    source: str | None = Field(default=None, description="where this was taken from")


class Return(Item):
    """How an emeritus becomes active again."""

    requires: Requirement = Field(description="the requirement that makes it active again")
    within: PeriodField | None = Field(
        default=None, description="how long after the last active day that is possible"
    )


class EmeritusRule(Group):
    """Who may become emeritus, how, and for how long."""

    after: PeriodField = Field(description='how long it must have been held, such as "10 years"')
    counting: Counting = Field(
        default="total", description="consecutive: without a gap, or total: all times together"
    )
    requires: Requirement = Field(description="the requirement for each emeritus term")
    opens: PeriodField | None = Field(
        default=None, description="how long before the expiry date one may apply"
    )
    lasts: PeriodField = Field(description='the length of an emeritus term, such as "1 year"')
    lifetime_after: PeriodField | None = Field(
        default=None,
        description="after so long of being active or emeritus without a gap it is for a lifetime",
    )
    back: Return | None = Field(
        default=None, alias="return", description="requires and within: how it is active again"
    )
    source: str | None = Field(default=None, description="where this was taken from")
