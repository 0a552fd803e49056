"""The model of programme.yaml: who awards, and the things its rules may name."""

from datetime import date
from typing import Annotated

from pydantic import Field

from shared.programmes.fields import Colour, Identifier, Named, Price, Text
from shared.programmes.honours import AchievementRule, EmeritusRule
from shared.programmes.item import Item
from shared.programmes.period import PeriodField


class Branding(Item):
    """Colours and word mark of the programme's pages and certificates."""

    accent: Colour = Field(description="a colour such as #0b5c8a")
    accent_ink: Colour = Field(description="the colour of text on the accent")
    ink: Colour = Field(description="the colour of headings")
    logo_text: Text = Field(description="the word mark")
    logo: Text | None = Field(
        default=None, description="an SVG or PNG file in this folder, shown beside the word mark"
    )


class NumberSeries(Named):
    """A series of numbers, one per person, e.g. the CCIE number."""

    first: int = Field(ge=1, description="the first number given out")
    source: str | None = Field(default=None, description="where this was taken from")


class StatusTexts(Item):
    """The public wording of each status."""

    active: Text = Field(description="the public wording of active")
    lifetime: Text = Field(
        default="Active for a lifetime", description="the public wording of active without an end"
    )
    in_grace: Text = Field(default="In grace period", description="the public wording of in grace")
    suspended: Text = Field(default="Suspended", description="the public wording of suspended")
    expired: Text = Field(description="the public wording of expired")
    revoked: Text = Field(default="Revoked", description="the public wording of revoked")
    emeritus: Text = Field(default="Emeritus", description="the public wording of emeritus")
    replaced: Text = Field(default="Replaced", description="the public wording of replaced")
    not_earned: Text = Field(description="the public wording of not earned")


class AgreementVersion(Item):
    """One text of an agreement."""

    version: Text = Field(description="the version's name, such as V9")
    effective_from: date = Field(description="the first day it may be accepted")
    text: Text | None = Field(
        default=None,
        description="what candidates read and accept: plain paragraphs with blank lines between "
        "them; without it the version can't be accepted here",
    )


class Agreement(Named):
    """What candidates accept, e.g. a confidentiality agreement."""

    versions: tuple[AgreementVersion, ...] = Field(
        min_length=1, description="its versions, oldest first, with version and effective_from"
    )
    required: bool = Field(
        default=False,
        description="true: candidates are asked to accept the newest version (default: false)",
    )
    source: str | None = Field(default=None, description="where this was taken from")

    def in_force(self, day: date) -> AgreementVersion | None:
        """The newest version that may be accepted on a day; None before the first."""
        effective = [one for one in self.versions if one.effective_from <= day]
        return effective[-1] if effective else None

    def versions_from(self, version: str | None) -> tuple[str, ...]:
        """The names of a version and of all later ones; None: of all."""
        names = tuple(one.version for one in self.versions)
        return names if version is None else names[names.index(version) :]


class Fee(Named):
    """What candidates pay, e.g. an annual fee."""

    price: Price | None = Field(default=None, description="amount and currency")
    source: str | None = Field(default=None, description="where this was taken from")


class ApprovalKind(Named):
    """What staff decide by hand, e.g. a board review."""

    source: str | None = Field(default=None, description="where this was taken from")


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
    agreements: tuple[Agreement, ...] = Field(
        default=(), description="the agreements, each with id, name and versions"
    )
    fees: tuple[Fee, ...] = Field(default=(), description="the fees, each with id and name")
    approvals: tuple[ApprovalKind, ...] = Field(
        default=(), description="what staff decide by hand, each with id and name"
    )
    achievements: tuple[AchievementRule, ...] = Field(
        default=(), description="the achievements, each with id, name and years"
    )
    emeritus: tuple[EmeritusRule, ...] = Field(
        default=(), description="who may become emeritus; the first entry that fits governs"
    )
    reminders: tuple[PeriodField, ...] = Field(
        default=(), description='periods before the expiry date, such as "90 days"'
    )
    statuses: StatusTexts = Field(description="the public wording of active, expired, not_earned")
    texts: dict[Identifier, Text] = Field(
        default_factory=dict, description="texts by name, for pages and mails"
    )
