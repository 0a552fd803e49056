"""Files of registrations and results: refused as a whole, or worked off row by row."""

import asyncio
import csv
import io
from datetime import timedelta
from typing import Any

import pytest

from services.exams import app, jobs
from services.exams.handlers.intake import take_in
from services.exams.handlers.linking import make_known
from shared.events import ExamPassed, ExamRegistered
from tests.services.exams.conftest import Desk, known, open_desk

HEADER = "vendor,candidate_id,last_name,exam_code,registration_number,grade,exam_date\n"


def rows(count: int, first: int = 0) -> str:
    return "".join(
        f"vue,CSCO10000001,Roe,200-301,N{number},Pass,2026-11-20\n"
        for number in range(first, first + count)
    )


async def test_a_file_is_worked_off_with_progress_and_errors(desk: Desk) -> None:
    await desk.hear(known())
    bad = "vue,CSCO10000001,Roe,999-999,B1,Pass,2031-01-01\n,CSCO1,Roe,200-301,B2,Maybe,x\n"
    answer = await desk.upload(HEADER + rows(2) + "\n" + bad + rows(1))
    assert answer.status_code == 202
    queued = answer.json()
    assert (queued["state"], queued["rows"], queued["done"]) == ("queued", 5, 0)
    assert answer.headers["location"] == f"/imports/{queued['id']}"
    done = await desk.finished(queued["id"])
    assert (done["state"], done["done"]) == ("finished", 5)
    assert (done["accepted"], done["duplicates"], done["rejected"]) == (2, 1, 2)
    assert (done["name"], done["uploaded_by"], done["vendor"]) == (
        "file.csv",
        "staff@example.com",
        None,
    )
    await desk.settled()
    assert len(desk.told(ExamPassed)) == 2
    first, second = csv.DictReader(io.StringIO(await desk.errors(done["id"])))
    assert first["row"] == "5"  # as a spreadsheet counts: the header is 1, and there is a blank row
    assert first["field"] == "exam_code; exam_date"
    assert "exam_code: unknown exam '999-999' in programme 'cisco'" in first["message"]
    assert "future" in first["message"]
    assert first["registration_number"] == "B1"
    assert second["field"] == "grade; exam_date"


async def test_the_errors_file_corrected_can_be_posted_again(desk: Desk) -> None:
    await desk.hear(known())
    bad = "vue,CSCO10000001,\"=cmd|' /C calc'!A0\",200-301,@SUM(1),Pas,2026-11-20\n"
    bad += "vue,CSCO10000001,'-Roe,200-301,+2,Pass,2026-13-20\n"
    done = await desk.imported(HEADER + rows(3) + bad)
    errors = await desk.errors(done["id"])
    first, second = csv.DictReader(io.StringIO(errors))
    assert first["last_name"] == "'=cmd|' /C calc'!A0"
    assert first["registration_number"] == "'@SUM(1)"
    assert (second["last_name"], second["registration_number"]) == ("''-Roe", "'+2")
    corrected = errors.replace(",Pas,", ",Pass,").replace("2026-13-20", "2026-11-20")
    again = await desk.imported(corrected)
    assert (again["accepted"], again["rejected"]) == (2, 0)
    history = await desk.get("/history", desk.candidate())
    assert {exam["registration_number"] for exam in history["exams"]} >= {"@SUM(1)", "+2"}


async def test_the_same_file_again_is_all_duplicates(desk: Desk) -> None:
    await desk.hear(known())
    await desk.imported(HEADER + rows(30))
    again = await desk.imported(HEADER + rows(30), name="renamed.csv")
    assert (again["accepted"], again["duplicates"]) == (0, 30)
    posted = await desk.accepted(
        "/results",
        {
            "programme": "cisco",
            "candidate_id": "CSCO10000001",
            "exam_code": "200-301",
            "registration_number": "N7",
            "grade": "pass",
            "exam_date": "2026-11-20",
        },
    )
    assert posted["duplicates"] == 1
    contradicting = HEADER + rows(1).replace("Pass", "Fail")
    done = await desk.imported(contradicting)
    assert done["rejected"] == 1
    assert "differs from what was recorded" in await desk.errors(done["id"])


