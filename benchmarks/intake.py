"""Taking in: how many results are accepted in a second, one by one, in batches, and by file."""

import asyncio
import csv
import io
import os
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import asyncpg
import psutil
from pydantic_core import to_json

from benchmarks import product as forms
from benchmarks.figures import Figure, figure
from benchmarks.load import EXAM_DATE, PROGRAMME, result, results
from benchmarks.posting import post_all
from benchmarks.product import Product
from services.identity import demonstration
from shared.ids import uuid7

RUNS = 3
BATCHED = 15_000
SINGLE = 6_000
VENDORS = 64
# Machines of as many vendors have addresses of their own, each with its own limit.
MANY_ADDRESSES = {"GATEWAY_RATE_GENERAL": "100000r/s", "GATEWAY_BURST_GENERAL": "100000"}
FILE_PEOPLE = 200_000
# What each person of the file has taken; three of them earn something.
HISTORY = (
    ("200-301", "fail", "2026-08-03"),
    ("200-301", "pass", "2026-09-14"),
    ("350-401", "fail", "2026-10-05"),
    ("350-401", "pass", "2026-10-26"),
    ("300-410", "pass", EXAM_DATE),
)
_RAW = """
DROP SCHEMA IF EXISTS raw CASCADE;
CREATE SCHEMA raw;
CREATE TABLE raw.results (id uuid PRIMARY KEY, number text UNIQUE, candidate text, day date);
CREATE TABLE raw.outbox (id uuid PRIMARY KEY, body bytea);
"""


@contextmanager
def paused(product: Product, *but: str) -> Iterator[None]:
    """Stop the processes of all other services, so that two cores do one thing."""
    others = [pid for name, pid in product.pids.items() if name not in but]
    for pid in others:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in others:
            os.kill(pid, signal.SIGCONT)


async def accept_api() -> list[Figure]:
    """Measure results per second accepted in batches of 500: stored and in the outbox."""
    rates, raw = [], []
    async with forms.distributed() as product:
        token = product.vendor.client.headers["authorization"]
        for run in range(RUNS + 1):
            count = BATCHED if run else 2_000
            first = product.people
            await product.register(count)
            bodies = results(first, count)
            with paused(product, "exams", "gateway"):
                seconds, _ = await post_all(
                    product.url, token, "/api/exams/results", bodies, at_once=4
                )
            await _caught_up(product)
            if run:  # the first one warms caches and connections
                rates.append(count / seconds)
                raw.append(await _raw_rate(product))
    return [
        figure(
            "accept_api",
            rates,
            "results/s",
            yardstick=raw,
            note="accepted in posts of 500, four at once, the other services standing still; "
            "beside the bare inserts",
        )
    ]


async def single_posts() -> list[Figure]:
    """Measure 64 machines that each post one result at a time: how many, and how long each."""
    rates, slowest = [], []
    async with forms.distributed(MANY_ADDRESSES) as product:
        token = product.vendor.client.headers["authorization"]
        for run in range(RUNS + 1):
            count = SINGLE if run else 1_000
            first = product.people
            await product.register(count)
            bodies = [to_json(result(number)) for number in range(first, first + count)]
            with paused(product, "exams", "gateway"):
                seconds, took = await post_all(
                    product.url, token, "/api/exams/results", bodies, at_once=VENDORS
                )
            await _caught_up(product)
            if run:
                rates.append(count / seconds)
                slowest.append(sorted(took)[int(0.99 * len(took))] * 1000)
    what = f"{VENDORS} machines, each one result at a time, the other services standing still"
    return [
        figure("single_posts", rates, "results/s", note=what),
        figure("single_posts_p99", slowest, "ms", note=what),
    ]


