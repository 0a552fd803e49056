"""The model of certifications.yaml: policies, certifications and overrides."""

from datetime import date
from typing import Any

from pydantic import Field

from shared.programmes.fields import Code, DayOfYear, DayOfYearField, FormerName, Identifier, Text
from shared.programmes.item import Item
from shared.programmes.overrides import Override
from shared.programmes.period import Period, ValidityField
from shared.programmes.policies import Policy
from shared.programmes.renewals import Grace, RenewalField, RenewalTerms
from shared.programmes.requirements import Requirement


class Succession(Item):
    """The certification that takes over on a day."""

    certification: Code = Field(description="the code of the successor")
    on: date = Field(description="the day its holders go on in the successor")


class Certification(Item):
    """One certification and what earns it.

    The methods take a policy of `Programme.policies`, which are whole: `based_on` is resolved.
    What the policy says about this certification goes before what is written here, and that
    before what the policy says about its level.
    """

    code: Code = Field(description="the certification's code")
    name: Text = Field(description="the name on lists")
    title: Text | None = Field(default=None, description="the full title on certificates")
    level: Identifier = Field(description="one of the levels of programme.yaml")
    category: Text = Field(description="the heading it is listed under")
    tracks: tuple[Identifier, ...] = Field(default=(), description="tracks of programme.yaml")
    number_series: Identifier | None = Field(
        default=None, description="the number series of programme.yaml its holders belong to"
    )
    requires: Requirement = Field(description="the requirement that earns it")
    validity: ValidityField = Field(
        default=None, description="how long it lives (default: what the policy says for its level)"
    )
    aligned_to: DayOfYearField | None = Field(
        default=None, description='the day of the year to which last days move on, such as "12-31"'
    )
    renewal: RenewalField | None = Field(
        default=None, description="what renews it (default: what the policy says for its level)"
    )
    grace: Grace | None = Field(
        default=None, description="lasts, status, allows: what is possible after the last day"
    )
    awarded_from: date | None = Field(default=None, description="the first day it can be earned")
    retired_on: date | None = Field(
        default=None, description="the last day it could be earned or renewed"
    )
    succeeded_by: Succession | None = Field(
        default=None, description="certification and on: what its holders go on in, and when"
    )
    former_names: tuple[FormerName, ...] = Field(
        default=(), description="former names, each with until"
    )
    source: str | None = Field(default=None, description="where this was taken from")

    def requires_under(self, policy: Policy) -> Requirement:
        """What earns it when `policy` governs."""
        own = policy.certifications.get(self.code)
        return self.requires if own is None or own.requires is None else own.requires

    def validity_under(self, policy: Policy) -> Period | None:
        """How long it lives when `policy` governs; None: for a lifetime."""
        validity: Period | None = self._stated(policy, "validity")
        return validity

    def renewal_under(self, policy: Policy) -> RenewalTerms | None:
        """What renews it when `policy` governs; None: nothing does."""
        renewal = self._stated(policy, "renewal")
        return None if renewal is None else RenewalTerms.of(renewal)

    def grace_under(self, policy: Policy) -> Grace | None:
        """What is possible after its last day when `policy` governs."""
        grace: Grace | None = self._stated(policy, "grace")
        return grace

    def aligned_under(self, policy: Policy) -> DayOfYear | None:
        """The day of the year to which its last days move on when `policy` governs."""
        aligned: DayOfYear | None = self._stated(policy, "aligned_to")
        return aligned

    def place_under(self, policy: Policy, field: str) -> str:
        """Where a field that governs under `policy` stands: policies.<version>.levels.expert."""
        own = policy.certifications.get(self.code)
        if own is not None and field in own.model_fields_set:
            return f"policies.{policy.version}.certifications.{self.code}"
        if field in self.model_fields_set:
            return f"certifications.{self.code}"
        return f"policies.{policy.version}.levels.{self.level}"

    def _stated(self, policy: Policy, field: str) -> Any:
        own = policy.certifications.get(self.code)
        if own is not None and field in own.model_fields_set:
            return getattr(own, field)
        if field in self.model_fields_set:
            return getattr(self, field)
        return getattr(policy.levels[self.level], field)

    @property
    def full_title(self) -> str:
        """What a certificate says."""
        return self.title or self.name


class CertificationsFile(Item):
    """certifications.yaml: policies, certifications and overrides."""

    policies: tuple[Policy, ...] = Field(min_length=1, description="rule versions, oldest first")
    certifications: tuple[Certification, ...] = Field(
        min_length=1, description="the certifications"
    )
    overrides: tuple[Override, ...] = Field(
        default=(), description="later last days for those that run out in a stretch of time"
    )
