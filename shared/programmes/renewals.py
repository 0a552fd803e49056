"""How a certification is renewed, and what follows its last day."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Discriminator, Field, Tag

from shared.programmes.fields import Text
from shared.programmes.item import Item
from shared.programmes.period import PeriodField
from shared.programmes.requirements import BY_TAG, Requirement

Anchor = Literal["requirement_met", "old_expiry", "fixed_cycle"]


class RenewalOption(Item):
    """One way to renew."""

    requires: Requirement = Field(description="the requirement that renews it")
    text: Text | None = Field(default=None, description="the words a candidate reads for it")
    anchor: Anchor | None = Field(
        default=None,
        description="requirement_met, old_expiry or fixed_cycle (default: the policy's)",
    )
    period: PeriodField | None = Field(
        default=None, description="the length of the new term (default: the validity)"
    )
    opens: PeriodField | None = Field(
        default=None, description='how long before the last day it opens, such as "6 months"'
    )
    not_twice_running: bool = Field(
        default=False, description="true: not if the last renewal was by this option"
    )
    source: str | None = Field(default=None, description="where this was taken from")


class Renewal(Item):
    """Several ways to renew, each with its own dates."""

    options: tuple[RenewalOption, ...] = Field(
        min_length=1, description="the ways to renew, each with requires"
    )


@dataclass(frozen=True, slots=True)
class RenewalTerms:
    """The ways to renew; `bare`: written as one requirement instead of as options."""

    options: tuple[RenewalOption, ...]
    bare: bool

    @classmethod
    def of(cls, renewal: "Requirement | Renewal") -> "RenewalTerms":
        """What a file says, in one shape."""
        if isinstance(renewal, Renewal):
            return cls(renewal.options, bare=False)
        # Checked already: checking a tree again costs more than loading it.
        option = RenewalOption.model_construct(_fields_set={"requires"}, requires=renewal)
        return cls((option,), bare=True)


def renewal_kind(renewal: Any) -> str:
    """The tag of a renewal: options, or a requirement as it is."""
    has = ("options" in renewal) if isinstance(renewal, dict) else hasattr(renewal, "options")
    return "<options>" if has else "<requirement>"


RenewalField: TypeAlias = Annotated[
    Annotated[Renewal, Tag("<options>")] | Annotated[Requirement, Tag("<requirement>")],
    Discriminator(renewal_kind),
]
RENEWAL_BY_TAG: dict[str, type[Item]] = {**BY_TAG, "<options>": Renewal}


class Grace(Item):
    """What is still possible after the last day."""

    lasts: PeriodField = Field(description='how long after the last day, such as "90 days"')
    status: Literal["in_grace", "suspended"] = Field(
        default="in_grace", description="in_grace or suspended (default: in_grace)"
    )
    allows: Literal["renewal", "submission"] = Field(
        default="renewal",
        description="renewal, or submission of what was done by the last day (default: renewal)",
    )
