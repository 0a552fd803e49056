"""Packing: long messages travel deflated, as their `content-encoding` says.

The broker writes a message once for each queue, and hands it out as often. A batch of events
repeats its names and most of its values: packed, it is an eighth as long.
"""

import zlib

PACKED = "deflate"
"""The name that HTTP gives to RFC 1950's format (RFC 9110, section 8.4.1.2)."""
# Shorter ones stay legible to whoever looks into a queue.
WORTH_BYTES = 4_000
MOST_BYTES = 64_000_000
# The fastest: the next ones take longer and make next to nothing shorter.
_LEVEL = 1


def pack(body: bytes) -> tuple[bytes, str | None]:
    """Return a body as it travels, and its content encoding."""
    if len(body) < WORTH_BYTES:
        return body, None
    return zlib.compress(body, _LEVEL), PACKED


def unpack(body: bytes, encoding: str | None) -> bytes:
    """Return a body as it was before.

    What cannot be unpacked, or only to more than `MOST_BYTES`, is returned as it came: it is no
    batch of events, and is kept aside as such.
    """
    if encoding != PACKED:
        return body
    unpacking = zlib.decompressobj()
    try:
        unpacked = unpacking.decompress(body, MOST_BYTES)
    except zlib.error:
        return body
    return unpacked if unpacking.eof and not unpacking.unused_data else body
