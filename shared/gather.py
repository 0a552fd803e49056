"""Gathering: concurrent single requests share one transaction, each answered after its commit."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextvars import Context, copy_context
from dataclasses import dataclass
from typing import Generic, TypeVar

from shared.logs import log

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
        self._waiting: list[_Waiting[Item, Outcome]] = []
        self._worker: asyncio.Task[None] | None = None

    async def submit(self, item: Item) -> Outcome:
        """Return the item's own outcome, or raise its own error, once that is committed."""
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(item, future, copy_context()))
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work(), context=Context())
        return await future

    async def _work(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            if len(group) > 1:
                try:
                    await self._settle(group)
                except Exception as fault:  # one bad item must not fail its neighbours
                    log.info("a group of requests is tried one by one", fault=repr(fault))
                else:
                    continue
            for single in group:
                await self._settle_alone(single)

    async def _settle(self, group: "list[_Waiting[Item, Outcome]]") -> None:
        # What one request alone causes carries its request id; what several cause, none of theirs.
        origin = group[0].context if len(group) == 1 else Context()
        outcomes = await asyncio.create_task(
            _awaited(self._run, [one.item for one in group]), context=origin
        )
        for one, outcome in zip(group, outcomes, strict=True):
            if not one.future.done():
                one.future.set_result(outcome)

    async def _settle_alone(self, single: "_Waiting[Item, Outcome]") -> None:
        try:
            await self._settle([single])
        except Exception as error:  # it is the caller's, who waits for it
            if not single.future.done():
                single.future.set_exception(error)


@dataclass(frozen=True)
class _Waiting(Generic[Item, Outcome]):
    item: Item
    future: asyncio.Future[Outcome]
    context: Context


async def _awaited(
    run: Callable[[Sequence[Item]], Awaitable[Sequence[Outcome]]], items: Sequence[Item]
) -> Sequence[Outcome]:
    return await run(items)
