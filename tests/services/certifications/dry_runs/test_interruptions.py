"""A dry run that waits, is cancelled, stopped, killed or fails: nothing is lost or doubled."""

import asyncio
import contextlib
import os
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest

from services.certifications import app, dry_runs, evaluators, run_jobs
from tests.services.certifications.desk import Desk
from tests.services.certifications.dry_runs.asking import (
    RUNS,
    begin,
    begun,
    everybody,
    many,
    tried,
    under_way,
)
from tests.services.certifications.harbour import (
    CERTIFICATIONS,
    open_harbour,
    staff,
)
from tests.services.certifications.runs import ended, ended_later, service_process


async def test_one_that_waits_can_be_cancelled(
    file_url: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(app, "RUN_JOBS", ())
        async with open_harbour(file_url, folder) as desk:
            run = await begun(desk)
            cancel = f"{RUNS}/{run['id']}/cancel"
            answer = await desk.client.post(cancel, headers=staff(desk))
            assert answer.json()["state"] == "cancelled"
            again = await desk.client.post(cancel, headers=staff(desk))
            assert again.status_code == 409
            assert "it is cancelled" in again.json()["detail"]
            await run_jobs.work_off_dry_runs(desk.here)
            assert (await ended(desk, f"{RUNS}/{run['id']}"))["done"] == 0


async def test_no_more_than_a_few_wait(
    file_url: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(app, "RUN_JOBS", ())
        async with open_harbour(file_url, folder) as desk:
            for _ in range(dry_runs.MOST_WAITING):
                await begun(desk)
            answer = await begin(desk)
            assert answer.status_code == 409
            assert answer.json()["type"].endswith("/problems/run-under-way")


async def test_one_under_way_stops_when_it_is_cancelled(database_url: str, folder: Path) -> None:
    async with open_harbour(database_url, folder, dry_run_portion=1) as desk:
        await many(desk, 500)
        run = await begun(desk)
        path = f"{RUNS}/{run['id']}"
        await under_way(desk, run["id"])
        answer = await desk.client.post(f"{path}/cancel", headers=staff(desk))
        stopped = answer.json()
        assert stopped["state"] == "cancelled"
        assert 0 < stopped["done"] < 500
        # The next one is taken up by the same job, so the cancelled one is really left.
        await tried(desk, CERTIFICATIONS)
        left = await desk.get(path, staff(desk))
        assert (left["done"], left["state"]) == (stopped["done"], "cancelled")
        partial = await desk.answer(f"{path}/lines.csv", staff(desk))
        assert "-partial.csv" in partial.headers["content-disposition"]
        assert len(partial.text.splitlines()) == stopped["done"] + 1


async def test_a_stop_in_the_middle_goes_on_at_the_next_start(
    database_url: str, folder: Path
) -> None:
    async with open_harbour(database_url, folder, dry_run_portion=1) as desk:
        await many(desk, 300)
        run = await begun(desk)
        await under_way(desk, run["id"])
    async with open_harbour(database_url, folder) as desk:
        # Where the stop came too suddenly to give the lease back, it runs out.
        done = await ended_later(desk, f"{RUNS}/{run['id']}")
        assert (done["done"], done["counts"]["gained"]) == (300, 300)
        assert await desk.rows("SELECT count(*) FROM dry_run_lines") == [(300,)]


async def test_the_workers_end_with_the_run(plain: Desk) -> None:
    await tried(plain)
    assert workers_of(os.getpid()) == []


def workers_of(pid: int) -> list[psutil.Process]:
    """The worker processes of a process."""
    try:
        children = psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []
    return [child for child in children if is_worker(child)]


def is_worker(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return any("spawn_main" in part for part in process.cmdline())
    return False


@pytest.mark.faults
async def test_the_death_of_a_worker_is_survived(file_url: str, folder: Path) -> None:
    async with open_harbour(file_url, folder, dry_run_portion=1) as desk:
        await many(desk, 400)
        run = await begun(desk)
        await under_way(desk, run["id"])
        workers_of(os.getpid())[0].kill()
        done = await ended_later(desk, f"{RUNS}/{run['id']}")
        assert (done["state"], done["done"], done["problem"]) == ("done", 400, None)
        assert await desk.rows("SELECT count(*) FROM dry_run_lines") == [(400,)]


async def test_a_run_that_fails_again_and_again_is_given_up(
    file_url: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("on purpose")

    with monkeypatch.context() as patched:
        patched.setattr(app, "RUN_JOBS", ())
        patched.setattr(evaluators, "ProcessPoolExecutor", broken)
        async with open_harbour(file_url, folder) as desk:
            await everybody(desk)
            run = await begun(desk)
            for _ in range(dry_runs.MOST_ATTEMPTS):
                with pytest.raises(RuntimeError, match="on purpose"):
                    await run_jobs.work_off_dry_runs(desk.here)
                desk.clock.advance(timedelta(minutes=1))
            failed = await ended(desk, f"{RUNS}/{run['id']}")
            assert failed["state"] == "failed"
            assert failed["problem"] == "RuntimeError: on purpose"


async def test_a_machine_that_gives_no_process_is_told_of(
    file_url: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: Any, **__: Any) -> None:
        raise OSError("no more processes")

    with monkeypatch.context() as patched:
        patched.setattr(app, "RUN_JOBS", ())
        patched.setattr(evaluators, "ProcessPoolExecutor", none)
        async with open_harbour(file_url, folder) as desk:
            run = await begun(desk)
            with pytest.raises(OSError, match="no more"):
                await run_jobs.work_off_dry_runs(desk.here)
            shown = await desk.get(f"{RUNS}/{run['id']}", staff(desk))
            assert (shown["state"], shown["problem"]) == ("running", "OSError: no more processes")


async def test_two_instances_write_each_line_once(database_url: str, folder: Path) -> None:
    async with (
        open_harbour(database_url, folder, dry_run_portion=1) as one,
        open_harbour(database_url, folder, dry_run_portion=1) as other,
    ):
        await many(one, 100)
        runs = [await begun(one), await begun(other)]
        # The one that is late goes on where the lease has run out, while the first is still at it.
        for run in runs:
            while not (await one.get(f"{RUNS}/{run['id']}", staff(one)))["finished_at"]:
                one.clock.advance(timedelta(seconds=20))
                other.clock.advance(timedelta(seconds=20))
                await run_jobs.work_off_dry_runs(other.here)
            done = await ended(one, f"{RUNS}/{run['id']}")
            assert (done["state"], done["done"]) == ("done", 100)
            assert done["counts"]["gained"] == 100
        assert await one.rows("SELECT count(*) FROM dry_run_lines") == [(200,)]


@pytest.mark.faults
@pytest.mark.parametrize("point", ["before_commit", "after_commit"])
async def test_kill_9_between_two_portions(
    database_url: str, folder: Path, point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(app, "RUN_JOBS", ())
        async with open_harbour(database_url, folder) as desk:
            await many(desk, 60)
            run = await begun(desk)
    service = await service_process(
        database_url,
        folder,
        dry_run_portion="10",
        dry_run_workers="2",
        failpoint=f"certifications.dry_run.{point}:4",
    )
    workers: dict[int, psutil.Process] = {}
    while service.returncode is None:
        workers |= {one.pid: one for one in workers_of(service.pid)}
        await asyncio.wait([asyncio.create_task(service.wait())], timeout=0.02)
    assert service.returncode == -signal.SIGKILL
    assert workers
    # Nobody is left to wait for work that never comes.
    _, alive = await asyncio.to_thread(psutil.wait_procs, list(workers.values()), 10)
    assert alive == []
    async with open_harbour(database_url, folder) as desk:
        desk.clock.move_to(datetime.now(UTC) + timedelta(minutes=5))
        left = await desk.get(f"{RUNS}/{run['id']}", staff(desk))
        # What was committed before the kill is there, whatever has been added since.
        assert left["done"] >= (30 if point == "before_commit" else 40)
        done = await ended(desk, f"{RUNS}/{run['id']}")
        assert (done["state"], done["done"], done["counts"]["gained"]) == ("done", 60, 60)
        assert await desk.rows("SELECT count(*) FROM dry_run_lines") == [(60,)]
