"""What PostgreSQL reads without good statistics: the rows that are asked for, not a programme's.

A planner without them takes one programme for a small part of a table. A new installation that
takes in its history has none for a minute, in which a programme grows to hundreds of thousands;
or it has those of a single candidate, with whom staff have tried things out.
"""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.certifications.handlers.findings import Findings
from services.certifications.handlers.records import note_due
from services.certifications.queries import Person, known_of
from shared.database import Database
from tests.databases import empty_database

pytestmark = pytest.mark.distributed

ALL, ASKED = 60_000, 500
PEOPLE = [Person("cisco", f"CSCO{number}") for number in range(0, ALL, ALL // ASKED)]


CANDIDATES = (
    "INSERT INTO candidates (programme, candidate_id, given_name, family_name, disclosure, version)"
    " SELECT 'cisco', 'CSCO' || number, 'Ann', repeat('Ng', 20), true, 1 "
    "FROM generate_series(0, :last) AS number ON CONFLICT DO NOTHING"
)
FACTS = (
    "INSERT INTO facts (programme, candidate_id, kind, key, version, occurred_on, data) "
    "SELECT programme, candidate_id, 'exam', 'one', 1, '2026-01-01', CAST(:data AS jsonb) "
    "FROM candidates ON CONFLICT DO NOTHING"
)
DATA = '{"exam": "200-301", "registration": "1"}'
FORGET = (
    "DELETE FROM pg_statistic WHERE starelid IN (to_regclass('candidates'), to_regclass('facts'))"
)
# Of a table that had one row in its only page it is believed that each page has one: to read all
# of them once is fair then. To read them for each row that is given never is.
MOST = {"no statistics": 2 * ASKED, "statistics of one candidate": ALL + 2 * ASKED}


@pytest.fixture(params=["postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return empty_database("certifications", request, tmp_path)


@pytest.fixture(params=list(MOST))
def statistics(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def database(database_url: str, statistics: str) -> AsyncIterator[Database]:
    """A programme of some ten thousands that nobody has counted yet."""
    database = Database(database_url)
    async with database.transaction() as session:
        await session.execute(text("TRUNCATE candidates, facts, certifications"))
        await _fill(session, 1)
        await session.execute(text("ANALYZE candidates, facts"))
        if statistics == "no statistics":
            await session.execute(text(FORGET))
            await session.execute(text("TRUNCATE candidates, facts"))
        await _fill(session, ALL)
    yield database
    await database.close()


async def _fill(session: AsyncSession, count: int) -> None:
    await session.execute(text(CANDIDATES), {"last": count - 1})
    await session.execute(text(FACTS), {"data": DATA})


async def rows_read(session: AsyncSession) -> int:
    """How many rows of all tables this connection has read and not reported yet."""
    read = await session.scalar(
        text(
            "SELECT sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)) "
            "FROM pg_stat_xact_user_tables"
        )
    )
    return int(read)


async def test_a_review_reads_what_is_known_of_those_it_is_about(
    database: Database, statistics: str
) -> None:
    async with database.transaction() as session:
        before = await rows_read(session)
        known = await known_of(session, PEOPLE)
        assert known is not None
        assert sum(len(facts) for facts in known.facts.values()) == ASKED
        assert await rows_read(session) - before <= MOST[statistics]


async def test_a_review_writes_to_those_it_is_about(database: Database, statistics: str) -> None:
    found = Findings()
    found.due["cisco", date(2026, 11, 1)] = [(one.candidate_id, None) for one in PEOPLE]
    async with database.transaction() as session:
        before = await rows_read(session)
        await note_due(session, found)
        assert await rows_read(session) - before <= MOST[statistics]
    async with database.reading() as session:
        written = "SELECT count(*) FROM candidates WHERE reviewed_on = '2026-11-01'"
        assert await session.scalar(text(written)) == ASKED
