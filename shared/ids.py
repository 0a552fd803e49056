"""Identifiers: time-ordered UUIDs for rows, unambiguous random codes for people."""

import time
from os import register_at_fork, urandom
from random import Random
from uuid import UUID

# No I, O, 0 or 1: a code read aloud or copied from paper must not be ambiguous.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
# Our own, because tools that make tests repeatable seed the one that all share.
_RANDOM = Random()  # noqa: S311 - for ids of rows; codes and tokens use the system's
register_at_fork(after_in_child=_RANDOM.seed)
# As tables of bytes, because whole codes are translated at once. The alphabet has 32 characters, so
# five bits of a random byte choose one without a bias.
_CHOSEN = bytes(ord(ALPHABET[byte & 31]) for byte in range(256))
_VALUES = bytes(max(ALPHABET.find(chr(byte)), 0) for byte in range(256))
# Twice the value, its two digits to the base of the alphabet added up.
_DOUBLED = bytes(sum(divmod(2 * value, len(ALPHABET))) for value in _VALUES)


def uuid7() -> UUID:
    """Return a time-ordered UUID: new rows sit together in an index, in the order they were made.

    RFC 9562 version 7 with the twelve bits after the version used for a quarter of a microsecond
    (section 6.2, method 3), which is less than one call takes.
    """
    milliseconds, rest = divmod(time.time_ns(), 1_000_000)
    random = _RANDOM.getrandbits(62)  # an id is no secret, and the system's randomness is slow
    return UUID(
        int=milliseconds << 80 | 7 << 76 | (rest << 12) // 1_000_000 << 64 | 2 << 62 | random
    )


def _check_character(body: bytes) -> str:
    # Luhn mod N (ISO/IEC 7812-1 annex B generalised): finds every single wrong character.
    total = sum(body[::-2].translate(_DOUBLED)) + sum(body[-2::-2].translate(_VALUES))
    return ALPHABET[-total % len(ALPHABET)]


def public_code(length: int) -> str:
    """Return a random code of that many characters; the last one checks the others."""
    body = urandom(length - 1).translate(_CHOSEN)
    return body.decode() + _check_character(body)


def is_public_code(code: str, length: int) -> bool:
    """Tell whether a code has that length, allowed characters and the right check character."""
    return (
        len(code) == length
        and all(character in ALPHABET for character in code)
        and _check_character(code[:-1].encode()) == code[-1]
    )
