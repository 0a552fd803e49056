"""Pearson VUE's files and layouts kept as data, handed in over HTTP."""

import dataclasses
from pathlib import Path
from typing import Any

import httpx2
import pytest

from shared.events import ExamFailed, ExamPassed
from shared.events.exams import ExamMissed
from shared.programmes import Programmes
from shared.programmes.feeds import Mapping
from tests.services.exams.conftest import PROGRAMMES, Desk, known, open_desk, registration
from tests.services.exams.feeds.samples import sample, sheet
from tests.services.exams.feeds.test_archives import zipped
from tests.services.exams.feeds.test_translating_files import MAPPING

FILES = "/feeds/pearson-vue/files"
WRITE = "imports:write"
COLUMNS = ("ClientCandidateID", "RegistrationID", "ExamSeriesCode", "ExamDate", "Grade", "LastName")
ROW = ("CSCO10000001", "1", "200-301", "2026/11/12 14:30:00", "Pass", "Roe")


async def hand_in(
    desk: Desk, content: bytes, name: str, headers: dict[str, str] | None = None, **query: str
) -> httpx2.Response:
    return await desk.client.post(
        FILES,
        params={"programme": "cisco", "name": name, **query},
        content=content,
        headers=headers or desk.vendor("vue", WRITE),
    )


async def done(desk: Desk, content: bytes, name: str) -> dict[str, Any]:
    """Hand in one file and wait for its end."""
    answer = await hand_in(desk, content, name)
    assert answer.status_code == 202, answer.text
    (one,) = answer.json()["items"]
    return await desk.finished(one["imported"]["id"], desk.vendor("vue", WRITE))


def counts(ended: dict[str, Any]) -> tuple[int, int, int]:
    return ended["accepted"], ended["duplicates"], ended["rejected"]


async def numbers(desk: Desk, candidate_id: str = "CSCO10000001") -> list[str]:
    found = await desk.get("/history", desk.candidate(candidate_id))
    return [exam["registration_number"] for exam in found["exams"]]


async def test_a_results_file_becomes_results(desk: Desk) -> None:
    await desk.hear(known(), known("CSCO10000002"), known("CSCO10000003"))
    ended = await done(desk, sample("results-20261113-020000.dat"), "results-20261113-020000.dat")
    assert (ended["format"], ended["vendor"], counts(ended)) == (
        "pearson-results",
        "vue",
        (3, 0, 0),
    )
    await desk.settled()
    assert sorted(event.registration_number for event in desk.told(ExamPassed)) == [
        "412345678",
        "412345680",
    ]
    (failed,) = desk.told(ExamFailed)
    # One in the morning of the 13th in Greenwich is the 12th in Los Angeles.
    assert str(failed.exam_date) == "2026-11-12"
    again = await done(desk, sample("results-20261113-020000.dat"), "results-again.dat")
    assert counts(again) == (0, 3, 0)


async def test_columns_in_another_order_lf_and_lower_case_are_the_same_file(desk: Desk) -> None:
    await desk.hear(known())
    turned = sheet(
        tuple(column.lower() for column in reversed(COLUMNS)),
        tuple(reversed(ROW)),
        line_end="\n",
    )
    assert counts(await done(desk, turned, "results-1.dat")) == (1, 0, 0)


async def test_a_no_show_file_marks_the_booking_and_takes_it_back(desk: Desk) -> None:
    await desk.hear(known())
    await desk.accepted(
        "/registrations", registration(candidate_id="CSCO10000001", testing_id=..., candidate=...)
    )
    columns = ("RegistrationID", "ExamSeriesCode", "LastUpdate", "NoShow", "Score")
    missed = sheet(columns, ("1", "200-301", "2026/11/12 18:00:00", "Y", ""))
    assert counts(await done(desk, missed, "noshow-1.dat")) == (1, 0, 0)
    (booking,) = (await desk.get("/history", desk.candidate()))["registrations"]
    assert booking["state"] == "no_show"
    await desk.settled()
    assert [event.registration_number for event in desk.told(ExamMissed)] == ["1"]
    back = sheet(columns, ("1", "200-301", "2026/11/12 19:00:00", "N", ""))
    assert counts(await done(desk, back, "noshow-2.dat")) == (1, 0, 0)
    # The first file once more, late and under another name: it is older than what is known.
    await done(desk, missed, "no-shows-3.dat")
    (booking,) = (await desk.get("/history", desk.candidate()))["registrations"]
    assert booking["state"] != "no_show"


