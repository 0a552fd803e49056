"""Course completions: handed in with a file, followed, handed in again, saved."""

from typing import Any

import pytest

from tests.portal.conftest import Visitor
from tests.portal.gateway import World
from tests.portal.refusals import Refused

PLACE = "/cisco/testing-history/course-completions"
NEW = f"{PLACE}/new"
FILLED = {"course": "ENCOR", "completed_on": "2026-10-30", "notes": "In Oslo"}


def _file(content: bytes = b"%PDF-1.7", name: str = "Zertifikat ä.pdf") -> dict[str, Any]:
    return {"certificate": (name, content, "application/pdf")}


async def test_what_was_handed_in_is_listed_with_its_state(jane: Visitor) -> None:
    page = (await jane.get(PLACE)).text
    for said in (
        "In review",
        "Sent back to you",
        "Approved",
        "Rejected",
        "Not your name.",
        "The page with\nthe date is missing.",
        "185 kB",
        f"{PLACE}/co-2#again",
    ):
        assert said in page
    assert f"{PLACE}/co-2" in (await jane.get("/cisco/")).text


async def test_a_course_is_handed_in_with_its_file(jane: Visitor, world: World) -> None:
    answer = await jane.post(NEW, FILLED, files=_file())
    assert answer.headers["location"] == f"{PLACE}?done=handed-in"
    assert "Handed in. Staff will look at it" in (await jane.get(answer.headers["location"])).text
    assert world.past.files == [("Zertifikat ä.pdf", b"%PDF-1.7")]
    assert world.past.completions[0]["notes"] == "In Oslo"
    assert world.past.completions[0]["course"] == "ENCOR"


async def test_lines_of_a_note_are_sent_as_its_field_counted_them(
    jane: Visitor, world: World
) -> None:
    await jane.post(NEW, FILLED | {"notes": "In Oslo\r\nin the evening"}, files=_file())
    assert world.past.completions[0]["notes"] == "In Oslo\nin the evening"


@pytest.mark.parametrize(
    ("change", "file", "said"),
    [
        ({"course": ""}, _file(), "Choose the course."),
        ({"completed_on": ""}, _file(), "Choose the day on which you completed it."),
        (
            {"completed_on": "2026-11-23"},
            _file(),
            "in America/Los_Angeles, the programme&#39;s time zone, it is 2026-Nov-22.",
        ),
        ({"notes": "In Oslo" * 3_000}, _file(), "Notes may have up to 2,000 characters."),
        ({}, None, "Choose the file of your certificate."),
        ({}, _file(b"x" * 10_000_001), "This file is too large."),
        ({}, _file(b"x" * 12_500_000), "This file is too large."),
    ],
)
async def test_what_lacks_is_told_at_its_field(
    jane: Visitor, world: World, change: dict[str, str], file: Any, said: str
) -> None:
    answer = await jane.post(NEW, FILLED | change, files=file or {"certificate": ("", b"")})
    assert answer.status_code in (413, 422)
    assert said in answer.text
    assert 'aria-invalid="true"' in answer.text
    if answer.status_code == 422:
        assert "In Oslo</textarea>" in answer.text
    assert not any(one == "POST exams/completions" for one in world.asked)


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        (
            Refused(
                422,
                "unacceptable-file",
                errors=[{"field": "certificate", "message": "the PDF has a password"}],
            ),
            "The PDF has a password",
        ),
        (Refused(413, "too-large"), "This file is too large."),
        (Refused(409, "completion-repeated"), "handed in this course for this day already"),
        (Refused(409, "too-many", "30 course completions wait"), "30 course completions wait"),
    ],
)
async def test_what_the_service_refuses_is_told_and_the_words_are_kept(
    jane: Visitor, world: World, refusal: Refused, said: str
) -> None:
    world.past.refusal = refusal
    answer = await jane.post(NEW, FILLED, files=_file())
    assert answer.status_code == refusal.status
    assert said in answer.text
    assert ">In Oslo</textarea>" in answer.text
    assert 'value="ENCOR" selected' in answer.text


async def test_what_was_sent_back_is_handed_in_again(jane: Visitor, world: World) -> None:
    page = (await jane.get(f"{PLACE}/co-2")).text
    for said in ("The page with", "Left empty, certificate.pdf stays.", "What has happened"):
        assert said in page
    filled = FILLED | {"version": "2", "notes": "Now with it"}
    empty = {"certificate": ("", b"", "application/octet-stream")}
    answer = await jane.post(f"{PLACE}/co-2", filled, files=empty)
    assert answer.headers["location"] == f"{PLACE}?done=again"
    assert world.past.files == []
    again = world.past.completions[1]
    assert (again["state"], again["notes"], again["version"]) == ("submitted", "Now with it", 3)
    assert "Hand in again" not in (await jane.get(f"{PLACE}/co-2")).text


async def test_what_changed_meanwhile_is_shown_as_it_is(jane: Visitor) -> None:
    filled = FILLED | {"version": "1"}
    answer = await jane.post(f"{PLACE}/co-2", filled, files=_file())
    assert answer.status_code == 409
    assert "This has changed in the meantime." in answer.text
    assert 'name="version" value="2"' in answer.text


async def test_the_own_file_is_saved_not_shown(jane: Visitor) -> None:
    answer = await jane.get(f"{PLACE}/co-1/file")
    assert answer.content == b"%PDF-1.7 theirs"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["content-security-policy"].startswith("sandbox")
    for path in ("none", "none/file"):
        assert (await jane.get(f"{PLACE}/{path}")).status_code == 404


async def test_nothing_handed_in_yet(jane: Visitor, world: World) -> None:
    world.past.completions.clear()
    page = (await jane.get(PLACE)).text
    assert "Nothing handed in yet" in page
    assert NEW in page
