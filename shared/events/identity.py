"""What identity publishes. Personal data is in these payloads and in `Contact` only."""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

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
    # Rises with each change of the name: documents say which writing of it they carry.
    name_revision: int = 1


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


class StaffLinkRequested(Event):
    """A single-use link with which a staff member sets a password is to be mailed."""

    type: ClassVar[str] = "identity.staff_link.requested.v1"
    secret: ClassVar[bool] = True

    link_id: UUID
    purpose: Literal["invitation", "forgotten"]
    token: str
    # Who invites, or sends the link again; nobody when the member asked for it.
    invited_by: str | None = None
    contact: Contact
    expires_at: datetime


class AddressProofRequested(Event):
    """A single-use link is to be mailed that proves who reads an e-mail address.

    `contact.email` is the address to prove; nothing has changed until the link is followed.
    """

    type: ClassVar[str] = "identity.address_proof.requested.v1"
    secret: ClassVar[bool] = True

    link_id: UUID
    purpose: Literal["new_address", "score_report", "self_registration", "account_proof"]
    token: str
    login_id: str | None = None
    contact: Contact
    expires_at: datetime


class AccountNoticed(Event):
    """Somebody is told of a change of how they sign in, are reached or are named.

    `notice` names the letter; `contact` is whom it goes to, which may be an address just given
    up; `details` are words for the letter. Without a candidate id it is about a staff member.
    """

    type: ClassVar[str] = "identity.account.noticed.v1"

    notice_id: UUID
    notice: str
    contact: Contact
    details: dict[str, str] = Field(default_factory=dict)
    at: datetime


class _MergeStanding(Event):
    # `candidate_id` is the id that is merged away, `version` counts its merges and separations.
    merge_id: UUID
    into: str
    at: datetime


class CandidatesMerged(_MergeStanding):
    """`candidate_id` and `into` are one person, who goes on as `into`."""

    type: ClassVar[str] = "identity.candidates.merged.v1"


class CandidatesSeparated(_MergeStanding):
    """A merge was undone: `candidate_id` stands for itself again and not for `into`."""

    type: ClassVar[str] = "identity.candidates.separated.v1"


class CandidateErased(Event):
    """A candidate's personal data is to be erased everywhere; `keep` names what the law keeps.

    `keep` holds words of the programme's erasure policy, e.g. "certifications": what is named is
    kept as a tombstone without personal data.
    """

    type: ClassVar[str] = "identity.candidate.erased.v1"
    survives_erasure: ClassVar[bool] = True

    request_id: UUID
    keep: tuple[str, ...] = ()
    at: datetime


class DataExportRequested(Event):
    """A candidate wants a copy of everything that all services hold about these ids."""

    type: ClassVar[str] = "identity.data_export.requested.v1"

    request_id: UUID
    candidate_ids: tuple[str, ...]
    at: datetime


class DataExportReady(Event):
    """The copy of a candidate's data is whole and can be fetched until `expires_at`."""

    type: ClassVar[str] = "identity.data_export.ready.v1"

    request_id: UUID
    contact: Contact
    expires_at: datetime


class DataErased(Event):
    """The last word to somebody whose data is erased; it is forgotten once it has been sent."""

    type: ClassVar[str] = "identity.data.erased.v1"
    # Nobody's address may outlive the erasure in the outbox.
    secret: ClassVar[bool] = True

    request_id: UUID
    login_id: str
    contact: Contact
    kept: tuple[str, ...] = ()
    at: datetime


class _CaseStanding(Event):
    case_id: UUID
    number: str
    kind: Literal["name_change", "merge", "missing_result", "other"]
    subject: str
    contact: Contact
    at: datetime


class CaseOpened(_CaseStanding):
    """A candidate, or staff or the system for one, has opened a support case.

    `notify` is the address of the staff who hear of it.
    """

    type: ClassVar[str] = "identity.case.opened.v1"

    message: str = ""
    by: Literal["candidate", "staff", "system"] = "candidate"
    notify: str | None = None


class CaseAnswered(_CaseStanding):
    """Staff have written to the candidate in a case."""

    type: ClassVar[str] = "identity.case.answered.v1"

    message_id: UUID
    message: str


class CaseReplied(_CaseStanding):
    """The candidate has written in a case; `notify` is the address of the staff who hear of it."""

    type: ClassVar[str] = "identity.case.replied.v1"

    message_id: UUID
    message: str
    notify: str | None = None


class CaseResolved(_CaseStanding):
    """A case is closed, with an outcome in words."""

    type: ClassVar[str] = "identity.case.resolved.v1"

    outcome: str
    by: Literal["candidate", "staff", "system"] = "staff"
