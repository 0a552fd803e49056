"""Changes of names."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.identity.schemas.cases import FileType, Reason

NamePart = Annotated[str, StringConstraints(max_length=400)]


class NameWanted(BaseModel):
    """The name that a candidate asks for; one of the two parts may be empty."""

    model_config = ConfigDict(extra="forbid")

    given_name: NamePart = ""
    family_name: NamePart = ""
    reason: Reason = ""


class NameDecision(BaseModel):
    """A decision of staff about a change of name as they saw it."""

    model_config = ConfigDict(extra="forbid")

    version: int = Field(ge=1, description="The version that was looked at")
    reason: Reason = Field(default="", description="Required to reject; the candidate reads it")


class IdentificationOut(BaseModel):
    """The picture of a government's document, while it is kept."""

    type: FileType
    bytes: int
    deleted_at: datetime | None


class NameChangeOut(BaseModel):
    """A change of a candidate's name."""

    id: UUID
    programme: str
    candidate_id: str
    case: str | None = Field(description="The number of its case; small changes have none")
    small: bool = Field(description="Only the writing changed, so it was made at once")
    state: Literal["waiting", "made", "rejected", "withdrawn"]
    given_name_before: str
    family_name_before: str
    given_name: str
    family_name: str
    reason: str
    decision: str | None
    revision: int | None = Field(description="Of the name, once the change was made")
    asked_at: datetime
    decided_at: datetime | None
    decided_by: str | None = Field(description="For staff only")
    version: int
    identification: IdentificationOut | None


class NamesOut(BaseModel):
    """A candidate's name, and the changes of it, newest first."""

    given_name: str
    family_name: str
    revision: int
    changes: list[NameChangeOut]
