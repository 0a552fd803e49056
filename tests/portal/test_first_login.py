"""First login and forgotten passwords: both ways, and the page that says what happens when."""

import pytest

from tests.portal.addresses_gateway import REQUEST
from tests.portal.conftest import Visitor
from tests.portal.gateway import World

FIRST, FORGOTTEN = "/cisco/never-logged-in", "/cisco/forgotten"
REPORT = {
    "family_name": "Doe",
    "registration_number": "219142598",
    "email": "jane@new.example",
}


async def show(visitor: Visitor, **changes: str) -> tuple[int, str]:
    answer = await visitor.post(f"{FIRST}/score-report", REPORT | changes, page=FIRST)
    return answer.status_code, answer.headers.get("location", answer.text)


@pytest.mark.parametrize(("path", "way"), [(FIRST, "email"), (FORGOTTEN, "forgotten")])
async def test_the_answer_is_the_same_for_known_and_unknown(
    visitor: Visitor, path: str, way: str
) -> None:
    pages = []
    for email in ("jane.doe@example.com", "nobody@example.com"):
        answer = await visitor.post(path, {"email": email})
        assert answer.headers["location"] == f"/cisco/asked/{REQUEST}?way={way}"
        pages.append((await visitor.get(answer.headers["location"])).text)
    assert pages[0] == pages[1]
    assert "If we have this address on file" in pages[0]
    assert "@" not in pages[0]


async def test_both_ways_are_offered_for_the_first_login(visitor: Visitor) -> None:
    first, forgotten = (await visitor.get(FIRST)).text, (await visitor.get(FORGOTTEN)).text
    assert "By e-mail address" in first
    assert "By score report" in first
    assert "By score report" not in forgotten
    assert "Use a score report instead" in forgotten


async def test_a_score_report_is_asked_about_and_nothing_is_told(
    visitor: Visitor, world: World
) -> None:
    status, location = await show(visitor)
    assert (status, location) == (303, f"/cisco/asked/{REQUEST}?way=report")
    assert world.addresses.asked == [{"programme": "cisco", **REPORT}]
    page = (await visitor.get(location)).text
    assert "if not, it says so" in page
    assert REPORT["email"] not in page


@pytest.mark.parametrize("name", list(REPORT))
async def test_what_is_missing_is_named(visitor: Visitor, world: World, name: str) -> None:
    status, page = await show(visitor, **{name: ""})
    assert status == 422
    assert page.count('aria-invalid="true"') == 1
    assert f'id="{name}-wrong"' in page
    # What was filled in is still there.
    assert all(value in page for key, value in REPORT.items() if key != name)
    assert world.addresses.asked == []


async def test_what_the_api_refuses_is_said_at_the_field(visitor: Visitor, world: World) -> None:
    world.addresses.refuses = ("invalid", 422, "an e-mail address is expected")
    status, page = await show(visitor)
    assert status == 422
    assert "an e-mail address is expected" in page


@pytest.mark.parametrize("way", ["email", "report"])
async def test_who_asks_too_often_is_told_to_wait(visitor: Visitor, world: World, way: str) -> None:
    world.addresses.refuses = ("slow-down", 429, "Please wait 10 seconds and try again.")
    if way == "report":
        status, page = await show(visitor)
    else:
        answer = await visitor.post(FIRST, {"email": "jane.doe@example.com"})
        status, page = answer.status_code, answer.text
    assert status == 429
    assert "Please wait 10 seconds" in page


async def test_an_incomplete_address_is_told(visitor: Visitor, world: World) -> None:
    answer = await visitor.post(FORGOTTEN, {"email": "jane"})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert world.addresses.asked == []


async def test_the_page_says_when_it_was_asked_and_answered(visitor: Visitor, world: World) -> None:
    world.addresses.answered = False
    waiting = (await visitor.get(f"/cisco/asked/{REQUEST}?way=email")).text
    assert "Look again" in waiting
    world.addresses.answered = True
    answered = (await visitor.get(f"/cisco/asked/{REQUEST}?way=email")).text
    assert "Look again" not in answered
    assert "We looked it up" in answered
    assert 'datetime="2026-11-22T12:03:00+00:00"' in answered


async def test_an_unknown_request_and_a_strange_way_are_harmless(visitor: Visitor) -> None:
    gone = await visitor.get("/cisco/asked/0199a1b2-0000-7000-8000-00000000ffff?way=forgotten")
    assert gone.status_code == 404
    assert "more than a day ago" in gone.text
    assert (await visitor.get("/cisco/asked/nonsense")).status_code in (400, 404)
    odd = await visitor.get(f"/cisco/asked/{REQUEST}?way=%22%3E%3Cscript%3E")
    assert odd.status_code == 200
    assert "<script>" not in odd.text


async def test_the_address_of_the_form_leads_to_it(visitor: Visitor) -> None:
    answer = await visitor.get(f"{FIRST}/score-report")
    assert answer.headers["location"] == f"{FIRST}#score-report"
