"""Files while they arrive: read part by part, and nothing left of one that breaks off."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import uvicorn
from sqlalchemy import func, select

from deploy.local.ports import LOCALHOST, free_port
from services.exams import app, jobs
from services.exams.domain.formats import DEFAULTS
from services.exams.domain.sheet import Sheet, Unreadable
from services.exams.handlers.linking import make_known
from services.exams.models import Import, ImportChunk
from tests.services.exams.conftest import PROGRAMMES, Desk, known, open_desk

HEADER = "vendor,candidate_id,last_name,exam_code,registration_number,grade,exam_date\n"


PEOPLE = 2_000


def row(number: int) -> str:
    """One of many people's results; a year lies between two of the same person."""
    day = f"{2025 - number // PEOPLE}-11-20"
    return f"vue,CSCO{number % PEOPLE:08d},Roe,200-301,N{number},Pass,{day}\n"


async def introduce(desk: Desk, people: int = PEOPLE) -> None:
    async with desk.here.database.transaction() as session:
        await make_known(session, [known(f"CSCO{number:08d}") for number in range(people)])


def rows(count: int) -> str:
    return "".join(map(row, range(count)))


async def left(desk: Desk) -> tuple[int, int]:
    """How many imports and chunks there are."""
    async with desk.here.database.reading() as session:
        found = [
            await session.scalar(select(func.count()).select_from(model))
            for model in (Import, ImportChunk)
        ]
    return found[0] or 0, found[1] or 0


async def post(desk: Desk, content: AsyncIterator[bytes]) -> Any:
    return await desk.client.post(
        "/imports?kind=results&programme=cisco&name=large.csv",
        content=content,
        headers=desk.staff(),
    )


async def test_a_large_file_is_shown_while_it_arrives_and_worked_off_whole(
    database_url: str,
) -> None:
    async with open_desk(database_url, import_chunk=1_000) as desk:
        await introduce(desk)
        seen: list[dict[str, Any]] = []

        async def arriving() -> AsyncIterator[bytes]:
            yield HEADER.encode()
            for start in range(0, 20_000, 400):
                yield "".join(map(row, range(start, start + 400))).encode()
                if start == 16_000:
                    seen.extend((await desk.get("/imports"))["items"])

        answer = await post(desk, arriving())
        assert answer.status_code == 202, answer.text
        assert [(one["state"], one["done"]) for one in seen] == [("receiving", 0)]
        assert 0 < seen[0]["rows"] < 20_000
        assert seen[0]["id"] == answer.json()["id"]
        done = await desk.finished(answer.json()["id"])
        assert (done["accepted"], done["duplicates"], done["rejected"]) == (20_000, 0, 0)


@pytest.mark.parametrize("end", ["cut,off\n", 'vue,"never closed', "vue,C,R\x00,1,1,Pass,x\n"])
async def test_of_a_file_that_is_bad_at_its_end_nothing_is_left(desk: Desk, end: str) -> None:
    answer = await desk.upload(HEADER + rows(12_000) + end)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["line"] == 12_002
    assert await left(desk) == (0, 0)


async def test_a_body_that_says_it_is_too_large_is_refused_before_it_is_read(desk: Desk) -> None:
    async def never() -> AsyncIterator[bytes]:
        yield HEADER.encode()
        raise AssertionError("it was read")

    answer = await desk.client.post(
        "/imports?kind=results&programme=cisco",
        content=never(),
        headers={**desk.staff(), "Content-Length": "500000001"},
    )
    assert answer.status_code == 413
    assert "500,000,000 bytes" in answer.json()["detail"]


async def test_an_upload_cancelled_while_it_arrives_is_told_so(database_url: str) -> None:
    async with open_desk(database_url, import_chunk=100) as desk:

        async def arriving() -> AsyncIterator[bytes]:
            yield (HEADER + rows(2_000)).encode()
            (found,) = (await desk.get("/imports"))["items"]
            path = f"/imports/{found['id']}/cancel"
            assert (await desk.post(path, {}, headers=desk.staff())).status_code == 200
            yield rows(2_000).encode()

        answer = await post(desk, arriving())
        assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (
            409,
            "import-cancelled",
        )
        (found,) = (await desk.get("/imports"))["items"]
        assert found["state"] == "cancelled"
        assert await left(desk) == (1, 0)


async def test_an_upload_that_breaks_off_leaves_nothing(database_url: str) -> None:
    """Over a real connection, which the sender drops in the middle of the body."""
    async with open_desk(database_url, import_chunk=100) as desk:
        port = free_port()
        server = uvicorn.Server(
            uvicorn.Config(desk.app, LOCALHOST, port, lifespan="off", log_level="error")
        )
        serving = asyncio.create_task(server.serve())
        await desk.until(lambda: server.started)
        token = desk.vendor()["Authorization"]
        reader, writer = await asyncio.open_connection(LOCALHOST, port)
        head = "POST /imports?kind=results&programme=cisco HTTP/1.1\r\nHost: x\r\n"
        head += f"Authorization: {token}\r\nContent-Length: 10000000\r\n\r\n"
        writer.write((head + HEADER + rows(5_000)).encode())
        await writer.drain()

        async def receiving() -> bool:
            return (await left(desk))[1] > 0

        await desk.until(receiving)
        writer.transport.abort()

        async def nothing() -> bool:
            return await left(desk) == (0, 0)

        await desk.until(nothing)

        async def on_record() -> bool:
            made = (await desk.get("/calls", desk.staff("calls:read")))["items"]
            return [call["status"] for call in made] == [400]

        await desk.until(on_record)
        server.should_exit = True
        await serving
        assert reader.at_eof()


