"""Secrets that are handed out once and kept only as a hash: link, refresh and client secrets."""

import hashlib
import secrets


def new_secret() -> str:
    """Return 256 random bits as text that survives URLs, mails and shells."""
    return secrets.token_urlsafe(32)


def hash_of(*parts: str) -> str:
    """Return the SHA-256, as hex, under which a secret (or a throttled thing) is kept.

    Enough for 256 random bits, which cannot be searched backwards; people's passwords go through
    Argon2id instead. The parts are kept apart, so that ("a", "bc") is not ("ab", "c").
    """
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
