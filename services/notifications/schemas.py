"""The shapes of notifications on the wire."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.notifications.domain import State, Template


class EmailView(BaseModel):
    """An e-mail and what became of it, for staff."""

    id: UUID
    programme: str
    candidate_id: str | None
    template: Template
    to: str | None
    subject: str
    state: State
    message_id: str
    created_at: datetime
    sent_at: datetime | None
    attempts: int
    next_attempt_at: datetime | None = Field(description="when it is tried again, if it is")
    error: str | None = Field(description="why it was not sent, or not yet, or never will be")


class MailboxEntry(BaseModel):
    """One line of the local mailbox."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    to: Annotated[str, Field(validation_alias="to_address")]
    subject: str
    sent_at: datetime


class MailboxMail(MailboxEntry):
    """An e-mail of the local mailbox, as the person would have received it."""

    text: str
    html: str
