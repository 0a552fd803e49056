"""What changed files would do, told before they take effect."""

import asyncio
import contextlib
import csv
import io
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copyfile
from typing import Any

import httpx2
import psutil
import pytest
from sqlalchemy import text

from services.certifications import app, dry_runs, evaluators, run_jobs, spreadsheet
from tests.services.certifications.desk import NOW, Desk
from tests.services.certifications.harbour import (
    ANN,
    BEN,
    CAT,
    CERTIFICATIONS,
    EXAMS,
    FILES,
    FIVE_YEARS,
    LAW_WILL_DO,
    NAME,
    ONE_YEAR,
    PROGRAMME,
    open_harbour,
    staff,
    took,
    write,
)

RUNS = f"/programmes/{NAME}/dry-runs"
TODAY = "2026-11-22"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "programmes")


@pytest.fixture
async def desk(database_url: str, folder: Path) -> AsyncIterator[Desk]:
    async with open_harbour(database_url, folder) as opened:
        yield opened


@pytest.fixture
def file_url(migrated_file: Path, tmp_path: Path) -> str:
    """One database, where it does not matter which."""
    return f"sqlite+aiosqlite:///{copyfile(migrated_file, tmp_path / 'file.sqlite3')}"


@pytest.fixture
async def plain(file_url: str, folder: Path) -> AsyncIterator[Desk]:
    async with open_harbour(file_url, folder) as opened:
        yield opened


async def begin(desk: Desk, scope: str | None = None, **body: Any) -> httpx2.Response:
    body.setdefault("files", {"certifications.yaml": LAW_WILL_DO})
    headers = staff(desk) if scope is None else staff(desk, scope)
    return await desk.client.post(RUNS, json=body, headers=headers)


async def begun(desk: Desk, certifications: str = LAW_WILL_DO, **body: Any) -> dict[str, Any]:
    answer = await begin(desk, files={"certifications.yaml": certifications}, **body)
    assert answer.status_code == 202, answer.text
    run: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"{RUNS}/{run['id']}"
    return run


async def ended(desk: Desk, run_id: str) -> dict[str, Any]:
    end = time.monotonic() + 60
    while True:
        run: dict[str, Any] = await desk.get(f"{RUNS}/{run_id}", staff(desk))
        if run["finished_at"]:
            return run
        assert time.monotonic() < end, run
        await asyncio.sleep(0.02)


async def under_way(desk: Desk, run_id: str) -> None:
    """Wait until something of a dry run is written, and not all."""
    while True:
        run = await desk.get(f"{RUNS}/{run_id}", staff(desk))
        if run["done"]:
            assert run["state"] == "running"
            return
        await asyncio.sleep(0.01)


async def tried(desk: Desk, certifications: str = LAW_WILL_DO, **body: Any) -> dict[str, Any]:
    """A dry run from its beginning to its end."""
    return await ended(desk, (await begun(desk, certifications, **body))["id"])


