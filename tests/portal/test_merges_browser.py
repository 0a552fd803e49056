"""Merges in a real browser: by keyboard, without JavaScript, on a phone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.portal.browsing import PHONE, looking, serving, sign_in, visiting
from tests.portal.gateway import World
from tests.portal.merges_gateway import MERGE, OWN

pytestmark = pytest.mark.browser

STAFF = "/cisco/staff"
ONE = f"{STAFF}/merges/{MERGE}"
MINE = "/cisco/personal-info/merge"
PAGES = (
    f"{STAFF}/merges",
    f"{STAFF}/merges?which=settled",
    ONE,
    f"{ONE}?survivor=CSCO10000007",
    f"{STAFF}/candidates/CSCO10000000/merges",
)


@pytest.fixture
def world() -> World:
    world = World()
    world.merging.about = True
    world.merging.own = [OWN]
    return world


@pytest.fixture
def address(world: World) -> Iterator[str]:
    with serving(world) as address:
        yield address


def test_the_pages_are_accessible_and_fit(browser: Browser, address: str) -> None:
    with looking(browser, address) as look:
        sign_in(look.page, f"{STAFF}/sign-in", "staff@example.com")
        look.at(*PAGES)
        sign_in(look.page)
        look.at(MINE, f"{MINE}?done=merged")


def test_two_are_merged_and_told_apart_by_keyboard(
    browser: Browser, address: str, world: World
) -> None:
    with visiting(browser, address, java_script_enabled=False, viewport=PHONE) as context:
        page = context.new_page()
        sign_in(page, f"{STAFF}/sign-in", "staff@example.com")
        page.goto(f"{STAFF}/merges")
        page.get_by_role("link", name="Jane Doe and Janet").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_text("Earned by both together")).to_be_visible()
        page.get_by_role("radio", name="Merge them").focus()
        page.keyboard.press("Space")
        page.get_by_role("textbox", name="Reason").focus()
        page.keyboard.type("Both answered the same phone.")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text("one person from now on")
        assert world.merging.done[-1][0] == "confirm"
        page.get_by_role("textbox", name="Reason").fill("They are twins.")
        page.get_by_role("button", name="Undo the merge").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text("Each stands for themselves")


def test_a_merge_that_is_done_is_accessible_too(
    browser: Browser, address: str, world: World
) -> None:
    done: dict[str, object] = {
        "state": "merged",
        "survivor": "CSCO10000000",
        "merged_away": "CSCO10000007",
    }
    done |= {"one_person": True, "may_undo": True, "undo_until": "2026-12-22T12:00:00Z"}
    done |= {"decided_at": "2026-11-22T12:00:00Z", "decision": "Both answered the same phone."}
    world.merging.merges[0] |= done
    with looking(browser, address) as look:
        sign_in(look.page, f"{STAFF}/sign-in", "staff@example.com")
        look.at(ONE, f"{STAFF}/merges?which=merged")
