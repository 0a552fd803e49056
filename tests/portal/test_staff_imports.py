"""Staff send files, follow what becomes of them, and stop them."""

import re

import pytest

from portal.routes import staff_imports
from tests.portal.conftest import Visitor
from tests.portal.gateway import PASSWORD, World

PLACE = "/cisco/staff/imports"
FILE = {"file": ("results.csv", b"registration_number,exam_code\n1,200-301\n", "text/csv")}


async def test_a_file_is_handed_on_as_it_is(staff: Visitor, world: World) -> None:
    filled = {"format": "results-csv", "vendor": "vue", "dry_run": "yes"}
    answer = await staff.post(PLACE, filled, files=FILE)
    assert answer.headers["location"] == f"{PLACE}/imp-22"
    ((params, body),) = world.uploads
    assert params == {
        "programme": "cisco",
        "name": "results.csv",
        "format": "results-csv",
        "vendor": "vue",
        "dry_run": "true",
    }
    assert body == FILE["file"][1]


async def test_the_name_of_a_file_may_say_its_format(staff: Visitor, world: World) -> None:
    await staff.post(PLACE, files=FILE)
    assert world.uploads[0][0] == {"programme": "cisco", "name": "results.csv"}


async def test_a_large_file_goes_through_in_pieces_even_twice(staff: Visitor, world: World) -> None:
    body = b"registration_number,exam_code\n" + b"1,200-301\n" * 300_000
    filled = {"form_token": await staff.token(PLACE)}
    world.access.clear()  # the first try meets a token that has run out
    answer = await staff.client.post(PLACE, data=filled, files={"file": ("a.csv", body)})
    assert answer.status_code == 303
    assert world.uploads[0][1] == body


async def test_formats_and_vendors_are_offered(staff: Visitor) -> None:
    page = (await staff.get(PLACE)).text
    for words in ("Pearson VUE&#39;s no-show file", "Cisco Continuing Education", "500 MB"):
        assert words in page


async def test_a_form_without_a_file_is_told(staff: Visitor) -> None:
    answer = await staff.post(PLACE, {"format": "pearson-no-shows"})
    assert answer.status_code == 422
    assert "Choose a file" in answer.text
    assert '<option value="pearson-no-shows" selected>' in answer.text


async def test_a_file_the_api_refuses_is_told_in_its_words(staff: Visitor) -> None:
    files = {"file": ("photo.png", b"\x89PNG", "image/png")}
    answer = await staff.post(PLACE, files=files)
    assert answer.status_code == 422
    assert "line 1: no column names were found" in answer.text


async def test_a_name_that_tells_no_format_is_told_in_the_words_of_the_form(
    staff: Visitor,
) -> None:
    files = {"file": ("november.csv", b"a,b\n1,2\n", "text/csv")}
    answer = await staff.post(PLACE, files=files)
    assert answer.status_code == 422
    assert "Choose the format below." in answer.text
    assert "known are" not in answer.text


@pytest.mark.parametrize("beyond", ["LARGEST_FILE_BYTES", "LARGEST_BODY_BYTES"])
async def test_a_file_beyond_the_limit_is_refused(
    staff: Visitor, world: World, monkeypatch: pytest.MonkeyPatch, beyond: str
) -> None:
    monkeypatch.setattr(staff_imports, beyond, 1_000)
    files = {"file": ("huge.csv", b"a,b\n" * 5_100, "text/csv")}
    answer = await staff.post(PLACE, files=files)
    assert answer.status_code == 413
    assert "too large: 500 MB is the most" in answer.text
    assert not world.uploads


async def test_progress_is_handed_through_as_events(staff: Visitor) -> None:
    page = (await staff.get(f"{PLACE}/imp-22")).text
    assert f'data-events="{PLACE}/imp-22/events"' in page
    answer = await staff.get(f"{PLACE}/imp-22/events")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert re.findall(r"event: (\w+)", answer.text) == ["progress", "progress", "ended"]
    assert "data-events" not in (await staff.get(f"{PLACE}/imp-22")).text


async def test_an_import_is_cancelled_once(staff: Visitor, world: World) -> None:
    page = f"{PLACE}/imp-22"
    token = await staff.token(page)
    assert (await staff.client.post(f"{page}/cancel")).status_code in (403, 411)
    for _ in range(2):
        answer = await staff.client.post(f"{page}/cancel", data={"form_token": token})
        assert answer.headers["location"] == page
    assert world.imports[0]["state"] == "cancelled"
    assert "what had been taken in stays" in (await staff.get(page)).text


@pytest.mark.parametrize(("what", "words"), [("errors", "is in the future"), ("outcomes", "A")])
async def test_files_about_the_rows_are_handed_through(
    staff: Visitor, what: str, words: str
) -> None:
    answer = await staff.get(f"{PLACE}/imp-21/{what}.csv")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert words in answer.text


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"dry_run": True}, "This was a dry run"),
        ({"problem": "repeats the import 17"}, "repeats the import 17"),
        ({"state": "failed", "problem": "the file broke off"}, "the file broke off"),
        ({"rejected": 0}, "Every row was taken"),
        ({"rejected": 0, "rows": 0}, "no rows below its header"),
    ],
)
async def test_what_an_import_was_is_told(
    staff: Visitor, world: World, changed: dict[str, object], words: str
) -> None:
    world.imports[1] |= changed
    assert words in (await staff.get(f"{PLACE}/imp-21")).text


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, "Correct the rows in the whole file"),
        ({"state": "cancelled"}, "The dry run was cancelled"),
        ({"state": "failed"}, "The dry run could not be finished."),
    ],
)
async def test_of_a_dry_run_nothing_is_said_to_have_been_taken(
    staff: Visitor, world: World, changed: dict[str, object], words: str
) -> None:
    world.imports[1] |= {"dry_run": True} | changed
    page = (await staff.get(f"{PLACE}/imp-21")).text
    assert words in page
    for untrue in ("the others were taken", "had been taken in stays", "Rows taken so far stay"):
        assert untrue not in page


async def test_those_who_only_read_are_offered_nothing_to_send(visitor: Visitor) -> None:
    filled = {"login": "cisco-only@example.com", "password": PASSWORD}
    await visitor.post("/cisco/staff/sign-in", filled)
    page = await visitor.get(PLACE)
    assert "Upload a file" not in page.text
    sent = {"form_token": await visitor.token("/cisco/staff/")}
    assert (await visitor.client.post(PLACE, data=sent, files=FILE)).status_code == 403
