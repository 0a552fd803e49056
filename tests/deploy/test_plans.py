"""What SQLite does with the statements of the main job: it starts from what they are given."""

import asyncio
import re
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import Connection, Engine, event

from deploy.commands.migrate import bring_up_to_date
from deploy.embedded.app import create_app
from deploy.embedded.settings import EmbeddedSettings
from deploy.members import SERVICES
from services.identity.demonstration import CLIENT_ID, CLIENT_SECRET
from tests.journeys.days import ago
from tests.shared.desk import until

PEOPLE = 60
# Everything of a programme, or from one value on, is as good as everything; of `id_series` a
# programme has one row.
WHOLE = re.compile(r"^SCAN |^SEARCH (?!id_series).*(\(programme=\?\)|[<>]\?)")
GIVEN = re.compile(r"VIRTUAL TABLE|^SCAN (given|asked)\b")
Statements = dict[tuple[str, str], Any]


@pytest.fixture
def statements() -> Iterator[Statements]:
    """Every statement over given rows, by its database, with the last parameters."""
    heard: Statements = {}

    def note(connection: Connection, _cursor: Any, text: str, values: Any, *_rest: Any) -> None:
        if "json_each" in text and connection.engine.url.database:
            heard[connection.engine.url.database, text] = values

    event.listen(Engine, "before_cursor_execute", note)
    yield heard
    event.remove(Engine, "before_cursor_execute", note)


async def main_job(settings: EmbeddedSettings, everybody_wrote: Callable[[], bool]) -> None:
    """People are registered, and earn what they are told of by mail."""
    app = create_app(settings, demonstration=True)
    transport = httpx2.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url=settings.public_url) as http,
    ):
        answer = await http.post(
            "/api/identity/oauth/token",
            data={"grant_type": "client_credentials"},
            auth=(CLIENT_ID, CLIENT_SECRET),
        )
        http.headers["authorization"] = f"Bearer {answer.json()['access_token']}"
        registrations: list[dict[str, Any]] = []
        results: list[dict[str, Any]] = []
        for number in range(PEOPLE):
            person = {
                "given_name": "Ann",
                "family_name": f"Lee {number}",
                "email": f"ann{number}@example.com",
            }
            common = {"programme": "cisco", "exam_code": "200-301", "testing_id": f"T{number}"}
            registrations.append(
                {**common, "registration_number": f"B{number}", "candidate": person}
            )
            results.append(
                {
                    **common,
                    "registration_number": f"R{number}",
                    "grade": "pass",
                    "exam_date": ago(3),
                }
            )
        for path, body in (("registrations", registrations), ("results", results)):
            taken = await http.post(f"/api/exams/{path}", json={path: body})
            assert taken.json()["accepted"] == PEOPLE, taken.text

        async def congratulated() -> bool:
            mails = await http.get("/api/notifications/mailbox", params={"limit": 200})
            return any("Congratulations" in mail["subject"] for mail in mails.json())

        await until(congratulated)
        await until(everybody_wrote)


def needless_readings(database: str, statement: str, values: Any) -> list[str]:
    """Loops over given rows that are run for each row of a table, and loops over whole tables."""
    with sqlite3.connect(database) as connection:
        steps = connection.execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall()
    connection.close()
    loops: dict[int, list[str]] = defaultdict(list)
    for _, parent, _, told in steps:
        if told.startswith(("SCAN", "SEARCH")):
            loops[parent].append(told)
    late = [
        f"{told} inside {inner[0]}"
        for inner in loops.values()
        for told in inner[1:]
        if GIVEN.search(told)
    ]
    whole = [
        told
        for inner in loops.values()
        for told in inner
        if WHOLE.search(told) and not GIVEN.search(told)
    ]
    return late + whole


def test_the_main_job_reads_no_table_as_a_whole(tmp_path: Path, statements: Statements) -> None:
    settings = EmbeddedSettings(
        data=tmp_path, environment="test", public_url="http://certtrack", log_level="WARNING"
    )
    bring_up_to_date(settings)
    asyncio.run(
        main_job(settings, lambda: {Path(file).stem for file, _ in statements} == set(SERVICES))
    )
    found = {
        statement: needless
        for (database, statement), values in statements.items()
        if (needless := needless_readings(database, statement, values))
    }
    assert not found
