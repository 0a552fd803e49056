"""E-mail addresses of a candidate, and links that prove them."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.identity.schemas.fields import NO_NULL, Email, Password, ProgrammeId, Secret

_Typed = Annotated[str, Field(min_length=1, max_length=200, pattern=NO_NULL)]


class EmailWanted(BaseModel):
    """An address of a candidate: to add, to make the primary one, or to remove."""

    email: Email


class EmailOut(BaseModel):
    """An address of a candidate."""

    email: str
    is_primary: bool
    added_at: datetime
    verified_at: datetime | None = Field(description="When a link to it was followed, if ever")


class PendingEmailOut(BaseModel):
    """An address that waits for its link to be followed."""

    email: str
    purpose: Literal["new_address", "score_report"]
    asked_at: datetime
    expires_at: datetime


class EmailsOut(BaseModel):
    """A candidate's addresses, and those that wait for a link."""

    emails: list[EmailOut]
    pending: list[PendingEmailOut]
    most: int = Field(description="How many addresses an account can have")


class ScoreReportShown(BaseModel):
    """What somebody reads off a score report, and the address that the account is to have."""

    programme: ProgrammeId
    family_name: _Typed
    registration_number: _Typed
    email: Email


class LinkAsked(BaseModel):
    """Words for whoever has asked for a link, and where to see whether that was dealt with."""

    message: str
    request_id: UUID
    asked_at: datetime


class LinkRequestOut(BaseModel):
    """What became of a request for a link; the same whether or not anything matched."""

    state: Literal["waiting", "answered"]
    asked_at: datetime
    answered_at: datetime | None


class ProofOpened(BaseModel):
    """A link that works: what following it does, to which account."""

    programme: str
    login_id: str
    email: str
    purpose: Literal["new_address", "score_report"]
    needs_password: bool


class ProofToFollow(BaseModel):
    """A link to follow, with a password where one is to be set."""

    token: Secret
    password: Password | None = None


class ProofFollowed(BaseModel):
    """What became of it.

    outcome: the address was added, or took the place of the old one, or belongs to another
    account, so that nothing was changed and a case was opened.
    """

    programme: str
    login_id: str
    email: str
    outcome: Literal["added", "updated", "elsewhere"]
    case_number: str | None = None
