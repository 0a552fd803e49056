"""My data in a real browser: what axe-core says, by keyboard, and without scripts."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, expect

from tests.portal.browsing import DESKTOP, PHONE, look, refused, serving, sign_in, visiting
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


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_accessible_and_fit(
    browser: Browser, address: str, world: World, scheme: str
) -> None:
    faults: list[str] = []
    for viewport in (PHONE, DESKTOP):
        with visiting(browser, address, viewport=viewport, color_scheme=scheme) as context:
            page = context.new_page()
            said: list[str] = []

            def hear(message: ConsoleMessage, said: list[str] = said) -> None:
                said.append(message.text)

            page.on("console", hear)
            world.my_data.erasure = None
            sign_in(page)
            faults += look(page, PAGE)
            faults += look(page, f"{PAGE}/erase")
            sign_in(page, "/cisco/staff/sign-in", "staff@example.com")
            for path in STAFF:
                faults += look(page, path)
            world.my_data.erasure = dict(WAITING)
            for path in (PAGE, *STAFF):
                faults += look(page, path)
            faults += filter(refused, said)
    assert not faults, "\n".join(faults)


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
