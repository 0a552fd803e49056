"""Signing in."""

from typing import Literal

from pydantic import BaseModel

from services.identity.handlers.sessions import Granted
from services.identity.schemas.fields import Login, Password, ProgrammeId, Secret


class SignIn(BaseModel):
    """A candidate signs in; the login is the candidate id or the e-mail address."""

    programme: ProgrammeId
    login: Login
    password: Password


class StaffSignIn(BaseModel):
    """A staff member signs in with the e-mail address."""

    login: Login
    password: Password


class RefreshTokenIn(BaseModel):
    """A refresh token to exchange or to end."""

    refresh_token: Secret


class PrincipalOut(BaseModel):
    """Who is signed in."""

    kind: Literal["candidate", "staff"]
    subject: str
    name: str
    programme: str | None = None
    programmes: list[str] = []


class SessionOut(BaseModel):
    """An access token for now and a refresh token for later, which works once."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - a kind, not a secret
    expires_in: int
    refresh_token: str
    principal: PrincipalOut

    @classmethod
    def of(cls, granted: Granted, access_token: str, expires_in: int) -> "SessionOut":
        """Return the answer for a session."""
        account = granted.account
        return cls(
            access_token=access_token,
            expires_in=expires_in,
            refresh_token=granted.refresh_token,
            principal=PrincipalOut(
                kind=account.kind,
                subject=account.subject,
                name=account.name,
                programme=account.programme,
                programmes=list(account.programmes) or [account.programme or ""],
            ),
        )


class MachineToken(BaseModel):
    """An access token for a machine (RFC 6749, section 5.1)."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - a kind, not a secret
    expires_in: int
    scope: str
