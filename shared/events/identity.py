"""What identity publishes. Personal data is in these payloads and in `Contact` only."""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.events.event import Event


class Contact(BaseModel):
    """How to reach and address a person: the nested home of personal data."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    given_name: str
    family_name: str
    email: str | None = None
    locale: str = "en"


class TestingId(BaseModel):
    """The id under which a testing vendor knows a candidate."""

    __test__: ClassVar[bool] = False  # the name is the field's term; pytest must not collect it
    model_config = ConfigDict(frozen=True, extra="ignore")

    vendor: str
    testing_id: str


class _CandidateState(Event):
    contact: Contact
    testing_ids: tuple[TestingId, ...] = ()
    disclosure: bool = True
    registered_at: datetime


class CandidateRegistered(_CandidateState):
    """A person has become a candidate of a programme; carries the whole state."""

    type: ClassVar[str] = "identity.candidate.registered.v1"


class CandidateUpdated(_CandidateState):
    """A candidate's names, contact, testing ids or consent changed; carries the whole state."""

    type: ClassVar[str] = "identity.candidate.updated.v1"


class SignInLinkRequested(Event):
    """A single-use link for setting a password is to be mailed."""

    type: ClassVar[str] = "identity.sign_in_link.requested.v1"
    secret: ClassVar[bool] = True

    link_id: UUID
    purpose: Literal["welcome", "first_login", "forgotten"]
    token: str
    login_id: str
    contact: Contact
    expires_at: datetime
