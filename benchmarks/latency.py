"""From one POST to a page of the portal that shows what it earned."""

import asyncio
import time
from collections import deque
from statistics import quantiles

import asyncpg
import httpx2
from pydantic_core import to_json

from benchmarks import product as forms
from benchmarks.figures import Figure, figure
from benchmarks.load import PROGRAMME, result
from benchmarks.posting import Poster
from benchmarks.product import Product
from benchmarks.visitors import sign_in
from services.identity import demonstration

PER_SECOND = 50
POSTS = 4_500
# A page costs more than a post, and who looks asks for several: looking at one in thirty leaves
# the machine to the product.
LOOK_AT = 30
RUNS = 3
NOTE = "POST to the portal's page of the candidate showing the certification, 50 posts/s"


async def post_to_page_p99() -> list[Figure]:
    """Measure the distributed form; the page is the one that programme staff see."""
    async with forms.distributed() as product:
        await product.register(200 + POSTS * RUNS)
        candidates = await _candidate_ids(product)
        async with httpx2.AsyncClient(base_url=product.url, timeout=30) as browser:
            await sign_in(
                browser,
                f"/{PROGRAMME}/staff/sign-in",
                demonstration.STAFF_EMAIL,
                demonstration.STAFF_PASSWORD,
            )
            await _one_run(product, browser, candidates, range(200))
            worst, plain = [], []
            for number in range(RUNS):
                first = 200 + number * POSTS
                times = await _one_run(product, browser, candidates, range(first, first + POSTS))
                worst.append(quantiles(times, n=100)[98])
                started = time.perf_counter()
                for _ in range(20):
                    await browser.get(f"/{PROGRAMME}/staff/candidates/{candidates['T0']}")
                plain.append((time.perf_counter() - started) / 20 * 1000)
    return [
        figure(
            "post_to_page_p99", worst, "ms", yardstick=plain, note=f"{NOTE}; beside one page view"
        )
    ]


async def _one_run(
    product: Product, browser: httpx2.AsyncClient, candidates: dict[str, str], people: range
) -> list[float]:
    times: list[float] = []
    tasks = []
    idle: deque[Poster] = deque()
    started = time.perf_counter()
    for place, number in enumerate(people):
        await asyncio.sleep(max(0.0, started + place / PER_SECOND - time.perf_counter()))
        watched = browser if place % LOOK_AT == 0 else None
        tasks.append(asyncio.create_task(_post(product, idle, watched, candidates, number, times)))
    await asyncio.gather(*tasks)
    for poster in idle:
        await poster.close()
    return times


async def _result(product: Product, idle: deque[Poster], number: int) -> None:
    """Post a result over the connection that nobody uses for the longest time.

    Each in its turn: one that is left over would be closed by the gateway before it is used.
    """
    vendor = product.vendor.client
    poster = idle.popleft() if idle else Poster(product.url, vendor.headers["authorization"])
    _, status, said = await poster.post("/api/exams/results", to_json(result(number)))
    if status != 200 or b'"accepted":1' not in said:
        raise RuntimeError(f"not accepted: {status} {said[:500]!r}")
    idle.append(poster)


async def _post(
    product: Product,
    idle: deque[Poster],
    browser: httpx2.AsyncClient | None,
    candidates: dict[str, str],
    number: int,
    times: list[float],
) -> None:
    started = time.perf_counter()
    await _result(product, idle, number)
    if browser is None:
        return
    page = f"/{PROGRAMME}/staff/candidates/{candidates[f'T{number}']}"
    while time.perf_counter() - started < 10:
        answer = await browser.get(page)
        if answer.status_code == 200 and "CCNA" in _certifications(answer.text):
            times.append((time.perf_counter() - started) * 1000)
            return
        await asyncio.sleep(0.01)
    raise TimeoutError(f"{page} did not show the certification in 10 s")


def _certifications(page: str) -> str:
    """Return the section of certifications, or nothing while there is none."""
    start = page.find("<h2>Certifications</h2>")
    return page[start : page.find("</section>", start)] if start >= 0 else ""


async def _candidate_ids(product: Product) -> dict[str, str]:
    address = product.databases["identity"].replace("+asyncpg", "")
    connection = await asyncpg.connect(address)
    rows = await connection.fetch("SELECT testing_id, candidate_id FROM testing_ids")
    await connection.close()
    return {row["testing_id"]: row["candidate_id"] for row in rows}
