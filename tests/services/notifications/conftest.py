from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from deploy.local.smtp import SmtpServer
from services.notifications.app import create_app
from services.notifications.settings import Settings
from shared.events import EmailFailed, EmailSent, EmailSuppressed
from tests.services.reacting import Reacting, migrated, running

PUBLISHED = (EmailSent, EmailFailed, EmailSuppressed)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.distributed)])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, Any]:
    """Settings on each database in turn."""
    return migrated("notifications", request, tmp_path) | {"mails_per_second": 0}


@pytest.fixture
async def mailing(settings: dict[str, Any], smtp_server: SmtpServer) -> AsyncIterator[Reacting]:
    """The service with a real mail server."""
    settings |= {"smtp_host": "127.0.0.1", "smtp_port": smtp_server.port}
    async with running(create_app, Settings(**settings), PUBLISHED) as service:
        yield service


@pytest.fixture
async def keeping(settings: dict[str, Any]) -> AsyncIterator[Reacting]:
    """The service with the local mailbox."""
    settings |= {"mailbox": True, "mailbox_size": 3}
    async with running(create_app, Settings(**settings), PUBLISHED) as service:
        yield service
