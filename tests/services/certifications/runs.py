"""Runs over everybody, dry or not: until they end, in another process, and to be killed."""

import asyncio
import os
import sys
import time
from asyncio.subprocess import Process
from datetime import timedelta
from pathlib import Path
from typing import Any

from services.certifications import app
from tests.services.certifications.desk import Desk
from tests.services.certifications.harbour import staff

SERVICE = """
import asyncio
from services.certifications.app import create_app
from services.certifications.settings import Settings
from shared.bus.embedded import EmbeddedBus

async def main() -> None:
    app = create_app(Settings(), bus=EmbeddedBus())
    async with app.router.lifespan_context(app):
        await asyncio.sleep(60)

asyncio.run(main())
"""


async def ended(desk: Desk, path: str) -> dict[str, Any]:
    """The run, once it has ended and all that it published is out.

    It is given up when it gets no further for a minute: how long all of it takes is up to the
    machine.
    """
    done, end = -1, 0.0
    while True:
        run: dict[str, Any] = await desk.get(path, staff(desk))
        if run["finished_at"]:
            await desk.settled()
            return run
        if run["done"] > done:
            done, end = run["done"], time.monotonic() + 60
        assert time.monotonic() < end, run
        await asyncio.sleep(0.02)


async def ended_later(desk: Desk, path: str) -> dict[str, Any]:
    """The run, once it has ended: pauses and leases pass on a clock that somebody has to move."""
    while not (await desk.get(path, staff(desk)))["finished_at"]:
        desk.clock.advance(timedelta(seconds=1))
        await asyncio.sleep(0.02)
    return await ended(desk, path)


async def service_process(database_url: str, folder: Path, **settings: str) -> Process:
    """The service in a process of its own, with the programmes of a folder."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        SERVICE,
        env={
            **os.environ,
            "PYTHONPATH": str(Path(app.__file__).parents[2]),
            "CERTTRACK_DATABASE_URL": database_url,
            "CERTTRACK_PROGRAMMES_FOLDER": str(folder),
            "CERTTRACK_LOG_LEVEL": "ERROR",
            **{f"CERTTRACK_{name.upper()}": value for name, value in settings.items()},
        },
    )