async def test_a_bad_row_is_its_own_and_named_by_the_files_columns(desk: Desk) -> None:
    await desk.hear(known())
    rows = [
        ROW,
        ("CSCO10000001", "2", "200-301", "12.11.2026", "Pass", "Roe"),
        ("CSCO10000001", "3", "999-999", "2026/11/12", "Pass", "Roe"),
        ("CSCO10000001", "4", "200-301", "2026/11/12", "Maybe", "Roe"),
        ("", "5", "200-301", "2026/11/12", "Pass", "Roe"),
    ]
    ended = await done(desk, sheet(COLUMNS, *rows), "results-1.dat")
    assert counts(ended) == (1, 0, 4)
    errors = (await desk.errors(ended["id"], desk.vendor("vue", WRITE))).splitlines()
    named = [line.split("\t")[1] for line in errors[1:]]
    assert [field.lower() for field in named] == [
        "examdate",
        "examseriescode",
        "grade",
        "testing_id",
    ]
    assert await numbers(desk) == ["1"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (sheet(COLUMNS, ROW)[:-20], "columns where the header has"),
        (sheet(COLUMNS, (*ROW[:5], "Ro\x00e")), "NUL"),
        (sheet(COLUMNS, ROW).replace(b"Roe", b"R\x81e"), "0x81"),
        (sheet((*COLUMNS, "Mystery"), (*ROW, "")), "unknown column"),
        (sheet(COLUMNS[1:], ROW[1:]), "clientcandidateid"),
        (sheet(COLUMNS[:1] + COLUMNS[2:], ROW[:1] + ROW[2:]), "registrationid"),
        ("\t".join(COLUMNS).encode("utf-16"), "UTF-16"),
        (b"\xef\xbb\xbf" + sheet(COLUMNS, ROW), "column"),
        (sheet((*COLUMNS, "NoShow"), (*ROW, "Y")), "noshow"),
    ],
)
async def test_a_file_that_cannot_be_read_for_certain_is_refused_as_a_whole(
    desk: Desk, content: bytes, message: str
) -> None:
    await desk.hear(known())
    answer = await hand_in(desk, content, "results-1.dat")
    assert answer.status_code == 422, answer.text
    assert message.lower() in answer.text.lower()
    assert await numbers(desk) == []
    assert (await desk.get("/imports", desk.vendor("vue", WRITE)))["items"] == []


async def test_an_archive_of_several_files(desk: Desk) -> None:
    await desk.hear(known(), known("CSCO10000002"), known("CSCO10000003"))
    content = zipped(
        {
            "out/results-20261113-020000.dat": sample("results-20261113-020000.dat"),
            "out/eac-2026-10-02-0001.dat": sample("eac-2026-10-02-0001.dat"),
            "out/vcdc-2026-10-02-0001.dat": b"truncated",
        }
    )
    answer = await hand_in(desk, content, "20261113.zip")
    assert answer.status_code == 202, answer.text
    results, answers, broken = answer.json()["items"]
    assert (broken["imported"], broken["errors"][0]["line"]) == (None, 1)
    assert broken["errors"][0]["message"].startswith("vcdc-2026-10-02-0001.dat: ")
    ended = await desk.finished(results["imported"]["id"], desk.vendor("vue", WRITE))
    assert (ended["name"], counts(ended)) == ("results-20261113-020000.dat", (3, 0, 0))
    ended = await desk.finished(answers["imported"]["id"], desk.vendor("vue", WRITE))
    assert (ended["kind"], counts(ended)) == ("authorization_replies", (0, 0, 2))


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (zipped({"results-1.dat": b"0" * 2_000_000}), "bomb.zip"),
        (zipped({"results-1.dat": sheet(COLUMNS, ROW)})[:-30], "cut.zip"),
        (zipped({"results-1.dat": sheet(COLUMNS, ROW), "readme.txt": b"hello"}), "more.zip"),
        (zipped({"inner.zip": zipped({"results-1.dat": sheet(COLUMNS, ROW)})}), "nested.zip"),
        (sheet(COLUMNS, ROW), "unheard-of.dat"),
        (sheet(COLUMNS, ROW), "not.zip"),
    ],
)
async def test_an_archive_that_is_none_stores_nothing(
    desk: Desk, content: bytes, name: str
) -> None:
    await desk.hear(known())
    answer = await hand_in(desk, content, name)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert (await desk.get("/imports", desk.vendor("vue", WRITE)))["items"] == []