async def test_bom_crlf_quotes_and_columns_in_another_order(desk: Desk) -> None:
    await desk.hear(known("CSCO10000001", "T1"))
    content = (
        "\ufeffGrade,exam_date,Registration_Number,exam_code,testing_id,score,last_name,vendor\r\n"
        'PASS,2026-11-20,"N,1",200-301,T1,"8""65","R\nö",vue\r\n'
    )
    done = await desk.imported(content)
    assert done["accepted"] == 0  # a line break has no place in a name
    content = content.replace("R\nö", "Rö")
    assert (await desk.imported(content))["accepted"] == 1
    (exam,) = (await desk.get("/history", desk.candidate()))["exams"]
    assert (exam["registration_number"], exam["score"]) == ("N,1", '8"65')


REFUSED: list[tuple[bytes, int, str]] = [
    (b"", 1, "empty"),
    (b"\n", 1, "empty"),
    (HEADER.encode("utf-16"), 1, "UTF-16"),
    (HEADER.encode() + "vue,C,Müller,1,1,Pass,x\n".encode("cp1252"), 2, "not UTF-8"),
    (HEADER.encode() + b"vue,C,R\x00e,1,1,Pass,x\n", 2, "NUL"),
    (HEADER.encode() + rows(3).encode() + b"vue,too,short\n", 5, "3 columns where the header"),
    (HEADER.encode() + b'vue,C,"Roe"x,1,1,Pass,x\n', 2, "expected after"),
    (HEADER.encode() + rows(2).encode() + b'vue,C,"Roe,1,1,Pass,x\n', 4, "unexpected end"),
    (b"vendor;exam_code;grade\n", 1, "separated by commas"),
    (HEADER.replace("grade", "Grad").encode(), 1, "unknown column 'grad'"),
    (HEADER.replace(",grade", "").encode(), 1, "column 'grade' is missing"),
    (HEADER.replace("vendor,", "").encode(), 1, "column 'vendor' is missing"),
    (HEADER.replace("candidate_id,", "").encode(), 1, "'candidate_id' or 'testing_id'"),
    (HEADER.replace("last_name", "grade").encode(), 1, "more than once"),
    (HEADER.encode() + b"x" * 200_000, 2, "field larger than"),
    (HEADER.encode() + rows(31).encode(), 32, "at most 30 rows"),
]


@pytest.mark.parametrize(("content", "line", "words"), REFUSED)
async def test_an_unreadable_file_is_refused_naming_the_line(
    database_url: str, content: bytes, line: int, words: str
) -> None:
    async with open_desk(database_url, import_rows=30) as desk:
        answer = await desk.upload(content)
        assert answer.status_code == 422, answer.text
        problem = answer.json()
        assert problem["errors"][0]["line"] == line
        assert words in problem["errors"][0]["message"]
        assert (await desk.get("/imports"))["items"] == []


async def test_every_ragged_line_is_named(desk: Desk) -> None:
    answer = await desk.upload(HEADER + rows(1) + "a,b\n" + rows(1) + "a\n")
    assert [error["line"] for error in answer.json()["errors"]] == [3, 5]


async def test_a_file_too_large_is_refused(database_url: str) -> None:
    async with open_desk(database_url, import_bytes=2_500_000) as desk:
        assert (await desk.upload(HEADER + rows(45_000))).status_code == 202  # above 2 MB
        answer = await desk.upload(HEADER + rows(55_000))
        assert answer.status_code == 413
        assert "2,500,000 bytes" in answer.json()["detail"]


async def test_a_file_without_rows_is_finished_at_once(desk: Desk) -> None:
    done = await desk.imported(HEADER)
    assert (done["state"], done["rows"], done["accepted"]) == ("finished", 0, 0)


