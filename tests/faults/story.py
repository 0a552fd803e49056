"""One story, told again and again: results come in, somebody dies in the middle of it."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from deploy.local.smtp import SmtpServer
from shared.events import (
    CandidateRegistered,
    CertificationEarned,
    EmailSent,
    EmailSuppressed,
    ExamPassed,
    ExamRegistered,
    SignInLinkRequested,
)
from tests.faults.books import Books, Reading, reached
from tests.faults.vendor import Group, Vendor

# In a file, in bodies posted while everybody is well, and in bodies posted while somebody is dead.
IN_FILE, POSTED = 0.6, 0.2


class Product(Protocol):
    """The running product, whose processes are known by their names."""

    @property
    def url(self) -> str: ...
    @property
    def smtp(self) -> SmtpServer: ...
    @property
    def databases(self) -> Mapping[str, str]: ...
    def kill9(self, name: str) -> None: ...
    def start_one(self, name: str, *, environment: Mapping[str, str] | None = None) -> None: ...


@dataclass(frozen=True)
class Before:
    """How the books stood and which mails were there before a story."""

    reading: Reading
    mails: int
    message_ids: frozenset[str]


async def before(product: Product, books: Books) -> Before:
    """Look at the books of a product at rest."""
    reading = await books.settled()
    assert not +reading.parked
    return Before(reading, len(product.smtp.received), frozenset(await books.message_ids()))


def after_registrations(group: Group) -> dict[str, int]:
    """What a group's registrations add to the books."""
    everybody = (
        *("identity.candidates", "identity.testing_ids", "exams.registrations"),
        *("certifications.candidates", "transcripts.holders", "notifications.contacts"),
        *(ExamRegistered.type, CandidateRegistered.type),
    )
    mailed = ("notifications.sent", SignInLinkRequested.type, EmailSent.type)
    return dict.fromkeys(everybody, group.count) | dict.fromkeys(mailed, group.mailed)


def after_results(group: Group) -> dict[str, int]:
    """What one pass of each, each of which earns a certification, adds to the books."""
    everybody = (
        *("exams.results", "certifications.certifications", "transcripts.holdings"),
        *("fulfillment.entitlements", ExamPassed.type, CertificationEarned.type),
    )
    # One mail about the result and one about the certification.
    mailed = dict.fromkeys(("notifications.sent", EmailSent.type), 2 * group.mailed)
    old = 2 * (group.count - group.mailed)
    suppressed = dict.fromkeys(("notifications.suppressed", EmailSuppressed.type), old)
    return dict.fromkeys(everybody, group.count) | mailed | suppressed


async def check(
    product: Product,
    books: Books,
    begun: Before,
    expected: dict[str, int],
    *,
    kills: int,
    patience: float = 120,
) -> int:
    """Everything is there exactly once, nothing is parked; returns how many mails came twice."""
    reading = await books.settled(patience)
    added = reading.since(begun.reading)
    wanted = {name: rows for name, rows in sorted(expected.items()) if rows}
    assert added == wanted
    assert not +reading.parked
    mails = Counter(mail.message_id for mail in product.smtp.received[begun.mails :])
    assert set(mails) == set(await books.message_ids()) - begun.message_ids
    doubled = sum(times - 1 for times in mails.values())
    assert doubled <= kills, f"{doubled} mails came again after {kills} kills"
    return doubled


async def register(product: Product, group: Group) -> None:
    """Register a group and wait until every service knows them."""
    async with Books(product.databases) as books, Vendor(product.url) as vendor:
        begun = await before(product, books)
        await vendor.post("registrations", group.registrations())
        await check(product, books, begun, after_registrations(group), kills=0)


async def survive(
    product: Product,
    *,
    kind: str,
    items: list[dict[str, Any]],
    expected: dict[str, int],
    victim: str,
    at_work: str,
) -> None:
    """Send items; kill a process as soon as it is at work on them; start it; check the books.

    at_work: the count in the books that rises when the victim's own work, or work that needs it,
    has begun. Part of the items is posted only after the kill, so it is always in the middle.
    """
    async with Books(product.databases) as books, Vendor(product.url) as vendor:
        begun = await before(product, books)
        dead = asyncio.Event()

        async def upload(part: list[dict[str, Any]]) -> None:
            state = await vendor.followed(await vendor.upload(kind, part))
            assert (state["state"], state["rejected"]) == ("finished", 0), state

        async def post(early: list[dict[str, Any]], late: list[dict[str, Any]]) -> None:
            await vendor.post(kind, early, at_once=250)
            await dead.wait()
            await vendor.post(kind, late, at_once=250)

        async def risen() -> bool:
            # Not the first row alone: a mail or a batch is under way, more are waiting.
            return await books.count(at_work) > begun.reading.counts[at_work] + 9

        in_file, posted = int(len(items) * IN_FILE), int(len(items) * (IN_FILE + POSTED))
        async with asyncio.TaskGroup() as sending:
            sending.create_task(upload(items[:in_file]))
            sending.create_task(post(items[in_file:posted], items[posted:]))
            await reached(risen)
            await asyncio.to_thread(product.kill9, victim)
            dead.set()
            await asyncio.to_thread(product.start_one, victim)
        await check(product, books, begun, expected, kills=1)


async def endure(
    product: Product,
    *,
    items: list[dict[str, Any]],
    expected: dict[str, int],
    victims: Sequence[str],
    chance: random.Random,
) -> None:
    """Post results while one process after the other is killed and started; check the books."""
    async with Books(product.databases) as books, Vendor(product.url) as vendor:
        begun = await before(product, books)
        share = -(-len(items) // (len(victims) + 1))
        gates = [asyncio.Event() for _ in range(0, len(items), share)]

        async def post() -> None:
            for number, gate in enumerate(gates):
                await gate.wait()
                part = items[number * share : (number + 1) * share]
                await vendor.post("results", part, at_once=100)

        async with asyncio.TaskGroup() as sending:
            sending.create_task(post())
            for gate, victim in zip(gates, victims, strict=False):
                gate.set()
                await asyncio.sleep(chance.uniform(0, 0.8))
                await asyncio.to_thread(product.kill9, victim)
                await asyncio.to_thread(product.start_one, victim)
            gates[-1].set()
        await check(product, books, begun, expected, kills=len(victims))


async def die_at(
    product: Product,
    *,
    name: str,
    failpoint: str,
    dead: Callable[[], bool],
    items: list[dict[str, Any]],
    expected: dict[str, int],
    by_file: bool = False,
    patience: float = 120,
) -> int:
    """Have a process die at a failpoint while results come in; how many mails came twice."""
    async with Books(product.databases) as books, Vendor(product.url) as vendor:
        begun = await before(product, books)
        await asyncio.to_thread(product.kill9, name)
        environment = {"CERTTRACK_FAILPOINT": failpoint}
        await asyncio.to_thread(lambda: product.start_one(name, environment=environment))

        async def send() -> None:
            if by_file:
                await vendor.followed(await vendor.upload("results", items))
            else:
                await vendor.post("results", items, at_once=250)

        async def is_dead() -> bool:
            return dead()

        async with asyncio.TaskGroup() as sending:
            sending.create_task(send())
            await reached(is_dead)
            # SIGKILL has no last words: what it had begun is as the next one finds it.
            await asyncio.to_thread(product.start_one, name)
        return await check(product, books, begun, expected, kills=1, patience=patience)
