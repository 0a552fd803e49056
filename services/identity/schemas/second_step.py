"""Second steps, passkeys, and confirming that it is still the same person."""

from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, Field, model_validator

from services.identity.schemas.fields import NO_NULL, Password, ProgrammeId, Secret

_LONGEST_PART = 10_000


def _no_endless_parts(credential: dict[str, Any]) -> dict[str, Any]:
    if len(str(credential)) > _LONGEST_PART:
        raise ValueError("no passkey's answer is that long")
    return credential


# What `PublicKeyCredential.toJSON` gives (WebAuthn level 3, section 5.1); the library reads it.
Credential = Annotated[dict[str, Any], AfterValidator(_no_endless_parts)]
Code = Annotated[str, Field(min_length=1, max_length=40, pattern=NO_NULL)]


class SecondStep(BaseModel):
    """The second step of signing in: one of a code, a recovery code and a passkey."""

    challenge: Secret
    code: Code | None = None
    recovery_code: Code | None = None
    credential: Credential | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        given = [self.code, self.recovery_code, self.credential]
        if sum(one is not None for one in given) != 1:
            raise ValueError("send one of code, recovery_code and credential")
        return self


class PasskeyWanted(BaseModel):
    """A candidate comes to a programme's door with a passkey."""

    programme: ProgrammeId


class PasskeyAsked(BaseModel):
    """What to ask the browser for, and the secret that takes its answer."""

    challenge: str
    options: dict[str, Any]


class StaffPasskeyShown(BaseModel):
    """A passkey's answer."""

    challenge: Secret
    credential: Credential


class PasskeyShown(StaffPasskeyShown):
    """A passkey's answer at a programme's door."""

    programme: ProgrammeId


class WaysToConfirm(BaseModel):
    """How somebody can confirm that it is them."""

    password: bool
    code: bool
    passkey: PasskeyAsked | None


class Confirmation(BaseModel):
    """One of password, code, and a passkey's answer with its challenge."""

    password: Password | None = None
    code: Code | None = None
    challenge: Secret | None = None
    credential: Credential | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        given = [self.password, self.code, self.credential]
        if sum(one is not None for one in given) != 1:
            raise ValueError("send one of password, code and credential")
        if self.credential is not None and self.challenge is None:
            raise ValueError("a credential needs its challenge")
        return self


class Confirmed(BaseModel):
    """An access token that tells of the proof; the session and its refresh token go on."""

    access_token: str
    expires_in: int
