"""A candidate's whole record as one dated list, for staff."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, Field


class TimelineItem(BaseModel):
    """Something about a candidate on a day: a fact, what it led to, or what staff did."""

    kind: Literal["fact", "term", "action"]
    date: date
    text: str
    certification: str | None = None
    fact_id: str | None = Field(
        default=None, description="the fact's id, by which it can be made void"
    )
    voided: bool = Field(default=False, description="the fact does not count")
    action_id: str | None = None
    undone: bool = Field(default=False, description="the action was undone")
    reason: str | None = None
    author: str | None = None
    recorded_at: datetime | None = None
