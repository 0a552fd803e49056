"""Services taken in hand without serving them: for the command line's work on their databases."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from deploy.embedded.settings import EmbeddedSettings
from deploy.members import member
from shared.bus.embedded import EmbeddedBus


def settings_for(data: Path | None, **known: Any) -> EmbeddedSettings:
    """Settings for work from outside: the environment's, with a data folder if one is named."""
    if data is not None:
        known["data"] = data
    return EmbeddedSettings(**{"log_level": "ERROR", **known})


@asynccontextmanager
async def taken(service: str, settings: EmbeddedSettings) -> AsyncIterator[FastAPI]:
    """A service's application with its database open, and nothing of it running.

    Above all not its relay: what is written to its outbox is sent by the running product, or by
    the next one that starts.
    """
    app = member(service).factory()(settings.of(service), bus=EmbeddedBus())
    try:
        yield app
    finally:
        await app.state.context.database.close()