async def test_registrations_by_file(desk: Desk) -> None:
    header = "registration_number,exam_code,testing_id,given_name,family_name,email,appointment\n"
    done = await desk.imported(
        header
        + "R1,200-301,T1,Jane,Roe,jane.roe@example.com,2026-12-01T09:00:00Z\n"
        + "R2,200-301,T2,,,,\n"
        + "R3,200-301,T3,Jane,Roe,nowhere,tomorrow\n",
        desk.vendor(),
        kind="registrations",
    )
    assert (done["accepted"], done["rejected"], done["vendor"]) == (2, 1, "vue")
    await desk.settled()
    events = sorted(desk.told(ExamRegistered), key=lambda event: event.registration_number)
    assert events[0].contact.email == "jane.roe@example.com"
    assert events[1].contact is None
    (error,) = csv.DictReader(io.StringIO(await desk.errors(done["id"], desk.vendor())))
    assert error["field"] == "email; appointment"


async def test_vendors_and_programmes_are_kept_apart(desk: Desk) -> None:
    content = HEADER.replace("last_name", "programme") + (
        "vue,C1,cisco,200-301,N1,Pass,2026-11-20\n"
        "psi,C1,,200-301,N2,Pass,2026-11-20\n"
        ",C1,,200-301,N3,Pass,2026-11-20\n"
        "vue,C1,juniper,JN0-106,N4,Pass,2026-11-20\n"
    )
    done = await desk.imported(content, desk.vendor())
    assert (done["accepted"], done["rejected"]) == (2, 2)
    found = list(csv.DictReader(io.StringIO(await desk.errors(done["id"], desk.vendor()))))
    assert [error["field"] for error in found] == ["vendor", "programme"]
    by_staff = await desk.imported(content.replace("vue", "nobody"))
    assert by_staff["accepted"] == 1  # psi's
    fields = {e["field"] for e in csv.DictReader(io.StringIO(await desk.errors(by_staff["id"])))}
    assert fields == {"vendor", "programme"}

    path = f"/imports/{done['id']}"
    for other in (desk.vendor("psi"), desk.staff(programmes=["juniper"])):
        assert (await desk.client.get(path, headers=other)).status_code == 404
        assert (await desk.client.get(f"{path}/errors", headers=other)).status_code == 404
        assert (await desk.get("/imports", other))["items"] == []
    assert len((await desk.get("/imports", desk.vendor()))["items"]) == 1
    assert len((await desk.get("/imports?programme=cisco"))["items"]) == 2


async def test_who_may_upload(desk: Desk) -> None:
    statuses = {
        401: [{"Authorization": "Bearer x"}],
        403: [
            desk.candidate(),
            desk.staff(scope="imports:read"),
            desk.staff(programmes=["juniper"]),
            desk.vendor(scope="registrations:write"),
            desk.vendor(programmes=["juniper"]),
        ],
        202: [desk.vendor(scope="results:write"), desk.staff(scope="imports:write")],
    }
    for status, everybody in statuses.items():
        for headers in everybody:
            assert (await desk.upload(HEADER, headers)).status_code == status
    assert (await desk.upload(HEADER, programme="novell")).status_code == 404
    assert (await desk.upload(HEADER, kind="pictures")).status_code == 422
    lacking = await desk.client.get("/imports", headers=desk.staff(scope="imports:write"))
    assert lacking.status_code == 403


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ('attachment; filename="../../etc/passwd"', "passwd"),
        ("attachment; filename*=UTF-8''r%C3%A9sults%0A.csv", "résults.csv"),
        ("", "upload.csv"),
    ],
)
async def test_the_files_name(desk: Desk, header: str, name: str) -> None:
    answer = await desk.client.post(
        "/imports?kind=results&programme=cisco",
        content=HEADER.encode(),
        headers={**desk.staff(), "Content-Disposition": header},
    )
    assert answer.json()["name"] == name
    await desk.errors(answer.json()["id"])


