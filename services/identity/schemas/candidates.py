"""Candidates."""

from datetime import datetime

from pydantic import BaseModel, Field


class TestingIdOut(BaseModel):
    """The id under which a testing vendor knows a candidate."""

    __test__ = False

    vendor: str
    testing_id: str


class CandidateOut(BaseModel):
    """A person in a programme."""

    candidate_id: str
    programme: str
    given_name: str
    family_name: str
    name_revision: int
    email: str | None
    testing_ids: list[TestingIdOut]
    disclosure: bool
    registered_at: datetime
    can_sign_in: bool
    merged_into: str | None = Field(
        None, description="under which id the person goes who has this one; null: under this"
    )
    further_ids: list[str] = Field([], description="ids that were merged into this one")
