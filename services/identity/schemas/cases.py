"""Support cases."""

from datetime import datetime
from typing import Annotated, Any, Literal, TypeAlias
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.identity.domain.cases import Action, Kind, Party, State

# Lines are welcome; other control characters are not.
_WRITTEN = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
Message: TypeAlias = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=10_000, pattern=_WRITTEN),
]
Reason: TypeAlias = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=2_000, pattern=_WRITTEN)
]
Subject: TypeAlias = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$"
    ),
]
FileType: TypeAlias = Literal["application/pdf", "image/jpeg", "image/png"]


class CaseWanted(BaseModel):
    """What a candidate writes to open a case; a change of name is asked for elsewhere."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["merge", "missing_result", "other"] = "other"
    subject: Subject
    message: Message


class MessageWanted(BaseModel):
    """A message in a case; internal: a note that only staff see."""

    model_config = ConfigDict(extra="forbid")

    message: Message
    internal: bool = False


class Assignment(BaseModel):
    """To whom a case is given; null: to nobody."""

    model_config = ConfigDict(extra="forbid")

    to: UUID | None


class Resolution(BaseModel):
    """What came of a case, as staff saw it."""

    model_config = ConfigDict(extra="forbid")

    version: int = Field(ge=1, description="The version that was looked at")
    outcome: Message = Field(description="In words; the candidate reads it")


class Reopening(BaseModel):
    """Why a case is taken up again."""

    model_config = ConfigDict(extra="forbid")

    reason: Reason = ""


class CaseFileOut(BaseModel):
    """A file that was sent along."""

    id: UUID
    purpose: Literal["attachment", "identification"]
    name: str = Field(description="Empty once the file is deleted")
    type: FileType
    bytes: int
    deleted_at: datetime | None


class CaseEntryOut(BaseModel):
    """A message, or a step that was taken."""

    id: UUID
    action: Action
    author: Party
    author_name: str | None = Field(description="The candidate; or for staff, who of them it was")
    text: str
    internal: bool = Field(description="A note of the staff, which no candidate sees")
    at: datetime
    files: list[CaseFileOut]


class CaseOut(BaseModel):
    """A support case."""

    number: str
    programme: str
    candidate_id: str | None
    candidate_name: str | None
    kind: Kind
    subject: str
    state: State
    opened_by: Party
    assigned_to: UUID | None = Field(description="For staff only")
    assigned_name: str | None = Field(description="For staff only")
    outcome: str | None
    opened_at: datetime
    updated_at: datetime
    resolved_at: datetime | None
    version: int


class CaseStory(CaseOut):
    """A case with everything that was said in it, oldest first."""

    name_change_id: UUID | None = Field(description="Of a case about a change of name")
    details: dict[str, Any] = Field(description="For staff only: what the opener knew")
    can_reopen: bool = Field(description="Whether a message of the candidate still reopens it")
    entries: list[CaseEntryOut]


class CannedAnswerOut(BaseModel):
    """An answer that staff need often, put into words for one case."""

    id: str
    title: str
    text: str


class CaseWorkerOut(BaseModel):
    """A staff member who works on cases."""

    id: UUID
    name: str


def multipart(required: list[str], properties: dict[str, Any], file: str) -> dict[str, Any]:
    """The documentation of a form with a file."""
    binary = {"type": "string", "format": "binary", "description": "A PDF, JPEG or PNG file"}
    schema = {
        "type": "object",
        "required": required,
        "properties": {**properties, file: binary},
    }
    content = {"multipart/form-data": {"schema": schema}}
    return {"requestBody": {"required": True, "content": content}}
