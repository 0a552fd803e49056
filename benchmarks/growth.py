"""What many candidates and results cost: memory, and work for each further result."""

from collections.abc import Callable
from statistics import median

import psutil

from benchmarks import product as forms
from benchmarks.end_to_end import one_run
from benchmarks.figures import Figure, figure
from benchmarks.load import results
from benchmarks.product import REACTIONS, Product

MANY = 100_000
FEW = 1_000
RUNS = 5


async def rss_embedded_100k() -> list[Figure]:
    """Measure the embedded process after 100,000 results."""
    async with forms.embedded() as product:
        memory = _memory(product)
        fresh = memory()
        await _grow(product, MANY)
        return [
            figure(
                "rss_embedded_100k",
                [memory()],
                "MB",
                yardstick=[fresh],
                note="resident memory after 100,000 results; beside a fresh process",
            )
        ]


async def cost_growth() -> list[Figure]:
    """Compare a result's cost in processor time with 1,000 and with 100,000 candidates."""
    async with forms.embedded() as product:
        # Once around: what a first request costs is not what a further result costs.
        await _cost(product)
        few = [await _cost(product) for _ in range(RUNS)]
        await _grow(product, MANY)
        many = [await _cost(product) for _ in range(RUNS)]
    return [
        figure(
            "cost_growth",
            [one / median(few) for one in many],
            "times",
            yardstick=[one / median(few) for one in few],
            note="processor time per result at 100,000 candidates, against the first thousands",
        )
    ]


async def _cost(product: Product) -> float:
    process = psutil.Process(product.pids["embedded"])
    first = product.people
    await product.register(FEW)
    before = await product.counts(REACTIONS)
    wanted = {service: number + FEW for service, number in before.items()}
    used = sum(process.cpu_times()[:2])
    await product.vendor.post("results", results(first, FEW))
    await product.reach(REACTIONS, wanted, seconds=120)
    return sum(process.cpu_times()[:2]) - used


async def _grow(product: Product, count: int) -> None:
    """Give the product people and one result for each, in portions as a vendor would."""
    portion = 10_000
    for _ in range(0, count, portion):
        await one_run(product, portion)


def _memory(product: Product) -> Callable[[], float]:
    process = psutil.Process(product.pids["embedded"])
    return lambda: process.memory_info().rss / 1_000_000
