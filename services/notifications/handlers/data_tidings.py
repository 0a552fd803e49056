"""Tidings of somebody's data: the copy is ready, or everything is erased."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.domain import LAST_WORD
from services.notifications.handlers.tidings import Almanac, Telling, Tidings
from services.notifications.models import Email, MailboxItem
from shared.context import context
from shared.events import DataErased, DataExportReady, Event

# Long enough for staff to see that it went out.
KEPT = timedelta(days=1)
_SETTLED = ("sent", "failed", "suppressed")


def _ready(event: DataExportReady, _almanac: Almanac) -> Tidings:
    return Tidings(
        "data_export_ready",
        f"data_export_ready:{event.request_id}",
        {
            "given_name": event.contact.given_name,
            "family_name": event.contact.family_name,
            "expires_at": event.expires_at.isoformat(),
        },
        None if event.contact.email else "the contact has no e-mail address",
        to_address=event.contact.email,
    )


def _erased(event: DataErased, _almanac: Almanac) -> Tidings:
    return Tidings(
        LAST_WORD,
        f"data_erased:{event.request_id}",
        {
            "given_name": event.contact.given_name,
            "family_name": event.contact.family_name,
            "login_id": event.login_id,
            "kept": list(event.kept),
        },
        None if event.contact.email else "the contact has no e-mail address",
        to_address=event.contact.email,
    )


async def forget_last_words(session: AsyncSession) -> None:
    """Forget letters of farewell a day after they went out, and the mailbox's copies of them."""
    before = context(session).clock.now() - KEPT
    over = (
        Email.template == LAST_WORD,
        Email.state.in_(_SETTLED),
        Email.next_attempt_at < before,
    )
    found = (await session.execute(select(Email.to_address, Email.subject).where(*over))).all()
    for address, subject in found:
        await session.execute(
            delete(MailboxItem)
            .where(MailboxItem.to_address == address, MailboxItem.subject == subject)
            .execution_options(synchronize_session=False)
        )
    await session.execute(delete(Email).where(*over).execution_options(synchronize_session=False))


TELLING: Mapping[type[Event], Telling] = {
    DataExportReady: _ready,
    DataErased: _erased,
}
