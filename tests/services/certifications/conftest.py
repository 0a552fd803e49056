"""The service on each database in turn, and the certificates it draws."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.databases import empty_database
from tests.services.certifications.desk import Desk, open_desk


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.distributed)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty, migrated database of this test's own."""
    return empty_database("certifications", request, tmp_path)


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    """The running service on one of the databases."""
    async with open_desk(database_url) as running:
        yield running
