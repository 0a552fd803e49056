"""`exams` is killed twenty times while files, posts and an inbox folder feed it: exact books."""

import asyncio
import contextlib
import os
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from deploy.commands.run_distributed import seed
from deploy.distributed import Topology
from shared.envelope import decode
from shared.events import CertificationEarned, event_class
from tests.faults.books import Books, reached
from tests.faults.fed_world import DAY, EARNS, PEOPLE, ROUNDS, Teller, World
from tests.faults.story import register
from tests.faults.vendor import PROGRAMME, Vendor

pytestmark = [pytest.mark.faults, pytest.mark.distributed, pytest.mark.timeout(900)]

# Another seed is another world and other moments.
SEED = os.environ.get("CERTTRACK_TEST_SEEDS", "20261122").split(",")[0]
# When a life ends: so many seconds at most after nothing, or after the first sight of a reception
# or of a file that was taken from the inbox folder, for which there is so much patience.
MOMENTS = {"": 1.5, "uploading": 0.8, "taking": 0.4}
PATIENCE = 3
UNDER_WAY = {
    "uploading": "state = 'receiving' AND channel = 'upload'",
    "storing": "state = 'receiving' AND channel = 'inbox'",
    "working": "state IN ('queued', 'running')",
}
# In how many pieces a file is uploaded, and the seconds between two.
PIECES, PAUSE = 25, 0.04


