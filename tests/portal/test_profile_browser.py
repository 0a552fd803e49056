"""Settings, attributes, addresses and help in a real browser: legible, by keyboard, without JS."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.portal.browsing import PHONE, looking, serving, sign_in, visiting
from tests.portal.gateway import World

pytestmark = pytest.mark.browser

PAGES = (
    "/cisco/",
    "/cisco/personal-info/settings",
    "/cisco/personal-info/settings?done=changed",
    "/cisco/personal-info/attributes",
    "/cisco/personal-info/identification",
    "/cisco/personal-info/addresses",
    "/cisco/support",
    "/cisco/support/help",
    "/cisco/support/help?q=nothing",
    "/cisco/support/help/share",
    "/cisco/support/help/share?done=no",
    "/cisco/staff/help",
    "/cisco/staff/candidates/CSCO10000000/profile",
)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def address(world: World) -> Iterator[str]:
    with serving(world) as address:
        yield address


def test_every_page_is_accessible_and_fits(browser: Browser, address: str) -> None:
    with looking(browser, address) as look:
        look.at("/cisco/support/help/share")
        sign_in(look.page)
        sign_in(look.page, "/cisco/staff/sign-in", "staff@example.com")
        look.at(*PAGES)
        # The same pages when something is wrong.
        look.page.goto("/cisco/personal-info/settings")
        look.page.click("main form button[type=submit]")
        look.here("settings that are not answered")
        odd(look.page)
        look.here("an odd address")


def odd(page: Page) -> None:
    """Hand in an address that is asked about."""
    page.goto("/cisco/personal-info/addresses")
    page.select_option("#country", "US")
    page.fill("[id='roman.line1']", "1 Main St")
    page.click("text=In your own script")
    page.fill("[id='local.line1']", "大通り1")
    page.click("main button:has-text('Save')")


def test_settings_are_answered_by_keyboard(browser: Browser, address: str, world: World) -> None:
    with visiting(browser, address) as context:
        page = context.new_page()
        sign_in(page)
        page.click("text=Answer in Settings")
        page.focus("#question-employee input[type=radio]")
        page.keyboard.press("Space")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
        page.keyboard.type("Calm seas")
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_contain_text("saved and confirmed")
        expect(page.locator("#question-motto textarea")).to_have_value("Calm seas")
    answers = {one["id"]: one["answer"]["value"] for one in world.profile.settings["questions"]}
    assert answers["employee"] is False
    assert answers["relation"] == "partner"
    assert answers["disclosure"] is True


def test_it_works_without_javascript(browser: Browser, address: str, world: World) -> None:
    with visiting(browser, address, java_script_enabled=False, viewport=PHONE) as context:
        page = context.new_page()
        page.goto("/cisco/support/help/share")
        page.click("button:has-text('Yes')")
        expect(page.locator("#helpful")).to_contain_text("Thank you")
        sign_in(page)
        odd(page)
        expect(page.locator("main")).to_contain_text("Is this address right?")
        expect(page.locator("[id='local.line1']")).to_be_visible()
        page.check("text=This address is right as it is")
        page.click("main button:has-text('Save')")
        expect(page.locator("main")).to_contain_text("Your address is saved.")
    assert world.profile.votes == [("stranger", "share", True)]
    assert world.profile.address["local"]["line1"] == "大通り1"
