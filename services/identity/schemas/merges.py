"""Merges: two candidates who may be, are, or were taken for one person."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from services.identity.domain.merges import State
from services.identity.schemas.fields import NO_NULL, Login, Password, ProgrammeId

CandidateId = Annotated[str, Field(min_length=1, max_length=40, pattern=NO_NULL)]
Words = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=3, max_length=500, pattern=NO_NULL),
]


class MergeWanted(BaseModel):
    """Two candidates whom staff take for one person."""

    programme: ProgrammeId
    candidate_ids: Annotated[list[CandidateId], Field(min_length=2, max_length=2)]


class MergeConfirmed(BaseModel):
    """Staff merge two candidates: which id goes on, and why."""

    survivor: CandidateId
    reason: Words


class MergeReason(BaseModel):
    """Why a merge is undone, or is none."""

    reason: Words


class OwnMergeWanted(BaseModel):
    """The login and the password of one's other account."""

    login: Login
    password: Password


class OwnMerge(BaseModel):
    """Another account of one's own, merged or separated again."""

    id: UUID
    state: State
    other_id: str = Field(description="the candidate id of the other account")
    at: datetime
    undo_until: datetime | None


class OwnMerges(BaseModel):
    """All accounts that were merged with one's own, newest first."""

    items: list[OwnMerge]


class MergePerson(BaseModel):
    """One of the two, as identity knows them."""

    candidate_id: str
    given_name: str
    family_name: str
    email: str | None
    registered_at: datetime | None
    can_sign_in: bool


class MergeOut(BaseModel):
    """A merge: proposed, then dismissed or done, perhaps undone."""

    id: UUID
    programme: str
    state: State
    reasons: list[str] = Field(
        description="testing_id, name_and_email, email, score_report, candidate, staff"
    )
    first: MergePerson
    second: MergePerson
    one_person: bool = Field(description="whether both are one person now, by this merge or others")
    survivor: str | None
    merged_away: str | None
    proposed_at: datetime
    decided_by_name: str | None
    decided_at: datetime | None
    decision: str | None = Field(description="the reason that was given")
    undo_until: datetime | None
    may_undo: bool
    undone_by_name: str | None
    undone_at: datetime | None
    undo_reason: str | None


class Merges(BaseModel):
    """What concerns one person."""

    items: list[MergeOut]
