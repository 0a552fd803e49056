"""Certificates of courses as candidates hand them in: what they are, and safe names for them."""

import asyncio
import json
import re
import sys
import unicodedata
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from services.exams.errors import UnacceptableFile
from shared.errors import FieldError, Unavailable
from shared.logs import log

FIELD = "certificate"
EXTENSIONS = {
    "application/pdf": (".pdf",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
}
"""What may be handed in, each with the ends of its names; the first is added where none fits."""

LONGEST_NAME = 120
PATIENCE_SECONDS = 30.0
_PROGRAM = Path(__file__).with_name("inspection.py")


async def inspect(content: bytes) -> str:
    """The media type of a file, found by reading it to its end in a process of its own.

    Raises UnacceptableFile saying why it is none that is taken, and Unavailable when no process
    can be had.
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
        raise _unacceptable("the file could not be read in reasonable time and memory") from None
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if "type" not in verdict:
        raise _unacceptable(str(verdict["problem"]))
    return str(verdict["type"])


def _unacceptable(problem: str) -> UnacceptableFile:
    return UnacceptableFile(problem, errors=[FieldError(field=FIELD, message=problem)])


def clean_name(given: str | None, type_: str) -> str:
    """A file's name without a path, without what cannot be seen, and with an end that fits.

    type_: the media type that was found in its content.
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
    return f"{stem.strip(' .')[: LONGEST_NAME - len(end)].rstrip(' .') or FIELD}{end}"


def attachment(name: str) -> str:
    """The header that has a browser save a file under its name instead of showing it (RFC 6266)."""
    plain = name.encode("ascii", "replace").decode().replace("?", "_")
    plain = re.sub(r'["\\%;]', "_", plain)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
