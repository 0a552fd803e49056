"""Logging in with an account at a real provider, from the first time to the last, in Chromium."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Request, expect

from tests.journeys.product import Person, Product, a_number
from tests.journeys.test_browser import PASSWORD, WIDTHS, Visitor, registered
from tests.openid.provider import Provider

pytestmark = [pytest.mark.browser, pytest.mark.openid]

CONNECTED = "/cisco/personal-info/connected"


class Traveller(Visitor):
    """A visitor who goes to the provider too."""

    provider: Provider

    def _asked(self, request: Request) -> None:
        if not request.url.startswith(self.provider.issuer):
            super()._asked(request)

    def at_the_provider(self, account: str) -> None:
        """Log in there; whoever is logged in there already is sent back at once."""
        self.page.get_by_label("Account").fill(account)
        self.page.get_by_role("button", name="Sign in").click()

    def follow_mail(self, address: str, subject: str, path: str) -> None:
        """Open the link in the mail of a subject."""
        text = self.product.wait_for_mail(address, subject).text
        (link,) = [word for word in text.split() if f"/{path}/" in word]
        self.open(link)


@pytest.fixture(params=list(WIDTHS))
def visitor(
    request: pytest.FixtureRequest, browser: Browser, product: Product, openid_server: Provider
) -> Iterator[Traveller]:
    openid_server.returns_to(f"{product.url}/cisco/sign-in/return/cisco-com")
    context = browser.new_context(viewport=WIDTHS[request.param])
    traveller = Traveller(context, product)
    traveller.provider = openid_server
    yield traveller
    context.close()


def test_whose_it_is_once_and_straight_in_afterwards(visitor: Traveller) -> None:
    product, page = visitor.product, visitor.page
    person = registered(product)
    account = a_number("nils")
    visitor.provider.knows(account, email=f"{account}@elsewhere.example", given_name="Nils")

    visitor.open("/cisco/sign-in?next=/cisco/transcripts")
    page.get_by_role("link", name="Log in with Cisco.com ID").click()
    visitor.at_the_provider(account)
    expect(page.locator("h1")).to_have_text("One more step, this once")
    visitor.sound()
    page.get_by_role("link", name="By e-mail or score report").click()
    visitor.sound()
    page.locator("#email").fill(person.email)
    page.get_by_role("button", name="Submit").first.click()
    visitor.follow_mail(person.email, "sign-in link", "link")
    page.get_by_role("button", name="Connect Cisco.com ID and log in").press("Enter")
    expect(page).to_have_url(f"{product.url}/cisco/transcripts")
    product.wait_for_mail(person.email, "An account was connected")

    visitor.leave()
    page.get_by_role("link", name="Log in with Cisco.com ID").click()
    expect(page).to_have_url(f"{product.url}/cisco/")
    visitor.open(CONNECTED)
    expect(page.locator("main")).to_contain_text(f"{account}@elsewhere.example")
    # Without another way in it cannot be given up.
    page.get_by_role("button", name="Disconnect").click()
    expect(page.locator("main")).to_contain_text("This is your only way in")
    visitor.faults.clear()  # the browser's own note about the answer 409


def test_connected_by_who_is_logged_in_and_given_up(visitor: Traveller) -> None:
    product, page = visitor.product, visitor.page
    person = registered(product)
    product.welcome(person, PASSWORD)
    account = a_number("nils")
    visitor.open("/cisco/sign-in")
    page.fill("#login", person.email)
    page.fill("#password", PASSWORD)
    page.locator("main").get_by_role("button", name="Log in", exact=True).click()
    expect(page).to_have_url(f"{product.url}/cisco/")
    visitor.open(CONNECTED)
    page.get_by_role("link", name="Connect Cisco.com ID").click()
    visitor.at_the_provider(account)
    expect(page).to_have_url(product.url + CONNECTED)
    visitor.sound()
    page.get_by_role("button", name="Yes, connect it").press("Enter")
    expect(page.locator("main")).to_contain_text("From now on it logs you in")
    visitor.sound()
    page.get_by_role("button", name="Disconnect").press("Enter")
    expect(page.locator("main")).to_contain_text("It does not log you in any more")


def test_who_is_new_registers_with_it(visitor: Traveller) -> None:
    page = visitor.page
    person = Person("Rosa")
    account = a_number("rosa")
    visitor.provider.knows(
        account, email=person.email, given_name=person.given_name, family_name=person.family_name
    )
    visitor.open("/cisco/sign-in")
    page.get_by_role("link", name="Log in with Cisco.com ID").click()
    visitor.at_the_provider(account)
    page.get_by_role("link", name="Register").click()
    visitor.sound()
    expect(page.locator("#email")).to_have_value(person.email)
    page.get_by_role("button", name="Send me the link").press("Enter")
    expect(page.locator("main")).to_contain_text("A message is on its way")
    visitor.follow_mail(person.email, "registration", "register")
    page.get_by_role("button", name="Register with Cisco.com ID").press("Enter")
    expect(page.locator("main")).to_contain_text("You are registered")
    visitor.sound()


def test_who_says_no_there_comes_back_to_plain_words(visitor: Traveller) -> None:
    visitor.open("/cisco/sign-in")
    visitor.page.get_by_role("link", name="Log in with Cisco.com ID").click()
    visitor.page.get_by_role("button", name="No").click()
    expect(visitor.page.locator("h1")).to_have_text("You did not log in with Cisco.com ID")
    visitor.faults.clear()  # the browser's own note about the answer 403
    visitor.sound()
