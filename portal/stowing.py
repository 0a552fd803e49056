"""What a browser carries between two pages without being able to read it: sealed, short-lived."""

import json
from collections.abc import Mapping
from typing import Any

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from portal.sessions import SEALING
from shared.clock import Clock


class Stowing:
    """Seals small JSON objects for cookies (JWE, direct A256GCM): any instance can open them."""

    def __init__(self, key: bytes, clock: Clock) -> None:
        """Take 32 bytes of key."""
        self._key = OctKey.import_key(key)
        self._clock = clock

    def close(self, name: str, value: Mapping[str, Any], seconds: int) -> str:
        """Return a value sealed for so many seconds; name: of the cookie, and of no other."""
        until = int(self._clock.now().timestamp()) + seconds
        plain = json.dumps([name, until, dict(value)], separators=(",", ":"))
        header = {"alg": "dir", "enc": "A256GCM"}
        return jwe.encrypt_compact(header, plain, self._key, algorithms=SEALING)

    def open(self, name: str, sealed: str | None) -> dict[str, Any] | None:
        """Return the value, or None when there is none, it is too old or the seal is broken."""
        if not sealed:
            return None
        try:
            opened = jwe.decrypt_compact(sealed, self._key, algorithms=SEALING)
            named, until, value = json.loads(opened.plaintext or b"null")
        except (JoseError, ValueError, TypeError):
            return None
        if named != name or self._clock.now().timestamp() >= until:
            return None
        return dict(value)
