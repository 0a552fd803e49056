"""Registering by oneself."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field, model_validator

from services.identity.domain.names import LONGEST, cleaned, fault_of
from services.identity.schemas.fields import Email, Password, ProgrammeId, Secret
from services.identity.schemas.links import LinkToken


def _a_name(text: str) -> str:
    text = cleaned(text)
    if (fault := fault_of(text)) is not None:
        raise ValueError(f"this part of the name {fault}")
    return text


# As typed, before spaces are taken out.
_NamePart = Annotated[str, Field(max_length=2 * LONGEST), AfterValidator(_a_name)]


def _not_empty(text: str) -> str:
    if not text:
        raise ValueError("a name is expected; who has only one writes it here")
    return text


class RegistrationWanted(BaseModel):
    """Somebody wants to become a candidate."""

    programme: ProgrammeId
    given_name: _NamePart = ""
    family_name: Annotated[_NamePart, AfterValidator(_not_empty)]
    email: Email
    locale: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{2,35}$")] = "en"


class RegistrationOpened(BaseModel):
    """A registration whose link works, and the accounts that have its address already."""

    programme: str
    given_name: str
    family_name: str
    email: str
    login_ids: list[str]


class RegistrationRedeemed(LinkToken):
    """How a new candidate signs in from now on: a password, an account that waits, or both."""

    password: Password | None = None
    pending: Secret | None = None

    @model_validator(mode="after")
    def _has_a_way_in(self) -> "RegistrationRedeemed":
        if self.password is None and self.pending is None:
            raise ValueError("a password is expected, or an account to connect")
        return self
