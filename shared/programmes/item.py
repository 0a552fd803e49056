"""What every model of a programme file has in common."""

from pydantic import BaseModel, ConfigDict


class Item(BaseModel):
    """Strict and closed: a misspelt or mistyped field is an error, never ignored."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=True)
