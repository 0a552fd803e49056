"""What PostgreSQL reads before it has statistics: the rows that are asked for, not a programme's.

A planner without them takes one programme for a small part of a table. A new installation that
takes in its history has none for a minute, in which a programme grows to hundreds of thousands.
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


@pytest.fixture(params=["postgresql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """A programme of some ten thousands that nobody has counted yet."""
    database = Database(empty_database("certifications", request, tmp_path))
    async with database.transaction() as session:
        # What was found out of the rows of earlier tests goes with the table's pages.
        await session.execute(text("TRUNCATE candidates, facts, certifications"))
        await session.execute(
            text(
                "INSERT INTO candidates (programme, candidate_id, given_name, family_name, "
                "disclosure, version) SELECT 'cisco', 'CSCO' || number, 'Ann', repeat('Ng', 20), "
                "true, 1 FROM generate_series(0, :last) AS number"
            ),
            {"last": ALL - 1},
        )
        await session.execute(
            text(
                "INSERT INTO facts (programme, candidate_id, kind, key, version, occurred_on, data)"
                " SELECT programme, candidate_id, 'exam', 'one', 1, '2026-01-01', "
                '\'{"exam": "200-301", "registration": "1", "passed": true}\' '
                "FROM candidates"
            )
        )
    yield database
    await database.close()


async def rows_read(session: AsyncSession) -> int:
    """How many rows of all tables this connection has read and not reported yet."""
    read = await session.scalar(
        text(
            "SELECT sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)) "
            "FROM pg_stat_xact_user_tables"
        )
    )
    return int(read)


async def test_a_review_reads_what_is_known_of_those_it_is_about(database: Database) -> None:
    async with database.transaction() as session:
        before = await rows_read(session)
        known = await known_of(session, PEOPLE)
        assert known is not None
        assert sum(len(facts) for facts in known.facts.values()) == ASKED
        assert await rows_read(session) - before <= 2 * ASKED


async def test_a_review_writes_to_those_it_is_about(database: Database) -> None:
    found = Findings()
    found.due["cisco", date(2026, 11, 1)] = [(one.candidate_id, None) for one in PEOPLE]
    async with database.transaction() as session:
        before = await rows_read(session)
        await note_due(session, found)
        assert await rows_read(session) - before <= 2 * ASKED
    async with database.reading() as session:
        written = "SELECT count(*) FROM candidates WHERE reviewed_on = '2026-11-01'"
        assert await session.scalar(text(written)) == ASKED
