"""What candidates plan with: credits, next eligible days, and what imagined ones would change."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.certifications.domain import Status
from services.certifications.schemas.actions import Label, Name, Points


class CreditLineView(BaseModel):
    """Continuing education credits of one activity."""

    id: str
    title: str
    provider: str
    category: str | None
    category_name: str | None
    activity: str | None
    activity_name: str | None
    points: Decimal
    active_on: date = Field(description="the first day the credits count")
    inactive_on: date | None = Field(description="their last day; null: they do not grow old")
    status: Literal["active", "used", "expired", "pending", "not_counted"]
    why: str


class CreditTableView(BaseModel):
    """Every credit of a candidate, newest first, and the points of each status."""

    as_of: date
    lines: list[CreditLineView]
    totals: dict[str, Decimal]


class Warned(BaseModel):
    """A certification that an exam would come too late for."""

    certification: str
    name: str
    text: str


class EligibilityView(BaseModel):
    """The first day on which an exam may be taken."""

    exam: str
    name: str
    eligible_on: date | None = Field(description="null: never (again)")
    attempts: int
    attempt_number: int = Field(description="what the next attempt counts as")
    last_attempt_on: date | None
    reason: str
    rule: str | None
    renews: list[str] = Field(description="what is active and can be renewed by a pass of it")
    warns: list[Warned] = Field(
        description="certifications that the exam would renew and that end before that day"
    )


class Eligibilities(BaseModel):
    """Next eligible days: of exams that were attempted, and of those that renew what is held."""

    as_of: date
    items: list[EligibilityView]


class ImaginedExam(BaseModel):
    """An exam that one imagines to pass."""

    model_config = ConfigDict(extra="forbid")

    exam: Name
    day: date


class ImaginedCredits(BaseModel):
    """Credits that one imagines to earn."""

    model_config = ConfigDict(extra="forbid")

    points: Points
    day: date
    category: Name | None = None
    activity: Name | None = None
    title: Label = ""


class Imagined(BaseModel):
    """What one imagines; nothing of it is kept."""

    model_config = ConfigDict(extra="forbid")

    exams: Annotated[list[ImaginedExam], Field(max_length=20)] = []
    credits: Annotated[list[ImaginedCredits], Field(max_length=20)] = []
    on: date | None = Field(
        default=None, description="the day to look at; default: the last imagined day"
    )


class StandingView(BaseModel):
    """How one certification stands on a day."""

    status: Status
    status_text: str
    started_on: date | None
    active_on: date | None
    expires_on: date | None


class ChangeView(BaseModel):
    """One certification without and with what was imagined."""

    certification: str
    name: str
    before: StandingView
    after: StandingView
    months_lost: int | None = Field(
        description="whole months of the present term given away by renewing early"
    )
    days_lost: int | None = Field(description="and the days beside them")
    best_day: date | None = Field(
        description="the latest day on which the same loses nothing and it is still active"
    )
    sentences: list[str]


class WhatIfView(BaseModel):
    """What would be different."""

    as_of: date
    on: date
    changes: list[ChangeView]
    warnings: list[str]
    sentences: list[str]
