"""What a dry run found, by pages and as a table; who may see it, and for how long."""

import csv
import io
from datetime import timedelta

import pytest

from services.certifications import run_jobs, spreadsheet
from tests.services.certifications.desk import NOW, Desk
from tests.services.certifications.dry_runs.asking import (
    RUNS,
    TODAY,
    begin,
    begun,
    everybody,
    lines,
    tried,
)
from tests.services.certifications.harbour import (
    ANN,
    CAT,
    FILES,
    LAW_WILL_DO,
    ONE_YEAR,
    staff,
)
from tests.services.certifications.runs import ended


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
    await ended(plain, f"{RUNS}/{run['id']}")


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


async def test_what_is_old_is_forgotten(desk: Desk) -> None:
    await everybody(desk)
    old = await tried(desk)
    desk.clock.advance(timedelta(days=31))
    young = await tried(desk)
    await run_jobs.forget_dry_runs(desk.here)
    assert (await desk.answer(f"{RUNS}/{old['id']}", staff(desk))).status_code == 404
    assert (await desk.get(f"{RUNS}/{young['id']}", staff(desk)))["people"] == 1
    assert len(await desk.rows("SELECT candidate_id FROM dry_run_lines")) == 1
