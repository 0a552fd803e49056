"""What staff see and do."""

import pytest

from tests.portal.conftest import Visitor
from tests.portal.gateway import World

FILE = {"file": ("results.csv", b"registration_number,exam_code\n1,200-301\n", "text/csv")}


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("", "Latest imports"),
        ("candidates", "jane.doe@example.com"),
        ("candidates?search=nobody", "Nobody found"),
        ("candidates/CSCO10000000", "Testing History"),
        ("imports", "Upload a file"),
        ("imports/imp-21", "2 rows were rejected"),
        ("waiting", "No candidate has this testing ID yet."),
        ("parked", "KeyError"),
        ("mail", "550 no such mailbox"),
        ("mail?state=sent", "Congratulations, Jane"),
    ],
)
async def test_pages(staff: Visitor, path: str, words: str) -> None:
    page = await staff.get(f"/cisco/staff/{path}")
    assert page.status_code == 200
    assert words in page.text


async def test_a_file_is_handed_on_as_it_is(staff: Visitor, world: World) -> None:
    data = {"kind": "results"}
    answer = await staff.post("/cisco/staff/imports", data, files=FILE)
    assert answer.headers["location"] == "/cisco/staff/imports/imp-22"
    ((params, body),) = world.uploads
    assert params == {"kind": "results", "programme": "cisco", "name": "results.csv"}
    assert body == FILE["file"][1]


async def test_a_form_without_a_file_is_told(staff: Visitor) -> None:
    answer = await staff.post("/cisco/staff/imports", {"kind": "results"})
    assert answer.status_code == 422
    assert "Choose a file" in answer.text


async def test_a_file_the_api_refuses_is_told_in_its_words(staff: Visitor) -> None:
    files = {"file": ("photo.png", b"\x89PNG", "image/png")}
    answer = await staff.post("/cisco/staff/imports", {"kind": "results"}, files=files)
    assert answer.status_code == 422
    assert "no column names were found" in answer.text


async def test_a_file_beyond_the_limit_is_refused(staff: Visitor, world: World) -> None:
    files = {"file": ("huge.csv", b"a,b\n" * 5_100_000, "text/csv")}
    answer = await staff.post("/cisco/staff/imports", {"kind": "results"}, files=files)
    assert answer.status_code == 413
    assert "too large" in answer.text
    assert not world.uploads


async def test_progress_moves(staff: Visitor) -> None:
    figures = (await staff.get("/cisco/staff/imports/imp-22/progress")).json()
    assert figures == {"state": "running", "rows": 1200, "done": 400, "accepted": 400,
                       "duplicates": 0, "rejected": 0}  # fmt: skip


async def test_the_errors_file_is_handed_through(staff: Visitor) -> None:
    answer = await staff.get("/cisco/staff/imports/imp-21/errors.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert "is in the future" in answer.text


@pytest.mark.parametrize("how", ["retry", "discard"])
async def test_a_parked_event_is_settled(staff: Visitor, world: World, how: str) -> None:
    path = f"/cisco/staff/parked/certifications/p1/{how}"
    answer = await staff.post(path, page="/cisco/staff/parked")
    assert answer.headers["location"] == f"/cisco/staff/parked?done={how}"
    assert not world.parked["certifications"]
    assert "Nothing is parked" in (await staff.get("/cisco/staff/parked")).text


async def test_one_settled_already_is_told(staff: Visitor) -> None:
    path = "/cisco/staff/parked/certifications/gone/retry"
    answer = await staff.post(path, page="/cisco/staff/parked")
    assert answer.headers["location"].endswith("done=failed")


async def test_a_service_that_is_away_is_told_beside_the_others(
    staff: Visitor, world: World
) -> None:
    world.away.add("notifications")
    page = (await staff.get("/cisco/staff/parked")).text
    assert "notifications does not answer" in page
    assert "KeyError" in page
