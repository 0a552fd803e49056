"""The load: a vendor who registers people and posts their results, with bodies built before."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import httpx2
from pydantic_core import to_json

from benchmarks.posting import post_all

PROGRAMME = "cisco"
POST = 500
AT_ONCE = 4
EXAM_DATE = "2026-11-20"


def registrations(first: int, count: int) -> list[bytes]:
    """Return bodies that register people by their number."""
    return _bodies(
        "registrations",
        [
            {
                "programme": PROGRAMME,
                "registration_number": f"B{number}",
                "exam_code": "200-301",
                "testing_id": f"T{number}",
                "candidate": {
                    "given_name": f"Given{number}",
                    "family_name": f"Family{number}",
                    "email": f"person{number}@example.com",
                },
            }
            for number in range(first, first + count)
        ],
    )


def results(first: int, count: int, *, exam: str = "200-301", tag: str = "R") -> list[bytes]:
    """Return bodies with one passed exam for each person, every one of which earns something."""
    people = range(first, first + count)
    return _bodies("results", [result(number, exam=exam, tag=tag) for number in people])


def result(number: int, *, exam: str = "200-301", tag: str = "R") -> dict[str, Any]:
    """Return one passed exam of a person."""
    return {
        "programme": PROGRAMME,
        "registration_number": f"{tag}{number}",
        "exam_code": exam,
        "testing_id": f"T{number}",
        "grade": "pass",
        "score": "900",
        "exam_date": EXAM_DATE,
    }


def _bodies(word: str, items: list[dict[str, Any]]) -> list[bytes]:
    return [to_json({word: items[at : at + POST]}) for at in range(0, len(items), POST)]


class Vendor:
    """A testing vendor's machine: a token, and posts that are all accepted."""

    def __init__(self, url: str) -> None:
        self.client = httpx2.AsyncClient(base_url=url, timeout=120)

    async def sign_in(self, client_id: str, secret: str) -> None:
        """Get a token by client credentials."""
        form = {
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": secret,
        }
        answer = await self.client.post("/api/identity/oauth/token", data=form)
        answer.raise_for_status()
        self.client.headers["authorization"] = f"Bearer {answer.json()['access_token']}"

    async def post(self, word: str, bodies: Sequence[bytes], *, at_once: int = AT_ONCE) -> None:
        """Post bodies, several at once; raise unless every item is accepted."""
        token = self.client.headers["authorization"]
        url = str(self.client.base_url)
        await post_all(url, token, f"/api/exams/{word}", bodies, at_once=at_once)

    async def close(self) -> None:
        """Close the connections."""
        await self.client.aclose()


async def until_counted(
    count: Callable[[], Awaitable[int]], wanted: int, *, seconds: float
) -> None:
    """Return when a count has grown so far; raise TimeoutError when it never does.

    Looks after half of the time that the rest seems to take, at most every 50 ms: counting is work
    for the machine that is measured.
    """
    started = time.perf_counter()
    first = have = await count()
    while have < wanted:
        passed = time.perf_counter() - started
        if passed > seconds:
            raise TimeoutError(f"{have} of {wanted} after {seconds:.0f} s")
        grown = have - first
        rest = passed * (wanted - have) / grown if grown else 0.0
        await asyncio.sleep(min(max(rest / 2, 0.05), 1.0))
        have = await count()
