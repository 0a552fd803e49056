"""What becomes of a file's rows: tried, cancelled, followed, told one by one."""

import asyncio
import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from pydantic_core import from_json
from sqlalchemy import func, select

from services.exams import app, jobs
from services.exams.models import ImportChunk, RejectedRow, Result
from shared.events import ExamPassed
from shared.outbox import OUTBOX
from tests.services.exams.conftest import Desk, known, open_desk

HEADER = "vendor,candidate_id,last_name,exam_code,registration_number,grade,exam_date\n"


def rows(count: int, first: int = 0) -> str:
    return "".join(
        f"vue,CSCO10000001,Roe,200-301,N{number},Pass,2026-11-20\n"
        for number in range(first, first + count)
    )


async def count(desk: Desk, model: Any) -> int:
    async with desk.here.database.reading() as session:
        return int(await session.scalar(select(func.count()).select_from(model)) or 0)


async def outcomes(desk: Desk, import_id: str, **headers: Any) -> list[dict[str, str]]:
    answer = await desk.client.get(
        f"/imports/{import_id}/outcomes", headers=headers or desk.staff()
    )
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text)))


async def cancel(desk: Desk, import_id: str, headers: dict[str, str] | None = None) -> Any:
    return await desk.post(f"/imports/{import_id}/cancel", {}, headers=headers or desk.staff())


async def test_a_dry_run_tells_every_outcome_and_stores_nothing_else(desk: Desk) -> None:
    await desk.hear(known())
    await desk.accepted("/results", {"results": [await _one(desk, "N0")]})
    await desk.settled()
    told = len(desk.told())
    bad = "vue,CSCO10000001,Roe,999-999,B1,Pass,2026-11-20\n"
    content = HEADER + rows(3) + bad + "vue,CSCO77777777,Roe,200-301,W1,Pass,2026-11-20\n"
    done = await desk.imported(content, dry_run="true")
    assert (done["dry_run"], done["state"]) == (True, "finished")
    assert (done["accepted"], done["duplicates"], done["rejected"]) == (3, 1, 1)
    assert [
        (one["number"], one["outcome"], one["state"]) for one in await outcomes(desk, done["id"])
    ] == [
        ("N0", "duplicate", "recorded"),
        ("N1", "accepted", "recorded"),
        ("N2", "accepted", "recorded"),
        ("B1", "rejected", ""),
        ("W1", "accepted", "waiting"),
    ]
    assert "unknown exam" in await desk.errors(done["id"])
    assert await count(desk, Result) == 1
    async with desk.here.database.reading() as session:
        assert await session.scalar(select(func.sum(OUTBOX.c.events))) == told
    # What was tried is taken in by the same file without it.
    done = await desk.imported(content)
    assert (done["dry_run"], done["accepted"], done["duplicates"]) == (False, 3, 1)
    assert await count(desk, Result) == 4


async def _one(desk: Desk, number: str) -> dict[str, Any]:
    return {
        "programme": "cisco",
        "registration_number": number,
        "exam_code": "200-301",
        "candidate_id": "CSCO10000001",
        "last_name": "Roe",
        "grade": "pass",
        "exam_date": "2026-11-20",
    }


async def test_outcomes_are_told_row_by_row_with_formulas_defused(desk: Desk) -> None:
    await desk.hear(known())
    content = HEADER + rows(1) + rows(1) + "\n"
    content += "vue,CSCO10000001,Roe,200-301,=1+1,Pass,2026-11-20\n"
    content += "vue,CSCO10000001,Roe,200-301,@x,Perhaps,2026-11-20\n"
    done = await desk.imported(content)
    first, second, third, fourth = await outcomes(desk, done["id"])
    assert (first["row"], first["number"], first["outcome"]) == ("2", "N0", "accepted")
    assert (second["outcome"], second["state"], second["message"]) == ("duplicate", "recorded", "")
    assert (third["row"], third["number"], third["outcome"]) == ("5", "'=1+1", "accepted")
    assert (fourth["number"], fourth["outcome"]) == ("'@x", "rejected")
    assert fourth["message"]
    for headers, status in ((desk.vendor("psi"), 404), (desk.candidate(), 403)):
        answer = await desk.client.get(f"/imports/{done['id']}/outcomes", headers=headers)
        assert answer.status_code == status


async def test_a_corrected_errors_file_is_taken_under_its_own_name(desk: Desk) -> None:
    await desk.hear(known())
    file = HEADER + "vue,CSCO10000001,Roe,nothing,1,pass,2026-11-20\n"
    done = await desk.imported(file, name="results-november.csv")
    answer = await desk.client.get(f"/imports/{done['id']}/errors", headers=desk.staff())
    named = answer.headers["content-disposition"].split('"')[1]
    assert named == "errors-results-november.csv"
    # Whoever has wrong rows left gets an errors file of the errors file.
    for name in (named, f"errors-{named}"):
        again = await desk.client.post(
            "/imports",
            params={"programme": "cisco", "name": name},
            content=answer.text.replace("nothing", "200-301"),
            headers={**desk.staff(), "Content-Type": "text/csv"},
        )
        assert again.status_code == 202, again.text
        done = await desk.finished(again.json()["id"])
        assert (done["format"], done["rejected"]) == ("results-csv", 0)


