"""A candidate's and a staff member's way through the portal of the whole product, in Chromium."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Locator,
    Page,
    Request,
    ViewportSize,
    expect,
)

from services.identity import demonstration
from tests.journeys.days import ago
from tests.journeys.product import Person, Product, a_number

pytestmark = pytest.mark.browser

WIDTHS: dict[str, ViewportSize] = {
    "desktop": {"width": 1280, "height": 800},
    "phone": {"width": 390, "height": 844},
}
PASSWORD = "lanterns along the quay"


class Visitor:
    """Somebody at a browser: what they do, and that every page they see is sound."""

    def __init__(self, context: BrowserContext, product: Product) -> None:
        self.context = context
        self.product = product
        self.faults: list[str] = []
        self.page = context.new_page()
        self.page.set_default_timeout(15_000)
        self.page.on("pageerror", self._script_failed)
        self.page.on("console", self._said)
        self.page.on("request", self._asked)

    def _script_failed(self, error: Error) -> None:
        self.faults.append(f"script: {error}")

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.faults.append(message.text)

    def _asked(self, request: Request) -> None:
        if request.url.startswith("http") and not request.url.startswith(self.product.url):
            self.faults.append(f"asks elsewhere: {request.url}")

    def open(self, address: str) -> None:
        """Type an address."""
        self.page.goto(f"{self.product.url}{address}" if address.startswith("/") else address)
        self.sound()

    def sound(self) -> None:
        """The page says what it is, fits the screen, and axe-core finds no fault in it."""
        page = self.page
        expect(page.locator("h1")).to_have_count(1)
        wider = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wider <= 0, f"{page.url} is {wider} pixels wider than the screen"
        for violation in Axe().run(page).response["violations"]:
            where = [node["html"][:200] for node in violation["nodes"]]
            self.faults.append(f"{page.url}: {violation['id']} {where}")
        assert self.faults == []

    def choose(self, name: str) -> None:
        """Go to a part by the navigation that this width has."""
        self.open_menu()
        link = self.page.get_by_role("link", name=name, exact=True).locator("visible=true")
        link.first.click()
        self.sound()

    def leave(self) -> None:
        """Log out."""
        self.open_menu()
        self.press("Log out")

    def open_menu(self) -> None:
        """Show the navigation where this width hides it."""
        menu = self.page.locator("details.menu > summary")
        if menu.is_visible():
            menu.click()

    def press(self, name: str) -> None:
        """Press a button."""
        self.page.get_by_role("button", name=name).locator("visible=true").first.click()
        self.sound()

    def follow(self, name: str) -> None:
        """Follow a link in the page itself."""
        self.page.locator("main").get_by_role("link", name=name).first.click()
        self.sound()

    def again_until(self, seen: Locator) -> None:
        """Load the page again until something is there."""
        for _ in range(100):
            if seen.count():
                return
            self.page.wait_for_timeout(200)
            self.page.reload()
        expect(seen).not_to_have_count(0)


@pytest.fixture(params=list(WIDTHS))
def visitor(
    request: pytest.FixtureRequest, browser: Browser, product: Product
) -> Iterator[Visitor]:
    context = browser.new_context(viewport=WIDTHS[request.param], accept_downloads=True)
    yield Visitor(context, product)
    context.close()


def stranger(visitor: Visitor) -> Visitor:
    """Somebody else, at another browser of the same width."""
    browser = cast(Browser, visitor.context.browser)
    return Visitor(browser.new_context(viewport=visitor.page.viewport_size), visitor.product)


def registered(product: Product) -> Person:
    person = Person("Nils")
    product.register(person.registration("200-301", appointment=f"{ago(-12)}T17:00:00Z"))
    return person


def test_a_candidates_way_from_the_mailed_link_to_the_public_transcript(visitor: Visitor) -> None:
    product, page = visitor.product, visitor.page
    person = registered(product)
    link, _ = product.link_for(person)

    visitor.open(link)
    expect(page.locator("main")).to_contain_text(product.candidate_id(person))
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("The same password again").fill(PASSWORD)
    visitor.press("Set password and log in")
    expect(page.locator("h1")).to_contain_text("Welcome, Nils")
    expect(page.locator("main")).to_contain_text("Your appointment for exam 200-301")

    result = person.result("200-301", ago(1), score="864")
    product.results(result)
    page.goto(f"{product.url}/cisco/")
    visitor.again_until(page.locator("main a", has_text="CCNA"))
    visitor.again_until(page.locator("main a[href$=certificates-and-plaques]"))
    visitor.sound()

    visitor.choose("Testing History")
    row = page.get_by_role("row").filter(has_text=result["registration_number"])
    for shown in ("200-301", "Pass", "864"):
        expect(row).to_contain_text(shown)

    visitor.choose("Certifications")
    visitor.follow("CCNA")
    for words in ("Current progress", "Why these dates", "Started", "Active", "Expires"):
        expect(page.locator("main")).to_contain_text(words)
    page.locator("summary", has_text="Facts and rule").first.click()
    visitor.sound()
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF Certificate").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")
    assert download.value.suggested_filename.endswith(".pdf")
    visitor.follow("Public page")
    expect(page.locator("main")).to_contain_text("Valid certification")
    expect(page.locator("h1")).to_contain_text("Nils Lindqvist")
    visitor.open("/cisco/certifications")
    page.locator("summary", has_text="more certifications").click()
    visitor.follow("CCNP Enterprise")
    expect(page.locator(".tree")).to_contain_text("350-401")

    visitor.choose("Certificates & Plaques")
    expect(page.locator("main")).to_contain_text("Printed certificate")
    visitor.choose("Personal Info")
    expect(page.locator("h1")).to_have_text("Settings")
    # Beside the page's own part, not in the menu that a phone opens.
    page.get_by_role("link", name="Identification", exact=True).click()
    expect(page.locator("main")).to_contain_text(person.testing_id)

    share(visitor)
    visitor.leave()
    expect(page.locator("h1")).to_be_visible()
    visitor.open("/cisco/transcripts")
    assert "/sign-in" in page.url
    page.get_by_label("Login ID").fill(person.email)
    page.get_by_label("Password").fill(PASSWORD)
    visitor.press("Log in")
    # Back at the page that was asked for.
    assert page.url.endswith("/cisco/transcripts")


def share(visitor: Visitor) -> None:
    """Create a transcript and have a stranger open it; the view is counted; close it again."""
    page = visitor.page
    visitor.choose("Transcripts")
    visitor.follow("Create new transcript")
    page.get_by_label("Description").fill("For the harbour office")
    page.get_by_label("Valid through").fill(ago(-40))
    page.get_by_label("Remarks").fill("Also on call at night.")
    visitor.press("Save")
    expect(page.get_by_role("status").first).to_contain_text("Transcript created")
    address = page.get_by_label("Public link of For the harbour office").input_value()
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()

    other = stranger(visitor)
    other.open(address)
    expect(other.page.locator("h1")).to_have_text("Nils Lindqvist")
    for shown in ("CCNA", "Also on call at night."):
        expect(other.page.locator("main")).to_contain_text(shown)
    expect(other.page.locator("main")).not_to_contain_text("For the harbour office")

    page.reload()
    views = page.locator("dl.facts > div").filter(has_text="Views")
    expect(views).to_contain_text("1")
    visitor.press("Disable")
    assert other.page.goto(address)
    expect(other.page.locator("h1")).to_have_text("This transcript cannot be shown")
    other.context.close()


def test_staffs_way(visitor: Visitor, tmp_path: Path) -> None:
    product, page = visitor.product, visitor.page
    person, waiting = registered(product), Person("Unknown").result("200-301", ago(2))
    candidate_id = product.candidate_id(person)
    product.results(waiting, person.result("200-301", ago(3)))
    product.held(person, "CCNA")

    visitor.open("/cisco/staff/")
    page.get_by_label("E-mail address").fill(demonstration.STAFF_EMAIL)
    page.get_by_label("Password").fill("not this one")
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    # The browser's own note about the answer 401.
    visitor.faults.clear()
    page.get_by_label("Password").fill(demonstration.STAFF_PASSWORD)
    visitor.press("Log in")
    expect(page.locator("h1")).to_have_text("Overview")

    visitor.choose("Candidates")
    page.get_by_role("searchbox").fill(person.email)
    visitor.press("Search")
    visitor.follow("Nils Lindqvist")
    for shown in (candidate_id, person.testing_id, "200-301", "CCNA"):
        expect(page.locator("main")).to_contain_text(shown)

    file = tmp_path / "march.csv"
    file.write_text(
        "vendor,registration_number,exam_code,testing_id,grade,exam_date\n"
        f"vue,{a_number('R')},200-301,{person.testing_id},fail,{ago(9)}\n"
        f"vue,{a_number('R')},no-exam,{person.testing_id},pass,{ago(9)}\n"
    )
    visitor.choose("Imports")
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_label("Format").select_option("results-csv")
    page.get_by_role("button", name="Upload").click()
    expect(page.locator("h1")).to_have_text("march.csv")
    # The page follows the import by itself, and loads itself once more at its end.
    errors = page.get_by_role("link", name=re.compile("error")).first
    expect(errors).to_be_visible(timeout=20_000)
    expect(page.locator("[data-figure=done]")).to_have_text("2")
    visitor.sound()
    with page.expect_download() as download:
        errors.click()
    assert "no-exam" in Path(download.value.path()).read_text()

    visitor.choose("Unmatched")
    expect(page.locator("main")).to_contain_text(waiting["registration_number"])
    visitor.choose("Parked events")
    expect(page.locator("main")).to_contain_text("Nothing is parked")
    visitor.choose("Mail")
    visitor.follow("Sent")
    expect(page.locator("main")).to_contain_text(person.email)
    visitor.leave()
    visitor.open("/cisco/staff/mail")
    assert "/staff/sign-in" in page.url


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until something has the focus, which must then be seen to have it."""
    expect(wanted).to_be_visible()
    for _ in range(80):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            outline = wanted.evaluate("element => getComputedStyle(element).outlineStyle")
            shadow = wanted.evaluate("element => getComputedStyle(element).boxShadow")
            assert outline != "none" or shadow != "none", "the focus cannot be seen"
            return
    raise AssertionError(f"Tab never comes to {wanted}")


