"""The migration to statuses and the clock, on tables that already hold somebody."""

import asyncio

from alembic import command
from sqlalchemy import text

from services.certifications.jobs import keep_days
from shared.database import Database
from shared.migrations import configuration, upgrade
from tests.services.certifications.desk import open_desk

OLD_CANDIDATE = (
    "INSERT INTO candidates (programme, candidate_id, given_name, family_name, disclosure, version)"
    " VALUES ('cisco', :who, '', '', false, 0)"
)
OLD_FACT = (
    "INSERT INTO facts (programme, candidate_id, kind, key, version, occurred_on, data)"
    " VALUES ('cisco', :who, 'exam', 'r1', 1, '2023-11-20',"
    ' \'{"exam" : "200-301", "registration" : "R1"}\')'
)
OLD_CERTIFICATION = (
    "INSERT INTO certifications (programme, candidate_id, code, cycle, started_on, active_on,"
    " expires_on, number, verification_code, withdrawn, version)"
    " VALUES ('cisco', :who, 'CCNA', 1, '2023-11-20', '2023-11-20', '2026-11-20', NULL,"
    " :code, false, 1)"
)


async def test_what_was_there_before_is_looked_at_once(database_url: str) -> None:
    await _at_the_version_before(database_url)
    async with open_desk(database_url) as desk:
        # The clock starts with the service and may be at it already.
        told = desk.told()
        async with asyncio.timeout(20):
            while len(told) < 2:
                await keep_days(desk.here)
                await asyncio.sleep(0.02)
                told += desk.told()
        assert sorted(one.candidate_id for one in told) == ["CSCO1", "CSCO2"]
        assert {type(one).__name__ for one in told} == {"CertificationExpired"}
        assert await desk.rows("SELECT DISTINCT status, version FROM certifications") == [
            ("expired", 2)
        ]
        assert await desk.new_day("2026-11-23T12:00:00-08:00") == []


async def _at_the_version_before(url: str) -> None:
    await asyncio.to_thread(command.downgrade, configuration("certifications", url), "0001")
    database = Database(url)
    async with database.engine.begin() as connection:
        for who, code in (("CSCO1", "AAAA2222"), ("CSCO2", "BBBB3333")):
            for statement in (OLD_CANDIDATE, OLD_FACT, OLD_CERTIFICATION):
                await connection.execute(text(statement), {"who": who, "code": code})
    await database.close()
    await asyncio.to_thread(upgrade, "certifications", url)
