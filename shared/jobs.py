"""Jobs: what a service does by the clock, or when something wakes it."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from shared import metrics
from shared.context import ServiceContext
from shared.logs import log


@dataclass(frozen=True)
class Job:
    """Something to run again and again.

    name: also what `context.wake(name)` calls at once; every: the longest pause between two runs.
    Several instances of a service may run the same job: it takes its own row locks.
    """

    name: str
    every: timedelta
    run: Callable[[ServiceContext], Awaitable[None]]


async def keep_running(job: Job, context: ServiceContext) -> None:
    """Run a job until cancelled; a failed run is logged, counted and followed by the next."""
    waker = context.waker(job.name)
    while True:
        waker.clear()
        try:
            await job.run(context)
            metrics.JOB_RUNS.labels(context.name, job.name, "done").inc()
        except asyncio.CancelledError:
            raise
        except Exception as fault:  # the next run may do better, and must happen
            metrics.JOB_RUNS.labels(context.name, job.name, "failed").inc()
            log.warning("job failed", service=context.name, job=job.name, fault=repr(fault))
            await asyncio.sleep(min(1.0, job.every.total_seconds()))
            continue
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(waker.wait(), job.every.total_seconds())
