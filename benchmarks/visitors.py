"""Visitors of the portal: signed-in browsers at so little cost that they measure little."""

import asyncio
import re
import time
from collections.abc import Sequence

import httpx2

from benchmarks.load import PROGRAMME


async def sign_in(browser: httpx2.AsyncClient, path: str, login: str, password: str) -> None:
    """Fill in a sign-in form; raise RuntimeError when it is refused."""
    form = await browser.get(path)
    found = re.search(r'name="form_token" value="([^"]+)"', form.text)
    if found is None:
        raise RuntimeError(f"no form at {path}: {form.status_code}")
    fields = {"form_token": found[1], "next": "", "login": login, "password": password}
    answer = await browser.post(path, data=fields)
    if answer.status_code >= 400:
        raise RuntimeError(f"{login} could not sign in: {answer.status_code}")


async def look_at(
    browser: httpx2.AsyncClient, pages: Sequence[str], *, per_second: int, count: int
) -> list[float]:
    """Ask for pages in turn, at a steady rate whether or not answers come; return milliseconds.

    Raises RuntimeError for an answer that is no page.
    """
    times: list[float] = []

    async def one(page: str) -> None:
        started = time.perf_counter()
        answer = await browser.get(f"/{PROGRAMME}/{page}")
        if answer.status_code != 200:
            raise RuntimeError(f"{page}: {answer.status_code}")
        times.append((time.perf_counter() - started) * 1000)

    tasks = []
    started = time.perf_counter()
    for number in range(count):
        await asyncio.sleep(max(0.0, started + number / per_second - time.perf_counter()))
        tasks.append(asyncio.create_task(one(pages[number % len(pages)])))
    await asyncio.gather(*tasks)
    return times
