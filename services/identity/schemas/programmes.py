"""Programmes."""

from pydantic import BaseModel, Field


class BrandingOut(BaseModel):
    """How a programme looks."""

    accent: str
    accent_ink: str
    ink: str
    logo_text: str


class ProgrammeOut(BaseModel):
    """What a web site needs to know of a programme."""

    id: str
    name: str
    certification_word: str
    candidate_prefix: str
    timezone: str
    branding: BrandingOut
    support_email: str
    texts: dict[str, str]
    levels: list[dict[str, str]]
    courses: list[dict[str, str]] = Field(description="What candidates hand completions in of")
    agreements: list[dict[str, str]]
