"""The models of the four files a programme is written in."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from shared.programmes.item import Item
from shared.programmes.period import Period, PeriodField, ValidityField
from shared.programmes.requirements import Requirement

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$")]
Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=64)]
Colour = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
Text = Annotated[str, Field(min_length=1)]


class Branding(Item):
    """Colours and word mark of the programme's pages and certificates."""

    accent: Colour = Field(description="a colour such as #0b5c8a")
    accent_ink: Colour = Field(description="the colour of text on the accent")
    ink: Colour = Field(description="the colour of headings")
    logo_text: Text = Field(description="the word mark")


class Named(Item):
    """An identifier with the name that people read."""

    id: Identifier = Field(description="an identifier: small letters, digits, - and _")
    name: Text = Field(description="the name that people read")


class NumberSeries(Named):
    """A series of numbers, one per person, e.g. the CCIE number."""

    first: int = Field(ge=1, description="the first number given out")
    source: str | None = Field(default=None, description="where this was taken from")


class StatusTexts(Item):
    """The public wording of each status."""

    active: Text = Field(description="the public wording of active")
    expired: Text = Field(description="the public wording of expired")
    not_earned: Text = Field(description="the public wording of not earned")


class ProgrammeFile(Item):
    """programme.yaml: who awards, how it looks, its levels and tracks."""

    id: Identifier = Field(description="the programme's identifier, the name of its folder")
    name: Text = Field(description="the programme's name")
    certification_word: Text = Field(
        default="certification", description="what one award is called in running text"
    )
    candidate_prefix: Annotated[str, Field(pattern=r"^[A-Z]{2,8}$")] = Field(
        description="2 to 8 capital letters that start every candidate id"
    )
    candidate_digits: int = Field(
        default=8, ge=5, le=12, description="how many digits follow the prefix"
    )
    timezone: Text = Field(description="an IANA time zone such as America/Los_Angeles")
    support_email: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")] = Field(
        description="an e-mail address"
    )
    branding: Branding = Field(description="accent, accent_ink, ink and logo_text")
    levels: tuple[Named, ...] = Field(
        min_length=1, description="the levels, lowest first, each with id and name"
    )
    tracks: tuple[Named, ...] = Field(default=(), description="the tracks, each with id and name")
    number_series: tuple[NumberSeries, ...] = Field(
        default=(), description="the number series, each with id, name and first"
    )
    reminders: tuple[PeriodField, ...] = Field(
        default=(), description='periods before the expiry date, such as "90 days"'
    )
    statuses: StatusTexts = Field(description="the public wording of active, expired, not_earned")
    texts: dict[Identifier, Text] = Field(
        default_factory=dict, description="texts by name, for pages and mails"
    )


class FormerName(Item):
    """A name that an exam or certification had until a day."""

    name: Text = Field(description="the former name")
    until: date | None = Field(default=None, description="the last day of that name")


class Exam(Item):
    """One exam: its class and tracks decide which rules it meets."""

    code: Code = Field(description="the exam's code")
    name: Text = Field(description="the exam's name")
    exam_class: Identifier = Field(alias="class", description="one of the classes of this file")
    tracks: tuple[Identifier, ...] = Field(default=(), description="tracks of programme.yaml")
    pass_validity: ValidityField = Field(
        default=None, description="how long a pass counts (default: pass_validity of the file)"
    )
    retired: bool = Field(default=False, description="true when it can no longer be taken")
    retired_on: date | None = Field(default=None, description="the last day it could be taken")
    replaced_by: Code | None = Field(default=None, description="the code of its successor")
    former_names: tuple[FormerName, ...] = Field(
        default=(), description="former names, each with until"
    )
    source: str | None = Field(default=None, description="where this was taken from")

    def pass_expires_on(self, day: date) -> date | None:
        """The last day on which a pass of `day` counts; None: for ever."""
        return None if self.pass_validity is None else self.pass_validity.after(day)


class ExamsFile(Item):
    """exams.yaml: the exams and their classes."""

    pass_validity: ValidityField = Field(description='"3 years", or lifetime')
    classes: tuple[Named, ...] = Field(min_length=1, description="exam classes with id and name")
    exams: tuple[Exam, ...] = Field(min_length=1, description="the exams")


class Scope(Item):
    """Which certifications an award or renewal extends, if they are active on that day."""

    when: tuple[Literal["earned", "renewed"], ...] = Field(
        default=("earned", "renewed"),
        min_length=1,
        description="a list of earned and renewed: what extends (default: both)",
    )
    levels: Literal["same_and_below", "below"] | tuple[Identifier, ...] = Field(
        description="same_and_below, below, or a list of levels"
    )
    tracks: Literal["any", "same"] = Field(description="any or same")


class LevelPolicy(Item):
    """How long a certification of a level lives and what renews it."""

    validity: ValidityField = Field(description='"3 years", or lifetime')
    renewal: Requirement | None = Field(default=None, description="a requirement that renews it")
    source: str | None = Field(default=None, description="where this was taken from")


class Policy(Item):
    """One version of the programme's rules; it governs what happens while it is in force."""

    version: Text = Field(description="the version's name, as explanations cite it")
    effective_from: date = Field(description="the first day it is in force, such as 2020-02-24")
    renewal_anchor: Literal["requirement_met"] = Field(
        description="requirement_met: the new term counts from the day the requirement was met"
    )
    extends: tuple[Scope, ...] = Field(default=(), description="what awards and renewals extend")
    levels: dict[Identifier, LevelPolicy] = Field(description="rules by level")
    source: str | None = Field(default=None, description="where this was taken from")


class Certification(Item):
    """One certification and what earns it."""

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
    renewal: Requirement | None = Field(
        default=None, description="what renews it (default: what the policy says for its level)"
    )
    retired_on: date | None = Field(
        default=None, description="the last day it could be earned or renewed"
    )
    former_names: tuple[FormerName, ...] = Field(
        default=(), description="former names, each with until"
    )
    source: str | None = Field(default=None, description="where this was taken from")

    def validity_under(self, policy: Policy) -> Period | None:
        """How long it lives when `policy` governs; None: for a lifetime."""
        if "validity" in self.model_fields_set:
            return self.validity
        return policy.levels[self.level].validity

    def renewal_under(self, policy: Policy) -> Requirement | None:
        """What renews it when `policy` governs."""
        return self.renewal or policy.levels[self.level].renewal

    @property
    def full_title(self) -> str:
        """What a certificate says."""
        return self.title or self.name


class CertificationsFile(Item):
    """certifications.yaml: policies and certifications."""

    policies: tuple[Policy, ...] = Field(min_length=1, description="rule versions, oldest first")
    certifications: tuple[Certification, ...] = Field(
        min_length=1, description="the certifications"
    )


class Price(Item):
    """Money in minor units."""

    amount: int = Field(ge=0, description="a whole number of minor units (cents)")
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = Field(
        description="an ISO 4217 currency code such as USD"
    )


class Kit(Item):
    """What is printed and sent for a certification of some levels."""

    code: Code = Field(description="the kit's code")
    name: Text = Field(description="the kit's name")
    description: Text = Field(description="what is in it")
    levels: tuple[Identifier, ...] = Field(min_length=1, description="levels of programme.yaml")
    initial_price: Price = Field(description="amount and currency of the first kit of an award")
    price: Price = Field(description="amount and currency of every further kit")
    source: str | None = Field(default=None, description="where this was taken from")


class KitsFile(Item):
    """kits.yaml: the initial kit of each level."""

    kits: tuple[Kit, ...] = Field(description="the kits")
