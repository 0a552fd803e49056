"""Testing History in a real browser: by keyboard, without JavaScript, and with its modules."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.portal.browsing import DESKTOP, PHONE, looking, serving, sign_in, visiting
from tests.portal.gateway import World

pytestmark = pytest.mark.browser

HISTORY = "/cisco/testing-history"
PLACE = f"{HISTORY}/course-completions"
PAGES = (
    "/cisco/",
    HISTORY,
    f"{HISTORY}/registrations",
    f"{HISTORY}/ce-activities",
    f"{HISTORY}/agreements",
    PLACE,
    f"{PLACE}/new",
    f"{PLACE}/co-2",
)


@pytest.fixture
def world() -> World:
    world = World()
    held, revoked = world.history["exams"][1:3]
    reason = "The test centre reported a disturbance during the exam."
    address = "https://testing.example/" + "case" * 40
    held |= {"state": "held", "reason": f"{reason} {address}"}
    revoked |= {"state": "revoked", "reason": None, "expires_on": None}
    world.past.activities[0]["provider"] = "provider" * 20
    return world


@pytest.fixture
def address(world: World) -> Iterator[str]:
    with serving(world) as address:
        yield address


def test_the_pages_are_accessible_and_fit(browser: Browser, address: str) -> None:
    with looking(browser, address) as look:
        sign_in(look.page)
        look.at(*PAGES)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_course_is_handed_in_and_what_is_wrong_told(
    browser: Browser, address: str, world: World, tmp_path: Path, scripts: bool
) -> None:
    good, large = tmp_path / "certificate.pdf", tmp_path / "large.pdf"
    good.write_bytes(b"%PDF-1.7")
    large.write_bytes(b"x" * 10_500_000)
    with visiting(browser, address, java_script_enabled=scripts) as context:
        page = context.new_page()
        sign_in(page)
        page.goto(PLACE)
        page.get_by_role("link", name="Hand in a course").press("Enter")
        page.get_by_label("Course", exact=True).select_option("CCNA")
        page.get_by_label("Completed on").fill("2026-11-02")
        page.get_by_label("Certificate", exact=True).set_input_files(large)
        page.get_by_role("button", name="Hand in").press("Enter")
        if not scripts:
            expect(page.locator("#certificate-wrong")).to_contain_text("too large")
        assert not world.past.files
        page.get_by_label("Certificate", exact=True).set_input_files(good)
        page.get_by_role("button", name="Hand in").press("Enter")
        expect(page.locator("main")).to_contain_text("Handed in. Staff will look at it")
        assert world.past.files == [("certificate.pdf", b"%PDF-1.7")]
        assert world.past.completions[0]["course"] == "CCNA"


def test_a_certificate_is_saved_under_its_name(browser: Browser, address: str) -> None:
    with visiting(browser, address) as context:
        page = context.new_page()
        sign_in(page)
        page.goto(PLACE)
        with page.expect_download() as saving:
            page.get_by_role("link", name="certificate.pdf").first.click()
        assert saving.value.suggested_filename == "certificate.pdf"


def test_an_agreement_is_accepted_by_keyboard(browser: Browser, address: str, world: World) -> None:
    with visiting(browser, address, java_script_enabled=False, viewport=PHONE) as context:
        page = context.new_page()
        sign_in(page)
        page.get_by_role("link", name="Read and accept").press("Enter")
        page.get_by_role("checkbox").press("Space")
        page.get_by_role("button", name="Accept").press("Enter")
        expect(page.locator("main")).to_contain_text("Your acceptance is recorded")
        page.goto("/cisco/")
        expect(page.get_by_role("link", name="Read and accept")).to_have_count(0)
        assert world.past.agreements[1]["accepted_version"] == "V10"


def test_an_activity_is_found_and_opened_by_keyboard(browser: Browser, address: str) -> None:
    with visiting(browser, address, java_script_enabled=False, viewport=DESKTOP) as context:
        page = context.new_page()
        sign_in(page)
        page.goto(f"{HISTORY}/ce-activities")
        page.get_by_label("Search activities").fill("data center")
        page.get_by_label("Search activities").press("Enter")
        rows = page.locator("table.activities tbody tr")
        expect(rows).to_have_count(1)
        expect(rows.get_by_text("External ID")).to_be_hidden()
        rows.locator("summary").press("Enter")
        expect(rows.get_by_text("External ID")).to_be_visible()
