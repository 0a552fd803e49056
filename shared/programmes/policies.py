"""One version of the rules, and how it builds on an earlier one."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Literal, Self, TypeVar

from pydantic import ConfigDict, Field, model_validator

from shared.programmes.credit_rules import CreditRules
from shared.programmes.fields import Code, DayOfYearField, Identifier, Levels, Text
from shared.programmes.item import Item
from shared.programmes.period import ValidityField
from shared.programmes.renewals import Anchor, Grace, RenewalField
from shared.programmes.requirements import Requirement

Terms = TypeVar("Terms", bound=Item)


class Scope(Item):
    """Which certifications an award or renewal extends, if they are active on that day."""

    when: tuple[Literal["earned", "renewed"], ...] = Field(
        default=("earned", "renewed"),
        min_length=1,
        description="a list of earned and renewed: what extends (default: both)",
    )
    levels: Literal["same_and_below", "below"] | Levels | None = Field(
        default=None, description="same_and_below, below, or a list of levels"
    )
    certifications: tuple[Code, ...] | None = Field(
        default=None, min_length=1, description="a list of certification codes instead of levels"
    )
    except_levels: tuple[Identifier, ...] = Field(
        default=(), description="a list of levels that are left alone, though levels includes them"
    )
    tracks: Literal["any", "same"] = Field(default="any", description="any or same (default: any)")
    carriers: tuple[Code, ...] | None = Field(
        default=None,
        alias="from",
        min_length=1,
        description="only awards and renewals of these certifications extend (default: all)",
    )

    @model_validator(mode="after")
    def _one_group(self) -> Self:
        if (self.levels is None) == (self.certifications is None):
            message = "expected either levels or certifications"
            raise ValueError(message)
        return self


class LevelPolicy(Item):
    """How long a certification of a level lives and what renews it."""

    validity: ValidityField = Field(default=None, description='"3 years", or lifetime')
    aligned_to: DayOfYearField | None = Field(
        default=None, description='the day of the year to which last days move on, such as "12-31"'
    )
    renewal: RenewalField | None = Field(
        default=None, description="a requirement that renews it, or options"
    )
    grace: Grace | None = Field(
        default=None, description="lasts, status, allows: what is possible after the last day"
    )
    source: str | None = Field(default=None, description="where this was taken from")


class CertificationPolicy(LevelPolicy):
    """What one certification has of its own under a policy."""

    requires: Requirement | None = Field(
        default=None, description="the requirement that earns it under this policy"
    )


class Policy(Item):
    """One version of the programme's rules; it governs what happens while it is in force."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [{"required": ["based_on"]}, {"required": ["renewal_anchor", "levels"]}]
        }
    )

    version: Text = Field(description="the version's name, as explanations cite it")
    based_on: Text | None = Field(
        default=None, description="an earlier version; what is not stated here is as there"
    )
    effective_from: date = Field(description="the first day it is in force, such as 2020-02-24")
    retroactive_from: date | None = Field(
        default=None,
        description="once in force it governs what happened from this day on, such as 2011-01-01",
    )
    governed_by: Literal["award", "activity", "scheduling"] = Field(
        default="award",
        description="the day that chooses the version: award, activity or scheduling "
        "(default: award)",
    )
    renewal_anchor: Anchor = Field(
        default="requirement_met",
        description="requirement_met, old_expiry or fixed_cycle: where the new term counts from",
    )
    running_terms: Literal["keep", "lengthen"] = Field(
        default="keep",
        description="lengthen: running terms get this version's validity, or keep (default: keep)",
    )
    extends: tuple[Scope, ...] = Field(default=(), description="what awards and renewals extend")
    credits: CreditRules | None = Field(
        default=None, description="how long credits live and what they may be used for"
    )
    levels: dict[Identifier, LevelPolicy] = Field(
        default_factory=dict, description="rules by level"
    )
    certifications: dict[Code, CertificationPolicy] = Field(
        default_factory=dict, description="rules by certification, where one differs"
    )
    source: str | None = Field(default=None, description="where this was taken from")


# What a version says about itself; a later one does not take it over.
ITS_OWN = frozenset(
    {"version", "based_on", "effective_from", "retroactive_from", "running_terms", "source"}
)


def whole_policies(policies: Iterable[Policy]) -> tuple[Policy, ...]:
    """The policies with everything they take from the version they are based on.

    Raises KeyError when one is based on a version that is not before it.
    """
    whole: dict[str, Policy] = {}
    for policy in policies:
        if policy.based_on is None:
            whole[policy.version] = policy
        else:
            whole[policy.version] = _merged(whole[policy.based_on], policy)
    return tuple(whole.values())


def _merged(base: Policy, policy: Policy) -> Policy:
    taken = {
        name: getattr(base, name)
        for name in base.model_fields_set - policy.model_fields_set - ITS_OWN
    }
    taken["levels"] = _by_key(base.levels, policy.levels)
    taken["certifications"] = _by_key(base.certifications, policy.certifications)
    return policy.model_copy(update=taken)


def _by_key(base: dict[str, Terms], own: dict[str, Terms]) -> dict[str, Terms]:
    merged = dict(base)
    for key, terms in own.items():
        merged[key] = terms if key not in base else _over(base[key], terms)
    return merged


def _over(base: Terms, own: Terms) -> Terms:
    """The base's fields, and over them those that are stated, even as null."""
    stated: dict[str, Any] = {name: getattr(own, name) for name in own.model_fields_set}
    return base.model_copy(update=stated)
