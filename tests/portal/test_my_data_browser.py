"""My data in a real browser: what axe-core says, by keyboard, and without scripts."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.portal.browsing import looking, serving, sign_in, visiting
from tests.portal.data_gateway import OWN, WAITING
from tests.portal.gateway import World

pytestmark = pytest.mark.browser

PAGE = "/cisco/personal-info/my-data"
STAFF = ("/cisco/staff/data-requests", f"/cisco/staff/candidates/{OWN}/data")


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def address(world: World) -> Iterator[str]:
    with serving(world) as address:
        yield address


def test_the_pages_are_accessible_and_fit(browser: Browser, address: str, world: World) -> None:
    with looking(browser, address) as look:
        world.my_data.erasure = None
        sign_in(look.page)
        look.at(PAGE, f"{PAGE}/erase")
        sign_in(look.page, "/cisco/staff/sign-in", "staff@example.com")
        look.at(*STAFF)
        world.my_data.erasure = dict(WAITING)
        look.at(PAGE, *STAFF)


@pytest.mark.parametrize("scripts", [True, False])
def test_an_erasure_is_asked_for_by_keyboard_and_taken_back(
    browser: Browser, address: str, world: World, scripts: bool
) -> None:
    with visiting(browser, address, java_script_enabled=scripts) as context:
        page = context.new_page()
        sign_in(page)
        page.goto(PAGE)
        page.get_by_role("link", name="See what it means").press("Enter")
        page.get_by_label("Your candidate ID").fill("CSCO1")
        page.get_by_role("button", name="Erase my data").press("Enter")
        expect(page.locator("#id-wrong")).to_be_visible()
        page.get_by_label("Your candidate ID").fill(OWN)
        page.get_by_role("button", name="Erase my data").press("Enter")
        expect(page.locator("main")).to_contain_text("2026-Dec-05")
        page.get_by_role("button", name="Take it back").press("Enter")
        expect(page.locator("main")).to_contain_text("stay as they are")


def test_the_copy_is_saved_under_its_name(browser: Browser, address: str) -> None:
    with visiting(browser, address) as context:
        page = context.new_page()
        sign_in(page)
        page.goto(PAGE)
        with page.expect_download() as saving:
            page.get_by_role("link", name="Download").first.click()
        assert saving.value.suggested_filename == "cisco-data.zip"
