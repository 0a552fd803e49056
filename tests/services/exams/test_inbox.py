"""The watched inbox folder: files dropped there are taken in once, whatever happens on the way."""

import asyncio
import os
import shutil
import signal
import sys
import zipfile
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from services.exams import app
from services.exams.handlers.inbox import Inbox, look_into
from services.exams.jobs import work_off_imports
from services.exams.models import Result
from shared.events import ExamPassed
from tests.services.exams.conftest import PROGRAMMES, Desk, known, open_desk

HEADER = "candidate_id,last_name,exam_code,registration_number,grade,exam_date\n"
DROP = Path("cisco/vue/drop")


def rows(count: int, first: int = 0) -> str:
    return "".join(
        f"CSCO10000001,Roe,200-301,N{number},Pass,2026-11-20\n"
        for number in range(first, first + count)
    )


class Corner:
    """A desk with an inbox that looks only when it is told to."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self.desk = desk
        self.folder = folder
        self.inbox = Inbox(folder, 0)

    def drop(self, name: str, content: str | bytes) -> Path:
        path = self.folder / DROP / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    async def look(self, times: int = 2) -> None:
        """A file is taken at the second look at which it has not changed."""
        for _ in range(times):
            await look_into(self.desk.here, self.inbox)

    def lying(self, where: str) -> list[str]:
        """The files of a folder, without the ids before their names."""
        folder = self.folder / "cisco/vue" / where
        return sorted(path.name.rpartition("~")[2] for path in folder.iterdir())

    async def imports(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.desk.get("/imports"))["items"]
        return found

    def reason(self) -> str:
        (path,) = (self.folder / "cisco/vue/quarantine").glob("*.reason.txt")
        return path.read_text()


@pytest.fixture
async def corner(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Corner]:
    monkeypatch.setattr(app, "JOBS", [])
    async with open_desk(database_url, import_chunk=10) as desk:
        await desk.hear(known())
        opened = Corner(desk, tmp_path / "inbox")
        await opened.look(1)
        yield opened


async def test_a_dropped_file_is_taken_in_as_its_vendors(corner: Corner) -> None:
    corner.drop("results-2026.csv", HEADER + rows(25))
    await corner.look()
    assert (corner.lying("drop"), corner.lying("taken")) == ([], ["results-2026.csv"])
    await work_off_imports(corner.desk.here)
    (done,) = await corner.imports()
    assert (done["state"], done["accepted"]) == ("finished", 25)
    assert (done["vendor"], done["channel"], done["uploaded_by"], done["name"]) == (
        "vue",
        "inbox",
        "inbox",
        "results-2026.csv",
    )
    assert [one["id"] for one in (await corner.desk.get("/imports", corner.desk.vendor()))["items"]]
    assert (await corner.desk.get("/imports", corner.desk.vendor("psi")))["items"] == []
    await corner.desk.settled()
    assert len(corner.desk.told(ExamPassed)) == 25


async def test_whoever_is_of_the_group_may_drop_files(corner: Corner) -> None:
    assert (corner.folder / DROP).stat().st_mode & 0o7777 == 0o2770


async def test_the_job_watches_by_itself(database_url: str, tmp_path: Path) -> None:
    folder = tmp_path / "inbox"
    async with open_desk(database_url, inbox_folder=folder, inbox_still_seconds=0.05) as desk:
        await desk.until((folder / DROP).is_dir)
        (folder / DROP / "results.csv").write_text(HEADER + rows(3))

        async def finished() -> bool:
            return any(one["finished_at"] for one in (await desk.get("/imports"))["items"])

        await desk.until(finished, 30)


async def test_a_half_written_file_is_left_alone(corner: Corner) -> None:
    path = corner.drop("results.csv", HEADER)
    for number in range(3):
        with path.open("a") as file:
            file.write(rows(1, first=number))
        await corner.look(1)
    assert (corner.lying("drop"), await corner.imports()) == (["results.csv"], [])
    patient = Inbox(corner.folder, 3600)
    for _ in range(3):
        await look_into(corner.desk.here, patient)
    assert await corner.imports() == []
    await corner.look(1)
    assert (await corner.imports())[0]["rows"] == 3


@pytest.mark.parametrize("name", ["results.csv.part", ".results.csv", "results.csv.filepart"])
async def test_a_file_under_a_passing_name_is_taken_once_renamed(corner: Corner, name: str) -> None:
    path = corner.drop(name, HEADER + rows(2))
    await corner.look(3)
    assert await corner.imports() == []
    path.rename(path.with_name("results.csv"))
    await corner.look()
    assert (await corner.imports())[0]["rows"] == 2


async def test_the_same_file_under_another_name_repeats_nothing(corner: Corner) -> None:
    corner.drop("results-1.csv", HEADER + rows(5))
    await corner.look()
    corner.drop("results-2.csv", HEADER + rows(5))
    await corner.look()
    again, first = await corner.imports()
    assert (again["state"], again["rows"], again["name"]) == ("finished", 0, "results-2.csv")
    assert again["problem"] == (
        f"the same file was taken in as import {first['id']} (results-1.csv)"
    )
    assert corner.lying("taken") == ["results-1.csv", "results-2.csv"]
    corner.drop("results-3.csv", HEADER + rows(5))
    await corner.look()
    third = (await corner.imports())[0]
    assert first["id"] in third["problem"]


async def test_the_same_activities_said_anew_later_count_again(corner: Corner) -> None:
    """A creq file's name says when: what its rows said first may be what they say last."""
    five, eight = (
        f"external_id,candidate_id,activity,points,active_date\n1,CSCO10000001,CE,{points},2026-02-01\n"
        for points in (5, 8)
    )
    named = [("creq-20260301-080000.csv", five), ("creq-20260302-080000.csv", eight)]
    for name, content in [*named, ("creq-20260303-080000.csv", five)]:
        corner.drop(name, content)
        await corner.look()
        await work_off_imports(corner.desk.here)
    (activity,) = (await corner.desk.get("/activities", corner.desk.candidate()))["items"]
    assert (activity["points"], activity["source"]) == (5, "creq-20260303-080000.csv")
    # The same, as of the same time, is the same file whatever else its name says.
    corner.drop("creq-20260303-080000 (1).csv", five)
    await corner.look()
    assert "the same file" in (await corner.imports())[0]["problem"]