async def test_after_some_days_the_rows_are_deleted_and_the_errors_stay(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "JOBS", [])
    async with open_desk(database_url) as desk:
        await desk.hear(known())
        import_id = (await desk.upload(HEADER + rows(2) + rows(1).replace("200-", "9-"))).json()[
            "id"
        ]
        await jobs.work_off_imports(desk.here)
        await jobs.tidy_imports(desk.here)
        assert len(await outcomes(desk, import_id)) == 3
        desk.clock.advance(timedelta(days=8))
        await jobs.tidy_imports(desk.here)
        assert await count(desk, ImportChunk) == 0
        answer = await desk.client.get(f"/imports/{import_id}/outcomes", headers=desk.staff())
        assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (
            410,
            "rows-forgotten",
        )
        assert "unknown exam" in await desk.errors(import_id)


async def test_a_cancelled_import_keeps_what_is_done_and_stops(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "JOBS", [])
    async with open_desk(database_url, import_chunk=10) as desk:
        await desk.hear(known())
        import_id = (await desk.upload(HEADER + rows(45), desk.vendor())).json()["id"]
        assert await jobs.work_off_chunk(desk.here)
        assert (await cancel(desk, import_id, desk.vendor("psi"))).status_code == 404
        assert (await cancel(desk, import_id, desk.staff("imports:read"))).status_code == 403
        answer = await cancel(desk, import_id, desk.vendor())
        assert (answer.json()["state"], answer.json()["done"]) == ("cancelled", 10)
        assert not await jobs.work_off_chunk(desk.here)
        assert await count(desk, Result) == 10
        assert len(await outcomes(desk, import_id)) == 10
        again = await cancel(desk, import_id, desk.vendor())
        assert (again.status_code, again.json()["type"].rpartition("/")[2]) == (409, "import-ended")
        rest = (await desk.upload(HEADER + rows(45))).json()["id"]
        await jobs.work_off_imports(desk.here)
        done = await desk.finished(rest)
        assert (done["accepted"], done["duplicates"]) == (35, 10)


async def test_cancelling_while_chunks_are_taken_in(desk: Desk) -> None:
    await desk.hear(known())
    import_id = (await desk.upload(HEADER + rows(3_000))).json()["id"]
    statuses = [(await cancel(desk, import_id)).status_code for _ in range(2)]
    assert statuses in ([200, 409], [409, 409])
    done = await desk.finished(import_id)
    await desk.settled()
    assert await count(desk, Result) == done["done"] == len(desk.told(ExamPassed))


async def events_of(desk: Desk, import_id: str) -> list[tuple[str, dict[str, Any]]]:
    answer = await desk.client.get(f"/imports/{import_id}/progress", headers=desk.staff())
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["x-accel-buffering"] == "no"
    found = []
    for block in answer.text.split("\n\n"):
        if block.startswith("event: "):
            name, data = block.removeprefix("event: ").split("\ndata: ")
            found.append((name, from_json(data)))
    return found


async def test_progress_is_told_as_it_happens_until_the_end(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "JOBS", [])
    monkeypatch.setattr("services.exams.routes.import_files.LOOK_SECONDS", 0.01)
    async with open_desk(database_url, import_chunk=10) as desk:
        await desk.hear(known())
        import_id = (await desk.upload(HEADER + rows(40))).json()["id"]
        following = asyncio.create_task(events_of(desk, import_id))
        for _ in range(4):
            await asyncio.sleep(0.1)
            await jobs.work_off_chunk(desk.here)
        told = await following
        assert [name for name, _ in told] == ["progress"] * (len(told) - 1) + ["ended"]
        figures = [said["done"] for _, said in told]
        assert figures == sorted(set(figures))
        assert figures[-1] == 40
        assert told[-1][1]["state"] == "finished"
        # Asked for again after its end, it says so at once.
        assert [name for name, _ in await events_of(desk, import_id)] == ["ended"]
        foreign = await desk.client.get(
            f"/imports/{import_id}/progress", headers=desk.vendor("psi")
        )
        assert foreign.status_code == 404


async def test_formats_are_listed_for_who_may_use_them(desk: Desk) -> None:
    everything = (await desk.get("/imports/formats?programme=cisco"))["items"]
    names = {one["name"] for one in everything}
    assert {"results-csv", "registrations-csv", "credits-csv", "changes-csv"} <= names
    assert "pearson-results" in names
    theirs = (await desk.get("/imports/formats?programme=cisco", desk.vendor("psi")))["items"]
    assert {one["vendor"] for one in theirs} <= {None, "psi"}
    for query, status in (("programme=novell", 403), ("", 422)):
        answer = await desk.client.get(f"/imports/formats?{query}", headers=desk.staff())
        assert answer.status_code == status


