"""How somebody's own account is opened, and where it is open."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field

from services.identity.schemas.fields import Password, Secret
from services.identity.schemas.second_step import Code, Credential


def _one_line(text: str) -> str:
    text = " ".join(text.split())
    if not text or not text.isprintable():
        raise ValueError("a name of up to 60 characters is expected, such as Jane's phone")
    return text


PasskeyName = Annotated[str, Field(max_length=60), AfterValidator(_one_line)]


class PasswordOut(BaseModel):
    """Whether there is a password, and since when, as far as it is known."""

    set: bool
    set_at: datetime | None


class PasskeyOut(BaseModel):
    """A passkey; synced: it is copied between the person's devices."""

    id: UUID
    name: str
    synced: bool
    created_at: datetime
    last_used_at: datetime | None


class CodeAppOut(BaseModel):
    """An app that makes codes."""

    confirmed_at: datetime
    last_used_at: datetime | None


class SecurityOut(BaseModel):
    """The ways in which somebody's account is opened."""

    password: PasswordOut
    passkeys: list[PasskeyOut]
    code_app: CodeAppOut | None
    recovery_codes_left: int
    second_factor_required: bool
    recent: bool = Field(description="Whether it may be changed without confirming first")
    password_min_length: int


class PasskeyNamed(BaseModel):
    """A name for a passkey."""

    name: PasskeyName


class PasskeyMade(PasskeyNamed):
    """A passkey that the browser has made."""

    challenge: Secret
    credential: Credential


class CodeAppSecret(BaseModel):
    """What an app makes codes from: to type, and to scan as a picture."""

    secret: str
    uri: str


class CodeShown(BaseModel):
    """A code from an app."""

    code: Code


class FactorAdded(BaseModel):
    """A new access token, which tells of the factor; recovery codes if it is the first one."""

    recovery_codes: list[str] = Field(description="Shown this once; empty if there are some")
    access_token: str
    expires_in: int


class RecoveryCodesOut(BaseModel):
    """New recovery codes, shown this once."""

    recovery_codes: list[str]


class NewPassword(BaseModel):
    """A password to set."""

    password: Password


class OwnSessionOut(BaseModel):
    """A session of one's own; methods: what was shown to open it, as in RFC 8176."""

    id: UUID
    device: str
    address: str | None
    methods: list[str]
    created_at: datetime
    seen_at: datetime
    current: bool


class SessionsOut(BaseModel):
    """One's own sessions, the one used last first."""

    items: list[OwnSessionOut]


class SessionsEnded(BaseModel):
    """How many sessions were ended."""

    ended: int
