"""Bodies of copies and erasures of a person's data."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.identity.schemas.fields import NO_NULL

State = Literal["gathering", "ready", "expired", "waiting", "taken_back", "erasing", "done"]


class DataRequestOut(BaseModel):
    """A copy or an erasure that was asked for.

    due_at: when a waiting erasure begins, or until when a copy can be fetched; missing: the
    services that have yet to do their part.
    """

    id: UUID
    programme: str
    candidate_id: str
    kind: Literal["copy", "erasure"]
    state: State
    asked_by: Literal["candidate", "staff"]
    asked_by_name: str | None
    reason: str | None
    asked_at: datetime
    due_at: datetime | None
    settled_at: datetime | None
    fetched_at: datetime | None
    bytes: int | None
    late: bool
    missing: list[str]


class KeptOut(BaseModel):
    """Something that stays after an erasure, and what is told of it."""

    what: str
    text: str


class MyDataOut(BaseModel):
    """A person's copies and erasure, newest first, and what the programme does about either."""

    copies: list[DataRequestOut]
    erasure: DataRequestOut | None
    copy_days: int
    erasure_wait_days: int
    keep: list[KeptOut]


class ErasureWanted(BaseModel):
    """That one wants one's data erased; candidate_id: one's own, to show that it is meant."""

    candidate_id: str = Field(max_length=40, pattern=NO_NULL)


class Reason(BaseModel):
    """Why staff do it; the person is told."""

    reason: str = Field(min_length=3, max_length=500, pattern=NO_NULL)


class ErasureOrdered(Reason):
    """An erasure that staff ask for; at_once: without the programme's waiting time."""

    candidate_id: str = Field(max_length=40, pattern=NO_NULL)
    at_once: bool = False
