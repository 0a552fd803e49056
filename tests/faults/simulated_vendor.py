"""A testing vendor in a process of its own, given an address, a seed and how many results.

The same seed makes the same world, here and in the test that knows what must come of it. The
vendor tells it over three channels at once, out of order and partly twice: our own API, Pearson
VUE's notifications, and files.
"""

import asyncio
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from pydantic_core import to_json

from tests.faults.vendor import PROGRAMME, Vendor

EXAMS = ("200-301", "350-401", "300-410")
FIRST_DAY, DAYS = date(2024, 3, 1), 930
FIRST_WORD = datetime(2026, 10, 1, tzinfo=UTC)
# How many results a person has, and how far from its place a statement may come, of all.
RESULTS_EACH = 5
DISORDER = 0.2
# Of all results; some of those that are held or revoked are released or reinstated later.
CORRECTED, HELD, RELEASED, REVOKED, REINSTATED = 0.08, 0.06, 0.7, 0.05, 0.4
TWICE = 0.05
API_BATCH, NOTIFICATIONS, FILE_ROWS = 500, 250, 4_000
RTEN = {
    "result": "RESULT_AVAILABLE",
    "change": "modifyResultStatus",
    "hold": "placeHold",
    "release": "releaseHold",
    "revoke": "revokeResult",
    "reinstate": "unrevokeResult",
}


@dataclass(frozen=True)
class Statement:
    """One thing that the vendor says of one result; kind `result` is the first."""

    at: datetime
    kind: str
    person: int
    number: str
    exam: str
    day: date
    grade: str
    score: str

    def item(self) -> dict[str, Any]:
        """It as our own API and files have it."""
        said: dict[str, Any] = {
            "programme": PROGRAMME,
            "registration_number": self.number,
            "stated_at": self.at.isoformat(),
        }
        told = {"grade": self.grade, "score": self.score}
        if self.kind == "result":
            whom = {"testing_id": f"T{self.person}", "exam_code": self.exam}
            return {**said, **whom, **told, "exam_date": self.day.isoformat()}
        about = {"subject": "result", "kind": self.kind}
        return {**said, **about, **(told if self.kind == "change" else {})}

    def notification(self) -> dict[str, Any]:
        """It as Pearson VUE would notify us."""
        result: dict[str, Any] = {"registrationID": self.number}
        if self.kind in ("result", "change"):
            result |= {"score": self.score, "grade": self.grade}
        if self.kind == "result":
            result["examDate"] = self.day.isoformat()
        exam = {"examSeriesCode": self.exam, "examResult": result}
        return {
            "eventType": RTEN[self.kind],
            "eventDateTime": self.at.isoformat(),
            "candidate": {"candidateID": f"T{self.person}"},
            "exams": {"exam": [exam]},
        }


def people(results: int) -> int:
    """How many people have so many results."""
    return results // RESULTS_EACH


def statements(seed: str, results: int) -> list[Statement]:
    """Everything that the vendor says, in the order in which it became true."""
    chance = random.Random(seed)
    said = [
        statement
        for number in range(results)
        for statement in _life(chance, number, number % people(results))
    ]
    said.sort(key=lambda statement: statement.at)
    # Each at a moment of its own, so that there is no doubt what came last.
    return [
        replace(statement, at=FIRST_WORD + timedelta(milliseconds=40 * place))
        for place, statement in enumerate(said)
    ]


def _life(chance: random.Random, number: int, person: int) -> Iterator[Statement]:
    at = FIRST_WORD + timedelta(seconds=chance.uniform(0, 3_000))
    result = Statement(
        at=at,
        kind="result",
        person=person,
        number=f"S{number}",
        exam=chance.choice(EXAMS),
        day=FIRST_DAY + timedelta(days=chance.randrange(DAYS)),
        grade=chance.choice(("pass", "pass", "fail")),
        score=str(chance.randint(300, 1000)),
    )
    yield result

    def later(kind: str, **changes: Any) -> Statement:
        nonlocal at
        at += timedelta(seconds=chance.uniform(1, 600))
        return replace(result, at=at, kind=kind, **changes)

    if chance.random() < CORRECTED:
        grade = chance.choice(("pass", "fail"))
        yield later("change", grade=grade, score=str(chance.randint(300, 1000)))
    if chance.random() < HELD:
        yield later("hold")
        if chance.random() < RELEASED:
            yield later("release")
    if chance.random() < REVOKED:
        yield later("revoke")
        if chance.random() < REINSTATED:
            yield later("reinstate")


def as_sent(seed: str, said: Sequence[Statement]) -> list[Statement]:
    """What is sent: some of it twice, and most of it not in its place."""
    chance = random.Random(f"{seed} as sent")
    sent = [*said, *(one for one in said if chance.random() < TWICE)]
    span = DISORDER * len(said) * 0.04
    sent.sort(key=lambda one: one.at.timestamp() + chance.uniform(0, span))
    return sent


async def tell(url: str, seed: str, results: int) -> None:
    """Say everything, over three channels at once."""
    chance = random.Random(f"{seed} channels")
    channels: list[list[Statement]] = [[], [], []]
    for statement in as_sent(seed, statements(seed, results)):
        channels[chance.randrange(3)].append(statement)
    async with Vendor(url) as vendor, asyncio.TaskGroup() as telling:
        for by, told in zip((_by_api, _by_notifications, _by_file), channels, strict=True):
            telling.create_task(by(vendor, told))


async def _by_api(vendor: Vendor, told: Sequence[Statement]) -> None:
    for part in _parts(told, API_BATCH):
        for word, of in _KINDS:
            items = [one.item() for one in part if of(one)]
            if items:
                await vendor.post(word, items)


async def _by_notifications(vendor: Vendor, told: Sequence[Statement]) -> None:
    path = f"/api/exams/feeds/pearson-vue/notifications?programme={PROGRAMME}"
    for part in _parts(told, NOTIFICATIONS):
        body = to_json([one.notification() for one in part])
        outcome = (await vendor.persist(path, body, "application/json")).json()
        assert outcome["rejected"] == 0, outcome


async def _by_file(vendor: Vendor, told: Sequence[Statement]) -> None:
    for part in _parts(told, FILE_ROWS):
        for word, of in _KINDS:
            items = [one.item() for one in part if of(one)]
            if items:
                columns = dict.fromkeys((name for item in items for name in item), "")
                rows = [{**columns, **item} for item in items]
                state = await vendor.followed(await vendor.upload(word, rows))
                assert (state["state"], state["rejected"]) == ("finished", 0), state


_KINDS: tuple[tuple[str, Callable[[Statement], bool]], ...] = (
    ("results", lambda one: one.kind == "result"),
    ("changes", lambda one: one.kind != "result"),
)


def _parts(told: Sequence[Statement], size: int) -> Iterator[Sequence[Statement]]:
    for first in range(0, len(told), size):
        yield told[first : first + size]


if __name__ == "__main__":
    _url, _seed, _results = sys.argv[1:]
    asyncio.run(tell(_url, _seed, int(_results)))
