"""Gathering: concurrent single requests share one transaction, each answered after its commit."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


class Gather(Generic[Item, Outcome]):
    """Collects items while a transaction is under way, and runs the next one for all of them.

    run: writes many items in one transaction and returns an outcome for each, in order;
    most: items in one transaction.
    """

    def __init__(
        self, run: Callable[[Sequence[Item]], Awaitable[Sequence[Outcome]]], *, most: int = 500
    ) -> None:
        self._run = run
        self._most = most
        self._waiting: list[tuple[Item, asyncio.Future[Outcome]]] = []
        self._worker: asyncio.Task[None] | None = None

    async def submit(self, item: Item) -> Outcome:
        """Return the item's own outcome, or raise its own error, once that is committed."""
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work())
        return await future

    async def _work(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            try:
                await self._settle(group)
            except Exception:
                if len(group) == 1:
                    continue
                # One bad item must not fail its neighbours: each is tried alone.
                for single in group:
                    await self._settle_alone(single)

    async def _settle(self, group: list[tuple[Item, asyncio.Future[Outcome]]]) -> None:
        try:
            outcomes = await self._run([item for item, _ in group])
        except Exception as error:
            if len(group) == 1:
                _fail(group[0][1], error)
            raise
        for (_, future), outcome in zip(group, outcomes, strict=True):
            if not future.done():
                future.set_result(outcome)

    async def _settle_alone(self, single: tuple[Item, asyncio.Future[Outcome]]) -> None:
        try:
            await self._settle([single])
        except Exception as error:
            _fail(single[1], error)


def _fail(future: "asyncio.Future[Outcome]", error: Exception) -> None:
    if not future.done():
        future.set_exception(error)
