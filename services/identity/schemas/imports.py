"""Files of accounts."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field


class RefusedRowOut(BaseModel):
    """A row that was refused; the header is row 1."""

    row: int
    faults: list[dict[str, str]]


class AccountImportOut(BaseModel):
    """A file of accounts, and what became of its rows."""

    import_id: UUID
    programme: str
    name: str
    by_name: str | None
    welcome: bool
    state: Literal["running", "finished", "broken_off"]
    rows: int
    made: int
    already_there: int
    rejected: int
    started_at: datetime
    finished_at: datetime | None
    refused: list[RefusedRowOut] = Field(default=[], description="The first of those refused")
