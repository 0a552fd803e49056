"""What goes over identity's HTTP edge."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field

from services.identity.domain.links import Purpose
from services.identity.domain.logins import is_email
from services.identity.handlers.sessions import Granted


def _an_email(text: str) -> str:
    text = text.strip()
    if not is_email(text):
        raise ValueError("an e-mail address is expected, such as jane.doe@example.com")
    return text


# PostgreSQL's text cannot hold the null character, not even to compare with it.
NO_NULL = "^[^\\x00]*$"
# Bounds on what strangers can make the service work on.
Email = Annotated[str, Field(max_length=300), AfterValidator(_an_email)]
ProgrammeId = Annotated[str, Field(min_length=1, max_length=40)]
Login = Annotated[str, Field(min_length=1, max_length=300, pattern=NO_NULL)]
Password = Annotated[str, Field(min_length=1, max_length=1000)]
Secret = Annotated[str, Field(min_length=1, max_length=200)]


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


class TestingIdOut(BaseModel):
    """The id under which a testing vendor knows a candidate."""

    __test__ = False

    vendor: str
    testing_id: str


class CandidateOut(BaseModel):
    """A person in a programme."""

    candidate_id: str
    programme: str
    given_name: str
    family_name: str
    email: str | None
    testing_ids: list[TestingIdOut]
    disclosure: bool
    registered_at: datetime
    can_sign_in: bool


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
