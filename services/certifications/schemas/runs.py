"""The shapes of dry runs and re-evaluations on the wire."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.certifications.domain.differences import Change

RunState = Literal["waiting", "running", "done", "failed", "cancelled"]


class DryRunRequest(BaseModel):
    """Files to try; those that are not given are the ones in force."""

    model_config = ConfigDict(extra="forbid")

    files: dict[str, str | None] = Field(
        min_length=1,
        description="texts by file name, such as certifications.yaml; null leaves an optional "
        "file out",
    )
    as_of: date | None = Field(
        default=None,
        ge=date(1970, 1, 1),
        le=date(2199, 12, 31),
        description="the day that both versions are asked about; today if left out. A policy that "
        "begins later shows its effect only from its first day on",
    )


class Counts(BaseModel):
    """How many certifications of candidates change, by kind of change."""

    gained: int = Field(default=0, description="become active")
    lost: int = Field(default=0, description="are no longer active")
    dates: int = Field(default=0, description="differ in a day or in another status")


class CertificationCounts(Counts):
    """The same for one certification."""

    certification: str
    name: str


class DryRunView(BaseModel):
    """What changed files would do, as far as it is known."""

    id: UUID
    programme: str
    state: RunState
    problem: str | None = Field(
        description="why it failed, why the last attempt did, or the first who was skipped"
    )
    requested_by: str
    requested_by_name: str | None
    as_of: date
    changed_files: list[str]
    before: str = Field(description="fingerprint of the files in force when it was asked for")
    after: str = Field(description="fingerprint of the files that are tried")
    done: int = Field(description="candidates compared")
    total: int = Field(description="candidates there are")
    people: int = Field(description="candidates for whom anything changes")
    skipped: int = Field(description="candidates who could not be evaluated")
    counts: Counts
    certifications: list[CertificationCounts]
    created_at: datetime
    finished_at: datetime | None


class LineView(BaseModel):
    """One certification of one candidate that would change."""

    candidate_id: str
    certification: str
    change: Change
    before_status: str
    before_status_text: str = Field(description="the programme's own word for it")
    before_active_on: date | None
    before_expires_on: date | None
    after_status: str
    after_status_text: str
    after_active_on: date | None
    after_expires_on: date | None
    sentence: str


class ReevaluationRequest(BaseModel):
    """Why every candidate is to be evaluated anew."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    reason: str = Field(min_length=3, max_length=500)


class ReevaluationView(BaseModel):
    """How far a re-evaluation has come."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    programme: str
    state: RunState
    problem: str | None
    requested_by: str
    requested_by_name: str | None
    reason: str
    fingerprint: str = Field(description="of the files it evaluates under")
    done: int
    total: int
    skipped: int = Field(description="candidates who could not be evaluated")
    created_at: datetime
    finished_at: datetime | None
