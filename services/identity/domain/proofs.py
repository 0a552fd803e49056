"""The rules of mailed links that prove an e-mail address."""

from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from services.identity.domain.links import LinkState

Purpose: TypeAlias = Literal["new_address", "score_report", "self_registration"]

LIFETIME = timedelta(hours=24)
# How many an account, and how many an address, can be sent in an hour: a stranger must not fill
# a mailbox.
PER_HOUR = 5
# How many addresses an account can have.
MOST_ADDRESSES = 10

_AGAIN: dict[str, str] = {
    "new_address": "You can ask for a new link under Personal Info, E-mail addresses.",
    "self_registration": "You can register again on the sign-in page.",
    "score_report": "You can ask for a new link under “Never logged in before?”.",
}
_WORDS = {
    LinkState.USED: "This link has been used already: each link works once, so there is nothing "
    "left to do with it.",
    LinkState.REPLACED: "This link was called off, or another one did what it was for.",
    LinkState.EXPIRED: "This link has expired.",
    LinkState.UNKNOWN: "This link is not one of ours; perhaps a part of it was lost when it was "
    "copied.",
}


def explanation(state: LinkState, purpose: str = "", expires_at: datetime | None = None) -> str:
    """Return, in words for the person who opened it, why a link does not work."""
    words = _WORDS[state]
    if state is LinkState.EXPIRED and expires_at is not None:
        words = f"This link expired on {expires_at:%d %B %Y at %H:%M} UTC."
    again = _AGAIN.get(purpose, "")
    return f"{words} {again}".strip()
