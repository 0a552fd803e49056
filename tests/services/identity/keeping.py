"""A candidate, their data, and all who keep some of it: for tests of asking for it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2

from services.identity.consumers import ANSWERS
from shared.envelope import Message, encode
from shared.events import (
    AccountNoticed,
    CandidateErased,
    CopyWritten,
    DataErased,
    DataExportReady,
    DataExportRequested,
    ErasureFinished,
    Event,
)
from shared.ids import uuid7
from shared.my_data.copying import digest, part_key, zipped
from shared.storage import storage_of
from tests.services.identity.conftest import Identity, running, settings_for
from tests.services.identity.staff import staffed

COPIES = tuple(kind for kind, _ in ANSWERS if issubclass(kind, CopyWritten))
FINISHED = tuple(kind for kind, _ in ANSWERS if issubclass(kind, ErasureFinished))
HEARD = (CandidateErased, DataErased, DataExportReady, DataExportRequested)
WHY = {"reason": "Asked for by letter"}


class Keeping:
    """A candidate with a session, a member of staff who keeps data, and what is published."""

    def __init__(self, identity: Identity, candidate_id: str, token: str, staff: str) -> None:
        self.identity = identity
        self.candidate_id = candidate_id
        self.own = {"Authorization": f"Bearer {token}"}
        self.staff = {"Authorization": f"Bearer {staff}"}
        self.path = f"/candidates/cisco/{candidate_id}/data"

    def notices(self) -> list[str]:
        return [one.notice for one in self.identity.of_type(AccountNoticed)]

    async def ask(
        self, method: str, path: str, body: Any = None, *, staff: bool = False
    ) -> httpx2.Response:
        headers = self.staff if staff else self.own
        answer = await self.identity.http.request(method, path, json=body, headers=headers)
        await self.identity.settle()
        return answer

    async def overview(self) -> Any:
        answer = await self.ask("GET", "/me/data")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def answer(self, event: Event) -> None:
        """Have identity hear what another service says."""
        message = Message(uuid7(), event.type, encode([event], self.identity.clock.now()))
        await self.identity.bus.send("identity", [message])
        await self.run("data-requests")

    async def run(self, job: str) -> None:
        """Run a job of identity's, and wait for what follows."""
        context = self.identity.here
        jobs = {one.name: one for one in _jobs()}
        await jobs[job].run(context)
        await self.identity.settle()

    async def write_parts(self, request_id: Any, kinds: Any = COPIES) -> list[str]:
        """Write the parts of other services, and say so."""
        keys = []
        for kind in kinds:
            name = kind.type.partition(".")[0]
            data = f'{{"service": "{name}", "tables": {{"rows_of_{name}": '.encode()
            data += (
                f'{{"what": "What {name} holds.", "rows": [{{"said": "<{name}>"}}]}}}}}}'.encode()
            )
            part = zipped({"data.json": data, "documents/a paper.pdf": name.encode()})
            keys.append(part_key(request_id, name))
            await storage_of(self.identity.here).put(keys[-1], part)
            await self.answer(
                kind(
                    programme="cisco",
                    candidate_id=self.candidate_id,
                    request_id=request_id,
                    key=keys[-1],
                    bytes=len(part),
                    sha256=digest(part),
                    at=self.identity.clock.now(),
                )
            )
        return keys

    async def finish(self, request_id: Any, ids: list[str], kinds: Any = FINISHED) -> None:
        """Say that other services have erased."""
        for kind in kinds:
            for one in ids:
                await self.answer(
                    kind(
                        programme="cisco",
                        candidate_id=one,
                        request_id=request_id,
                        at=self.identity.clock.now(),
                    )
                )


async def staff_with(identity: Identity, *scopes: str, programme: str = "cisco") -> str:
    email = f"{uuid7()}@example.com"
    desk = await staffed(identity, email, roles=(), programmes=(programme,), scopes=scopes)
    return desk.token


def _jobs() -> Any:
    from services.identity.jobs import JOBS  # noqa: PLC0415 - only to run one by hand

    return JOBS


@asynccontextmanager
async def opened(database_url: str, folder: Path) -> AsyncIterator[Keeping]:
    """Identity with a candidate who is signed in, and staff who may look after data."""
    settings = settings_for(
        database_url, storage_url=f"file:{folder / 'files'}", erasure_settle_minutes=0
    )
    async with running(settings) as identity:
        candidate_id = await identity.candidate_with_password()
        session = (await identity.sign_in(candidate_id)).json()
        staff = await staff_with(identity, "data:write", "candidates:read")
        identity.bus.subscribe("keeper", [kind.type for kind in HEARD], identity.listen)
        identity.heard.clear()
        yield Keeping(identity, candidate_id, session["access_token"], staff)
