"""The service on each database in turn, and the certificates it draws."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from shutil import copyfile

import pytest

from deploy.local.postgres import NamedPostgres
from shared.migrations import upgrade
from tests.services.certifications.desk import Desk, open_desk


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file that the migrations made; each test gets a copy."""
    path = tmp_path_factory.mktemp("certifications") / "template.sqlite3"
    upgrade("certifications", f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_template(postgres_server: NamedPostgres) -> Iterator[str]:
    """A PostgreSQL database that the migrations made; each test gets a copy."""
    name = "certifications_template"
    upgrade("certifications", postgres_server.create_database(name))
    yield name
    postgres_server.drop_database(name)


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.distributed)],
)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty, migrated database of this test's own."""
    if request.param == "sqlite":
        path = tmp_path / "certifications.sqlite3"
        copyfile(request.getfixturevalue("migrated_file"), path)
        yield f"sqlite+aiosqlite:///{path}"
        return
    server = request.getfixturevalue("postgres_server")
    template = request.getfixturevalue("migrated_template")
    name = f"certifications_{tmp_path.name}".lower().replace("-", "_")[:60]
    yield server.create_database(name, template=template)
    server.drop_database(name)


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    """The running service on one of the databases."""
    async with open_desk(database_url) as running:
        yield running
