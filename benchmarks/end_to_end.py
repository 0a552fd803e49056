"""From the vendor's POST to the last reaction of all services."""

import time

from benchmarks import product as forms
from benchmarks import yardstick
from benchmarks.figures import Figure, figure
from benchmarks.load import results
from benchmarks.product import REACTIONS, Product

DISTRIBUTED_RESULTS = 30_000
EMBEDDED_RESULTS = 6_000
RUNS = 3
NOTE = "results/s, POST of 500 to the last reaction; every result earns a certification"


async def one_run(product: Product, count: int) -> float:
    """Register new people, then measure results per second for one result each."""
    first = product.people
    await product.register(count)
    before = await product.counts(REACTIONS)
    wanted = {service: number + count for service, number in before.items()}
    bodies = results(first, count)
    started = time.perf_counter()
    await product.vendor.post("results", bodies)
    await product.reach(REACTIONS, wanted, seconds=60 + count / 20)
    rate = count / (time.perf_counter() - started)
    after = await product.counts(REACTIONS)
    if after != wanted:
        raise RuntimeError(f"counted {after}, expected exactly {wanted}")
    return rate


async def e2e_distributed() -> list[Figure]:
    """Measure the distributed form beside raw messages and beside one transaction per message."""
    async with forms.distributed() as product:
        await one_run(product, 2_000)  # warms caches and connections
        raw, single, rates = [], [], []
        for _ in range(RUNS):
            rates.append(await one_run(product, DISTRIBUTED_RESULTS))
            raw.append(await yardstick.measure(product, batch=500, count=DISTRIBUTED_RESULTS))
            single.append(await yardstick.measure(product, batch=1, count=300))
    return [
        figure("e2e_distributed", rates, "results/s", yardstick=raw, note=f"{NOTE}; beside raw"),
        figure(
            "e2e_distributed_vs_single",
            rates,
            "results/s",
            yardstick=single,
            note="the same, beside one transaction and one message per result",
        ),
    ]


async def e2e_embedded() -> list[Figure]:
    """Measure the embedded form."""
    async with forms.embedded() as product:
        await one_run(product, 1_000)
        rates = [await one_run(product, EMBEDDED_RESULTS) for _ in range(RUNS)]
    return [figure("e2e_embedded", rates, "results/s", note=NOTE)]
