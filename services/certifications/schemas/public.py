"""What strangers are shown."""

from datetime import date

from pydantic import BaseModel, Field


class Verification(BaseModel):
    """What a verification code proves; reasons of staff are no part of it."""

    valid: bool = Field(description="whether the certification is active today")
    programme: str
    holder: str
    certification: str
    name: str
    title: str
    level: str
    status: str = Field(description="as in lists, or withdrawn: the results no longer support it")
    status_text: str = Field(description="the programme's own word for the status")
    standing_text: str = Field(description="the same with the days that belong to it")
    earned_as: str | None = Field(description="what it was called when it was earned, if otherwise")
    number: str | None
    active_on: date
    expires_on: date | None
    grace_until: date | None
    as_of: date
    date_rule: str
