"""The model of sign_in.yaml: who else vouches for candidates, and whether they register alone."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from shared.programmes.fields import Identifier, Text
from shared.programmes.item import Item

OPENID_SCOPE = "openid"


class IdentityProvider(Item):
    """A provider of OpenID Connect whose accounts candidates may sign in with.

    What identifies us to the provider (client id and secret) is a setting of the installation.
    """

    id: Identifier = Field(description="an identifier: small letters, digits, - and _")
    name: Text = Field(description="the name that people know their account there by")
    issuer: Annotated[str, Field(pattern=r"^https://[^\s\"'<>?#]+$")] = Field(
        description="the provider's issuer: an https address without ? and #"
    )
    scopes: tuple[Annotated[str, Field(pattern=r"^[\x21\x23-\x5B\x5D-\x7E]+$")], ...] = Field(
        default=(OPENID_SCOPE, "profile", "email"),
        description="what is asked for; openid must be among it (default: openid, profile, email)",
    )
    links_per_candidate: Literal["one", "many"] = Field(
        default="one",
        description="one or many: how many accounts of this provider a candidate may connect "
        "(default: one)",
    )
    source: str | None = Field(default=None, description="where this was taken from")

    @model_validator(mode="after")
    def _speaks_openid(self) -> Self:
        if OPENID_SCOPE not in self.scopes:
            message = f"expected {OPENID_SCOPE} among the scopes, without which nobody is named"
            raise ValueError(message)
        return self


class SignInFile(Item):
    """sign_in.yaml: providers whose accounts are taken, and self-registration."""

    self_registration: bool = Field(
        default=False,
        description="true or false: whether candidates may register by themselves (default: false)",
    )
    providers: tuple[IdentityProvider, ...] = Field(
        default=(), description="whose accounts candidates may sign in with"
    )
    source: str | None = Field(default=None, description="where this was taken from")