async def lines(desk: Desk, run_id: str, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = await desk.get(f"{RUNS}/{run_id}/lines?limit=2{query}{cursor}", staff(desk))
        found += page["items"]
        if page["next"] is None:
            return found
        cursor = f"&cursor={page['next']}"


async def everybody(desk: Desk) -> None:
    """Ann knows navigation, Ben the law, Cat both and the sea."""
    await desk.hear(
        took("NAV", "2025-03-01", ANN),
        took("LAW", "2025-03-01", BEN),
        took("NAV", "2026-02-01", CAT),
        took("LAW", "2026-02-01", CAT),
        took("TRIAL", "2026-02-02", CAT),
    )


async def test_it_tells_who_gains_and_changes_nothing(desk: Desk) -> None:
    await everybody(desk)
    state, published = await desk.state(), len(desk.published)

    run = await tried(desk)

    assert (run["state"], run["problem"], run["as_of"]) == ("done", None, TODAY)
    assert (run["done"], run["total"], run["people"], run["skipped"]) == (3, 3, 1, 0)
    assert run["counts"] == {"gained": 1, "lost": 0, "dates": 0}
    assert run["certifications"] == [
        {"certification": "MATE", "name": "Mate", "gained": 1, "lost": 0, "dates": 0}
    ]
    assert (run["requested_by"], run["changed_files"]) == (
        "staff@example.com",
        ["certifications.yaml"],
    )
    (line,) = await lines(desk, run["id"])
    assert line == {
        "candidate_id": BEN,
        "certification": "MATE",
        "change": "gained",
        "before_status": "not_earned",
        "before_status_text": "Not earned",
        "before_active_on": None,
        "before_expires_on": None,
        "after_status": "active",
        "after_status_text": "Active",
        "after_active_on": "2025-03-01",
        "after_expires_on": "2029-03-01",
        "sentence": "Gains Mate: Active, 2025-03-01 to 2029-03-01; before: Not earned",
    }
    assert await desk.state() == state
    assert len(desk.published) == published


async def test_it_tells_who_loses(desk: Desk) -> None:
    await everybody(desk)
    run = await tried(desk, ONE_YEAR)
    assert run["counts"] == {"gained": 0, "lost": 1, "dates": 1}
    lost, moved = await lines(desk, run["id"])
    assert (lost["candidate_id"], lost["change"]) == (ANN, "lost")
    assert lost["sentence"] == (
        "Loses Mate: Expired, 2025-03-01 to 2026-03-01; before: Active, 2025-03-01 to 2029-03-01"
    )
    # The trial carried Cat's licence along, which is still to the good.
    assert (moved["candidate_id"], moved["change"]) == (CAT, "dates")
    assert moved["sentence"].endswith("(last day 1,096 days earlier)")


async def test_it_tells_whose_dates_change(plain: Desk) -> None:
    await everybody(plain)
    run = await tried(plain, FIVE_YEARS)
    assert run["counts"] == {"gained": 0, "lost": 0, "dates": 2}
    ann, _ = await lines(plain, run["id"])
    assert (ann["before_expires_on"], ann["after_expires_on"]) == ("2029-03-01", "2030-03-01")
    assert ann["sentence"].endswith("(last day 365 days later)")


async def test_a_certification_that_is_taken_out_is_lost(plain: Desk) -> None:
    await everybody(plain)
    start = CERTIFICATIONS.index("  - code: PILOT")
    without = CERTIFICATIONS[:start] + CERTIFICATIONS[CERTIFICATIONS.index("overrides:") :]
    run = await tried(plain, without)
    (cat,) = [line for line in await lines(plain, run["id"]) if line["certification"] == "PILOT"]
    assert (cat["candidate_id"], cat["change"], cat["after_status"]) == (CAT, "lost", "not_earned")
    assert "no longer part of the programme" in cat["sentence"]


async def test_the_day_that_is_asked_about_decides(plain: Desk) -> None:
    await everybody(plain)
    # On the day before Ben's exam nobody gains anything; twenty years on all has run out, and Ben
    # would have held what he now never did.
    before = await tried(plain, as_of="2025-02-28")
    assert (before["as_of"], before["people"]) == ("2025-02-28", 0)
    later = await tried(plain, as_of="2046-01-01")
    assert later["counts"] == {"gained": 0, "lost": 0, "dates": 1}


async def test_files_as_they_are_change_nobody(plain: Desk) -> None:
    await everybody(plain)
    run = await tried(plain, CERTIFICATIONS)
    assert (run["people"], run["certifications"], run["changed_files"]) == (0, [], [])
    assert run["before"] == run["after"]


async def test_a_dry_run_over_nobody_ends_at_once(desk: Desk) -> None:
    run = await tried(desk)
    assert (run["state"], run["done"], run["total"]) == ("done", 0, 0)


async def test_lines_are_paged_and_can_be_chosen(desk: Desk) -> None:
    await everybody(desk)
    run = await tried(desk, ONE_YEAR)
    assert [line["candidate_id"] for line in await lines(desk, run["id"])] == [ANN, CAT]
    chosen = await lines(desk, run["id"], "&change=lost&certification=MATE")
    assert [line["candidate_id"] for line in chosen] == [ANN]
    assert await lines(desk, run["id"], "&certification=PILOT") == []
    for wrong in ("cursor=x", "cursor=WzFd", "change=other"):
        answer = await desk.answer(f"{RUNS}/{run['id']}/lines?{wrong}", staff(desk))
        assert answer.status_code == 422, wrong


async def test_the_list_as_csv(plain: Desk) -> None:
    await everybody(plain)
    run = await tried(plain, ONE_YEAR)
    answer = await plain.answer(f"{RUNS}/{run['id']}/lines.csv", staff(plain))
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert f'"dry-run-harbour-{TODAY}.csv"' in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(row["candidate_id"], row["change"]) for row in rows] == [(ANN, "lost"), (CAT, "dates")]
    assert rows[0]["after_expires_on"] == "2026-03-01"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "'="])
