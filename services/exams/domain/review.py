"""What staff may do with a result, and when."""

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

Action: TypeAlias = Literal["hold", "release", "invalidate", "validate"]

KINDS: Mapping[Action, str] = {
    "hold": "review_hold",
    "release": "review_release",
    "invalidate": "invalidate",
    "validate": "validate",
}
"""The kind of change that each is kept as."""


def may(row: Mapping[Any, Any]) -> list[Action]:
    """What can be done with a result as it stands."""
    return [action for action in KINDS if refusal(action, row) is None]


def refusal(action: Action, row: Mapping[Any, Any]) -> str | None:
    """Why an action cannot be taken on a result, or None."""
    review = row["review"]
    invalidated = "it has been invalidated already" if review == "invalidated" else None
    match action:
        case "hold":
            revoked = "its vendor has revoked it" if row["revoked"] else None
            return "it is held already" if review == "held" else invalidated or revoked
        case "release":
            holder = "its vendor holds it, and only its vendor can release it"
            refused = holder if row["vendor_held"] else "it is not held"
            return None if review == "held" else refused
        case "invalidate":
            return invalidated
        case "validate":
            return None if invalidated else "it has not been invalidated"
