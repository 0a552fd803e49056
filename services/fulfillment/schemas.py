"""The shapes of fulfillment on the wire."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel

from services.fulfillment.domain import State


class EntitlementView(BaseModel):
    """A kit that a candidate may have."""

    id: UUID
    certification: str
    name: str
    kit: str
    kit_name: str
    state: State
    earned_on: date


class Entitlements(BaseModel):
    """All that a candidate is entitled to: a handful, so not paged."""

    items: list[EntitlementView]
