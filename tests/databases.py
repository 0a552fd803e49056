"""A service's database of each kind: migrated once for each worker, empty for each test."""

import secrets
import shutil
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path

import pytest

from deploy.local.postgres import NamedPostgres
from shared.migrations import upgrade


class Databases:
    """What has been migrated so far: a file to be copied, a database to be emptied.

    A database on the server is one test's at a time. To empty it costs a quarter of the processor
    time of copying a template and dropping the copy, or of TRUNCATE, which makes new files.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, Path] = {}
        self._served: dict[str, tuple[str, str]] = {}

    def file(self, service: str, at: Path) -> str:
        """The address of an empty SQLite file, made there."""
        if service not in self._files:
            self._files[service] = self._folder / f"{service}.sqlite3"
            _migrate(service, f"sqlite+aiosqlite:///{self._files[service]}")
        return f"sqlite+aiosqlite:///{shutil.copy(self._files[service], at)}"

    def served(self, service: str, server: NamedPostgres) -> str:
        """The address of the service's database on the server, now empty."""
        if service not in self._served:
            name = f"{service}_{secrets.token_hex(6)}"
            url = server.create_database(name)
            _migrate(service, url)
            self._served[service] = name, url
            return url
        name, url = self._served[service]
        tables = import_module(f"services.{service}.models").Base.metadata.sorted_tables
        emptying = [f'DELETE FROM "{table.name}"' for table in reversed(tables)]
        # Somebody of the last test's who is still at it shall be found out, not waited for.
        server.execute(";".join(["SET lock_timeout = '20s'", *emptying]), database=name)
        return url


def empty_database(service: str, request: pytest.FixtureRequest, folder: Path) -> str:
    """The address of an empty database of the kind that the test's parameter names."""
    databases: Databases = request.getfixturevalue("databases")
    if request.param == "sqlite":
        return databases.file(service, folder / f"{service}.sqlite3")
    return databases.served(service, request.getfixturevalue("postgres_server"))


def _migrate(service: str, url: str) -> None:
    # In a thread of its own: Alembic runs an event loop, and the tests have one already.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(upgrade, service, url).result()
