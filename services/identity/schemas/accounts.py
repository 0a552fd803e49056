"""How somebody signs in and is reached, as those see it who help."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field


class AccountEmailOut(BaseModel):
    """An e-mail address of a candidate."""

    email: str
    primary: bool
    verified_at: datetime | None


class AccountSessionOut(BaseModel):
    """A session that goes on."""

    session_id: UUID
    created_at: datetime
    expires_at: datetime
    address: str | None
    device: str = Field(description="In plain words, such as Firefox on Windows; may be empty")


class AccountPasskeyOut(BaseModel):
    """A passkey."""

    name: str
    created_at: datetime
    last_used_at: datetime | None


class AccountLinkOut(BaseModel):
    """A link that was mailed lately, and what became of it."""

    purpose: str
    created_at: datetime
    expires_at: datetime
    state: str = Field(description="open, used, replaced or expired")


class AccountOut(BaseModel):
    """How a candidate signs in and is reached; no secret, and nothing that opens anything."""

    candidate_id: str
    has_password: bool
    password_set_at: datetime | None
    emails: list[AccountEmailOut]
    sessions: list[AccountSessionOut]
    passkeys: list[AccountPasskeyOut]
    code_app_since: datetime | None
    recovery_codes_left: int
    links: list[AccountLinkOut]
