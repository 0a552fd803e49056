from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.fulfillment.app import create_app
from services.fulfillment.settings import Settings
from tests.services.reacting import Reacting, migrated, running


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.distributed)])
async def fulfillment(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Reacting]:
    """The service on each database in turn."""
    settings = Settings(**migrated("fulfillment", request, tmp_path))
    async with running(create_app, settings) as service:
        yield service