class Killed(BaseException):
    """What a test's `kill -9` looks like from inside: no handler runs."""


async def test_a_killed_import_goes_on_at_exactly_the_next_row(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = HEADER + rows(95) + "vue,CSCO1,Roe,999-999,B1,Pass,2026-11-20\n"
    calls: list[int] = []

    async def dying(session: Any, feed: Any, entries: Any) -> Any:
        outcomes = await take_in(session, feed, entries)
        calls.append(entries[0].index)
        if len(calls) in (2, 5):  # written, and not committed
            raise Killed
        return outcomes

    monkeypatch.setattr("services.exams.handlers.importing.take_in", dying)
    published = 0
    import_id = ""
    monkeypatch.setattr(app, "JOBS", [])  # the test itself works the imports off
    for life in range(3):
        async with open_desk(database_url, import_chunk=10) as desk:
            if life == 0:
                await desk.hear(known())
                import_id = (await desk.upload(content)).json()["id"]
            with_progress = await desk.get(f"/imports/{import_id}")
            assert with_progress["done"] % 10 == 0
            try:
                while await jobs.work_off_chunk(desk.here):
                    pass
            except Killed:
                await desk.settled()
                published += len(desk.told(ExamPassed))
                continue
            done = await desk.finished(import_id)
            assert (done["accepted"], done["rejected"], done["duplicates"]) == (95, 1, 0)
            await desk.settled()
            published += len(desk.told(ExamPassed))
            assert (await desk.errors(import_id)).count("\n") == 2
    assert published == 95
    # Ten chunks, and the two that were cut off once more.
    assert calls == [2, 12, 12, 22, 32, 32, 42, 52, 62, 72, 82, 92]


async def test_a_chunk_that_fails_is_tried_again_and_given_up_after_ten(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:

    async def broken(session: Any, feed: Any, entries: Any) -> Any:
        if entries[0].item.registration_number == "N0":
            raise RuntimeError("no luck")
        return await take_in(session, feed, entries)

    monkeypatch.setattr("services.exams.handlers.importing.take_in", broken)
    monkeypatch.setattr(app, "JOBS", [])  # the test itself works the imports off
    async with open_desk(database_url) as desk:
        bad = (await desk.upload(HEADER + rows(5))).json()["id"]
        good = (await desk.upload(HEADER + rows(5, first=10))).json()["id"]
        for attempt in range(10):
            desk.clock.advance(timedelta(seconds=1))
            with pytest.raises(RuntimeError):
                await jobs.work_off_imports(desk.here)
            if attempt == 1:  # the bad one does not hold up the good one
                assert (await desk.finished(good))["accepted"] == 5
        failed = await desk.finished(bad)
        assert (failed["state"], failed["done"]) == ("failed", 0)
        assert failed["problem"] == "RuntimeError: no luck"
        await jobs.work_off_imports(desk.here)


async def test_several_instances_share_the_work(desk: Desk) -> None:
    async with desk.here.database.transaction() as session:
        await make_known(session, [known(f"CSCO{number:08d}") for number in range(3_200)])

    def file(first: int) -> str:
        return "".join(
            f"vue,CSCO{number:08d},Roe,200-301,N{number},Pass,2026-11-20\n"
            for number in range(first, first + 1_200)
        )

    ids = [(await desk.upload(HEADER + file(first))).json()["id"] for first in (0, 1_000, 2_000)]
    await asyncio.gather(*(jobs.work_off_imports(desk.here) for _ in range(3)))
    finished = [await desk.finished(one) for one in ids]
    assert [one["done"] for one in finished] == [1200] * 3
    assert sum(one["accepted"] for one in finished) == 3200
    assert sum(one["duplicates"] for one in finished) == 400
    await desk.settled()
    assert len(desk.told(ExamPassed)) == 3200
