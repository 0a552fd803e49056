"""What the API says and hears of agreements."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints


class AcceptanceView(BaseModel):
    """A version of an agreement, accepted."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: str = Field(validation_alias="agreement_version")
    accepted_at: datetime
    accepted_on: date = Field(description="The day in the programme's time zone")
    text_digest: str | None = Field(description="SHA-256 of the text that was accepted")
    source: str


class AgreementView(BaseModel):
    """An agreement, and how a candidate stands to it."""

    id: str
    name: str
    required: bool = Field(description="The programme asks for the newest version")
    state: Literal["accepted", "outdated", "open", "not_in_force"] = Field(
        description="outdated: an older version was accepted; not_in_force: no version is yet"
    )
    version: str | None = Field(description="The newest version in force")
    effective_from: date | None
    text: str | None = Field(description="Paragraphs with blank lines between them")
    acceptable: bool = Field(description="The newest version can be accepted here, and was not")
    accepted_version: str | None = Field(description="The newest that was accepted")
    accepted_at: datetime | None
    acceptances: list[AcceptanceView] = Field(description="Newest first")


class AgreementList(BaseModel):
    """The agreements of a programme."""

    timezone: str = Field(description="The time zone that the days of this programme are in")
    items: list[AgreementView]


class AcceptanceBody(BaseModel):
    """What is accepted."""

    model_config = ConfigDict(extra="forbid")

    version: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)
    ] = Field(description="The version whose text was shown")
