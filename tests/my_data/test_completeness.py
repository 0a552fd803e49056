"""A person in every column of every table: all of it is in the copy, and nothing is left of it."""

import asyncio
import io
import json
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from deploy.members import SERVICES, member
from shared.auth import Keys
from shared.bus.embedded import EmbeddedBus
from shared.clock import FixedClock
from shared.context import ServiceContext
from shared.envelope import Message, encode
from shared.errors import Unavailable
from shared.events import CandidateErased, DataExportRequested, Event
from shared.ids import uuid7
from shared.migrations import upgrade
from shared.my_data.register import Register
from shared.my_data.tombstones import COPIES, ERASURES
from shared.storage import FileMissing, Storage, storage_of
from tests.modes import Mode
from tests.my_data.filling import NOW, PROGRAMME, Filled, fill
from tests.my_data.test_register import my_data_of

PROGRAMMES = Path(__file__).parents[2] / "programmes"
PERSON, OTHER = "CSCO10000001", "CSCO10000002"
# Where an id that stands for nobody any more may be read.
TOMBSTONES = {"erasures", "data_copies", "data_requests", "data_answers", "outbox"}
_SETTINGS = {"identity": "IdentitySettings", "exams": "ExamsSettings"}


async def _no_keys() -> dict[str, Any]:
    return {"keys": []}


@dataclass
class Running:
    """A service with two persons in it."""

    service: str
    app: FastAPI
    bus: EmbeddedBus
    register: Register
    person: Filled
    other: Filled

    @property
    def here(self) -> ServiceContext:
        found: ServiceContext = self.app.state.context
        return found

    async def hear(self, event: Event) -> None:
        """Have the service hear an event; identity, which tells it, does it by itself."""
        if self.service == "identity":
            mine = my_data_of("identity")
            async with self.here.database.transaction() as session:
                if isinstance(event, CandidateErased):
                    await mine.erase(session, [event])
                elif isinstance(event, DataExportRequested):
                    await mine.note_request(session, [event])
            return
        message = Message(uuid7(), event.type, encode([event], NOW))
        await self.bus.send(self.service, [message])

    async def dump(self) -> dict[str, str]:
        """Everything that is in the database, as text, by table."""
        found = {}
        async with self.here.database.reading() as session:
            for table in self.register.metadata.sorted_tables:
                rows = (await session.execute(select(table))).all()
                found[table.name] = "\n".join(_readable(value) for row in rows for value in row)
        return found

    async def copy(self) -> tuple[dict[str, Any], dict[str, bytes]]:
        """Have a copy written; return its data and its files."""
        request_id = uuid7()
        await self.hear(
            DataExportRequested(
                programme=PROGRAMME,
                candidate_id=PERSON,
                request_id=request_id,
                candidate_ids=(PERSON,),
                at=NOW,
            )
        )
        await self.until(
            select(COPIES.c.written_at).where(COPIES.c.request_id == request_id), "the copy"
        )
        storage = storage_of(self.here)
        keys = [
            file.key async for some in storage.files(f"data-copies/{request_id}") for file in some
        ]
        assert len(keys) == 1
        with zipfile.ZipFile(io.BytesIO(await storage.get(keys[0]))) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        return json.loads(files["data.json"]), files

    async def erase(self, keep: tuple[str, ...], request_id: UUID | None = None) -> None:
        """Have the person erased, and wait until it is finished."""
        await self.hear(
            CandidateErased(
                programme=PROGRAMME,
                candidate_id=PERSON,
                request_id=request_id or uuid7(),
                keep=keep,
                at=NOW,
            )
        )
        await self.until(
            select(ERASURES.c.finished_at).where(ERASURES.c.candidate_id == PERSON), "the erasure"
        )

    async def until(self, query: Any, what: str) -> None:
        """Wait until a query finds something."""
        for _ in range(1000):
            async with self.here.database.reading() as session:
                if await session.scalar(query):
                    return
            await asyncio.sleep(0.01)
        pytest.fail(f"{what} did not come to an end")


def _readable(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, dict | list):
        return json.dumps(value)
    return str(value)


@asynccontextmanager
async def running(service: str, mode: Mode, folder: Path) -> AsyncIterator[Running]:
    url = mode.database_url(service)
    await asyncio.to_thread(upgrade, service, url)
    settings = getattr(
        import_module(f"services.{service}.settings"), _SETTINGS.get(service, "Settings")
    )
    bus = EmbeddedBus()
    more: dict[str, Any] = {} if service == "identity" else {"keys": Keys(_no_keys)}
    app = member(service).factory()(
        settings(
            environment="test",
            database_url=url,
            programmes_folder=PROGRAMMES,
            storage_url=f"file:{folder / 'files'}",
            erasure_settle_minutes=0,
        ),
        bus=bus,
        clock=FixedClock(NOW),
        **more,
    )
    register = my_data_of(service).register
    async with app.router.lifespan_context(app):
        here: ServiceContext = app.state.context
        async with here.database.transaction() as session:
            person = await fill(session, service, register, PERSON, "p")
            other = await fill(session, service, register, OTHER, "q")
        storage = storage_of(here)
        for filled in (person, other):
            for key, content in filled.files.items():
                await storage.put(key, content)
        yield Running(service, app, bus, register, person, other)


