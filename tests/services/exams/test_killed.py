"""A process that is killed in the middle of an import: another goes on, nothing lost or doubled."""

import asyncio
import os
import signal
import sys

import pytest
from sqlalchemy import func, select

from services.exams import app
from services.exams.models import Result
from shared.events import ExamPassed
from shared.outbox import OUTBOX
from tests.services.exams.conftest import PROGRAMMES, known, open_desk

WORKER = """
import asyncio
from services.exams.app import create_app
from services.exams.settings import ExamsSettings
from shared.bus.embedded import EmbeddedBus

async def main() -> None:
    app = create_app(ExamsSettings(), bus=EmbeddedBus())
    async with app.router.lifespan_context(app):
        await asyncio.sleep(60)

asyncio.run(main())
"""


@pytest.mark.faults
@pytest.mark.parametrize("point", ["before_commit", "after_commit"])
async def test_kill_9_between_two_chunks(
    database_url: str, point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "".join(f"vue,CSCO10000001,200-301,N{n},pass,2026-11-20\n" for n in range(100))
    content = f"vendor,candidate_id,exam_code,registration_number,grade,exam_date\n{rows}"
    with monkeypatch.context() as patched:
        patched.setattr(app, "JOBS", [])
        async with open_desk(database_url, import_chunk=10) as desk:
            await desk.hear(known())
            import_id = (await desk.upload(content)).json()["id"]
    worker = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        WORKER,
        env={
            **os.environ,
            "PYTHONPATH": str(PROGRAMMES.parent),
            "CERTTRACK_DATABASE_URL": database_url,
            "CERTTRACK_PROGRAMMES_FOLDER": str(PROGRAMMES),
            "CERTTRACK_LOG_LEVEL": "ERROR",
            "CERTTRACK_FAILPOINT": f"exams.import.{point}:4",
        },
    )
    assert await worker.wait() == -signal.SIGKILL
    async with open_desk(database_url) as desk:
        done = await desk.finished(import_id)
        assert (done["accepted"], done["duplicates"], done["rejected"]) == (100, 0, 0)
        async with desk.here.database.reading() as session:
            assert await session.scalar(select(func.count()).select_from(Result)) == 100
            written = select(func.sum(OUTBOX.c.events)).where(OUTBOX.c.type == ExamPassed.type)
            assert await session.scalar(written) == 100
