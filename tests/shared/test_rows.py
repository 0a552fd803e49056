"""Set-based statements on both databases."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Uuid,
    select,
)
from sqlalchemy.exc import DBAPIError

from shared.database import Database
from shared.ids import uuid7
from shared.rows import insert_new, look_up, one_of, update_rows, upsert
from shared.sqlite import Glances
from shared.tables import JSON_, UTCDateTime
from tests.modes import Mode

THINGS = Table(
    "things",
    MetaData(),
    Column("id", Uuid, primary_key=True),
    Column("name", String(8), unique=True, nullable=False),
    Column("day", Date),
    Column("at", UTCDateTime, nullable=False),
    Column("data", JSON_),
    Column("version", Integer, nullable=False),
    Column("flag", Boolean, nullable=False),
    Column("bytes", LargeBinary),
)
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
async def database(mode: Mode) -> AsyncIterator[Database]:
    database = Database(mode.database_url("things"))
    async with database.engine.begin() as connection:
        await connection.run_sync(THINGS.metadata.create_all)
    yield database
    await database.close()


def thing(name: str, version: int = 1) -> dict[str, Any]:
    return {
        "id": uuid7(),
        "name": name,
        "day": date(2026, 2, 28) if version % 2 else None,
        "at": NOON,
        "data": {"name": [name, 'quo"te', None, 1.5]},
        "version": version,
        "flag": version % 2 == 0,
    }


async def test_only_new_rows_are_inserted_and_values_come_back_as_they_went(
    database: Database,
) -> None:
    first = [thing("á'b"), thing("c", 2)]
    async with database.transaction() as session:
        fields = tuple(first[0])
        inserted = await insert_new(session, THINGS, first, returning=fields)
        assert sorted((dict(row) for row in inserted), key=lambda row: str(row["id"])) == first
        again = await insert_new(session, THINGS, [thing("c"), thing("d")], returning=("name",))
        assert [row["name"] for row in again] == ["d"]
        assert await insert_new(session, THINGS, []) == []


async def test_an_older_version_never_overwrites_a_newer_one(database: Database) -> None:
    async with database.transaction() as session:
        await insert_new(session, THINGS, [thing("a", 5), thing("b", 5)])
        written = await upsert(
            session,
            THINGS,
            [thing("a", 4), thing("b", 6), thing("c", 1)],
            key=("name",),
            update=("version", "day", "flag"),
            newer="version",
            returning=("name", "version"),
        )
    assert {(row["name"], row["version"]) for row in written} == {("b", 6), ("c", 1)}


async def test_of_two_updates_guarded_by_a_state_one_gets_the_row(database: Database) -> None:
    async with database.transaction() as session:
        await insert_new(session, THINGS, [thing("a"), thing("b", 3)])
        changes = [{"name": name, "version": 9, "data": {"n": name}} for name in ("a", "b")]
        for expected in (["a"], []):
            changed = await update_rows(
                session, THINGS, changes, key=("name",), where="t.version < 3", returning=("name",)
            )
            assert [row["name"] for row in changed] == expected


async def test_rows_are_found_by_any_number_of_keys(database: Database) -> None:
    rows = [thing(f"n{number}", number) for number in range(700)]
    async with database.transaction() as session:
        await insert_new(session, THINGS, rows)
    async with database.reading() as session:

        async def names(condition: Any) -> list[str]:
            return sorted((await session.scalars(select(THINGS.c.name).where(condition))).all())

        half = [row["id"] for row in rows[::2]]
        assert len(await names(one_of(session, THINGS.c.id, half))) == 350
        pairs = [("n1", 1), ("n2", 1), ("n3", 3)]
        both = one_of(session, (THINGS.c.name, THINGS.c.version), pairs)
        assert await names(both) == ["n1", "n3"]
        assert await names(one_of(session, THINGS.c.name, [])) == []
        # Cut to the column's eight characters this would find n1.
        assert await names(one_of(session, THINGS.c.name, ["n1      x"])) == []


async def test_columns_of_many_rows_come_back_typed_in_order_and_as_the_condition_says(
    database: Database,
) -> None:
    rows = [thing(name, version) for version, name in enumerate(("c", "a", "b", "d"), 1)]
    async with database.transaction() as session:
        await insert_new(session, THINGS, rows)
        by_name = await look_up(
            session,
            THINGS,
            ("name", "id", "day", "at", "data", "flag"),
            key=("name",),
            values={"a", "b", "c", "nobody"},
            where="version < 3",
            order=("name",),
            lock="FOR UPDATE",
        )
        by_both = await look_up(
            session,
            THINGS,
            ("version",),
            key=("id", "version"),
            values=[(rows[0]["id"], 1), (rows[1]["id"], 7)],
        )
        by_id = await look_up(
            session, THINGS, ("name",), key=("id",), values=[one["id"] for one in rows[2:]]
        )
        nothing = await look_up(session, THINGS, ("name",), key=("name", "version"), values=())
    assert [tuple(row) for row in by_name] == [
        tuple(row[column] for column in ("name", "id", "day", "at", "data", "flag"))
        for row in (rows[1], rows[0])
    ]
    assert [row.version for row in by_both] == [1]
    assert {name for (name,) in by_id} == {"b", "d"}
    assert nothing == []


async def test_a_failed_statement_leaves_nothing_behind(database: Database) -> None:
    with pytest.raises(DBAPIError):  # noqa: PT012 - both statements are the one transaction that fails
        async with database.transaction() as session:
            await insert_new(session, THINGS, [thing("kept?")])
            await insert_new(session, THINGS, [{**thing("x"), "version": None}])
    async with database.reading() as session:
        assert (await session.scalars(select(THINGS.c.name))).all() == []


@pytest.mark.distributed
async def test_postgresql_refuses_a_text_that_is_too_long_rather_than_cutting_it(
    distributed: Mode,
) -> None:
    database = Database(distributed.database_url("things"))
    async with database.engine.begin() as connection:
        await connection.run_sync(THINGS.metadata.create_all)
    with pytest.raises(DBAPIError, match="too long"):
        async with database.transaction() as session:
            await insert_new(session, THINGS, [thing("more than eight")])
    await database.close()


async def test_bytes_in_a_set_of_rows_are_refused_on_sqlite(embedded: Mode) -> None:
    database = Database(embedded.database_url("things"))
    with pytest.raises(TypeError, match=r"things\.bytes"):
        async with database.transaction() as session:
            await insert_new(session, THINGS, [{"id": uuid7(), "bytes": b"x"}])
    await database.close()


async def test_a_naive_instant_is_refused(database: Database) -> None:
    naive = {**thing("x"), "at": NOON.replace(tzinfo=None)}
    with pytest.raises(Exception, match=r"time zone|naive"):
        async with database.transaction() as session:
            await session.execute(THINGS.insert().values(naive))


async def test_a_reading_glances_and_sees_what_was_committed(database: Database) -> None:
    rows = [thing("one"), thing("two", 2)]
    async with database.transaction() as session:
        await insert_new(session, THINGS, rows)
    columns = tuple(rows[0])
    for opened in (database.reading, database.transaction):
        async with opened() as session:
            found = await look_up(
                session, THINGS, columns, key=("name",), values=["two", "one"], order=("name",)
            )
            assert [dict(zip(columns, row, strict=True)) for row in found] == rows
            (newest,) = await look_up(
                session,
                THINGS,
                ("name",),
                key=("name",),
                values=["two", "one"],
                order=("name DESC",),
                most=1,
            )
            assert tuple(newest) == ("two",)


async def test_what_cannot_be_glanced_at_is_asked_in_the_usual_way(database: Database) -> None:
    async with database.transaction() as session:
        await insert_new(session, THINGS, [thing("one")])
    async with database.reading() as session:
        if session.info["glances"] is not None:
            session.info["glances"] = Glances("/nowhere/at/all.db")
        found = await look_up(session, THINGS, ("name",), key=("name",), values=["one"])
    assert [tuple(row) for row in found] == [("one",)]
