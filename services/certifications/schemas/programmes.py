"""A programme's rules on the wire, as its viewer shows them.

Periods are written as in the files: "3 years", "90 days".
"""

from datetime import date, datetime

from pydantic import BaseModel, Field

from services.certifications.schemas.runs import ReevaluationView


class Entry(BaseModel):
    """An id and the name that people read."""

    id: str
    name: str


class RuleNode(BaseModel):
    """One node of a requirement, with what stands below it."""

    kind: str = Field(description="exam, exams, credits, active, all_of, …")
    text: str
    need: int | None = Field(description="how many of the children, or of the exams or courses")
    exams: list[str] = Field(description="the codes of the exams that count, in order")
    source: str | None
    children: list["RuleNode"]


class OptionView(BaseModel):
    """One way to renew."""

    text: str
    anchor: str = Field(description="where the new term counts from")
    period: str | None = Field(description="the length of the new term; null: the validity")
    opens: str | None = Field(description="how long before the last day it opens; null: at once")
    not_twice_running: bool
    source: str | None
    requires: RuleNode


class GraceView(BaseModel):
    """What is possible after the last day."""

    lasts: str
    status: str
    allows: str


class FormerNameView(BaseModel):
    """A name that something had until a day."""

    name: str
    until: date | None


class CertificationRules(BaseModel):
    """One certification, and its rules under the policy that is shown."""

    code: str
    name: str
    title: str
    level: str
    category: str
    tracks: list[str]
    number_series: str | None
    awarded_from: date | None
    retired_on: date | None
    succeeded_by: str | None
    succeeded_on: date | None
    former_names: list[FormerNameView]
    validity: str | None = Field(description="null: for a lifetime")
    aligned_to: str | None
    grace: GraceView | None
    requires: RuleNode
    renewal: list[OptionView] = Field(description="one of them renews it; empty: nothing does")
    source: str | None


class LevelRules(BaseModel):
    """What a policy says about a level."""

    level: str
    validity: str | None = Field(description="null: for a lifetime")
    aligned_to: str | None
    grace: GraceView | None
    renewed: bool = Field(description="there is a way to renew it")
    source: str | None


class PolicyView(BaseModel):
    """One version of the rules."""

    version: str
    effective_from: date
    effective_until: date | None = Field(description="the last day before the next version")
    retroactive_from: date | None
    based_on: str | None
    in_force: bool = Field(description="on the day of the answer")
    governed_by: str
    renewal_anchor: str
    running_terms: str
    extends: list[str] = Field(description="a sentence for each")
    credits: list[str] = Field(description="a sentence for each rule")
    levels: list[LevelRules]
    own_rules: list[str] = Field(description="certifications for which it says something special")
    source: str | None


class RetakeView(BaseModel):
    """When an exam may be taken again; of those of an exam the first in force governs."""

    text: str
    effective_from: date | None
    effective_until: date | None
    source: str | None


class ExamView(BaseModel):
    """One exam."""

    code: str
    name: str
    exam_class: str
    class_name: str
    tracks: list[str]
    aliases: list[str]
    pass_validity: str | None = Field(description="how long a pass counts; null: for ever")
    earned_from: date | None
    retired: bool
    retired_on: date | None
    replaced_by: str | None
    former_names: list[FormerNameView]
    retakes: list[RetakeView]
    source: str | None


class OverrideView(BaseModel):
    """A one-off decision that gave whole groups more time."""

    id: str
    announced_on: date
    reason: str
    text: str
    source: str | None


class RemarkView(BaseModel):
    """Something else that the rules name, in a sentence."""

    id: str
    name: str
    text: str
    source: str | None


class ProgrammeView(BaseModel):
    """The rules of a programme as they are loaded."""

    id: str
    name: str
    timezone: str
    as_of: date
    fingerprint: str = Field(description="SHA-256 of the files; another rule, another fingerprint")
    loaded_since: datetime | None = Field(description="when files were loaded here first")
    reevaluated: ReevaluationView | None = Field(
        description="the newest re-evaluation that went through"
    )
    changed_since: bool = Field(
        description="the files differ from those of that re-evaluation, or, where there was none, "
        "from the first that were loaded: what candidates hold may not follow them yet"
    )
    policy: str = Field(description="the version under which the certifications are shown")
    levels: list[Entry]
    tracks: list[Entry]
    statuses: dict[str, str]
    reminders: list[str]
    texts: dict[str, str]
    policies: list[PolicyView]
    certifications: list[CertificationRules]
    exams: list[ExamView]
    overrides: list[OverrideView]
    number_series: list[RemarkView]
    agreements: list[RemarkView]
    fees: list[RemarkView]
    approvals: list[RemarkView]
    achievements: list[RemarkView]
    emeritus: list[RemarkView]
    categories: list[Entry] = Field(description="of continuing education credits")
    activities: list[Entry] = Field(description="of continuing education")
    courses: list[RemarkView]