def test_the_keyboard_alone_is_enough(browser: Browser, embedded_product: Product) -> None:
    product = embedded_product
    person = registered(product)
    product.results(person.result("200-301", ago(1)))
    context = browser.new_context(viewport=WIDTHS["desktop"])
    visitor = Visitor(context, product)
    page, keys = visitor.page, visitor.page.keyboard

    def enter(wanted: Locator, path: str) -> None:
        tab_to(page, wanted)
        with page.expect_navigation():
            keys.press("Enter")
        assert re.fullmatch(path, page.url.removeprefix(product.url)), page.url

    link, _ = product.link_for(person)
    page.goto(link)
    tab_to(page, page.get_by_label("New password"))
    keys.type(PASSWORD)
    tab_to(page, page.get_by_label("The same password again"))
    keys.type(PASSWORD)
    with page.expect_navigation():
        keys.press("Enter")
    expect(page.locator("h1")).to_contain_text("Welcome, Nils")
    visitor.again_until(page.locator("main a", has_text="CCNA"))

    # The first stop of every page leads past the navigation.
    keys.press("Tab")
    keys.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.reload()
    main = page.get_by_role("navigation", name="Main")
    enter(main.get_by_role("link", name="Certifications"), "/cisco/certifications")
    enter(page.get_by_role("link", name="CCNA", exact=True), "/cisco/certifications/CCNA")
    facts = page.locator("summary", has_text="Facts and rule").first
    tab_to(page, facts)
    keys.press("Enter")
    expect(page.locator("details.more[open]")).to_have_count(1)
    enter(main.get_by_role("link", name="Transcripts"), "/cisco/transcripts")
    create = page.get_by_role("link", name="Create new transcript").first
    enter(create, "/cisco/transcripts/new")
    tab_to(page, page.get_by_label("Description"))
    keys.type("By keyboard")
    all_new = page.get_by_label("All new certifications")
    tab_to(page, all_new)
    keys.press("Space")
    expect(all_new).not_to_be_checked()
    keys.press("Space")
    enter(page.get_by_role("button", name="Save"), r"/cisco/transcripts\?done=created")
    tab_to(page, page.get_by_role("button", name="Copy link"))
    keys.press("Enter")
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    enter(page.get_by_role("button", name="Log out").first, r"/cisco/sign-in\?left=1")
    context.close()


@pytest.mark.parametrize(
    "spoil",
    [
        "document.querySelector('main').innerHTML += '<img src=\"data:,\">'",
        "document.querySelector('main').style.minWidth = '5000px'",
        "document.querySelector('h1').remove()",
        "console.error('something is wrong')",
        "fetch('http://127.0.0.1:9/elsewhere').catch(() => {})",
    ],
)
def test_a_page_that_is_not_sound_is_noticed(
    browser: Browser, embedded_product: Product, spoil: str
) -> None:
    context = browser.new_context(viewport=WIDTHS["desktop"])
    visitor = Visitor(context, embedded_product)
    visitor.open("/cisco/support")
    visitor.page.evaluate(spoil)
    with pytest.raises(AssertionError):
        visitor.sound()
    context.close()