@pytest.mark.parametrize(
    ("query", "field", "words"),
    [
        ({"format": "word-document"}, "format", "'word-document' tells no format"),
        ({"kind": ..., "name": "holiday.csv"}, "format", "'holiday.csv' tells no format"),
        ({"format": "credits-csv"}, "kind", "holds credits, not results"),
        ({"kind": ..., "format": "pearson-results", "vendor": "psi"}, "vendor", "is that of 'vue'"),
        ({"vendor": "nobody"}, "vendor", "unknown vendor 'nobody'"),
    ],
)
async def test_a_format_that_does_not_fit_is_refused(
    desk: Desk, query: dict[str, Any], field: str, words: str
) -> None:
    given = {"kind": "results", "programme": "cisco", "name": "f.csv", **query}
    answer = await desk.client.post(
        "/imports",
        params={name: value for name, value in given.items() if value is not ...},
        content=HEADER.encode(),
        headers=desk.staff(),
    )
    assert answer.status_code == 422, answer.text
    (error,) = answer.json()["errors"]
    assert error["field"] == field
    assert words in error["message"]


async def test_staff_say_once_whose_file_it_is(desk: Desk) -> None:
    await desk.hear(known())
    content = (HEADER + rows(2)).replace("vendor,", "").replace("vue,", "")
    done = await desk.imported(content, vendor="psi")
    assert (done["vendor"], done["accepted"]) == ("psi", 2)
    theirs = (await desk.get("/imports", desk.vendor("psi")))["items"]
    assert [one["id"] for one in theirs] == [done["id"]]


async def test_a_vendors_own_layout_and_its_errors_go_there_and_back(desk: Desk) -> None:
    """Pearson VUE's files: tabs, Windows-1252, told by their name alone."""
    await desk.hear(known())
    header = (
        "ClientCandidateID\tFirstName\tLastName\tRegistrationID\tExamSeriesCode\tExamDate\tGrade"
    )
    lines = [
        'CSCO10000001\tJane\tRöe "Jr"\tP1\t200-301\t2026/11/20 12:00:00\tpass',
        "CSCO10000001\tJane\tRöe\tP2\t200-301\tyesterday\tpass",
    ]
    content = "\r\n".join([header, *lines, ""]).encode("cp1252")
    answer = await desk.client.post(
        "/imports?programme=cisco&name=results-20261121.dat", content=content, headers=desk.staff()
    )
    assert answer.status_code == 202, answer.text
    done = await desk.finished(answer.json()["id"])
    assert (done["format"], done["vendor"]) == ("pearson-results", "vue")
    assert (done["accepted"], done["rejected"]) == (1, 1)
    errors = await desk.client.get(f"/imports/{done['id']}/errors", headers=desk.staff())
    assert errors.headers["content-type"] == "text/tab-separated-values; charset=windows-1252"
    first, second, _ = errors.content.decode("cp1252").split("\r\n")
    assert first == f"row\tfield\tmessage\t{header}"
    assert second.startswith("3\tExamDate\t")
    corrected = errors.content.replace(b"yesterday", b"2026/11/19 12:00:00")
    assert 'filename="errors-results-20261121.dat"' in errors.headers["content-disposition"]
    answer = await desk.client.post(
        "/imports?programme=cisco&name=errors-results-20261121.dat",
        content=corrected,
        headers=desk.staff(),
    )
    assert answer.status_code == 202, answer.text
    assert answer.json()["format"] == "pearson-results"
    assert (await desk.finished(answer.json()["id"]))["accepted"] == 1


async def test_every_kind_of_row_has_who_takes_it_in(desk: Desk) -> None:
    await desk.hear(known())
    await desk.imported(HEADER + rows(1))
    changes = "vendor,registration_number,subject,kind,reason\nvue,N0,result,Hold,a complaint\n"
    done = await desk.imported(changes, kind="changes")
    assert (done["accepted"], (await outcomes(desk, done["id"]))[0]["state"]) == (1, "held")
    activities = (
        "external_id,candidate_id,activity,points,active_date,expires_date,review,provider_name\n"
        "1462600,CSCO10000001,Cisco CE Credits,5,2026-02-01,,,CDL 01 July CCNP\n"
        "1462601,CSCO10000001,Cisco CE Credits,many,2026-02-01,,,CDL 01 July CCNP\n"
    )
    done = await desk.imported(activities, kind="credits", vendor="psi")
    assert (done["accepted"], done["rejected"]) == (1, 1)
    told = await outcomes(desk, done["id"])
    assert [(one["number"], one["outcome"]) for one in told] == [
        ("1462600", "accepted"),
        ("1462601", "rejected"),
    ]
    async with desk.here.database.reading() as session:
        (cells,) = (await session.scalars(select(RejectedRow.cells))).all()
    assert cells[0] == "1462601"
