"""What SQLite does with the statements of the main job: it starts from what they are given."""

import asyncio
import re
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import Connection, Engine, TextClause, event
from sqlalchemy.dialects import sqlite

from deploy.commands.migrate import bring_up_to_date
from deploy.embedded.app import create_app
from deploy.embedded.settings import EmbeddedSettings
from deploy.members import SERVICES
from services.identity.demonstration import (
    CLIENT_ID,
    CLIENT_SECRET,
    STAFF_EMAIL,
    STAFF_PASSWORD,
)
from shared.sqlite import Glances
from tests.journeys.days import ago
from tests.shared.desk import until

PEOPLE = 60
# Everything of a programme, or from one value on, is as good as everything. Not so where there is
# little: one series of ids for each programme, and what staff deal with one by one.
WHOLE = re.compile(r"^SCAN |^SEARCH (?!id_series|cases|merges).*(\(programme=\?\)|[<>]\?)")
READ = (
    *("identity/{}", "identity/{}/account", "identity/{}/cases", "identity/{}/merges"),
    *("exams/{}/history", "exams/{}/activities", "exams/{}/agreements"),
    *("exams/{}/completions", "exams/{}/authorizations"),
    *("certifications/{}/certifications", "certifications/{}/timeline"),
    *("fulfillment/{}/entitlements",),
)
GIVEN = re.compile(r"VIRTUAL TABLE|^SCAN (given|asked)\b")
Statements = dict[tuple[str, str], Any]


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> Iterator[Statements]:
    """Every statement over given rows, by its database, with the last parameters."""
    heard: Statements = {}
    look = Glances.rows

    def note_glance(self: Glances, statement: TextClause, values: Mapping[str, Any]) -> Any:
        compiled = statement.compile(dialect=sqlite.dialect())
        # Positions, which is what this dialect takes.
        heard[self._file, str(compiled)] = [values[name] for name in compiled.positiontup or ()]
        return look(self, statement, values)

    monkeypatch.setattr(Glances, "rows", note_glance)

    def note(connection: Connection, _cursor: Any, text: str, values: Any, *_rest: Any) -> None:
        if "json_each" in text and connection.engine.url.database:
            heard[connection.engine.url.database, text] = values

    event.listen(Engine, "before_cursor_execute", note)
    yield heard
    event.remove(Engine, "before_cursor_execute", note)


async def main_job(settings: EmbeddedSettings, everybody_wrote: Callable[[], bool]) -> None:
    """People are registered, and earn what they are told of by mail; staff look at one of them."""
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
        login = {"login": STAFF_EMAIL, "password": STAFF_PASSWORD}
        answer = await http.post("/api/identity/staff/sessions", json=login)
        http.headers["authorization"] = f"Bearer {answer.json()['access_token']}"
        found = await http.get("/api/identity/candidates", params={"programme": "cisco"})
        one = f"candidates/cisco/{found.json()['items'][0]['candidate_id']}"
        for path in READ:
            shown = await http.get(f"/api/{path.format(one)}")
            assert shown.status_code == 200, f"{path}: {shown.text}"


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
