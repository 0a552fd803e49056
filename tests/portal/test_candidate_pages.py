"""What a candidate sees and does."""

import re

import pytest

from tests.portal.conftest import Visitor
from tests.portal.gateway import World

CODES = re.compile(r'<td data-label="Code" class="nowrap">([^<]+)</td>')


async def test_identification_says_what_each_id_is_for(jane: Visitor) -> None:
    page = (await jane.get("/cisco/personal-info/identification")).text
    for text in ("Login ID", "Vue testing ID", "226754252", "score reports"):
        assert text in page


@pytest.mark.parametrize(
    "column",
    ["exam_code", "exam_name", "registration_number", "grade", "exam_date", "expires_on",
     "received_at"],
)  # fmt: skip
async def test_history_sorts_both_ways_by_every_column(
    jane: Visitor, world: World, column: str
) -> None:
    newest = sorted(world.history["exams"], key=lambda row: row["exam_date"], reverse=True)
    for order in ("asc", "desc"):
        page = await jane.get(f"/cisco/testing-history?sort={column}&order={order}")
        full = [row for row in newest if row[column] is not None]
        empty = [row for row in newest if row[column] is None]
        full.sort(key=lambda row: row[column].casefold(), reverse=order == "desc")
        assert CODES.findall(page.text) == [row["exam_code"] for row in full + empty]
        word = "ascending" if order == "asc" else "descending"
        assert page.text.count(f'aria-sort="{word}"') == 1


async def test_an_order_that_is_none_means_newest_first(jane: Visitor) -> None:
    page = await jane.get("/cisco/testing-history?sort=__class__&order=up")
    assert CODES.findall(page.text) == ["300-410", "350-401", "350-401", "200-301"]


async def test_history_words_and_dates_are_the_guides(jane: Visitor) -> None:
    page = (await jane.get("/cisco/testing-history")).text
    assert '<time datetime="2025-02-11">2025-Feb-11</time>' in page
    assert "Does not count" in page
    assert "whole of the day" in page
    assert "America/Los_Angeles" in page


async def test_empty_histories_are_written_for_people(jane: Visitor, world: World) -> None:
    world.history |= {"exams": [], "registrations": []}
    world.certifications["levels"] = []
    world.transcripts.clear()
    world.entitlements.clear()
    for path, words in {
        "": "This is where your exams and certifications will appear",
        "testing-history": "No exam results yet",
        "certifications": "No certification yet",
        "certificates-and-plaques": "Nothing to claim yet",
        "transcripts": "No transcript yet",
    }.items():
        assert words in (await jane.get(f"/cisco/{path}")).text


async def test_one_certification_explains_itself(jane: Visitor) -> None:
    page = (await jane.get("/cisco/certifications/CCNP-ENTERPRISE")).text
    for text in ("Current progress", "1.2", "1 of 2", "counts once", "Why these dates",
                 "Three years after", "2028-Feb-11", "whole of its expiry date"):  # fmt: skip
        assert text in page


async def test_the_certificate_is_handed_through(jane: Visitor) -> None:
    answer = await jane.get("/cisco/certifications/CCNA/certificate.pdf")
    assert answer.content.startswith(b"%PDF")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == 'attachment; filename="CCNA.pdf"'


async def test_a_transcript_is_created_changed_and_closed(jane: Visitor, world: World) -> None:
    filled = {
        "description": "For <b>them</b>",
        "valid_through": "2027-03-01",
        "certifications": ["CCNA", "CCT"],
        "remarks": "Hello",
        "private_notes": "sent by mail",
    }
    answer = await jane.post("/cisco/transcripts/new", filled)
    assert answer.headers["location"] == "/cisco/transcripts?done=created"
    made = world.transcripts[-1]
    assert made["all_new"] is False
    assert made["show_dates"] is False
    page = (await jane.get("/cisco/transcripts")).text
    assert "For &lt;b&gt;them&lt;/b&gt;" in page
    assert f"http://portal/cisco/transcript/{made['code']}" in page

    path = f"/cisco/transcripts/{made['id']}"
    form = (await jane.get(path)).text
    assert form.count("checked") == 2
    await jane.post(path, filled | {"show_dates": "on", "certifications": ["CCNA"]})
    assert made["show_dates"] is True
    assert [one["certification"] for one in made["certifications"] if one["included"]] == ["CCNA"]

    await jane.post(f"{path}/disable", page="/cisco/transcripts")
    assert made["disabled"] is True
    assert made["remarks"] == "Hello"
    await jane.post(path, filled)
    assert made["disabled"] is True
    await jane.post(f"{path}/enable", page="/cisco/transcripts")
    assert made["disabled"] is False


async def test_a_day_that_is_over_is_told_at_its_field(jane: Visitor, world: World) -> None:
    filled = {"description": "Late", "valid_through": "2020-01-01", "remarks": "kept"}
    answer = await jane.post("/cisco/transcripts/new", filled)
    assert answer.status_code == 422
    assert "Choose a day that is not over yet." in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert ">kept</textarea>" in answer.text
    assert len(world.transcripts) == 2


async def test_a_transcript_of_somebody_else_is_not_there(jane: Visitor) -> None:
    assert (await jane.get("/cisco/transcripts/other")).status_code == 404
