"""The record of what was done."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel


class AuditEntryOut(BaseModel):
    """Something that was done to an account."""

    entry_id: UUID
    at: datetime
    programme: str
    action: str
    by_kind: str
    by_id: str | None
    by_name: str | None
    subject: str | None
    details: dict[str, Any]
    request_id: str | None
