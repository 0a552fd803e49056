"""Statements given to PostgreSQL's driver: part of the session, its savepoints and its faults."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from shared.database import Database, is_transient
from shared.driver import fetch
from shared.rows import insert_new, look_up, update_rows
from tests.modes import Mode

pytestmark = pytest.mark.distributed

THINGS = Table(
    "things",
    MetaData(),
    Column("key", String(8), primary_key=True),
    Column("kind", String(8), nullable=False),
    Column("version", Integer),
)
_ADD = "INSERT INTO things (key, kind) VALUES ($1, 'plain') RETURNING key"


@pytest.fixture
async def database(distributed: Mode) -> AsyncIterator[Database]:
    database = Database(distributed.database_url("things"))
    async with database.engine.begin() as connection:
        await connection.run_sync(THINGS.metadata.create_all)
    yield database
    await database.close()


async def keys(database: Database) -> list[str]:
    async with database.reading() as session:
        return [row.key for row in await fetch(session, "SELECT key FROM things ORDER BY key")]


async def twice(database: Database, key: str) -> None:
    async with database.transaction() as session:
        await fetch(session, _ADD, key)
        await fetch(session, _ADD, key)


async def twice_within(session: AsyncSession, key: str) -> None:
    async with session.begin_nested():
        await fetch(session, _ADD, key)
        await fetch(session, _ADD, key)


async def test_it_is_in_the_transaction_of_the_session(database: Database) -> None:
    async with database.transaction() as session:
        await fetch(session, _ADD, "a")
        found = await session.execute(text("SELECT key FROM things"))
        assert found.scalars().all() == ["a"]
        assert await keys(database) == []
    assert await keys(database) == ["a"]
    with pytest.raises(IntegrityError):
        await twice(database, "b")
    assert await keys(database) == ["a"]


async def test_a_savepoint_takes_back_what_came_within_it(database: Database) -> None:
    async with database.transaction() as session:
        await fetch(session, _ADD, "a")
        with pytest.raises(IntegrityError):
            await twice_within(session, "b")
        async with session.begin_nested():
            await fetch(session, _ADD, "c")
        await fetch(session, _ADD, "d")
    assert await keys(database) == ["a", "c", "d"]


async def test_faults_are_those_of_any_statement(database: Database) -> None:
    with pytest.raises(IntegrityError) as double:
        async with database.transaction() as session:
            await insert_new(session, THINGS, [{"key": "a", "kind": None}])
    assert not is_transient(double.value)
    with pytest.raises(DBAPIError) as cut:
        async with database.transaction() as session:
            await fetch(session, "SELECT pg_terminate_backend(pg_backend_pid())")
    assert is_transient(cut.value)
    assert cut.value.connection_invalidated
    # The pool has let go of it.
    assert await keys(database) == []


async def test_a_statement_that_takes_too_long_is_given_up_and_so_is_its_connection(
    distributed: Mode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.database.STATEMENT_SECONDS", 0.2)
    database = Database(distributed.database_url("slow"))
    with pytest.raises(TimeoutError) as late:
        async with database.transaction() as session:
            await fetch(session, "SELECT pg_sleep(5)")
    assert is_transient(late.value)
    async with database.reading() as session:
        assert [row[0] for row in await fetch(session, "SELECT 1")] == [1]
    await database.close()


async def test_columns_with_one_value_are_sent_once_and_all_rows_are_written(
    database: Database,
) -> None:
    rows = [{"key": f"k{number}", "kind": "same", "version": None} for number in range(60)]
    async with database.transaction() as session:
        written = await insert_new(session, THINGS, rows, returning=("key", "kind", "version"))
        assert [dict(row) for row in written] == rows
        again = [{"key": f"k{number}", "version": 7} for number in range(0, 60, 2)]
        changed = await update_rows(session, THINGS, again * 2, key=("key",), returning=("key",))
        assert len(changed) == 30
        assert await insert_new(session, THINGS, [rows[0]] * 60) == []
        for some in ([("k2", "same")], [("k2", "same"), ("k3", "same"), ("k4", "other")]):
            found = await look_up(
                session,
                THINGS,
                ("key", "version"),
                key=("key", "kind"),
                values=some,
                order=("key",),
            )
            assert [tuple(row) for row in found] == [("k2", 7), ("k3", None)][: len(some)]
        same = await look_up(
            session,
            THINGS,
            ("key",),
            key=("kind", "key"),
            values=[("same", f"k{number}") for number in (5, 6, 5)],
            order=("key",),
        )
        assert [row.key for row in same] == ["k5", "k6"]