async def csv_1m(people: int = FILE_PEOPLE) -> list[Figure]:
    """Measure a file of a million results: seconds to the last reaction, and memory of exams.

    people: of whom the file tells five results each; fewer only to see that it runs.
    """
    rows = people * len(HISTORY)
    async with forms.distributed() as product:
        await product.register(people)
        await _caught_up(product)
        # Registering so many may take as long as a token lives; the old one must not go along.
        del product.vendor.client.headers["authorization"]
        await product.vendor.sign_in(demonstration.CLIENT_ID, demonstration.CLIENT_SECRET)
        raw = await _raw_rate(product)
        held: list[float] = []
        watching = asyncio.create_task(_watch_memory(product.pids["exams"], held))
        started = time.perf_counter()
        answer = await product.vendor.client.post(
            "/api/exams/imports",
            params={"kind": "results", "programme": PROGRAMME, "name": "million.csv"},
            content=_file(people),
            headers={"content-type": "text/csv"},
            timeout=600,
        )
        answer.raise_for_status()
        address = f"/api/exams/imports/{answer.json()['id']}"
        while True:
            answer = await product.vendor.client.get(address)
            answer.raise_for_status()
            state = answer.json()
            if state["finished_at"]:
                break
            await asyncio.sleep(1)
        if (state["state"], state["accepted"]) != ("finished", rows):
            raise RuntimeError(f"not all rows were taken in: {state}")
        taken_in = time.perf_counter() - started
        await _caught_up(product)
        seconds = time.perf_counter() - started
        watching.cancel()
        await _complete(product, rows)
    print(f"taken in after {taken_in:.0f} s; the last reaction came after {seconds:.0f} s")
    what = f"a file of {rows:,} results of {people:,} people"
    return [
        figure(
            "csv_1m",
            [seconds],
            "s",
            yardstick=[rows / raw],
            note=f"{what} to the last reaction; beside the bare inserts",
        ),
        figure("csv_1m_memory", [max(held)], "MB", note="the most that exams held meanwhile"),
    ]


async def _file(people: int) -> AsyncIterator[bytes]:
    """The file as it is sent, a few thousand rows at a time."""
    columns = ("registration_number", "testing_id", "exam_code", "grade", "exam_date", "score")
    yield (",".join(columns) + "\n").encode()
    for first in range(0, people, 1_000):
        written = io.StringIO()
        rows = csv.writer(written, lineterminator="\n")
        for person in range(first, min(first + 1_000, people)):
            for place, (exam, grade, day) in enumerate(HISTORY):
                rows.writerow((f"F{person}-{place}", f"T{person}", exam, grade, day, "900"))
        yield written.getvalue().encode()


async def _caught_up(product: Product) -> None:
    """Return when nothing waits to be published or handled anywhere, seen twice in a row."""
    quiet = 0
    before: dict[str, int] = {}
    while quiet < 2:
        await asyncio.sleep(0.5)
        waiting = [
            await product.count(name, "SELECT count(*) FROM outbox WHERE published_at IS NULL")
            for name in product.databases
            if name in forms.REACTIONS
        ]
        now = {
            name: await product.count(name, "SELECT count(*) FROM inbox")
            for name in forms.REACTIONS
        }
        quiet = quiet + 1 if now == before and not any(waiting) else 0
        before = now


async def _complete(product: Product, rows: int) -> None:
    """Raise unless every service has all that the file comes to."""
    earned = await product.count("certifications", "SELECT count(*) FROM certifications")
    counts = await product.counts(forms.REACTIONS)
    short = {name: count for name, count in counts.items() if name != "exams" and count != earned}
    if short or counts["exams"] != rows or not earned:
        raise RuntimeError(f"{earned} certifications, but {counts}")


async def _raw_rate(product: Product) -> float:
    """Rows per second that go into two bare tables in batches of 500, by one connection."""
    address = product.databases["exams"].replace("+asyncpg", "")
    connection = await asyncpg.connect(address)
    try:
        await connection.execute(_RAW)
        ids = [[uuid7() for _ in range(500)] for _ in range(BATCHED // 500)]
        started = time.perf_counter()
        for batch in ids:
            numbers = [f"R{one}" for one in batch]
            async with connection.transaction():
                await connection.execute(
                    "INSERT INTO raw.results SELECT i, n, n, current_date "
                    "FROM unnest($1::uuid[], $2::text[]) AS t(i, n) ON CONFLICT DO NOTHING",
                    batch,
                    numbers,
                )
                body = to_json([{"id": one, "number": one} for one in numbers])
                await connection.execute("INSERT INTO raw.outbox VALUES ($1, $2)", uuid7(), body)
        return BATCHED / (time.perf_counter() - started)
    finally:
        await connection.execute("DROP SCHEMA raw CASCADE")
        await connection.close()


async def _watch_memory(pid: int, held: list[float]) -> None:
    """Note a process's resident megabytes twice a second until cancelled, the upload included."""
    while True:
        held.append(float(psutil.Process(pid).memory_info().rss) / 1_000_000)
        await asyncio.sleep(0.5)
