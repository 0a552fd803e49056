"""What it would come to if two candidates were one person."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

CandidateId = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[^\x00]+$")]
Change = Literal["earned", "renewed", "together", "kept", "moved", "changed", "lost"]


class MergeQuestion(BaseModel):
    """Two candidates: who would go on, and who would be merged away."""

    programme: Annotated[str, StringConstraints(max_length=40, pattern=r"^[^\x00]*$")]
    survivor: CandidateId
    merged_away: CandidateId


class StandingBrief(BaseModel):
    """How a certification stands for one of them, or for both as one."""

    status: str
    status_text: str
    active_on: date | None
    expires_on: date | None = Field(description="null: it never expires")
    number: str | None


class MergedCertification(BaseModel):
    """A certification that one of them holds or has held, or that both together do."""

    certification: str
    name: str
    level_name: str
    change: Change = Field(
        description="earned: only both together; renewed: it lasts longer than either had it; "
        "together: both have it; kept, moved: the survivor, the other has it as it will be; "
        "changed: it stands otherwise than either had it; lost: neither goes on with it"
    )
    survivor: StandingBrief | None
    merged_away: StandingBrief | None
    after: StandingBrief | None


class MergedNumber(BaseModel):
    """A number series in which one of them has a number; the older number goes on."""

    series: str
    name: str
    survivor: str | None
    merged_away: str | None
    after: str


class MergedFacts(BaseModel):
    """How many results, credits and other facts each brings."""

    survivor: int
    merged_away: int


class MergePreview(BaseModel):
    """What merging would come to today; nothing has been changed."""

    programme: str
    survivor: str
    merged_away: str
    as_of: date
    date_rule: str
    one_person_already: bool
    certifications: list[MergedCertification]
    numbers: list[MergedNumber]
    achievements: list[str] = Field(description="names of those that only both together reach")
    facts: MergedFacts
