"""Rules of fulfillment: which kit an award entitles to."""

from typing import Literal

from shared.programmes import Kit, Programme

Kind = Literal["initial"]
# withdrawn: the certification was taken away before the kit was claimed.
State = Literal["claimable", "withdrawn"]


def free_initial_kit(programme: Programme, certification: str) -> Kit | None:
    """Return the kit that is free with the first award of a certification, if there is one.

    Raises KeyError if the programme knows no such certification.
    """
    kit = programme.initial_kit(certification)
    return kit if kit is not None and kit.initial_price.amount == 0 else None
