"""The shapes of certifications on the wire."""

from datetime import date

from pydantic import BaseModel, Field

from services.certifications.domain import Status


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
    started_on: date | None = Field(description="the day the unbroken holding began")
    active_on: date | None = Field(description="the first day of the present term")
    expires_on: date | None = Field(description="its last day, the whole of it; null: never")
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

    have: int
    need: int
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


class Certifications(BaseModel):
    """Everything a candidate holds or has held, and what can be earned."""

    as_of: date
    timezone: str
    date_rule: str
    levels: list[Level]
    available: list[Available] = Field(description="those in progress first")


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
    have: int
    need: int
    satisfied: bool
    children: list["Node"]
    evidence: list[EvidenceView]


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


class HistoryLineView(BaseModel):
    """What happened on a day."""

    date: date
    text: str


class RenewalOption(BaseModel):
    """One way to renew a certification while it is active."""

    number: str
    text: str
    satisfied: bool


class CertificationDetail(CertificationView):
    """One certification with its progress, the reason of every date, and its history."""

    as_of: date
    timezone: str
    date_rule: str
    progress: list[Node] = Field(description="what earns it or, while it is active, renews it")
    explanation: list[ExplanationView]
    history: list[HistoryLineView] = Field(description="newest first")
    renewal: list[RenewalOption]


class Verification(BaseModel):
    """What a verification code proves."""

    valid: bool
    programme: str
    holder: str
    certification: str
    name: str
    title: str
    level: str
    status: str
    status_text: str
    number: str | None
    active_on: date
    expires_on: date | None
    as_of: date
    date_rule: str
