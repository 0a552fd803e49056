"""The rules of mailed links: how long they live and what they say when they no longer work."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

Purpose = Literal["welcome", "first_login", "forgotten"]

# A welcome arrives unasked and may lie in a mailbox over a holiday; the others were just asked for.
LIFETIMES: dict[Purpose, timedelta] = {
    "welcome": timedelta(days=7),
    "first_login": timedelta(hours=24),
    "forgotten": timedelta(hours=24),
}
# How many links one person can be sent in an hour; a stranger must not fill a mailbox.
PER_HOUR = 5


class LinkState(StrEnum):
    """Whether a link still works, and if not, why."""

    OPEN = "open"
    USED = "used"
    REPLACED = "replaced"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


def state_of(
    *, used_at: datetime | None, void_at: datetime | None, expires_at: datetime, now: datetime
) -> LinkState:
    """Return the state of a link; having been used explains more than having expired."""
    if used_at is not None:
        return LinkState.USED
    if void_at is not None:
        return LinkState.REPLACED
    return LinkState.OPEN if now < expires_at else LinkState.EXPIRED


_ASK = "You can ask for a new link on the sign-in page."
_WORDS = {
    LinkState.USED: "This link has been used already to set the password: each link works once. "
    "Sign in with that password. If it was not you who set it, ask for a new link at once.",
    LinkState.REPLACED: "The password was set with another link, which ended this one. " + _ASK,
    LinkState.EXPIRED: f"This link has expired. {_ASK}",
    LinkState.UNKNOWN: "This link is not one of ours; perhaps a part of it was lost when it was "
    f"copied. {_ASK}",
}


def explanation(state: LinkState, expires_at: datetime | None = None) -> str:
    """Return, in words for the person who opened it, why a link does not work."""
    words = _WORDS[state]
    if state is LinkState.EXPIRED and expires_at is not None:
        return words.replace("expired.", f"expired on {expires_at:%d %B %Y at %H:%M} UTC.", 1)
    return words
