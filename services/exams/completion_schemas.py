"""What the API says and hears of course completions."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.exams.domain.completions import State, Words


class CompletionNoteView(BaseModel):
    """One step in the review of a completion."""

    action: Literal["submitted", "resubmitted", "approved", "rejected", "returned"]
    at: datetime
    by: str | None = Field(description="For staff only: who did it")
    text: str


class CompletionView(BaseModel):
    """A completed course that a candidate handed in."""

    id: UUID
    programme: str
    candidate_id: str
    candidate_name: str | None = Field(description="For staff only")
    course: str
    course_name: str
    completed_on: date
    notes: str
    state: State
    reason: str | None = Field(description="Of the decision, as the candidate reads it")
    file_name: str
    file_type: Literal["application/pdf", "image/jpeg", "image/png"]
    file_bytes: int
    submitted_at: datetime
    updated_at: datetime
    decided_at: datetime | None
    decided_by: str | None = Field(description="For staff only")
    version: int = Field(description="To be sent along with a decision, or when handing in again")


class CompletionStory(CompletionView):
    """A completion with every step of its review, oldest first."""

    steps: list[CompletionNoteView]


class Decision(BaseModel):
    """A decision of staff about a completion as they saw it."""

    model_config = ConfigDict(extra="forbid")

    version: int = Field(ge=1, description="The version that was looked at")
    reason: Words = Field(
        default="", description="Required to reject or to return; the candidate reads it"
    )


def multipart(required: list[str]) -> dict[str, Any]:
    """The documentation of the form that a completion is handed in with."""
    properties = {
        "course": {"type": "string", "maxLength": 80, "description": "A course's code"},
        "completed_on": {"type": "string", "format": "date"},
        "notes": {"type": "string", "maxLength": 2000},
        "certificate": {
            "type": "string",
            "format": "binary",
            "description": "A PDF, JPEG or PNG file",
        },
    }
    if "version" in required:
        properties["version"] = {"type": "integer", "minimum": 1}
    schema = {"type": "object", "required": required, "properties": properties}
    content = {"multipart/form-data": {"schema": schema}}
    return {"requestBody": {"required": True, "content": content}}
