"""API clients, as administrators see them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.identity.schemas.fields import ProgrammeId

ClientId = Annotated[
    str, Field(min_length=3, max_length=80, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
]
ClientName = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Networks = Annotated[list[Annotated[str, Field(max_length=50)]], Field(max_length=50)]


class ClientSecretOut(BaseModel):
    """One of a client's secrets; the secret itself is shown once, when it is made."""

    secret_id: UUID
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


class ClientOut(BaseModel):
    """A machine of a testing vendor."""

    client_id: str
    name: str
    vendor: str
    programmes: list[str]
    scopes: list[str]
    addresses: list[str] = Field(description="Networks it may ask from; none: from anywhere")
    active: bool
    created_at: datetime
    last_used_at: datetime | None = Field(description="To the minute")
    revoked_at: datetime | None
    secrets: list[ClientSecretOut] = Field(description="Those that work")
    yours: bool = Field(description="Whether the caller may change it")


class ClientSettings(BaseModel):
    """What can be changed of a client."""

    name: ClientName
    programmes: Annotated[list[ProgrammeId], Field(min_length=1, max_length=100)]
    scopes: Annotated[
        list[Annotated[str, Field(max_length=80)]], Field(min_length=1, max_length=50)
    ]
    addresses: Networks = []


class ClientIn(ClientSettings):
    """A new client."""

    client_id: ClientId
    vendor: Annotated[str, Field(max_length=40, pattern=r"^[a-z0-9][a-z0-9-]*$")]


class ClientMade(BaseModel):
    """A secret, shown this once."""

    client: ClientOut
    secret: str


class SecretWanted(BaseModel):
    """A new secret; the ones before go on for so long."""

    overlap_hours: Annotated[int, Field(ge=0, le=720)] = 24


class ScopeOut(BaseModel):
    """Something that a vendor's machine can be allowed to do."""

    scope: str
