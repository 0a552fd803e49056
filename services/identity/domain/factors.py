"""What people prove who they are with, in the words of RFC 8176, and which is a second factor."""

from collections.abc import Iterable
from typing import Literal

# pwd: password; otp: a code from an app or from paper; hwk: a passkey that stays in its device;
# swk: one that is copied between a person's devices; fed: an identity provider; mail: a link.
Method = Literal["pwd", "otp", "hwk", "swk", "fed", "mail"]
# The ways in which a second step can be taken; the order in which they are offered.
Way = Literal["passkey", "code", "recovery_code"]

# A passkey is two factors at once, because it asks its owner for a fingerprint or a PIN first.
_SECOND: frozenset[str] = frozenset({"otp", "hwk", "swk"})


def is_second_factor(methods: Iterable[str]) -> bool:
    """Tell whether more than a password or a mailbox has been shown."""
    return not _SECOND.isdisjoint(methods)


def passkey_method(*, synced: bool) -> Method:
    """Return what a passkey counts as: one that is synced is no key in hardware."""
    return "swk" if synced else "hwk"
