"""What the API says and hears of continuing education activities."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field, PlainSerializer

from services.exams.domain.credits import CreditItem
from services.exams.domain.items import Fault

Points = Annotated[Decimal, PlainSerializer(float, return_type=float)]


class CreditsBody(BaseModel):
    """Many activities in one request."""

    credits: list[CreditItem]


class CreditOutcome(BaseModel):
    """What became of one activity."""

    index: int = Field(description="Its place in the request, from 0")
    external_id: str | None
    outcome: Literal["accepted", "duplicate", "rejected"]
    state: Literal["waiting", "pending", "recorded", "rejected", "withdrawn"] | None = Field(
        description="How the activity stands now; waiting: its candidate is not known yet"
    )
    errors: list[Fault]


class CreditOutcomes(BaseModel):
    """What became of a request's activities, each by itself."""

    accepted: int
    duplicates: int
    rejected: int
    items: list[CreditOutcome]


class Activity(BaseModel):
    """One continuing education activity of a candidate."""

    id: UUID
    external_id: str = Field(description="The provider's own id of it")
    vendor: str
    vendor_name: str
    activity: str
    item: str | None = Field(description="What was taken, where the provider says")
    category: str | None
    category_name: str | None
    provider: str
    points: Points
    active_on: date
    expires_on: date | None = Field(description="The last day, the whole of it")
    state: Literal["recorded", "pending", "rejected", "withdrawn"] = Field(
        description="Only a recorded activity counts; pending: its review is not done"
    )
    review: Literal["pending", "approved", "rejected"] | None = Field(
        description="Null: none is needed"
    )
    reason: str | None = Field(description="Why it was rejected or withdrawn")
    source: str = Field(description="The file it came in, or API")
    received_at: datetime
    updated_at: datetime
