"""What the API says of vendors' calls and of how vendors are doing."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class CallMade(BaseModel):
    """One call of a vendor's machine."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    at: datetime
    vendor: str
    client: str
    programmes: str = Field(description="The programmes of its token, separated by spaces")
    channel: str
    method: str
    path: str
    status: int
    items: int
    accepted: int
    duplicates: int
    rejected: int
    bytes: int
    milliseconds: int
    address: str | None
    request_id: str | None


class Traffic(BaseModel):
    """What a vendor's calls came to within a stretch of time."""

    calls: int
    refused: int = Field(description="Calls answered with a status of 400 or more")
    items: int
    accepted: int
    duplicates: int
    rejected: int
    error_rate: float = Field(description="Rejected items of all items, from 0 to 1")


class VendorHealth(BaseModel):
    """How a vendor is doing."""

    vendor: str
    name: str
    last_call_at: datetime | None
    last_delivery_at: datetime | None = Field(
        description="When something of theirs was last accepted, by a call or by a file"
    )
    day: Traffic
    week: Traffic
    delay_days_median: float | None = Field(
        description="Days from the exam to its arrival, of the results of the last seven days"
    )
    delay_days_p95: float | None
    results_week: int = Field(description="Results that arrived in the last seven days")
    expected_days: int | None = Field(description="Within how many days results should be here")
    imports_failed_week: int


class VendorsHealth(BaseModel):
    """How all vendors of a programme are doing."""

    items: list[VendorHealth]