@pytest.mark.parametrize("service", SERVICES)
async def test_everything_is_in_the_copy(service: str, mode: Mode, tmp_path: Path) -> None:
    async with running(service, mode, tmp_path) as product:
        data, files = await product.copy()
    told = {name: json.dumps(one, ensure_ascii=False) for name, one in data["tables"].items()}
    everything = "\n".join(told.values())
    for (table, column), marker in {**product.person.markers, **product.person.keys}.items():
        assert marker in told[table], f"{table}.{column} is not in the copy"
    for (table, column), marker in product.person.secrets.items():
        assert marker not in everything, f"{table}.{column} is in the copy"
    for (table, column), marker in product.other.markers.items():
        assert marker not in everything, f"somebody else's {table}.{column} is in the copy"
    for held, entry in product.register.held():
        assert data["tables"][held.name]["what"] == entry.says
        assert set(data["tables"][held.name].get("left_out", ())) == set(entry.secret)
    documents = {content for name, content in files.items() if name.startswith("documents/")}
    handed_in = {
        product.person.files[marker]
        for (table, _), marker in product.person.secrets.items()
        if table in ("completions", "case_files") and marker in product.person.files
    }
    assert handed_in <= documents
    assert not set(product.other.files.values()) & documents


@pytest.mark.parametrize("keep", [(), ("certifications", "audit")], ids=["nothing", "all"])
@pytest.mark.parametrize("service", SERVICES)
async def test_nothing_is_left(
    service: str, keep: tuple[str, ...], mode: Mode, tmp_path: Path
) -> None:
    async with running(service, mode, tmp_path) as product:
        before = await product.dump()
        for (table, column), marker in product.person.markers.items():
            assert marker in before[table], f"{table}.{column} was never filled"
        await product.erase(keep)
        after = await product.dump()
        everything = "\n".join(after.values())
        gone = {**product.person.markers, **product.person.secrets}
        for (table, column), marker in gone.items():
            assert marker not in everything, f"{table}.{column} is left"
        kept = {table.name for table, entry in product.register.held() if entry.stays(keep)}
        for name, text in after.items():
            assert PERSON not in text or name in TOMBSTONES | kept, f"{name} names the person"
        for (table, column), marker in {**product.other.markers, **product.other.secrets}.items():
            assert marker in after[table], f"somebody else's {table}.{column} is gone"
        storage = storage_of(product.here)
        for key in product.person.files:
            with pytest.raises(FileMissing):
                await storage.get(key)
        for key, content in product.other.files.items():
            assert await storage.get(key) == content
        # Told again, nothing happens.
        await product.erase(keep)
        assert {**await product.dump(), "inbox": "", "outbox": ""} == {
            **after,
            "inbox": "",
            "outbox": "",
        }


async def test_storage_that_is_away_only_delays(
    mode: Mode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is told as done that is not, and the next run of the job does it."""
    away = True
    put, delete = Storage.put, Storage.delete

    async def putting(storage: Storage, key: str, content: bytes) -> None:
        if away:
            raise Unavailable("files can't be kept at the moment")
        await put(storage, key, content)

    async def deleting(storage: Storage, key: str) -> None:
        if away:
            raise Unavailable("files can't be kept at the moment")
        await delete(storage, key)

    async with running("exams", mode, tmp_path) as product:
        monkeypatch.setattr(Storage, "put", putting)
        monkeypatch.setattr(Storage, "delete", deleting)
        mine, request_id = my_data_of("exams"), uuid7()
        await product.hear(
            DataExportRequested(
                programme=PROGRAMME,
                candidate_id=OTHER,
                request_id=request_id,
                candidate_ids=(OTHER,),
                at=NOW,
            )
        )
        with pytest.raises(Unavailable):
            await mine.work(product.here)
        away = False
        await mine.work(product.here)
        await product.until(select(COPIES.c.written_at), "the copy")
        away = True
        erased = CandidateErased(
            programme=PROGRAMME, candidate_id=PERSON, request_id=uuid7(), at=NOW
        )
        await product.hear(erased)
        with pytest.raises(Unavailable):
            await mine.work(product.here)
        async with product.here.database.reading() as session:
            assert await session.scalar(select(ERASURES.c.finished_at)) is None
        away = False
        await product.erase(())
        for key in product.person.files:
            with pytest.raises(FileMissing):
                await storage_of(product.here).get(key)


async def test_what_is_written_while_it_settles_goes_too(mode: Mode, tmp_path: Path) -> None:
    """A token lives on for some minutes: what it still writes is found by the second look."""
    async with running("transcripts", mode, tmp_path) as product:
        clock = product.here.clock
        assert isinstance(clock, FixedClock)
        product.here.settings = product.here.settings.model_copy(
            update={"erasure_settle_minutes": 15}
        )
        await product.hear(
            CandidateErased(programme=PROGRAMME, candidate_id=PERSON, request_id=uuid7(), at=NOW)
        )
        table = product.register.metadata.tables["transcripts"]
        row = product.person.rows["transcripts"]
        async with product.here.database.transaction() as session:
            await session.execute(table.insert().values({**row, "id": uuid7(), "code": "LATE"}))
        mine = my_data_of("transcripts")
        await mine.work(product.here)
        assert "LATE" in (await product.dump())["transcripts"]
        clock.advance(timedelta(minutes=15))
        await mine.work(product.here)
        after = await product.dump()
        assert "LATE" not in after["transcripts"]
        assert PERSON not in after["transcripts"]
        async with product.here.database.reading() as session:
            assert await session.scalar(select(ERASURES.c.finished_at)) is not None