async def test_a_very_long_name_keeps_its_ending(corner: Corner) -> None:
    corner.drop(f"results-{'ä' * 120}.csv", HEADER + rows(1))
    await corner.look()
    (name,) = corner.lying("taken")
    assert name.startswith("results-ää")
    assert name.endswith("ä.csv")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("holiday.csv", HEADER + rows(1), "its name tells no format; known are changes-csv"),
        ("results.csv", HEADER.encode("utf-16"), "line 1: the file is UTF-16; it must be UTF-8"),
        ("results.csv", HEADER + rows(40) + "cut,off", "line 42: has 2 columns where"),
        ("results.csv", HEADER + rows(1).replace("Roe", "R\x00e"), "line 2: holds a NUL character"),
        ("results.csv", "", "the file is empty"),
        ("vcdc.zip", "no archive", "the archive cannot be read"),
    ],
)
async def test_a_bad_file_goes_to_quarantine_with_the_reason(
    corner: Corner, name: str, content: str | bytes, reason: str
) -> None:
    corner.drop(name, content)
    corner.drop("results-good.csv", HEADER + rows(1))
    await corner.look()
    assert corner.lying("quarantine") == [name, f"{name}.reason.txt"]
    assert corner.lying("taken") == ["results-good.csv"]
    assert reason in corner.reason()
    failed = [one for one in await corner.imports() if one["state"] == "failed"]
    assert name.endswith(".zip") or reason in failed[0]["problem"]
    assert all(one["rows"] == 0 for one in failed)
    await corner.look()
    assert len(await corner.imports()) == 1 + len(failed)
    # What was wrong is no obstacle to the file put right.
    if failed:
        assert (await corner.desk.errors(failed[0]["id"])).startswith("row,field,message")


async def test_a_file_too_large_is_put_aside(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "JOBS", [])
    async with open_desk(database_url, import_bytes=500) as desk:
        corner = Corner(desk, tmp_path / "inbox")
        corner.drop("results.csv", HEADER + rows(20))
        await corner.look()
        assert "at most 500 bytes" in corner.reason()


@pytest.mark.parametrize(
    ("member", "content", "reason"),
    [
        ("results-a.csv", b"0" * 3_000_000, "would unpack to more than 200 times its size"),
        ("more.zip", b"PK", "holds another archive"),
    ],
)
async def test_an_archive_that_is_not_safe_is_put_aside_whole(
    corner: Corner, member: str, content: bytes, reason: str
) -> None:
    packed = corner.folder / "replies.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("results-first.csv", HEADER + rows(2))
        archive.writestr(member, content)
    shutil.move(packed, corner.folder / DROP / "replies.zip")
    await corner.look()
    assert corner.lying("taking") == corner.lying("taken") == []
    assert reason in corner.reason()


async def test_an_archive_is_taken_file_by_file(corner: Corner) -> None:
    packed = corner.folder / "replies.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("in/results-a.csv", HEADER + rows(2))
        archive.writestr("../../results-b.csv", HEADER + rows(3, first=10))
    shutil.move(packed, corner.folder / DROP / "replies.zip")
    await corner.look(3)
    assert corner.lying("taken") == ["replies.zip", "results-a.csv", "results-b.csv"]
    assert sorted(one["rows"] for one in await corner.imports()) == [2, 3]