async def test_a_file_may_be_larger_than_a_request(database_url: str) -> None:
    async with open_desk(database_url, max_body_bytes=1_000) as desk:
        await desk.hear(known())
        rows = [(ROW[0], str(number), *ROW[2:]) for number in range(50)]
        content = sheet(COLUMNS, *rows)
        keyed = {**desk.vendor("vue", WRITE), "Idempotency-Key": "a"}
        first, again = [await hand_in(desk, content, "results-1.dat", keyed) for _ in range(2)]
        assert first.status_code == again.status_code == 202, first.text
        assert first.content == again.content
        (one,) = first.json()["items"]
        ended = await desk.finished(one["imported"]["id"], desk.vendor("vue", WRITE))
        assert counts(ended) == (50, 0, 0)
        # What is no file stays within the limit of all requests.
        answer = await desk.post("/feeds/pearson-vue/notifications", b" " * 1_001)
        assert (answer.status_code, answer.json()["limit"]) == (413, 1_000)


async def test_who_may_hand_in_files(desk: Desk) -> None:
    content = sheet(COLUMNS, ROW)
    for headers in (
        desk.vendor("vue", "results:write"),
        desk.staff("imports:read"),
        desk.candidate(),
        desk.vendor("vue", WRITE, ["juniper"]),
    ):
        assert (await hand_in(desk, content, "results-1.dat", headers)).status_code == 403
    # Another vendor's files are none of Pearson VUE's, whatever they are called.
    other = desk.vendor("psi", WRITE)
    assert (await hand_in(desk, content, "results-1.dat", other)).status_code == 422
    assert (await hand_in(desk, content, "results-1.dat", desk.staff(WRITE))).status_code == 202


async def test_a_vendor_that_nobody_knows_and_a_name_that_cannot_be_read_are_refused(
    desk: Desk,
) -> None:
    for extra, field in (
        ("&vendor=nobody&name=results-1.dat", "vendor"),
        ("&name=a%00.dat", "name"),
    ):
        path = f"/feeds/pearson-vue/files?programme=cisco{extra}"
        answer = await desk.client.post(
            path, content=sheet(COLUMNS, ROW), headers=desk.staff(WRITE)
        )
        assert answer.status_code == 422, answer.text
        assert field in answer.json()["errors"][0]["field"]
    answer = await desk.client.post(
        "/imports?programme=cisco&kind=results&name=a%00.csv",
        content=b"",
        headers=desk.staff(WRITE),
    )
    assert answer.status_code == 422, answer.text
    assert "name" in answer.json()["errors"][0]["field"]
    assert (await desk.get("/imports", desk.staff()))["items"] == []


def with_mapping(folder: Path, *mappings: Mapping) -> Programmes:
    """The programmes of the repository, Cisco with a bank that sends files of its own."""
    loaded = Programmes.load(folder)
    cisco = loaded["cisco"]
    bank = cisco.vendors["vue"].model_copy(
        update={"id": "landesbank", "name": "Landesbank", "mappings": mappings or (MAPPING,)}
    )
    changed = dataclasses.replace(cisco, vendors={**cisco.vendors, "landesbank": bank})
    return Programmes({**{one: loaded[one] for one in loaded}, "cisco": changed})


async def test_a_layout_kept_as_data_is_taken_in(desk: Desk) -> None:
    await desk.hear(known(), known("CSCO10000002"))
    desk.here.programmes = with_mapping(PROGRAMMES)
    bank = desk.vendor("landesbank", WRITE)
    ended = await desk.imported(
        sample("landesbank-2026-11.csv"), bank, kind="results", format="landesbank"
    )
    assert (ended["vendor"], counts(ended)) == ("landesbank", (2, 0, 0))
    assert await numbers(desk) == ["LB-1"]
    await desk.settled()
    assert [str(event.exam_date) for event in desk.told(ExamPassed)] == ["2026-11-20"]
    other = await desk.upload(
        sample("landesbank-2026-11.csv"),
        desk.vendor("vue", WRITE),
        kind="results",
        format="landesbank",
    )
    assert other.status_code == 422


async def test_of_two_layouts_the_one_that_the_name_says_in_full_is_meant(desk: Desk) -> None:
    missed = Mapping.model_validate(
        {"id": "landesbank-missed", "kind": "no_shows", "columns": {"Nr": "registration_number"}}
    )
    desk.here.programmes = with_mapping(PROGRAMMES, MAPPING, missed)
    bank = desk.vendor("landesbank", WRITE)
    answer = await hand_in(desk, b"Nr\nLB-1\n", "landesbank-missed-2026-11.csv", bank)
    assert answer.status_code == 202, answer.text
    (one,) = answer.json()["items"]
    assert one["imported"]["format"] == "landesbank-missed"
    plain = await hand_in(desk, sample("landesbank-2026-11.csv"), "landesbank-2026-11.csv", bank)
    assert plain.json()["items"][0]["imported"]["format"] == "landesbank"
