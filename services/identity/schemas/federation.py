"""Signing in at providers, and the accounts there."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.identity.schemas.fields import NO_NULL, ProgrammeId, Secret
from services.identity.schemas.sessions import SessionOut

ProviderId = Annotated[str, Field(min_length=1, max_length=40)]
_Returned = Annotated[str, Field(max_length=4000, pattern=NO_NULL)]


class FlowWanted(BaseModel):
    """Somebody wants to sign in with an account at a provider."""

    programme: ProgrammeId
    provider: ProviderId


class ConnectWanted(BaseModel):
    """A candidate wants to connect an account at a provider."""

    provider: ProviderId


class FlowBegun(BaseModel):
    """Where to send the browser, and what it alone has to keep until it is back."""

    authorization_url: str
    binding: str


class FlowAnswer(FlowWanted):
    """What the browser brought back, and what it has kept."""

    state: _Returned
    binding: Secret
    code: _Returned | None = None
    error: _Returned | None = None
    iss: _Returned | None = None


class PendingOut(BaseModel):
    """An account at a provider that is proven and nobody's yet; names and address are its own."""

    programme: str
    provider: str
    provider_name: str
    label: str
    given_name: str
    family_name: str
    email: str | None
    expires_at: datetime


class FlowDone(BaseModel):
    """Signed in, or an account that waits for its owner.

    pending: the secret with which this browser connects the account, once; connecting: a
    signed-in candidate asked for it.
    """

    session: SessionOut | None = None
    pending: str | None = None
    waiting: PendingOut | None = None
    connecting: bool = False


class PendingToken(BaseModel):
    """The secret of an account that waits."""

    pending: Secret


class PendingByLink(PendingToken):
    """An account that waits, and the token of the link mailed to its owner."""

    token: Secret


class ExternalIdentityOut(BaseModel):
    """An account at a provider that signs the candidate in."""

    id: UUID
    provider: str
    provider_name: str
    label: str
    linked_at: datetime
    last_used_at: datetime | None


class ProviderOut(BaseModel):
    """A provider whose accounts sign candidates in."""

    id: str
    name: str


class ConnectedOut(BaseModel):
    """A candidate's connected accounts, and the providers of which one more can be connected."""

    items: list[ExternalIdentityOut]
    providers: list[ProviderOut]
