"""Marks of what belonged to somebody who is erased."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from shared.database import Database
from shared.my_data.tombstones import MARKS, remember, remembered
from tests.modes import Mode

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SOON, LATER = NOW + timedelta(days=1), NOW + timedelta(days=2)


@pytest.fixture
async def database(mode: Mode) -> AsyncIterator[Database]:
    database = Database(mode.database_url("marks"))
    async with database.engine.begin() as connection:
        await connection.run_sync(MARKS.metadata.create_all, tables=[MARKS])
    yield database
    await database.close()


@pytest.mark.parametrize(
    ("first", "second", "until"),
    [
        (SOON, LATER, LATER),
        (LATER, SOON, LATER),
        (SOON, None, None),
        (None, SOON, None),
    ],
)
async def test_a_mark_made_twice_holds_for_the_longer_time(
    database: Database, first: datetime | None, second: datetime | None, until: datetime | None
) -> None:
    for one in (first, second):
        async with database.transaction() as session:
            await remember(session, ["a", "a"], until=one)
    async with database.reading() as session:
        for moment in (NOW, SOON, LATER):
            found = await remembered(session, ["a", "b"], moment)
            assert found == ({"a"} if until is None or until > moment else set())
