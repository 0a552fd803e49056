"""The ways between pages: what is offered to whom, and where it says that one is."""

import re

from tests.portal.conftest import Arrive, Visitor
from tests.portal.gateway import PASSWORD

NAVIGATION = re.compile(r'<nav class="(tabs|subtabs)".*?</nav>', re.DOTALL)
LINK = re.compile(r'<a href="([^"]+)"( aria-current="[a-z]+")?>([^<]+)</a>')


def offered(page: str, which: str) -> dict[str, str]:
    """Return the texts and addresses of one bar of links."""
    bars = {found[1]: found[0] for found in NAVIGATION.finditer(page)}
    return {text: path for path, _, text in LINK.findall(bars.get(which, ""))}


def here(page: str) -> list[str]:
    """Return the texts of the links that say one is there."""
    bars = "".join(found[0] for found in NAVIGATION.finditer(page))
    return [text for _, current, text in LINK.findall(bars) if current]


async def test_personal_info_has_its_places(jane: Visitor) -> None:
    page = (await jane.get("/cisco/personal-info/identification")).text
    assert list(offered(page, "subtabs")) == [
        "Settings", "Name", "Attributes", "Identification", "Addresses", "E-mail", "Security",
        "Sessions", "Connected accounts", "My data",
    ]  # fmt: skip
    assert here(page) == ["Personal Info", "Identification"]


async def test_support_has_its_places_for_those_who_are_signed_in(
    jane: Visitor, visitor: Visitor
) -> None:
    page = (await jane.get("/cisco/support")).text
    assert list(offered(page, "subtabs")) == ["Support", "Help", "Cases"]
    assert not offered((await visitor.get("/cisco/support")).text, "subtabs")


async def test_staff_are_offered_what_their_scopes_open(staff: Visitor, arrive: Arrive) -> None:
    page = (await staff.get("/cisco/staff/")).text
    ways = offered(page, "tabs")
    assert ways["Cases"] == "/cisco/staff/cases"
    assert ways["Access"] == "/cisco/staff/people"

    narrow = await arrive()
    filled = {"login": "cisco-only@example.com", "password": PASSWORD}
    await narrow.post("/cisco/staff/sign-in", filled)
    ways = offered((await narrow.get("/cisco/staff/")).text, "tabs")
    assert "Candidates" in ways
    assert not {"Cases", "Access"} & set(ways)


async def test_no_way_leads_nowhere(jane: Visitor, staff: Visitor) -> None:
    begins = {
        "/cisco/personal-info/identification": jane,
        "/cisco/support": jane,
        "/cisco/staff/cases": staff,
        "/cisco/staff/people": staff,
    }
    for begin, visitor in begins.items():
        page = (await visitor.get(begin)).text
        ways = offered(page, "tabs") | offered(page, "subtabs")
        assert len(ways) > 5
        for text, path in ways.items():
            answer = await visitor.get(path)
            assert answer.status_code in (200, 303), f"{text}: {path}"
