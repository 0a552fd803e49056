"""Dry runs of the harbour's files: asked for, followed, and read."""

import asyncio
from typing import Any

import httpx2

from tests.services.certifications.desk import Desk
from tests.services.certifications.harbour import (
    ANN,
    BEN,
    CAT,
    LAW_WILL_DO,
    NAME,
    staff,
    took,
)
from tests.services.certifications.runs import ended

RUNS = f"/programmes/{NAME}/dry-runs"
TODAY = "2026-11-22"


async def begin(desk: Desk, scope: str | None = None, **body: Any) -> httpx2.Response:
    body.setdefault("files", {"certifications.yaml": LAW_WILL_DO})
    headers = staff(desk) if scope is None else staff(desk, scope)
    return await desk.client.post(RUNS, json=body, headers=headers)


async def begun(desk: Desk, certifications: str = LAW_WILL_DO, **body: Any) -> dict[str, Any]:
    answer = await begin(desk, files={"certifications.yaml": certifications}, **body)
    assert answer.status_code == 202, answer.text
    run: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"{RUNS}/{run['id']}"
    return run


async def under_way(desk: Desk, run_id: str) -> None:
    """Wait until something of a dry run is written, and not all."""
    while True:
        run = await desk.get(f"{RUNS}/{run_id}", staff(desk))
        if run["done"]:
            assert run["state"] == "running"
            return
        await asyncio.sleep(0.01)


async def tried(desk: Desk, certifications: str = LAW_WILL_DO, **body: Any) -> dict[str, Any]:
    """A dry run from its beginning to its end."""
    run = await begun(desk, certifications, **body)
    return await ended(desk, f"{RUNS}/{run['id']}")


async def lines(desk: Desk, run_id: str, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = await desk.get(f"{RUNS}/{run_id}/lines?limit=2{query}{cursor}", staff(desk))
        found += page["items"]
        if page["next"] is None:
            return found
        cursor = f"&cursor={page['next']}"


async def everybody(desk: Desk) -> None:
    """Ann knows navigation, Ben the law, Cat both and the sea."""
    await desk.hear(
        took("NAV", "2025-03-01", ANN),
        took("LAW", "2025-03-01", BEN),
        took("NAV", "2026-02-01", CAT),
        took("LAW", "2026-02-01", CAT),
        took("TRIAL", "2026-02-02", CAT),
    )


async def many(desk: Desk, count: int) -> None:
    await desk.hear(*(took("LAW", "2025-03-01", f"HP9{n:05}") for n in range(count)))
