"""Mailed links."""

from pydantic import BaseModel

from services.identity.domain.links import Purpose
from services.identity.schemas.fields import Email, Password, ProgrammeId, Secret


class LinkWanted(BaseModel):
    """Somebody asks for a link to set a password."""

    programme: ProgrammeId
    email: Email


class LinkToken(BaseModel):
    """The token of a mailed link."""

    token: Secret


class PasswordByLink(LinkToken):
    """A password to set with a mailed link."""

    password: Password


class LinkOpened(BaseModel):
    """A link that works: for whom, and why it was sent."""

    programme: str
    login_id: str
    purpose: Purpose


class PasswordSet(BaseModel):
    """With what to sign in now."""

    programme: str
    login_id: str


class Said(BaseModel):
    """Words for the person."""

    message: str
