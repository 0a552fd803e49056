"""Certificates of completed courses: looked into, named, kept and lost."""

import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.exams.handlers.orphans import sweep
from shared.errors import Unavailable
from shared.handed_in import attachment, clean_name
from shared.orphans import GRACE
from shared.storage import Storage
from tests.s3 import S3Server
from tests.services.exams.completing import a_file, decided, handed_in, person, send
from tests.services.exams.conftest import ANNA, Desk, juniper, open_desk
from tests.services.exams.handed_in import BAD, linked, pdf, picture


@pytest.mark.parametrize("what", BAD)
async def test_a_file_that_is_not_what_it_should_be_is_refused(hall: Desk, what: str) -> None:
    make, words = BAD[what]
    answer = await send(hall, a_file(make(), "certificate.pdf"))
    assert answer.status_code == 422, answer.text
    problem = answer.json()
    assert words in problem["detail"]
    assert problem["errors"][0]["field"] == "certificate"
    assert (await hall.get("/completions", person(hall)))["items"] == []
    assert not hall.here.extras["storage"].folder.exists()


async def test_what_is_harmless_is_taken_and_gets_a_fitting_name(hall: Desk) -> None:
    for number, (content, name, kept) in enumerate(
        [
            (linked(), "..\\..\\evil/..//certificate", "certificate.pdf"),
            (picture(), "scan.html", "scan.html.png"),
            (picture("JPEG"), "a\u202egpj.exe", "agpj.exe.jpg"),
        ]
    ):
        said = await handed_in(hall, a_file(content, name), completed_on=f"2026-10-0{number + 1}")
        assert said["file_name"] == kept


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (None, "certificate.pdf"),
        ("", "certificate.pdf"),
        (".pdf", "certificate.pdf"),
        ("  . . ", "certificate.pdf"),
        ("A.PDF", "A.PDF"),
        ("/etc/passwd", "passwd.pdf"),
        ("a\x00b\nc\td.pdf", "ab c d.pdf"),
        ("e\u0301t\u00e9.pdf", "\u00e9t\u00e9.pdf"),
        ('<a href="x">?*|.pdf', "_a href=_x_____.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_names_are_cleaned(given: str | None, kept: str) -> None:
    assert clean_name(given, "application/pdf", "certificate") == kept


def test_a_name_cannot_break_out_of_its_header() -> None:
    said = attachment('a"; filename=b\\c%41.pdf')
    assert said == (
        'attachment; filename="a__ filename=b_c_41.pdf"; '
        "filename*=UTF-8''a%22%3B%20filename%3Db%5Cc%2541.pdf"
    )


def files_of(desk: Desk) -> set[str]:
    folder = desk.here.extras["storage"].folder / "completions"
    return {one.name for one in folder.iterdir()} if folder.exists() else set()


def grow_old(desk: Desk) -> None:
    """Have every file in the folder look older than any request takes."""
    old = time.time() - GRACE.total_seconds() - 60
    for one in (desk.here.extras["storage"].folder / "completions").iterdir():
        os.utime(one, (old, old))


async def test_files_without_a_row_are_swept_and_no_others(hall: Desk) -> None:
    said = await handed_in(hall)
    storage: Storage = hall.here.extras["storage"]
    # As a kill between the file and its row leaves it.
    await storage.put("completions/orphan", b"x")
    assert await sweep(hall.here) == 0
    grow_old(hall)
    await storage.put("completions/just-now", b"x")
    assert await sweep(hall.here) == 1
    assert "orphan" not in files_of(hall)
    assert "just-now" in files_of(hall)
    await decided(hall, said, "return", reason="It is blurred")
    again = await send(hall, a_file(picture(), "sharp.png"), again=said["id"], version=2)
    assert again.status_code == 200
    grow_old(hall)
    assert await sweep(hall.here) == 2
    answer = await hall.client.get(f"/completions/{said['id']}/file", headers=person(hall))
    assert answer.status_code == 200
    assert len(files_of(hall)) == 1


async def test_a_refused_row_leaves_only_an_orphan(hall: Desk) -> None:
    await handed_in(hall)
    assert (await send(hall)).status_code == 409
    grow_old(hall)
    assert await sweep(hall.here) == 1
    assert len(files_of(hall)) == 1


async def test_a_storage_that_is_away_stores_no_row(
    hall: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = await handed_in(hall)

    async def away(*_: Any) -> None:
        raise Unavailable("files can't be kept or read at the moment")

    monkeypatch.setattr(Storage, "put", away)
    monkeypatch.setattr(Storage, "get", away)
    assert (await send(hall, course="JEX")).status_code == 503
    answer = await hall.client.get(f"/completions/{said['id']}/file", headers=person(hall))
    assert answer.status_code == 503
    assert len((await hall.get("/completions", person(hall)))["items"]) == 1


async def test_a_lost_file_is_said_to_be_lost(hall: Desk) -> None:
    said = await handed_in(hall)
    for name in files_of(hall):
        await hall.here.extras["storage"].delete(f"completions/{name}")
    answer = await hall.client.get(f"/completions/{said['id']}/file", headers=person(hall))
    assert answer.status_code == 404
    assert "not there any more" in answer.json()["detail"]


async def test_a_reader_that_takes_too_long_is_ended(
    hall: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    slow = tmp_path / "slow.py"
    slow.write_text("import time\ntime.sleep(60)\n")
    monkeypatch.setattr("shared.handed_in._PROGRAM", slow)
    monkeypatch.setattr("shared.handed_in.PATIENCE_SECONDS", 0.5)
    answer = await send(hall)
    assert answer.status_code == 422
    assert "reasonable time" in answer.json()["detail"]
    slow.write_text("raise SystemExit(3)\n")
    assert (await send(hall)).status_code == 422
    monkeypatch.setattr("sys.executable", str(tmp_path / "nothing"))
    assert (await send(hall)).status_code == 503


async def test_certificates_lie_in_a_bucket(database_url: str, s3_server: S3Server) -> None:
    async with open_desk(database_url, **s3_server.settings(database_url[-12:])) as desk:
        await desk.hear(juniper(ANNA))
        content = pdf(3)
        said = await handed_in(desk, a_file(content))
        answer = await desk.client.get(f"/completions/{said['id']}/file", headers=person(desk))
        assert answer.content == content
        storage: Storage = desk.here.extras["storage"]
        (files,) = [some async for some in storage.files("completions")]
        assert len(files) == 1
        assert abs(files[0].written_at.timestamp() - time.time()) < timedelta(hours=1).seconds
        assert await sweep(desk.here) == 0


async def test_a_bucket_that_is_away_is_said_to_be(database_url: str, tmp_path: Path) -> None:
    server = S3Server(tmp_path / "s3.log")  # never started
    async with open_desk(database_url, **server.settings("x")) as desk:
        answer = await send(desk)
        assert answer.status_code == 503
        assert (await desk.get("/completions", person(desk)))["items"] == []
