"""A vendor tells results out of order and twice: what comes of it equals a plain sum.

20,000 of them, or as many as CERTTRACK_TEST_RESULTS says; continuous integration says 100,000.
"""

import asyncio
import os
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from deploy.commands.run_distributed import seed
from deploy.distributed import Topology
from tests.faults.books import Books
from tests.faults.simulated_vendor import Statement, people, statements
from tests.faults.story import after_registrations, before, check
from tests.faults.vendor import Group, Vendor

pytestmark = [pytest.mark.faults, pytest.mark.distributed, pytest.mark.timeout(900)]

RESULTS = int(os.environ.get("CERTTRACK_TEST_RESULTS", "20000"))
SEED = os.environ.get("CERTTRACK_TEST_SEEDS", "20261122").split(",")[0]
# Of all people; the others become candidates only after their results have come.
EARLY = 0.95


@dataclass
class Kept:
    """A result as it must be kept in the end."""

    person: int
    exam: str
    day: date
    grade: str = ""
    score: str = ""
    held: bool = False
    revoked: bool = False

    @property
    def state(self) -> str:
        return "revoked" if self.revoked else "held" if self.held else "recorded"

    @property
    def counts(self) -> bool:
        return self.state == "recorded" and self.grade == "pass"


def sum_of(said: list[Statement]) -> dict[str, Kept]:
    """What a clerk would have in the books who heard everything in its order."""
    kept: dict[str, Kept] = {}
    for one in said:
        result = kept.setdefault(one.number, Kept(one.person, one.exam, one.day))
        match one.kind:
            case "result" | "change":
                result.grade, result.score = one.grade, one.score
            case "hold" | "release":
                result.held = one.kind == "hold"
            case "revoke" | "reinstate":
                result.revoked = one.kind == "revoke"
    return kept


def three_years_after(day: date) -> date:
    return (
        date(day.year + 3, 2, 28)
        if (day.month, day.day) == (2, 29)
        else day.replace(year=day.year + 3)
    )


def earned_by(kept: Mapping[str, Kept]) -> dict[tuple[str, str], tuple[date, date]]:
    """First and last day of each CCNA, by the rules that Cisco publishes.

    All exams lie within three years, so nothing runs out before it is renewed: a CCNA is earned
    by 200-301, and any later pass of one of these exams renews it for three years.
    """
    passes: defaultdict[int, dict[str, list[date]]] = defaultdict(lambda: defaultdict(list))
    for result in kept.values():
        if result.counts:
            passes[result.person][result.exam].append(result.day)
    earned: dict[tuple[str, str], tuple[date, date]] = {}
    for person, exams in passes.items():
        if "200-301" in exams:
            first = min(exams["200-301"])
            last = max(day for days in exams.values() for day in days if day >= first)
            earned[f"T{person}", "CCNA"] = first, three_years_after(last)
    return earned


@pytest.fixture(scope="module")
def topology(server_folder: Path) -> Iterator[Topology]:
    quiet = {"CERTTRACK_LOG_LEVEL": "WARNING"}
    made = Topology(server_folder / "told", environment={"*": quiet}, before_services=seed)
    made.start()
    try:
        yield made
    finally:
        made.stop()


async def test_the_books_equal_a_plain_sum(topology: Topology) -> None:
    everybody = people(RESULTS)
    early = Group(first=0, count=int(EARLY * everybody), mailed=0)
    late = Group(first=early.count, count=everybody - early.count, mailed=0)
    kept = sum_of(statements(SEED, RESULTS))
    async with Books(topology.databases) as books, Vendor(topology.url) as vendor:
        begun = await before(topology, books)
        await vendor.post("registrations", early.registrations())
        await check(topology, books, begun, after_registrations(early), kills=0)
        teller = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.faults.simulated_vendor",
            topology.url,
            SEED,
            str(RESULTS),
        )
        assert await teller.wait() == 0
        await vendor.post("registrations", late.registrations())
        # Turns of results are news; whoever has no address cannot be told.
        reading = await books.settled(300, but="notifications.unsent")
    assert not +reading.parked
    assert await _results(topology) == {
        number: (f"T{one.person}", one.exam, one.day, one.grade, one.score, one.state)
        for number, one in kept.items()
    }
    assert await _certifications(topology, "CCNA") == earned_by(kept)


async def _results(topology: Topology) -> dict[str, tuple[Any, ...]]:
    """Every result as exams has it, all of them linked to the one whom they concern."""
    rows = await _read(
        topology,
        "exams",
        "SELECT registration_number, t.testing_id, exam_code, exam_date, grade, score, state"
        " FROM results r JOIN testing_ids t ON t.candidate_id = r.candidate_id"
        " AND t.programme = r.programme",
    )
    return {number: tuple(rest) for number, *rest in rows}


async def _certifications(
    topology: Topology, code: str
) -> dict[tuple[str, str], tuple[date, date]]:
    """The dates of a certification by its holder's testing id, the same in both services."""
    known = await _read(topology, "exams", "SELECT candidate_id, testing_id FROM testing_ids")
    owners = dict(map(tuple, known))
    rows = await _read(
        topology,
        "certifications",
        "SELECT candidate_id, started_on, active_on, expires_on FROM certifications"
        f" WHERE NOT withdrawn AND code = '{code}'",
    )
    shown = await _read(
        topology,
        "transcripts",
        "SELECT candidate_id, active_on, expires_on FROM holdings"
        f" WHERE status <> 'withdrawn' AND certification = '{code}'",
    )
    assert {(who, *days) for who, _, *days in rows} == {(who, *days) for who, *days in shown}
    return {(owners[who], code): (first, last) for who, first, _, last in rows}


async def _read(topology: Topology, service: str, query: str) -> list[Any]:
    engine = create_async_engine(topology.databases[service])
    try:
        async with engine.connect() as connection:
            return list(await connection.execute(text(query)))
    finally:
        await engine.dispose()