def test_nothing_in_the_list_is_run_by_a_spreadsheet(start: str) -> None:
    (row,) = csv.reader(io.StringIO(spreadsheet.line([f"{start}1+1", None, 7, NOW.date()])))
    assert row == [f"'{start}1+1", "", "7", TODAY]


async def test_a_name_from_an_uploaded_file_does_not_begin_a_cell(plain: Desk) -> None:
    await everybody(plain)
    named = LAW_WILL_DO.replace("name: Mate\n", 'name: "=1+1"\n')
    run = await tried(plain, named)
    answer = await plain.answer(f"{RUNS}/{run['id']}/lines.csv", staff(plain))
    for row in csv.reader(io.StringIO(answer.text)):
        assert not [cell for cell in row if cell.startswith("=")]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"rules.yaml": "a: 1"}, "'rules.yaml' is no file of a programme; expected one of"),
        ({"../harbour/exams.yaml": EXAMS}, "'../harbour/exams.yaml' is no file of a programme"),
        ({"/etc/passwd": "x"}, "'/etc/passwd' is no file of a programme"),
        ({"..\\exams.yaml": EXAMS}, "is no file of a programme"),
        ({"exams.yaml": "a: &x [*x]"}, "holds itself"),
        ({"exams.yaml": "a: " + "[" * 500}, "is nested more than 60 levels deep"),
        ({"exams.yaml": "a: [1"}, "is not YAML"),
        ({"exams.yaml": "- 1"}, "expected fields (name: value)"),
        ({"exams.yaml": ""}, "is missing"),
        ({"exams.yaml": None}, "this file is missing"),
        ({"kits.yaml": "x: \x00"}, "is not YAML"),
        ({"kits.yaml": "!!python/object/apply:os.system ['true']"}, "expected"),
        ({"exams.yaml": "# " + "x" * 1_000_000}, "has 1,000,002 bytes; a file may have 1,000,000"),
        (
            {"programme.yaml": PROGRAMME.replace("id: harbour\n", "id: elsewhere\n")},
            "expected 'harbour', the name of the folder",
        ),
    ],
)
async def test_what_is_no_programme_is_refused(
    plain: Desk, files: dict[str, str | None], message: str
) -> None:
    answer = await begin(plain, files=files)
    problem = answer.json()
    assert answer.status_code == 422, problem
    assert problem["type"].endswith("/problems/unusable-programme")
    assert message in problem["errors"][0]["message"]
    assert (await plain.get(RUNS, staff(plain)))["items"] == []


async def test_every_mistake_is_named_with_its_file_and_line(plain: Desk) -> None:
    certifications = CERTIFICATIONS.replace("exam: NAV", "exam: SAIL").replace(
        "active: MATE", "active: MAID"
    )
    answer = await begin(plain, files={"certifications.yaml": certifications})
    problem = answer.json()
    first, second = problem["faults"]
    line = certifications.splitlines().index("    requires: {exam: SAIL}") + 1
    assert (first["file"], first["line"]) == ("certifications.yaml", line)
    assert first["field"] == "certifications[0].requires.exam"
    assert "unknown exam 'SAIL'" in first["message"]
    assert "unknown certification 'MAID'" in second["message"]
    assert problem["errors"][0]["field"] == "certifications.yaml: certifications[0].requires.exam"
    assert "There are 2 mistakes in the files" in problem["detail"]