class SlowVendor(Vendor):
    """Its files leave it piece by piece, as over a long line."""

    async def _send(self, path: str, body: bytes | None, kind: str | None) -> httpx2.Response:
        if body is None or "/imports?" not in path:
            return await super()._send(path, body, kind)
        size = -(-len(body) // PIECES)

        async def pieces() -> Any:
            for start in range(0, len(body), size):
                yield body[start : start + size]
                await asyncio.sleep(PAUSE)

        return await self.client.post(path, content=pieces(), headers={"content-type": "text/csv"})


@pytest.fixture(scope="module")
def topology(server_folder: Path) -> Iterator[Topology]:
    folder = server_folder / "import-kills"
    settings = {
        "CERTTRACK_INBOX_FOLDER": str(folder / "inbox"),
        "CERTTRACK_INBOX_STILL_SECONDS": "0.1",
        # Many transactions, so that most moments are in one.
        "CERTTRACK_IMPORT_CHUNK": "25",
    }
    quiet = {"CERTTRACK_LOG_LEVEL": "WARNING"}
    made = Topology(folder, environment={"*": quiet, "exams": settings}, before_services=seed)
    made.start()
    try:
        asyncio.run(register(made, PEOPLE))
        yield made
    finally:
        made.stop()


@dataclass
class Killing:
    """Kills `exams` again and again while a world is told, and knows what it killed."""

    topology: Topology
    books: Books
    world: World
    chance: random.Random
    gates: list[asyncio.Event] = field(
        default_factory=lambda: [asyncio.Event() for _ in range(ROUNDS)]
    )
    hit: Counter[str] = field(default_factory=Counter)

    @property
    def tray(self) -> Path:
        return self.topology.folder / "inbox" / PROGRAMME / "vue"

    async def run(self) -> None:
        async with SlowVendor(self.topology.url) as vendor:
            async with asyncio.TaskGroup() as telling:
                telling.create_task(self._upload(vendor))
                for place in range(3):
                    telling.create_task(self._post(vendor, place))
                telling.create_task(self._drop())
                for gate in self.gates[:-1]:
                    gate.set()
                    await self._live()
                    await self._kill()
                self.gates[-1].set()
            self.hit["repeated"] = vendor.repeated
        await reached(self._all_is_done, 240)

    async def _upload(self, vendor: Vendor) -> None:
        for round_, name, content in self.world.uploads:
            await self.gates[round_].wait()
            path = f"/api/exams/imports?kind=results&programme={PROGRAMME}&name={name}"
            await vendor.persist(path, content, "text/csv")

    async def _post(self, vendor: Vendor, place: int) -> None:
        for gate, posts in zip(self.gates, self.world.posts, strict=True):
            await gate.wait()
            await vendor.post(*posts[place], at_once=50)

    async def _drop(self) -> None:
        drop = self.tray / "drop"
        for gate, files in zip(self.gates, self.world.drops, strict=True):
            await gate.wait()
            drop.mkdir(parents=True, exist_ok=True)
            for name, content in files.items():
                unfinished = drop / f".{name}"
                unfinished.write_bytes(content)
                unfinished.rename(drop / name)

    async def _live(self) -> None:
        what = self.chance.choice(list(MOMENTS))
        rest = self.chance.uniform(0, MOMENTS[what])
        with contextlib.suppress(TimeoutError):
            await reached(lambda: self._is_under_way(what), PATIENCE)
        await asyncio.sleep(rest)

    async def _is_under_way(self, what: str) -> bool:
        if not what:
            return True
        if what == "taking":
            return any((self.tray / "taking").glob("*"))
        # What died long ago is only waiting to be swept up.
        fresh = f"{UNDER_WAY[what]} AND touched_at > now() - interval '10 minutes'"
        return bool(await _read(self.topology, "exams", f"SELECT 1 FROM imports WHERE {fresh}"))

    async def _kill(self) -> None:
        await asyncio.to_thread(self.topology.kill9, "exams")
        await reached(self._nobody_is_connected)
        for what in ("taking", *UNDER_WAY):
            self.hit[what] += await self._is_under_way(what)
        # The quarter of an hour passes after which a reception is known to have died.
        await self.books.execute(
            "exams",
            "UPDATE imports SET touched_at = touched_at - interval '16 minutes'"
            " WHERE state = 'receiving'",
        )
        await asyncio.to_thread(self.topology.start_one, "exams")

    async def _nobody_is_connected(self) -> bool:
        """What the killed process had sent to the server has been done, or never will be."""
        others = "datname = current_database() AND pid <> pg_backend_pid()"
        rows = await _read(
            self.topology, "exams", f"SELECT pid FROM pg_stat_activity WHERE {others}"
        )
        return not rows

    async def _all_is_done(self) -> bool:
        if [path for name in ("drop", "taking") for path in (self.tray / name).iterdir()]:
            return False
        return not await _read(
            self.topology, "exams", "SELECT 1 FROM imports WHERE finished_at IS NULL"
        )


async def check_imports(topology: Topology, world: World) -> None:
    """Every file has been worked off to its last row, and each row counted once."""
    letters = dict(
        await _read(
            topology,
            "exams",
            "SELECT import_id, string_agg(outcomes, '' ORDER BY first) FROM import_chunks"
            " GROUP BY import_id",
        )
    )
    refused = defaultdict(list)
    for import_id, row in await _read(
        topology, "exams", "SELECT import_id, row_number FROM import_errors ORDER BY row_number"
    ):
        refused[import_id].append(row)
    files = defaultdict(list)
    for one in await _read(topology, "exams", "SELECT * FROM imports ORDER BY id"):
        files[one.name].append(one)
        said = letters.get(one.id, "")
        duplicates = sum(letter.isupper() for letter in said)
        counted = (one.accepted + one.duplicates + one.rejected, one.duplicates, one.rejected)
        assert counted == (len(said), duplicates, said.count("x")), one
        assert (one.done, one.rows, one.rejected) == (len(said), len(said), len(refused[one.id]))
        assert one.state == ("failed" if one.name in world.bad else "finished"), one
        assert refused[one.id] == world.refused.get(one.name, []), one
        assert one.rows == 0 or one.rows == world.rows[one.name], one
    uploaded = {name for _, name, _ in world.uploads}
    assert set(files) == world.rows.keys() | world.bad
    assert {name for name, imports in files.items() if len(imports) > 1} <= uploaded
    for name in uploaded | world.fresh:
        imports = files[name] + [one for copy in _copies(world, name) for one in files[copy]]
        good = world.rows[name] - len(world.refused.get(name, []))
        assert sum(one.accepted for one in imports) == good, imports
    for copy, name in world.copies.items():
        told = [files[copy][0].problem, files[name][0].problem]
        assert sorted(problem is None for problem in told) == [False, True], told


def _copies(world: World, name: str) -> list[str]:
    return [copy for copy, original in world.copies.items() if original == name]


def check_folder(tray: Path, world: World) -> None:
    """Every file lies in one place, and nothing unfinished in any."""
    lying = {path.name: Counter(_names(path)) for path in tray.iterdir()}
    dropped = {name for files in world.drops for name in files}
    uploaded = {name for _, name, _ in world.uploads}
    members = world.rows.keys() - dropped - uploaded
    assert lying == {
        "drop": Counter(),
        "taking": Counter(),
        "taken": Counter((dropped - world.bad) | members),
        "quarantine": Counter(world.bad | {f"{name}.reason.txt" for name in world.bad}),
    }


def _names(folder: Path) -> list[str]:
    return [path.name.partition("~")[2] or path.name for path in folder.iterdir()]


async def check_results(topology: Topology, world: World) -> None:
    """Every result once as it stands, every word kept once, every turn published and known."""
    rows = await _read(
        topology,
        "exams",
        "SELECT r.*, t.testing_id AS owner FROM results r JOIN testing_ids t"
        " ON t.candidate_id = r.candidate_id AND t.programme = r.programme",
    )
    assert {
        row.registration_number: (
            *(row.owner, row.exam_code, row.exam_date),
            *(row.grade, row.score, row.state),
        )
        for row in rows
    } == {
        number: (f"T{one.person}", one.exam, DAY, one.grade, one.score, one.state)
        for number, one in world.results.items()
    }
    assert len(rows) == len(world.results)
    words = "SELECT registration_number, kind, stamp FROM changes WHERE kind <> 'statement'"
    assert Counter(map(tuple, await _read(topology, "exams", words))) == Counter(world.words)
    published = await _published(topology, "result_id")
    assert published.keys() == {str(row.id) for row in rows}
    for row in rows:
        told, kept = published[str(row.id)], world.results[row.registration_number]
        assert told == sorted(set(told)), row
        # A result of which something was said before it came is told of as its second version;
        # that a revoked one is held as well, or held no longer, is nobody else's business.
        silent = {"hold", "revoke"} <= kept.said
        assert told[0] == 1 or (told[0] == 2 and kept.said), row
        assert silent or told == list(range(told[0], row.version + 1)), row
    facts = await _read(topology, "certifications", "SELECT * FROM facts WHERE kind = 'exam'")
    assert {
        fact.data["registration"]: (
            *(fact.data["exam"], fact.occurred_on),
            *(fact.data.get("grade", "pass"), fact.data.get("state", "recorded")),
        )
        for fact in facts
    } == {number: (one.exam, DAY, one.grade, one.state) for number, one in world.results.items()}
    assert {fact.key: fact.version for fact in facts} == {
        key: told[-1] for key, told in published.items()
    }


async def check_credits(topology: Topology, world: World) -> None:
    """Every activity once as it was said last, every turn of it published and known."""
    rows = await _read(
        topology,
        "exams",
        "SELECT c.*, t.testing_id AS owner FROM credits c JOIN testing_ids t"
        " ON t.candidate_id = c.candidate_id AND t.programme = c.programme",
    )
    assert {row.external_id: (row.owner, row.points, row.withdrawn) for row in rows} == {
        number: (f"T{person}", points, withdrawn)
        for number, (person, points, withdrawn) in world.credits.items()
    }
    assert len(rows) == len(world.credits)
    versions = {str(row.id): row.version for row in rows}
    assert await _published(topology, "credit_id") == {
        key: list(range(1, version + 1)) for key, version in versions.items()
    }
    facts = await _read(topology, "certifications", "SELECT * FROM facts WHERE kind = 'credit'")
    assert {
        fact.key: (fact.version, Decimal(fact.data["points"]), fact.data.get("undone", False))
        for fact in facts
    } == {str(row.id): (row.version, row.points, row.withdrawn) for row in rows}


async def check_certifications(topology: Topology, world: World) -> None:
    """Who passed holds what it earns, here and in transcripts; what never turned came once."""
    earned = {
        (f"T{one.person}", EARNS[one.exam]): one for one in world.results.values() if one.counts
    }
    until = DAY.replace(year=DAY.year + 3, day=min(DAY.day, 28) if DAY.month == 2 else DAY.day)
    owners = dict(
        await _read(topology, "exams", "SELECT candidate_id, testing_id FROM testing_ids")
    )
    held = await _read(
        topology, "certifications", "SELECT * FROM certifications WHERE NOT withdrawn"
    )
    assert {
        (owners[one.candidate_id], one.code): (one.started_on, one.active_on, one.expires_on)
        for one in held
    } == dict.fromkeys(earned, (DAY, DAY, until))
    shown = await _read(
        topology,
        "transcripts",
        "SELECT * FROM holdings WHERE status NOT IN ('revoked', 'withdrawn') AND version > 0",
    )
    assert {
        (owners[one.candidate_id], one.certification): (one.active_on, one.expires_on)
        for one in shown
    } == dict.fromkeys(earned, (DAY, until))
    times = Counter(
        (owners[str(event.candidate_id)], event.certification)
        for event in await _events(topology, "certifications")
        if isinstance(event, CertificationEarned)
    )
    steady = {key for key, one in earned.items() if not one.said}
    assert {key: times[key] for key in steady} == dict.fromkeys(steady, 1)
    assert earned.keys() <= times.keys()


async def _published(topology: Topology, id_: str) -> dict[str, list[int]]:
    """The versions that exams has told of, of each result or activity by its id."""
    told = defaultdict(list)
    for event in await _events(topology, "exams"):
        # What a check found is told beside the result.
        if hasattr(event, id_) and hasattr(event, "received_at" if "result" in id_ else id_):
            told[str(getattr(event, id_))].append(event.version)
    return {key: sorted(versions) for key, versions in told.items()}


async def _events(topology: Topology, service: str) -> list[Any]:
    """All that a service has ever written for others."""
    rows = await _read(topology, service, "SELECT type, body FROM outbox WHERE secret = 0")
    found = []
    for type_, body in rows:
        kind = event_class(type_)
        assert kind is not None
        found += [envelope["data"] for envelope in decode(body, kind)]
    return found


async def _read(topology: Topology, service: str, query: str) -> list[Any]:
    engine = create_async_engine(topology.databases[service], poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            return list(await connection.execute(text(query)))
    finally:
        await engine.dispose()


async def test_twenty_kills_lose_nothing_and_double_nothing(topology: Topology) -> None:
    world = Teller(SEED).tell()
    async with Books(topology.databases) as books:
        killing = Killing(topology, books, world, random.Random(f"{SEED} kills"))
        await killing.run()
        # Of turns of results candidates are told as news; these have no address.
        reading = await books.settled(240, but="notifications.unsent")
    assert not +reading.parked
    for what in ("repeated", "uploading", "taking", "working"):
        assert killing.hit[what], f"no kill fell into this: {killing.hit}"
    await check_imports(topology, world)
    check_folder(killing.tray, world)
    await check_results(topology, world)
    await check_credits(topology, world)
    await check_certifications(topology, world)
