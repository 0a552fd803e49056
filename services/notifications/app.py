"""Notifications, wired."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI

from services.notifications.consumers import SUBSCRIPTIONS
from services.notifications.jobs import JOBS, Pace
from services.notifications.letters import Letters
from services.notifications.mailer import MailboxMailer, SmtpMailer
from services.notifications.routes import router
from services.notifications.settings import Settings
from shared.auth import Keys
from shared.bus import Bus
from shared.clock import Clock
from shared.context import ServiceContext
from shared.programmes import Programmes
from shared.web import create_service


def create_app(
    settings: Settings | None = None,
    *,
    bus: Bus | None = None,
    clock: Clock | None = None,
    keys: Keys | None = None,
    programmes: Programmes | None = None,
) -> FastAPI:
    """Return the service, ready to be served."""
    return create_service(
        name="notifications",
        settings=settings or Settings(),
        router=router,
        subscriptions=SUBSCRIPTIONS,
        jobs=JOBS,
        bus=bus,
        clock=clock,
        keys=keys,
        programmes=programmes,
        extras=_open_mail,
    )


@asynccontextmanager
async def _open_mail(context: ServiceContext) -> AsyncIterator[Mapping[str, Any]]:
    settings: Settings = context.settings
    mailer = MailboxMailer() if settings.mailbox else SmtpMailer(settings, context.clock)
    yield {
        "mailer": mailer,
        "letters": Letters(context.programmes, settings.public_url),
        "pace": Pace(settings.mails_per_second),
    }
    await mailer.close()