async def test_several_instances_watch_one_folder(corner: Corner) -> None:
    for number in range(6):
        corner.drop(f"results-{number}.csv", HEADER + rows(15, first=number * 20))
    watching = [Inbox(corner.folder, 0) for _ in range(3)]
    for _ in range(3):
        await asyncio.gather(*(look_into(corner.desk.here, inbox) for inbox in watching))
    await asyncio.gather(*(work_off_imports(corner.desk.here) for _ in range(2)))
    found = await corner.imports()
    assert [(one["state"], one["accepted"]) for one in found] == [("finished", 15)] * 6
    assert len(corner.lying("taken")) == 6


async def test_a_file_put_into_taking_by_hand_is_put_aside(corner: Corner) -> None:
    (corner.folder / "cisco/vue/taking/results.csv").write_text(HEADER + rows(1))
    await corner.look(1)
    assert "by hand" in corner.reason()


async def test_an_import_cancelled_while_it_is_read_is_put_aside(corner: Corner) -> None:
    corner.drop("results.csv", HEADER + rows(1))
    await corner.look()
    (found,) = await corner.imports()
    staff = corner.desk.staff()
    answer = await corner.desk.post(f"/imports/{found['id']}/cancel", {}, headers=staff)
    assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")


WATCHER = """
import asyncio, sys
from pathlib import Path
from services.exams import app
from services.exams.handlers.inbox import Inbox, look_into
from services.exams.settings import ExamsSettings
from shared.bus.embedded import EmbeddedBus

async def main() -> None:
    app.JOBS.clear()
    made = app.create_app(ExamsSettings(import_chunk=10), bus=EmbeddedBus())
    inbox = Inbox(Path(sys.argv[1]), 0)
    async with made.router.lifespan_context(made):
        for _ in range(3):
            await look_into(made.state.context, inbox)

asyncio.run(main())
"""


@pytest.mark.faults
@pytest.mark.parametrize(
    ("point", "bad"),
    [
        ("exams.inbox.moved", False),
        ("exams.import.receiving", False),
        ("exams.import.before_whole", False),
        ("exams.inbox.stored", False),
        ("exams.inbox.taken", False),
        ("exams.inbox.refused", True),
    ],
)
async def test_kill_9_at_every_step_of_a_files_way(
    corner: Corner, database_url: str, point: str, bad: bool
) -> None:
    corner.drop("results.csv", HEADER + rows(250) + ("cut,off" if bad else ""))
    watcher = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        WATCHER,
        str(corner.folder),
        env={
            **os.environ,
            "PYTHONPATH": str(PROGRAMMES.parent),
            "CERTTRACK_DATABASE_URL": database_url,
            "CERTTRACK_PROGRAMMES_FOLDER": str(PROGRAMMES),
            "CERTTRACK_LOG_LEVEL": "ERROR",
            "CERTTRACK_FAILPOINT": f"{point}:1",
        },
    )
    assert await watcher.wait() == -signal.SIGKILL
    await corner.look(1)
    # A reader that was heard of a moment ago may still be there.
    corner.desk.clock.move_to(corner.desk.clock.now() + timedelta(days=400))
    await corner.look(1)
    await work_off_imports(corner.desk.here)
    (done,) = await corner.imports()
    if bad:
        assert (done["state"], corner.lying("quarantine")) == (
            "failed",
            ["results.csv", "results.csv.reason.txt"],
        )
        return
    assert (done["state"], done["rows"], done["accepted"]) == ("finished", 250, 250)
    assert (corner.lying("taking"), corner.lying("taken")) == ([], ["results.csv"])
    async with corner.desk.here.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Result)) == 250


async def test_of_two_readers_the_one_that_was_taken_for_dead_stops(corner: Corner) -> None:
    """A process that slept for long and wakes must not add to what another began anew."""
    corner.drop("results.csv", HEADER + rows(250))
    started, go_on = asyncio.Event(), asyncio.Event()
    real = asyncio.to_thread

    async def sleeping(function: Any, *given: Any) -> Any:
        if getattr(function, "__name__", "") == "read":
            started.set()
            await go_on.wait()
        return await real(function, *given)

    slow = Inbox(corner.folder, 0)
    await look_into(corner.desk.here, slow)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("services.exams.handlers.inbox.asyncio.to_thread", sleeping)
        sleeper = asyncio.create_task(look_into(corner.desk.here, slow))
        await started.wait()
    await corner.look(1)
    assert (await corner.imports())[0]["state"] == "receiving"
    corner.desk.clock.advance(timedelta(minutes=2))
    await corner.look(1)
    go_on.set()
    await sleeper
    await work_off_imports(corner.desk.here)
    (done,) = await corner.imports()
    assert (done["state"], done["accepted"]) == ("finished", 250)
