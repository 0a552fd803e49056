from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.transcripts.app import create_app
from services.transcripts.settings import Settings
from shared.events import TranscriptShared, TranscriptViewed
from tests.services.reacting import Reacting, migrated, running

MOST = 6


@pytest.fixture(params=["sqlite", "postgresql"])
async def transcripts(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Reacting]:
    """The service on each database in turn."""
    async with (
        migrated("transcripts", request, tmp_path) as settings,
        running(
            create_app,
            Settings(**settings, transcripts_per_candidate=MOST),
            (TranscriptShared, TranscriptViewed),
        ) as service,
    ):
        yield service
