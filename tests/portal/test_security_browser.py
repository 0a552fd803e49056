"""Second steps, security and sessions in a real browser: legible everywhere, by keyboard too."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.portal.browsing import looking, serving, sign_in, visiting
from tests.portal.factors_gateway import CODE
from tests.portal.gateway import World

pytestmark = pytest.mark.browser

PAGES = (
    "/cisco/personal-info/security",
    "/cisco/personal-info/security?done=passkey",
    "/cisco/personal-info/security/password",
    "/cisco/personal-info/sessions",
    "/cisco/confirm-it-is-you?next=/cisco/transcripts",
    "/cisco/staff/security",
    "/cisco/staff/security/password",
    "/cisco/staff/sessions",
    "/cisco/staff/confirm-it-is-you",
)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def address(world: World) -> Iterator[str]:
    with serving(world) as address:
        yield address


@pytest.mark.slow
def test_pages_of_security_are_accessible_and_fit(
    browser: Browser, address: str, world: World
) -> None:
    with looking(browser, address) as look:
        page = look.page
        look.at("/cisco/staff/sign-in")
        world.factors.step = True
        sign_in(page)
        look.at("/cisco/sign-in/second-step")
        world.factors.step = False
        sign_in(page)
        sign_in(page, "/cisco/staff/sign-in", "staff@example.com")
        look.at(*PAGES)
        for button, there in (("Set up another one", ".qr svg"), ("Make new codes", "ol.codes")):
            page.goto("/cisco/personal-info/security")
            page.get_by_role("button", name=button).click()
            expect(page.locator(there)).to_be_visible()
            look.here(button)


def step_by_keyboard(page: Page, world: World) -> None:
    world.factors.step = True
    sign_in(page)
    page.get_by_label("Code from your app").fill("000000")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").first).to_contain_text("This code is not right.")
    page.get_by_label("Code from your app").fill(CODE)
    page.keyboard.press("Enter")


def test_the_second_step_is_taken_by_keyboard_with_and_without_javascript(
    browser: Browser, address: str, world: World
) -> None:
    for scripts in (True, False):
        with visiting(browser, address, java_script_enabled=scripts) as context:
            page = context.new_page()
            step_by_keyboard(page, world)
            expect(page).to_have_url(f"{address}/cisco/")


def test_where_a_passkey_cannot_be_used_the_page_says_so(browser: Browser, address: str) -> None:
    with visiting(browser, address) as context:
        page = context.new_page()
        sign_in(page)
        page.goto("/cisco/confirm-it-is-you")
        # By an address of numbers: passkeys are for names.
        said = page.locator("form[data-passkey] [data-said]")
        expect(said).to_contain_text("opened by its name")
        expect(page.get_by_role("button", name="Confirm with a passkey")).to_be_hidden()
        page.get_by_label("Password").fill("right")
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{address}/cisco/")
