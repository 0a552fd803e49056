"""What strangers are shown."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, Field


class Document(BaseModel):
    """What is to be told of the certificate that a stranger has before them."""

    revision: str = Field(description="as the certificate says it")
    state: Literal["current", "replaced", "unknown"] = Field(
        description="unknown: no such certificate was ever given out"
    )
    because: Literal["name", "record"] | None = Field(
        description="of one that was replaced: the holder's name was changed, or what is recorded"
    )


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
    revision: str = Field(description="of the certificate that would be given out today")
    document: Document | None = Field(description="of the revision that was asked for")
    erased: bool = Field(
        default=False,
        description="whether the holder's data was erased: nobody knows any more who it is",
    )