async def test_a_bomb_of_aliases_costs_nothing(plain: Desk) -> None:
    levels = "\n".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 30))
    answer = await begin(plain, files={"exams.yaml": f"l0: &l0 [x]\n{levels}"})
    assert answer.status_code == 422
    (fault,) = answer.json()["faults"]
    assert fault["line"] == 6
    assert "more than 50,000 values when its aliases (*) are written out" in fault["message"]


async def test_aliases_do_not_hide_how_deep_a_text_goes(desk: Desk) -> None:
    levels = "\n".join(f"l{n}: &l{n} [*l{n - 1}]" for n in range(1, 90))
    answer = await begin(desk, files={"exams.yaml": f"l0: &l0 [x]\n{levels}"})
    assert answer.status_code == 422
    assert "is nested more than 60 levels deep" in answer.json()["faults"][0]["message"]


async def test_what_is_served_with_aliases_can_be_tried(desk: Desk) -> None:
    text = CERTIFICATIONS.replace("validity: 4 years", "validity: &term 4 years")
    text = text.replace("validity: 3 years", "validity: *term")
    assert "*term" in text
    answer = await begin(desk, files={"certifications.yaml": text})
    assert answer.status_code == 202, answer.json()


async def test_a_body_is_no_larger_than_any_other(plain: Desk) -> None:
    answer = await begin(plain, files={"exams.yaml": "x" * 3_000_000})
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "body",
    [
        {"files": {}},
        {"files": {"exams.yaml": 1}},
        {"files": {"exams.yaml": EXAMS}, "as_of": "tomorrow"},
        {"files": {"exams.yaml": EXAMS}, "as_of": "9999-01-01"},
        {"files": {"exams.yaml": EXAMS}, "asof": TODAY},
        {},
    ],
)
async def test_a_request_that_is_not_right_is_refused(plain: Desk, body: dict[str, Any]) -> None:
    answer = await plain.client.post(RUNS, json=body, headers=staff(plain))
    assert answer.status_code == 422
    assert answer.json()["errors"]


async def test_files_that_changed_unnoticed_are_no_basis(file_url: str, folder: Path) -> None:
    loaded = folder / NAME / "certifications.yaml"
    async with open_harbour(file_url, folder) as desk:
        # Before the service could keep what it had loaded.
        async with desk.here.database.transaction() as session:
            await session.execute(text("DELETE FROM programme_versions"))
        loaded.write_text(FIVE_YEARS)
        answer = await begin(desk)
        assert answer.status_code == 409
        assert "Restart it" in answer.json()["detail"]


