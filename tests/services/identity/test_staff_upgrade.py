"""Staff of the release before, who had scopes for whole programmes, after the upgrade to roles."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from alembic import command
from sqlalchemy import Boolean, Executable, String, Uuid, column, insert, select, table

from services.identity.models import StaffRole
from shared.database import Database
from shared.migrations import configuration, upgrade
from shared.tables import JSON_, UTCDateTime
from tests.modes import Mode

# Everything that staff could be allowed until then.
ALL = [
    "authorizations:write",
    "calls:read",
    "candidates:read",
    "certifications:write",
    "completions:review",
    "credits:write",
    "emails:read",
    "events:manage",
    "imports:read",
    "imports:write",
    "programmes:write",
    "results:write",
]
STAFF = table(
    "staff",
    column("id", Uuid()),
    *(column(name, String()) for name in ("email", "email_key", "name", "password_hash")),
    column("programmes", JSON_()),
    column("scopes", JSON_()),
    column("active", Boolean()),
    column("created_at", UTCDateTime()),
)
ADA = UUID("01a20461-3b0c-7f3e-8d6a-5b4c3d2e1f00")
SAM = UUID("01a20461-3b0c-7f3e-8d6a-5b4c3d2e1f01")


def run(url: str, statement: Executable, rows: Any = None) -> list[tuple[Any, ...]]:
    async def ask() -> list[tuple[Any, ...]]:
        database = Database(url, pool=1)
        try:
            async with database.transaction() as session:
                found = await session.execute(statement, rows)
                return [tuple(row) for row in found] if rows is None else []
        finally:
            await database.close()

    return asyncio.run(ask())


def member(staff_id: UUID, email: str, scopes: list[str]) -> dict[str, Any]:
    return {
        "id": staff_id,
        "email": email,
        "email_key": email,
        "name": "Ada",
        "password_hash": "x",
        "programmes": ["cisco", "juniper"],
        "scopes": scopes,
        "active": True,
        "created_at": datetime(2026, 11, 1, 12, tzinfo=UTC),
    }


def test_who_had_everything_is_an_administrator(mode: Mode) -> None:
    url = mode.database_url("identity")
    command.upgrade(configuration("identity", url), "0005")
    members = [member(ADA, "ada@example.com", ALL), member(SAM, "sam@x.example", ALL[2:3])]
    run(url, insert(STAFF), members)

    upgrade("identity", url)

    roles = run(url, select(StaffRole.staff_id, StaffRole.programme, StaffRole.role))
    assert sorted(roles) == [
        (ADA, "cisco", "administrator"),
        (ADA, "juniper", "administrator"),
    ]
    # Who had single scopes keeps just these.
    kept = dict(run(url, select(STAFF.c.id, STAFF.c.scopes)))
    assert kept[SAM] == ["candidates:read"]

    command.downgrade(configuration("identity", url), "0005")
    assert len(run(url, select(STAFF.c.id))) == 2
