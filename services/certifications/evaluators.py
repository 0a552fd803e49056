"""Evaluation in processes of its own: what a dry run asks, while the service goes on answering.

A worker starts from nothing (spawn): it inherits no connection, no thread and no lock. It reads
the two versions of the programme once, from files, and is then sent candidates as plain texts and
sends back plain tuples. It ends with the service, also when that is killed.
"""

import asyncio
import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import AsyncIterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple, TypeAlias

from pydantic_core import from_json

from services.certifications.domain import evaluate
from services.certifications.domain.differences import Difference, differences
from services.certifications.fact_ids import facts_in
from services.certifications.facts import Written
from shared.programmes import Programme

# A candidate's id and facts, the facts as the JSON text that the database made of the rows.
Given: TypeAlias = tuple[str, str]


class Compared(NamedTuple):
    """What came of a portion: each difference with its candidate, and whom it failed for, why."""

    found: list[tuple[str, Difference]]
    failed: list[tuple[str, str]]


class Versions(NamedTuple):
    """One programme as it is and as it might become."""

    present: Programme
    changed: Programme


class Evaluators:
    """Worker processes that compare two versions of a programme.

    present, changed: the folders of their files; count: how many processes.
    """

    def __init__(self, present: Path, changed: Path, count: int) -> None:
        self.count = count
        self._pool = ProcessPoolExecutor(
            max_workers=count,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_begin,
            initargs=(present, changed),
        )

    def compare(self, as_of: date, portion: Sequence[Given]) -> "asyncio.Future[Compared]":
        """Have a portion of candidates compared; the result keeps their order."""
        return asyncio.wrap_future(self._pool.submit(_compare, as_of, list(portion)))

    def close(self) -> None:
        """End the workers at once, whatever they are at: nothing of it is kept."""
        # Asked in order they would first finish what they are at, or even their start.
        processes = self._pool._processes  # noqa: SLF001 - public only from Python 3.14 on
        for process in list((processes or {}).values()):
            process.kill()
        self._pool.shutdown(wait=True, cancel_futures=True)


@asynccontextmanager
async def evaluators(
    programme: str, present: Mapping[str, str], changed: Mapping[str, str], count: int
) -> AsyncIterator[Evaluators]:
    """Workers for as long as the block lasts; their end does not hold the loop.

    programme: its id; present, changed: the texts of its files. They go through a folder, because
    what a process is started with goes through a pipe, and who starts it waits until it has read
    more than a pipe holds.
    """
    with TemporaryDirectory(prefix="certtrack-dry-run-") as folder:
        made = Evaluators(
            _written(Path(folder) / "present" / programme, present),
            _written(Path(folder) / "changed" / programme, changed),
            count,
        )
        try:
            yield made
        finally:
            await asyncio.to_thread(made.close)


def _written(folder: Path, texts: Mapping[str, str]) -> Path:
    folder.mkdir(parents=True)
    for name, text in texts.items():
        (folder / name).write_bytes(text.encode())
    return folder


# In a worker: what it compares.
_versions: list[Versions] = []


def _begin(present: Path, changed: Path) -> None:
    """Prepare a worker process."""
    # Ctrl-C goes to every process of a terminal; the service says when its workers end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_service, daemon=True).start()
    if hasattr(os, "nice"):
        # Requests and events go before.
        os.nice(5)
    # As texts: the folder holds what rules are made of, and no picture.
    _versions[:] = [
        Versions(
            *(
                Programme.of_texts(folder.name, Programme.files(folder))
                for folder in (present, changed)
            )
        )
    ]
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


def _end_with_the_service() -> None:
    # A service that is killed cannot say so, and its workers would wait for work for ever.
    service = multiprocessing.parent_process()
    if service is not None:
        service.join()
        os._exit(1)


def _compare(as_of: date, portion: list[Given]) -> Compared:
    (versions,) = _versions
    outcome = Compared([], [])
    for candidate_id, text in portion:
        try:
            outcome.found.extend((candidate_id, one) for one in compared(versions, as_of, text))
        except Exception as fault:  # one candidate must not keep all others from being compared
            outcome.failed.append((candidate_id, repr(fault)))
    return outcome


def compared(versions: Versions, as_of: date, text: str) -> list[Difference]:
    """Return what differs for one candidate, whose facts are a JSON text.

    The text is a list of [kind, key, day, data].
    """
    rows = (
        Written(kind, key, date.fromisoformat(day), data)
        for kind, key, day, data in from_json(text)
    )
    facts = {fact for _, fact in facts_in(rows)}
    return list(
        differences(
            *versions,
            evaluate(versions.present, facts, as_of),
            evaluate(versions.changed, facts, as_of),
        )
    )