async def test_it_compares_with_the_files_that_were_in_force(
    database_url: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(app, "RUN_JOBS", ())
        async with open_harbour(database_url, folder) as desk:
            await everybody(desk)
            run = await begun(desk, FIVE_YEARS)
    # Meanwhile exactly these files are deployed; what was asked is answered all the same.
    write(folder, certifications=FIVE_YEARS)
    async with open_harbour(database_url, folder) as desk:
        assert (await ended(desk, run["id"]))["counts"]["dates"] == 2


async def test_only_staff_who_may_begin_one(plain: Desk) -> None:
    assert (await begin(plain, "candidates:read")).status_code == 403
    run = await begun(plain)
    for path in (RUNS, f"{RUNS}/{run['id']}", f"{RUNS}/{run['id']}/lines"):
        assert (await plain.answer(path, staff(plain, "programmes:write"))).status_code == 403
        assert (
            await plain.answer(path, plain.staff("candidates:read", ["cisco"]))
        ).status_code == 403
    elsewhere = await plain.client.post(
        "/programmes/nowhere/dry-runs",
        json={"files": FILES},
        headers=plain.staff("programmes:write", ["nowhere"]),
    )
    assert elsewhere.status_code == 404
    cancel = f"{RUNS}/{run['id']}/cancel"
    answer = await plain.client.post(cancel, headers=staff(plain, "candidates:read"))
    assert answer.status_code == 403
    await ended(plain, run["id"])


async def test_what_there_is_not_is_not_found(plain: Desk) -> None:
    unknown = "018f0000-0000-7000-8000-000000000000"
    for path in ("", "/lines", "/lines.csv"):
        assert (await plain.answer(f"{RUNS}/{unknown}{path}", staff(plain))).status_code == 404
    answer = await plain.client.post(f"{RUNS}/{unknown}/cancel", headers=staff(plain))
    assert answer.status_code == 404


async def test_they_are_listed_newest_first(plain: Desk) -> None:
    ids = [(await tried(plain))["id"] for _ in range(3)]
    first = await plain.get(f"{RUNS}?limit=2", staff(plain))
    assert [run["id"] for run in first["items"]] == [ids[2], ids[1]]
    rest = await plain.get(f"{RUNS}?limit=2&cursor={first['next']}", staff(plain))
    assert ([run["id"] for run in rest["items"]], rest["next"]) == ([ids[0]], None)


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
            assert (await ended(desk, run["id"]))["done"] == 0


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


async def many(desk: Desk, count: int) -> None:
    await desk.hear(*(took("LAW", "2025-03-01", f"HP9{n:05}") for n in range(count)))


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
        while not (await desk.get(f"{RUNS}/{run['id']}", staff(desk)))["finished_at"]:
            # Where the stop came too suddenly to give the lease back, it runs out.
            desk.clock.advance(timedelta(seconds=1))
            await asyncio.sleep(0.02)
        done = await ended(desk, run["id"])
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
        while not (await desk.get(f"{RUNS}/{run['id']}", staff(desk)))["finished_at"]:
            # The pause after a fault passes on a clock that somebody has to move.
            desk.clock.advance(timedelta(seconds=1))
            await asyncio.sleep(0.02)
        done = await ended(desk, run["id"])
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
            failed = await ended(desk, run["id"])
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


async def test_one_bad_candidate_is_named_and_the_others_are_compared(desk: Desk) -> None:
    await everybody(desk)
    async with desk.here.database.transaction() as session:
        await session.execute(
            text("UPDATE facts SET data = '{}' WHERE candidate_id = :who"), {"who": ANN}
        )
    run = await tried(desk)
    assert (run["state"], run["done"], run["skipped"]) == ("done", 3, 1)
    assert f"Candidate {ANN} could not be evaluated: KeyError" in run["problem"]
    assert [line["candidate_id"] for line in await lines(desk, run["id"])] == [BEN]


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
            done = await ended(one, run["id"])
            assert (done["state"], done["done"]) == ("done", 100)
            assert done["counts"]["gained"] == 100
        assert await one.rows("SELECT count(*) FROM dry_run_lines") == [(200,)]


async def test_what_is_old_is_forgotten(desk: Desk) -> None:
    await everybody(desk)
    old = await tried(desk)
    desk.clock.advance(timedelta(days=31))
    young = await tried(desk)
    await run_jobs.forget_dry_runs(desk.here)
    assert (await desk.answer(f"{RUNS}/{old['id']}", staff(desk))).status_code == 404
    assert (await desk.get(f"{RUNS}/{young['id']}", staff(desk)))["people"] == 1
    assert len(await desk.rows("SELECT candidate_id FROM dry_run_lines")) == 1


WORKER = """
import asyncio
from services.certifications.app import create_app
from services.certifications.settings import Settings
from shared.bus.embedded import EmbeddedBus

async def main() -> None:
    app = create_app(Settings(), bus=EmbeddedBus())
    async with app.router.lifespan_context(app):
        await asyncio.sleep(60)

asyncio.run(main())
"""


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
    service = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        WORKER,
        env={
            **os.environ,
            "PYTHONPATH": str(Path(app.__file__).parents[2]),
            "CERTTRACK_DATABASE_URL": database_url,
            "CERTTRACK_PROGRAMMES_FOLDER": str(folder),
            "CERTTRACK_LOG_LEVEL": "ERROR",
            "CERTTRACK_DRY_RUN_PORTION": "10",
            "CERTTRACK_DRY_RUN_WORKERS": "2",
            "CERTTRACK_FAILPOINT": f"certifications.dry_run.{point}:4",
        },
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
        done = await ended(desk, run["id"])
        assert (done["state"], done["done"], done["counts"]["gained"]) == ("done", 60, 60)
        assert await desk.rows("SELECT count(*) FROM dry_run_lines") == [(60,)]
