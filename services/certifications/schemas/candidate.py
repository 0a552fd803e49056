"""What candidates, and staff about them, are shown of certifications."""

from datetime import date

from pydantic import BaseModel, Field

from services.certifications.domain import Status


class Successor(BaseModel):
    """The certification in which the holders of a replaced one go on."""

    certification: str
    name: str


class CertificationView(BaseModel):
    """One certification of a candidate, as it stands on the day of the answer."""

    certification: str = Field(description="the code")
    name: str
    title: str = Field(description="the full title, as the certificate has it")
    level: str
    level_name: str
    category: str
    status: Status
    status_text: str = Field(description="the programme's own word for the status")
    number: str | None = Field(description="the person's number in the series, where there is one")
    number_series: str | None = Field(description="the series that the number is of")
    started_on: date | None = Field(description="the day the unbroken holding began")
    active_on: date | None = Field(description="the first day of the present term")
    expires_on: date | None = Field(description="its last day, the whole of it; null: never")
    grace_until: date | None = Field(description="the last day of grace, while it is in grace")
    since: date | None = Field(description="the first day of a suspension or revocation")
    because: str | None = Field(description="the reason that staff gave for it")
    replaced_by: Successor | None = Field(description="what it goes on in, once it is replaced")
    earned_as: str | None = Field(description="what it was called when it was earned, if otherwise")
    verification_code: str | None
    verification_url: str | None
    certificate_url: str | None = Field(description="the PDF; only while the status is active")


class Level(BaseModel):
    """The certifications of one level."""

    level: str
    name: str
    certifications: list[CertificationView]


class Tally(BaseModel):
    """How far a candidate has come."""

    have: int | float
    need: int | float
    started: bool = Field(description="something counts towards it already")
    text: str


class Available(BaseModel):
    """A certification that the candidate can earn."""

    certification: str
    name: str
    title: str
    level: str
    level_name: str
    category: str
    progress: Tally


class Interval(BaseModel):
    """Days that were counted, both ends included."""

    first: date
    last: date


class AchievementView(BaseModel):
    """So many years of holding, and the days that were counted."""

    id: str
    name: str
    reached_on: date
    intervals: list[Interval]
    sentence: str


class ComingAchievement(BaseModel):
    """An achievement that days count for already."""

    id: str
    name: str
    expected_on: date | None = Field(description="null: the present terms do not reach so far")
    intervals: list[Interval]
    sentence: str


class Certifications(BaseModel):
    """Everything a candidate holds or has held, and what can be earned."""

    as_of: date
    timezone: str
    date_rule: str
    levels: list[Level]
    available: list[Available] = Field(description="those in progress first")
    achievements: list[AchievementView] = Field(description="those that are reached")
    coming_achievements: list[ComingAchievement]


class EvidenceView(BaseModel):
    """Something below a requirement, and whether it counts."""

    text: str
    date: date
    counts: bool
    why: str


class Node(BaseModel):
    """One line of the progress tree, such as 1.2 - (0/1)."""

    number: str
    text: str
    have: int | float
    need: int | float
    satisfied: bool
    children: list["Node"]
    evidence: list[EvidenceView]
    note: str | None = Field(description="what the figures do not show")


class FactView(BaseModel):
    """A fact that an explanation rests on."""

    kind: str
    id: str
    date: date
    text: str


class ExplanationView(BaseModel):
    """Why one value is what it is: which facts, which rule, which version of the policy."""

    subject: str
    date: date | None
    sentence: str
    facts: list[FactView]
    rule: str | None
    policy: str | None
    overrides: list[str] = Field(description="the one-off overrides that moved the date")


class HistoryLineView(BaseModel):
    """What happened on a day."""

    date: date
    text: str
    kind: str = Field(description="earned, renewed, granted, expired, suspended and so on")


class WayToRenewView(BaseModel):
    """One way to renew a certification, by itself or carried along by another."""

    number: str = Field(description="its line in the progress tree; empty if another carries it")
    text: str
    rule: str = Field(description="where the programme's files say so")
    missing: list[str] = Field(description="what is still to do")
    done: float = Field(description="how much of it is done, 0 to 1")
    earliest_on: date = Field(description="the day of the answer, or the first that is allowed")
    new_expires_on: date | None = Field(description="the last day it gives, met on that day")
    latest_on: date = Field(description="the last day on which it renews")
    latest_expires_on: date | None = Field(description="the last day it gives, met then")
    for_life: bool = Field(description="it never expires after this")
    carried_by: str | None = Field(description="the certification that carries this one along")
    note: str | None = Field(description="what keeps the way from being open now")


class CertificationDetail(CertificationView):
    """One certification with its progress, the reason of every date, and its history."""

    as_of: date
    timezone: str
    date_rule: str
    progress: list[Node] = Field(description="what earns it or, while it is active, renews it")
    explanation: list[ExplanationView]
    history: list[HistoryLineView] = Field(description="newest first")
    options: list[WayToRenewView] = Field(description="the ways to renew it")
    fastest: int | None = Field(description="the place of the option with the least to do")
