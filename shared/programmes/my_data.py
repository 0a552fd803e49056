"""The model of data.yaml: for how long a copy can be fetched, and what an erasure leaves."""

from typing import Literal, Self

from pydantic import Field, model_validator

from shared.programmes.fields import Text
from shared.programmes.item import Item


class Kept(Item):
    """Something that stays after an erasure, without anything that names the person."""

    what: Literal["certifications", "audit"] = Field(
        description="certifications: that they were earned, so that their codes still prove it; "
        "audit: what staff did, without whom it was about but for the candidate id"
    )
    text: Text = Field(description="what the candidate is told of it before asking")
    source: str | None = Field(default=None, description="where this was taken from")


class DataFile(Item):
    """data.yaml: copies and erasures of candidates' data."""

    copy_days: int = Field(
        default=7, ge=1, le=90, description="for how many days a copy can be fetched (default: 7)"
    )
    erasure_wait_days: int = Field(
        default=14,
        ge=0,
        le=30,
        description="for how many days an erasure can be taken back (default: 14)",
    )
    keep: tuple[Kept, ...] = Field(
        default=(), description="what stays after an erasure (default: nothing)"
    )
    source: str | None = Field(default=None, description="where this was taken from")

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        words = [one.what for one in self.keep]
        for word in words:
            if words.count(word) > 1:
                raise ValueError(f"keep names {word} twice")
        return self
