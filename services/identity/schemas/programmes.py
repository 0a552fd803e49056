"""Programmes."""

from pydantic import BaseModel, Field

from services.identity.schemas.federation import ProviderOut


class BrandingOut(BaseModel):
    """How a programme looks."""

    accent: str
    accent_ink: str
    ink: str
    logo_text: str
    logo_mark: str | None = Field(
        description="changes with the picture at /programmes/{id}/logo; null: there is none"
    )


class SignInOut(BaseModel):
    """How candidates get in beside login ID and password."""

    providers: list[ProviderOut] = Field(description="Whose accounts are taken, as buttons name it")
    self_registration: bool


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
    asks: bool = Field(description="There are questions on the settings page")
    has_help: bool
    sign_in: SignInOut
