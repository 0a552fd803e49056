"""The portal in a real browser: serving it, signing in, and looking at a page as axe-core does."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from deploy.embedded.within import Within
from portal.app import create_app
from portal.settings import PortalSettings
from shared.clock import FixedClock
from tests.portal.conftest import NOW
from tests.portal.gateway import PASSWORD, World, fake_gateway

PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 800}


@contextmanager
def serving(world: World) -> Iterator[str]:
    """Serve the portal in front of the fake gateway; give its address."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        # From now on whoever comes waits, until the server is there.
        listener.listen()
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        # As streams arrive from a real gateway: piece by piece.
        api = httpx2.AsyncClient(transport=Within(fake_gateway(world)), base_url="http://gateway")
        settings = PortalSettings(environment="test", public_url=address)
        app = create_app(settings, api=api, clock=FixedClock(NOW))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield address
        server.should_exit = True
        thread.join()


@contextmanager
def visiting(browser: Browser, address: str, **how: Any) -> Iterator[BrowserContext]:
    """Open a browser window of one kind."""
    context = browser.new_context(base_url=address, **({"viewport": DESKTOP} | how))
    context.set_default_timeout(10_000)
    yield context
    context.close()


def sign_in(page: Page, path: str = "/cisco/sign-in", login: str = "CSCO10000000") -> None:
    page.goto(path)
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")


def refused(said: str) -> bool:
    """Whether the browser refused something, or a module broke."""
    return "Content Security Policy" in said or "Uncaught" in said


def look(page: Page, path: str) -> list[str]:
    """Open a page and everything in it; return what is wrong with it."""
    page.goto(path)
    return faults_of(page, path)


def faults_of(page: Page, path: str) -> list[str]:
    """Return what is wrong with the page that is open, everything in it opened."""
    page.eval_on_selector_all("main details", "all => all.forEach(one => one.open = true)")
    beyond = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    faults = [f"{path}: {beyond} px beyond the right edge"] if beyond > 0 else []
    for violation in Axe().run(page).response["violations"]:
        where = f"{path}: {violation['id']}"
        faults += [
            f"{where}: {node['html'][:200]} {node['failureSummary']}" for node in violation["nodes"]
        ]
    return faults