RECEIVER = """
import asyncio, sys
from services.exams import app
from services.exams.domain.formats import DEFAULTS
from services.exams.handlers.receiving import Arrival, receiving
from services.exams.settings import ExamsSettings
from shared.bus.embedded import EmbeddedBus

async def main() -> None:
    app.JOBS.clear()
    made = app.create_app(ExamsSettings(import_chunk=10), bus=EmbeddedBus())
    async with made.router.lifespan_context(made):
        here = made.state.context
        arrival = Arrival(DEFAULTS["results"], "cisco", "vue", "f.csv", "vue-client")
        async with receiving(here, arrival) as reception:
            with open(sys.argv[1], "rb") as file:
                while part := file.read(4_096):
                    await reception.add(part)
            await reception.end()

asyncio.run(main())
"""


@pytest.mark.faults
@pytest.mark.parametrize(
    ("point", "whole"),
    [("receiving:3", False), ("before_whole", False), ("whole", True)],
)
async def test_kill_9_while_a_file_arrives(
    database_url: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch, point: str, whole: bool
) -> None:
    monkeypatch.setattr(app, "JOBS", [])
    file = tmp_path / "f.csv"
    file.write_text(HEADER + rows(1_000))
    receiver = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        RECEIVER,
        str(file),
        env={
            **os.environ,
            "PYTHONPATH": str(PROGRAMMES.parent),
            "CERTTRACK_DATABASE_URL": database_url,
            "CERTTRACK_PROGRAMMES_FOLDER": str(PROGRAMMES),
            "CERTTRACK_LOG_LEVEL": "ERROR",
            "CERTTRACK_FAILPOINT": f"exams.import.{point}",
        },
    )
    assert await receiver.wait() == -signal.SIGKILL
    async with open_desk(database_url) as desk:
        await introduce(desk, 1_000)
        await jobs.work_off_imports(desk.here)
        (found,) = (await desk.get("/imports"))["items"]
        assert found["state"] == ("finished" if whole else "receiving")
        assert found["done"] == (1_000 if whole else 0)
        # The killed process wrote by the machine's clock.
        desk.clock.move_to(max(desk.clock.now(), _now()) + timedelta(minutes=20))
        await jobs.tidy_imports(desk.here)
        assert await left(desk) == ((1, 100) if whole else (0, 0))
        # Posted again, as a sender does who has seen no answer, it ends the same.
        again = (await desk.upload(file.read_text())).json()["id"]
        await jobs.work_off_imports(desk.here)
        done = await desk.finished(again)
        assert done["duplicates"] == (1_000 if whole else 0)
        assert done["accepted"] == (0 if whole else 1_000)


def _now() -> Any:
    return datetime.now(UTC)


def read(content: bytes, size: int, **limits: Any) -> Any:
    sheet = Sheet(DEFAULTS["results"], vendor_named=True, most_rows=limits.get("most", 10_000))
    found = []
    for start in range(0, len(content), size):
        found += sheet.add(content[start : start + size])
    return found + sheet.end()


@pytest.mark.parametrize("size", [1, 2, 7, 64, 1_000, 100_000])
def test_however_it_is_cut_into_parts_a_file_reads_the_same(size: int) -> None:
    content = "\ufeff" + HEADER.replace("\n", "\r\n")
    content += "vue,C1,Rö,1,1,Pass,x\r\n\n" + 'vue,C2,"R\n""ö""\r\n,",1,2,Pass,x\r\n' * 3
    content += "vue,C3,日本,1,3,Pass,x"
    found = read(content.encode(), size)
    assert [number for number, _ in found] == [2, 4, 5, 6, 7]
    assert [cells[2] for _, cells in found] == ["Rö", *['R\n"ö"\r\n,'] * 3, "日本"]


FAULTS = [
    (b"vue,C\xfc,R,1,1,Pass,x\n", 6, "byte 6 (0xfc) is not UTF-8; save the file as UTF-8"),
    (b"vue,C\n", 6, "has 2 columns where the header has 7"),
    (b'vue,"C\n', 6, "unexpected end of data"),
    (b'vue,"C"x\n', 6, "expected after"),
    (b"vue,\x00\n", 6, "NUL"),
    (b"vue,C1,R,1,1,Pass,x\rvue\n", 6, "a carriage return alone"),
    (b"x" * 3_000_000, 6, "field larger than|longer than 2,000,000"),
    # Rows that do not end: of one field, and of fields of which each is short.
    (b'vue,"' + b"\n" * 100_000, 6, "unexpected end of data"),
    (b'vue,"' + b'\n","' * 700_000, 6, "more than 2,000,000"),
]


@pytest.mark.parametrize(
    ("size", "end", "line", "words"),
    # Three million single bytes too: their cost must not grow with what has come before them.
    [(size, *fault) for fault in FAULTS for size in (1, 7, 100_000)],
    ids=lambda value: repr(value)[:40],
)
def test_a_fault_is_named_with_its_line_however_the_file_is_cut(
    size: int, end: bytes, line: int, words: str
) -> None:
    content = HEADER.encode() + 'vue,C1,"R\n\nö",1,1,Pass,x\nvue,C1,R,1,1,Pass,x\n'.encode() + end
    with pytest.raises(Unreadable) as refused:
        read(content, size)
    (fault,) = refused.value.faults
    assert fault.line == line
    assert any(word in fault.message for word in words.split("|"))


def test_the_row_past_the_limit_is_named() -> None:
    with pytest.raises(Unreadable) as refused:
        read((HEADER + "\n" + rows(6)).encode(), 10, most=5)
    assert refused.value.faults[0].line == 8
