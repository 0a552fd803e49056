"""Staff, as administrators see them."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.identity.domain.roles import Role
from services.identity.schemas.fields import NO_NULL, Email, ProgrammeId

Reason = Annotated[str, Field(min_length=3, max_length=1000, pattern=NO_NULL)]
PersonName = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]


class RoleOut(BaseModel):
    """A role, and what it allows."""

    role: str
    scopes: list[str]
    yours_to_give: bool = Field(description="Whether the caller has all that it allows")


class StaffMemberOut(BaseModel):
    """Somebody who works for a programme."""

    staff_id: UUID
    email: str
    name: str
    roles: list[str]
    scopes: list[str] = Field(description="What the member may do in this programme")
    active: bool
    state: Literal["active", "invited", "deactivated"]
    other_programmes: int = Field(description="How many further programmes they work for")
    last_signed_in_at: datetime | None
    invited_until: datetime | None = Field(description="Until when an invitation can be followed")
    second_factors: int
    yourself: bool


class StaffInvitation(BaseModel):
    """Somebody is to work for a programme."""

    programme: ProgrammeId
    email: Email
    name: PersonName
    roles: Annotated[list[Role], Field(min_length=1, max_length=10)]


class StaffRoles(BaseModel):
    """The roles that a member is to have in a programme; none: works for it no longer."""

    roles: Annotated[list[Role], Field(max_length=10)]


class Reasoned(BaseModel):
    """Something is done, and why: the reason goes on record."""

    reason: Reason


class StaffLinkWanted(BaseModel):
    """A staff member asks for a link to set a password."""

    programme: ProgrammeId
    email: Email


class StaffLinkOpened(BaseModel):
    """A link that works: for whom, and why it was sent."""

    login: str
    name: str
    purpose: Literal["invitation", "forgotten"]


class StaffPasswordSet(BaseModel):
    """With what to sign in now."""

    login: str
