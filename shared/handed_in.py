"""Files as people hand them in: what they are, safe names and keys for them, and the way out."""

import asyncio
import hashlib
import json
import re
import secrets
import sys
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from shared.errors import FieldError, Unavailable, Unprocessable
from shared.logs import log

EXTENSIONS = {
    "application/pdf": (".pdf",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
}
"""What may be handed in, each with the ends of its names; the first is added where none fits."""

LONGEST_NAME = 120
PATIENCE_SECONDS = 30.0
_PROGRAM = Path(__file__).with_name("inspection.py")


class UnacceptableFile(Unprocessable):
    """A file that was handed in is not of a kind that is taken, or cannot be read."""

    slug, title = "unacceptable-file", "The file cannot be taken"


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that is in the storage already."""

    key: str
    name: str
    type: str
    bytes: int
    digest: str


def kept_file(prefix: str, content: bytes, name: str, type_: str) -> KeptFile:
    """What will be known of a file, under a key that nobody can guess and that says nothing."""
    digest = hashlib.sha256(content).hexdigest()
    return KeptFile(f"{prefix}/{secrets.token_hex(20)}", name, type_, len(content), digest)


async def inspect(content: bytes, field: str) -> str:
    """The media type of a file, found by reading it to its end in a process of its own.

    field: of the form, for what is said of it. Raises UnacceptableFile saying why it is none that
    is taken, and Unavailable when no process can be had.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-I",
            str(_PROGRAM),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
    except OSError as fault:
        log.warning("no process to inspect a file", fault=repr(fault))
        raise Unavailable("files can't be checked at the moment") from fault
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            said, _ = await process.communicate(content)
        verdict = json.loads(said)
    except (TimeoutError, ValueError):
        log.warning("a file could not be inspected", bytes=len(content), exit=process.returncode)
        raise _unacceptable(
            field, "the file could not be read in reasonable time and memory"
        ) from None
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if "type" not in verdict:
        raise _unacceptable(field, str(verdict["problem"]))
    return str(verdict["type"])


def _unacceptable(field: str, problem: str) -> UnacceptableFile:
    return UnacceptableFile(problem, errors=[FieldError(field=field, message=problem)])


def clean_name(given: str | None, type_: str, without: str) -> str:
    """A file's name without a path, without what cannot be seen, and with an end that fits.

    type_: the media type that was found in its content; without: the name where none is left.
    """
    base = re.split(r"[/\\]", given or "")[-1]
    shown = "".join(
        " " if letter.isspace() else letter
        for letter in unicodedata.normalize("NFC", base)
        # Cc, Cf (direction and joining), Cs, Co, Cn: what makes a name look like another.
        if letter.isspace() or not unicodedata.category(letter).startswith("C")
    )
    kept = re.sub(r" +", " ", re.sub(r'[<>:"|?*]', "_", shown)).rstrip(" .")
    end = next((one for one in EXTENSIONS[type_] if kept.lower().endswith(one)), None)
    if end is None:
        end = EXTENSIONS[type_][0]
        stem = kept
    else:
        stem, end = kept[: -len(end)], kept[-len(end) :]
    return f"{stem.strip(' .')[: LONGEST_NAME - len(end)].rstrip(' .') or without}{end}"


def attachment(name: str) -> str:
    """The header that has a browser save a file under its name instead of showing it (RFC 6266)."""
    plain = name.encode("ascii", "replace").decode().replace("?", "_")
    plain = re.sub(r'["\\%;]', "_", plain)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def saved_as(name: str) -> dict[str, str]:
    """The headers of a handed-in file on its way out: to be saved, not run, not kept by caches."""
    return {
        "Content-Disposition": attachment(name),
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
        "Cache-Control": "private, no-store",
    }
