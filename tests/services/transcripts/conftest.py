from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.transcripts.app import create_app
from services.transcripts.settings import Settings
from shared.events import TranscriptShared, TranscriptViewed
from tests.services.reacting import Reacting, migrated, running

MOST = 6


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.distributed)])
async def transcripts(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Reacting]:
    """The service on each database in turn."""
    given = migrated("transcripts", request, tmp_path)
    settings = Settings(**given, transcripts_per_candidate=MOST)
    async with running(create_app, settings, (TranscriptShared, TranscriptViewed)) as service:
        yield service
