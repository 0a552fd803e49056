"""The service with the harbour's files, on each database or where it does not matter which."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.databases import Databases
from tests.services.certifications.desk import Desk
from tests.services.certifications.harbour import open_harbour, write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "programmes")


@pytest.fixture
async def desk(database_url: str, folder: Path) -> AsyncIterator[Desk]:
    async with open_harbour(database_url, folder) as opened:
        yield opened


@pytest.fixture
def file_url(databases: Databases, tmp_path: Path) -> str:
    """One database, where it does not matter which."""
    return databases.file("certifications", tmp_path / "file.sqlite3")


@pytest.fixture
async def plain(file_url: str, folder: Path) -> AsyncIterator[Desk]:
    async with open_harbour(file_url, folder) as opened:
        yield opened
