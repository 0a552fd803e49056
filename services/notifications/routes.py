"""The HTTP edge of notifications."""

from typing import Annotated, Any, cast
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from services.notifications import queries
from services.notifications.domain import State, Template
from services.notifications.errors import NoSuchMail
from services.notifications.letters import Letters
from services.notifications.models import Email
from services.notifications.schemas import EmailView, MailboxEntry, MailboxMail
from shared.auth import Principal, anyone, staff
from shared.errors import FieldError, Unprocessable
from shared.pages import CursorText, Limit, Page, decode_cursor, page
from shared.web import Here, Read

router = APIRouter()


def mailbox_is_on(here: Here) -> None:
    """Answer as if there were no mailbox where mail is real."""
    if not here.settings.mailbox:
        raise NoSuchMail("There is no mailbox here.")


@router.get("/emails")
async def list_emails(
    principal: Annotated[Principal, staff("emails:read")],
    session: Read,
    here: Here,
    programme: Annotated[str | None, Query(max_length=40)] = None,
    state: State | None = None,
    cursor: CursorText = None,
    limit: Limit = 50,
) -> Page[EmailView]:
    """List e-mails and what became of them, newest first."""
    if programme is not None:
        principal.may_see(programme)
    found = await queries.emails(
        session,
        principal.programmes if programme is None else [programme],
        state=state,
        before=_before(cursor),
        limit=limit + 1,
    )
    letters: Letters = here.extras["letters"]
    part: dict[str, Any] = page(found, limit, lambda row: (row[0].id,))
    part["items"] = [_view(email, to, letters) for email, to in part["items"]]
    return Page[EmailView](**part)


@router.get("/mailbox", dependencies=[anyone(), Depends(mailbox_is_on)])
async def list_mailbox(session: Read, limit: Limit = 50) -> list[MailboxEntry]:
    """List what would have been mailed, newest first; only where the mailbox is on."""
    found = await queries.mailbox(session, limit)
    return [MailboxEntry.model_validate(item) for item in found]


@router.get("/mailbox/{mail_id}", dependencies=[anyone(), Depends(mailbox_is_on)])
async def read_mailbox(mail_id: UUID, session: Read) -> MailboxMail:
    """Show one e-mail as the person would have received it."""
    return MailboxMail.model_validate(await queries.mailbox_item(session, mail_id))


def _view(email: Email, to: str | None, letters: Letters) -> EmailView:
    return EmailView(
        id=email.id,
        programme=email.programme,
        candidate_id=email.candidate_id,
        template=cast(Template, email.template),
        to=to,
        subject=letters.subject(email),
        state=cast(State, email.state),
        message_id=email.message_id,
        created_at=email.created_at,
        sent_at=email.sent_at,
        attempts=email.attempts,
        next_attempt_at=email.next_attempt_at if email.state == "queued" else None,
        error=email.error,
    )


def _before(cursor: str | None) -> UUID | None:
    key = decode_cursor(cursor)
    if not key:
        return None
    try:
        return UUID(str(key[0]))
    except ValueError as error:
        wrong = FieldError(field="cursor", message="not a cursor that this list has given out")
        raise Unprocessable("The cursor is not valid.", errors=[wrong]) from error
