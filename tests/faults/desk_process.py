"""Desks in a process of their own, which can be killed: python -m tests.faults.desk_process JSON.

The JSON object: {"bus": address, "databases": {desk: address}, "build": one of the mutants}. The
desk `exams` publishes what is in its outbox; the desk `certifications` counts, for each event,
how often it was applied.
"""

import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.events import CandidateRegistered, ExamPassed
from tests.faults.mutants import MUTANTS
from tests.modes import Mode
from tests.shared.desk import house

COUNT = text(
    "INSERT INTO effects (key, version, times) VALUES (:key, 1, 1)"
    " ON CONFLICT (key) DO UPDATE SET times = effects.times + 1"
)
TALLY = "tally of "


@dataclass
class Given(Mode):
    """Databases and a bus that somebody else has made."""

    bus: str = "embedded:"

    @property
    def bus_url(self) -> str:
        return self.bus


async def count(session: AsyncSession, events: Sequence[ExamPassed]) -> None:
    """Apply events in a way that tells on whoever applies one twice."""
    keys = sorted(f"{TALLY}{event.registration_number}" for event in events)
    await session.execute(COUNT, [{"key": key} for key in keys])


async def serve(bus: str, databases: dict[str, str]) -> None:
    name: Literal["embedded", "distributed"] = "embedded" if bus == "embedded:" else "distributed"
    async with house(Given(name, Path(), _databases=databases, bus=bus)) as opened:
        # Those who listen first: the embedded bus delivers to whom it knows.
        for desk in sorted(databases):
            listens = desk == "certifications"
            types = (ExamPassed if listens else CandidateRegistered,)
            await opened.open(desk, count if listens else None, types)
        if "exams" in databases:
            opened.start_relay("exams")
        await asyncio.Event().wait()


if __name__ == "__main__":
    given = json.loads(sys.argv[1])
    MUTANTS[given["build"]]()
    asyncio.run(serve(given["bus"], given["databases"]))
