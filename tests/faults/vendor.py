"""A vendor's machine that does not give up: every post is repeated until it is answered."""

import asyncio
import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Self

import httpx2
from pydantic_core import to_json

from services.identity.demonstration import CLIENT_ID, CLIENT_SECRET

PROGRAMME = "cisco"
# What an answer must be for a vendor to try again: somebody is away, or it was too much at once.
AGAIN = (429, 502, 503, 504)


def lately() -> date:
    """A day of an exam of which candidates are told."""
    return datetime.now(UTC).date() - timedelta(days=3)


def long_ago() -> date:
    """A day of an exam that is old news: no mail is sent about it."""
    return lately() - timedelta(days=60)


@dataclass(frozen=True)
class Group:
    """People by number, the first few of whom can be written to and have lately taken exams."""

    first: int
    count: int
    mailed: int

    @property
    def people(self) -> range:
        return range(self.first, self.first + self.count)

    def is_mailed(self, number: int) -> bool:
        return number < self.first + self.mailed

    def registrations(self) -> list[dict[str, Any]]:
        return [
            {
                "programme": PROGRAMME,
                "registration_number": f"B{number}",
                "exam_code": "200-301",
                "testing_id": f"T{number}",
                **(
                    {
                        "candidate": {
                            "given_name": f"Given{number}",
                            "family_name": f"Family{number}",
                            "email": f"person{number}@example.com",
                        }
                    }
                    if self.is_mailed(number)
                    else {}
                ),
            }
            for number in self.people
        ]

    def results(self, exam: str) -> list[dict[str, Any]]:
        """One pass for each of them."""
        return [
            {
                "programme": PROGRAMME,
                "registration_number": f"{exam}-{number}",
                "exam_code": exam,
                "testing_id": f"T{number}",
                "grade": "pass",
                "exam_date": (lately() if self.is_mailed(number) else long_ago()).isoformat(),
            }
            for number in self.people
        ]


def file_of(items: Sequence[dict[str, Any]]) -> bytes:
    """The items as a CSV file: a person's fields are columns of their own."""
    rows = [
        {name: value for name, value in item.items() if name != "candidate"}
        | item.get("candidate", {})
        for item in items
    ]
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


class Vendor:
    """Posts as the demonstration's vendor; counts how often it had to try again."""

    def __init__(self, url: str) -> None:
        self.client = httpx2.AsyncClient(base_url=url, timeout=60)
        self.repeated = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.client.aclose()

    async def post(self, word: str, items: Sequence[dict[str, Any]], *, at_once: int = 500) -> None:
        """Post items in bodies of so many; each is answered in the end, and none is rejected."""
        for start in range(0, len(items), at_once):
            part = items[start : start + at_once]
            answer = await self.persist(
                f"/api/exams/{word}", to_json({word: part}), "application/json"
            )
            outcome = answer.json()
            assert outcome["rejected"] == 0, answer.text[:1000]
            assert outcome["accepted"] + outcome["duplicates"] == len(part)

    async def upload(self, kind: str, items: Sequence[dict[str, Any]]) -> str:
        """Upload items as a file; the import's id."""
        answer = await self.persist(
            f"/api/exams/imports?kind={kind}&programme={PROGRAMME}", file_of(items), "text/csv"
        )
        return str(answer.json()["id"])

    async def followed(self, import_id: str) -> dict[str, Any]:
        """Look at an import until it is over."""
        while True:
            answer = await self.persist(f"/api/exams/imports/{import_id}")
            state: dict[str, Any] = answer.json()
            if state["finished_at"] is not None:
                return state
            await asyncio.sleep(0.2)

    async def persist(
        self, path: str, body: bytes | None = None, kind: str | None = None
    ) -> httpx2.Response:
        """Post a body, or get what is there, until it is answered."""
        while True:
            try:
                if "authorization" not in self.client.headers:
                    await self._sign_in()
                answer = await self._send(path, body, kind)
            except httpx2.TransportError:
                # Perhaps it was taken in and only the answer was lost: posting again must do.
                self.repeated += 1
                await asyncio.sleep(0.2)
                continue
            if answer.is_success:
                return answer
            if answer.status_code == 401:
                del self.client.headers["authorization"]
            else:
                assert answer.status_code in AGAIN, f"{answer.status_code} {answer.text[:1000]}"
            self.repeated += 1
            await asyncio.sleep(0.2)

    async def _send(self, path: str, body: bytes | None, kind: str | None) -> httpx2.Response:
        if body is None:
            return await self.client.get(path)
        headers = {"content-type": kind} if kind else {}
        return await self.client.post(path, content=body, headers=headers)

    async def _sign_in(self) -> None:
        form = {
            "grant_type": "client_credentials",
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
        }
        answer = await self.client.post("/api/identity/oauth/token", data=form)
        if answer.is_success:
            self.client.headers["authorization"] = f"Bearer {answer.json()['access_token']}"
