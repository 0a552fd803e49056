"""Two candidates and the staff of a desk, with a folder for files."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from services.identity.handlers.staff import create_staff
from shared.events import (
    CandidateUpdated,
    CaseAnswered,
    CaseOpened,
    CaseReplied,
    CaseResolved,
)
from shared.storage import Storage
from tests.services.exams.handed_in import pdf
from tests.services.identity.conftest import PASSWORD, Identity, running, settings_for

HEARD = (CaseAnswered, CaseOpened, CaseReplied, CaseResolved)
STAFF_PASSWORD = "a quiet harbour at night"
SCOPES = ("candidates:read", "cases:read", "cases:write", "names:review", "audit:read")
File = tuple[str, bytes, str]


def a_file(content: bytes | None = None, name: str = "score report.pdf") -> File:
    return name, pdf() if content is None else content, "application/octet-stream"


@dataclass
class Desk:
    """The running service, and everybody's way in."""

    identity: Identity
    tokens: dict[str, dict[str, str]] = field(default_factory=dict)

    async def candidate(self, testing_id: str) -> str:
        """Have a person registered and signed in; return the candidate id."""
        candidate_id = await self.identity.candidate_with_password(testing_id)
        answer = await self.identity.sign_in(candidate_id, PASSWORD)
        assert answer.status_code == 200, answer.text
        self.tokens[candidate_id] = bearer(answer)
        return candidate_id

    async def staff(self, name: str, *scopes: str, programmes: tuple[str, ...] = ("cisco",)) -> str:
        """Have a staff member signed in; return the id."""
        email = f"{name}@example.org"
        async with self.identity.here.database.transaction() as session:
            staff_id = await create_staff(
                session,
                email=email,
                name=name.capitalize(),
                password=STAFF_PASSWORD,
                programmes=programmes,
                scopes=scopes or SCOPES,
            )
        answer = await self.identity.post(
            "/staff/sessions", {"login": email, "password": STAFF_PASSWORD}
        )
        assert answer.status_code == 200, answer.text
        self.tokens[name] = bearer(answer)
        return str(staff_id)

    async def get(self, path: str, who: str, **query: Any) -> httpx2.Response:
        return await self.identity.http.get(path, headers=self.tokens[who], params=query)

    async def post(self, path: str, who: str, body: Any = None) -> httpx2.Response:
        return await self.identity.http.post(path, headers=self.tokens[who], json=body or {})

    async def send(
        self, path: str, who: str, field_: str = "attachment", file: File | None = None, **form: Any
    ) -> httpx2.Response:
        """Send a form, with a file or without."""
        # A form without any file would not be sent in parts.
        files: Any = {field_: file} if file else {"none": (None, "")}
        if not file:
            files = {name: (None, str(value)) for name, value in form.items()} or files
            form = {}
        return await self.identity.http.post(path, headers=self.tokens[who], data=form, files=files)

    async def open(self, who: str, file: File | None = None, **form: Any) -> dict[str, Any]:
        """Have a candidate open a case."""
        given = {"subject": "A result", "message": "It is missing", "kind": "missing_result"}
        answer = await self.send("/cases", who, file=file, **(given | form))
        assert answer.status_code == 201, answer.text
        story: dict[str, Any] = answer.json()
        return story

    async def stored(self) -> list[str]:
        """The keys of all files that are in the storage."""
        storage: Storage = self.identity.here.extras["storage"]
        return [file.key async for some in storage.files("cases") for file in some]


def bearer(answer: httpx2.Response) -> dict[str, str]:
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


@asynccontextmanager
async def opened(database_url: str, folder: Path, **changes: Any) -> AsyncIterator[Desk]:
    settings = settings_for(database_url, storage_url=f"file:{folder / 'files'}", **changes)
    async with running(settings) as identity:
        identity.bus.subscribe("desk", [kind.type for kind in HEARD], identity.listen)
        yield Desk(identity)


__all__ = ["CandidateUpdated", "Desk", "a_file", "bearer", "opened"]
