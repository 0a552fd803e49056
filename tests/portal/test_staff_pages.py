"""What staff see and do."""

import pytest

from tests.portal.conftest import Visitor
from tests.portal.gateway import World


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
        ("results", "Its vendor, and a check or staff"),
        ("results/flags", "Two test centres at once"),
        ("results/r1", "The story of this result"),
        ("completions", "Enterprise core, in class"),
        ("completions?state=approved", "Nothing here"),
        ("completions/c1", "Taken in the evening."),
        ("parked", "KeyError"),
        ("mail", "550 no such mailbox"),
        ("mail?state=sent", "Congratulations, Jane"),
    ],
)
async def test_pages(staff: Visitor, path: str, words: str) -> None:
    page = await staff.get(f"/cisco/staff/{path}")
    assert page.status_code == 200
    assert words in page.text


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
