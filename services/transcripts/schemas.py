"""The shapes of transcripts on the wire."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field

from services.transcripts.domain import Status


def _plain(text: str) -> str:
    # PostgreSQL stores no NUL, and no person types the other control characters.
    text = text.replace("\r\n", "\n").strip()
    if any(ord(character) < 32 and character not in "\n\t" for character in text):
        raise ValueError("must not hold control characters")
    return text


PlainText = Annotated[str, AfterValidator(_plain)]


def _named(text: str) -> str:
    if not text:
        raise ValueError("must not be empty")
    return text


class TranscriptForm(BaseModel):
    """What a candidate says about a transcript."""

    description: Annotated[PlainText, Field(max_length=120), AfterValidator(_named)] = Field(
        description="the candidate's own name for it; strangers do not see it"
    )
    valid_through: date = Field(description="the last day on which the link works")
    all_new: bool = Field(
        default=False, description="show every certification, those of the future too"
    )
    certifications: list[Annotated[str, Field(max_length=80)]] = Field(
        default=[], max_length=200, description="codes to show, where not all are"
    )
    show_dates: bool = Field(default=True, description="show when each is active and expires")
    private_notes: Annotated[PlainText, Field(max_length=2000)] = Field(
        default="", description="for the candidate only"
    )
    remarks: Annotated[PlainText, Field(max_length=1000)] = Field(
        default="", description="shown to everybody who opens the link"
    )
    disabled: bool = Field(default=False, description="stop sharing for now")


class CertificationChoice(BaseModel):
    """One certification of the candidate, and whether this transcript shows it."""

    certification: str
    name: str
    level: str
    level_name: str
    active_on: date | None
    expires_on: date | None
    status: Status
    status_text: str = Field(description="the programme's own word for the status")
    included: bool


class TranscriptView(BaseModel):
    """A transcript as its owner sees it."""

    id: UUID
    code: str
    description: str
    valid_through: date
    all_new: bool
    certifications: list[CertificationChoice]
    show_dates: bool
    private_notes: str
    remarks: str
    disabled: bool
    views: int
    last_viewed_at: datetime | None
    public_url: str
    date_rule: str


class PublicCertification(BaseModel):
    """One certification as a stranger sees it; the dates only where the candidate shows them."""

    name: str
    level: str
    level_name: str
    status: Status
    status_text: str = Field(description="the programme's own word for the status")
    active_on: date | None = None
    expires_on: date | None = None


class PublicTranscript(BaseModel):
    """A transcript as a stranger sees it."""

    code: str
    programme: str
    holder: str
    valid_through: date
    as_of: date
    remarks: str
    certifications: list[PublicCertification]
    date_rule: str
