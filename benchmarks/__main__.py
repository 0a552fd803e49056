"""`make bench`: run all measurements, or those named; print a table and write latest.json."""

import asyncio
import os
import platform
import signal
import sys
from collections.abc import Callable, Coroutine
from typing import Any

from benchmarks.end_to_end import e2e_distributed, e2e_embedded
from benchmarks.engine import evaluations
from benchmarks.figures import Figure, keep, table
from benchmarks.growth import cost_growth, rss_embedded_100k
from benchmarks.identity import portal_page_p99, sign_in, token_verify
from benchmarks.intake import accept_api, csv_1m, single_posts
from benchmarks.latency import post_to_page_p99
from benchmarks.start import start_warm
from benchmarks.whole_programme import daily_job_1m, dry_run_100k

ALL: dict[str, Callable[[], Coroutine[Any, Any, list[Figure]]]] = {
    measure.__name__: measure
    for measure in (
        e2e_distributed,
        e2e_embedded,
        accept_api,
        single_posts,
        csv_1m,
        post_to_page_p99,
        sign_in,
        token_verify,
        portal_page_p99,
        rss_embedded_100k,
        cost_growth,
        start_warm,
        evaluations,
        dry_run_100k,
        daily_job_1m,
    )
}


def main(names: list[str]) -> None:
    """Measure what is named, everything without names."""
    unknown = set(names) - set(ALL)
    if unknown:
        sys.exit(f"no such benchmark: {', '.join(sorted(unknown))}; there are {', '.join(ALL)}")
    # A stop by signal must end the servers that were started, as Ctrl-C does.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}")
    figures: list[Figure] = []
    for name in names or ALL:
        print(f"measuring {name} …", flush=True)
        figures += asyncio.run(ALL[name]())
    keep(figures)
    print(table(figures))


if __name__ == "__main__":
    main(sys.argv[1:])
