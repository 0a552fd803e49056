"""What a handed-in file really is: read to the end by who would open it, in a process of its own.

Run as a program: the file on standard input, one JSON object on standard output, {"type": ...} or
{"problem": a sentence}. It imports nothing of the product and may use little memory and little
time, so a file made to exhaust its reader exhausts this process and nothing else.

A PDF with active content is refused, not only stored: what people hand in needs none, and staff
open it.
Active are scripts, actions that start or send something, forms of the XFA kind, and embedded files
and media; links to the web and jumps within the document are not. Password protection is refused
as well, because nobody could say what is inside.
"""

import io
import json
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

MEMORY_BYTES = 768 * 1024 * 1024
CPU_SECONDS = 15
MOST_PIXELS = 50_000_000
MOST_PAGES = 200

ACTIVE_KEYS = frozenset(
    {"/JS", "/JavaScript", "/XFA", "/EmbeddedFiles", "/EF", "/RichMediaContent"}
)
ACTIVE_ACTIONS = frozenset(
    {
        "/JavaScript",
        "/Launch",
        "/SubmitForm",
        "/ImportData",
        "/GoToE",
        "/Rendition",
        "/RichMediaExecute",
        "/Movie",
        "/Sound",
    }
)
ACTIVE_ANNOTATIONS = frozenset(
    {"/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"}
)


class Refused(Exception):
    """The file is not one that can be kept; the message says why."""


def limit() -> None:
    """Allow this process little memory and time, where the system can do that."""
    with suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415 - not everywhere

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def type_of(content: bytes) -> str:
    """The media type of a file that could be read to the end; raises Refused."""
    if not content:
        raise Refused("the file is empty")
    if content.startswith(b"%PDF-"):
        _read_pdf(content)
        return "application/pdf"
    if content.startswith((b"\x89PNG", b"\xff\xd8\xff")):
        return _read_picture(content)
    raise Refused("the file is neither a PDF nor a JPEG or PNG picture, whatever its name says")


def _read_picture(content: bytes) -> str:
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - one kind of file a process

    # Counted below, with words for the candidate.
    Image.MAX_IMAGE_PIXELS = None
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise Refused(
                    f"the picture has {picture.width} x {picture.height} points; "
                    f"at most {MOST_PIXELS:,} are read"
                )
            # What cameras make of two pictures in one file opens as a JPEG everywhere.
            found = "image/png" if picture.format == "PNG" else "image/jpeg"
            picture.load()
            return found
    except UnidentifiedImageError:
        raise Refused("the file begins like a picture but is none") from None
    except (OSError, SyntaxError, ValueError, EOFError) as fault:
        raise Refused(f"the picture cannot be read to its end: {fault}") from None


def _read_pdf(content: bytes) -> None:
    from pypdf import PdfReader  # noqa: PLC0415 - one kind of file a process
    from pypdf.errors import PyPdfError  # noqa: PLC0415 - as above

    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted:
            raise Refused("the PDF is protected by a password; save it without one")
        pages = len(reader.pages)
        if not 1 <= pages <= MOST_PAGES:
            raise Refused(f"the PDF has {pages} pages; it may have 1 to {MOST_PAGES}")
        for page in reader.pages:
            _ = page.mediabox
        for found in _values(reader):
            if name := _active(found):
                raise Refused(
                    f"the PDF holds active content ({name.lstrip('/')}), which may do something "
                    "when it is opened; print it to a new PDF and send that"
                )
    except Refused:
        raise
    except (
        PyPdfError,
        OSError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
    ) as fault:
        raise Refused(f"the PDF cannot be read: {str(fault)[:200]}") from None
    except RecursionError:
        raise Refused("the PDF is nested too deeply to be read") from None


def _values(reader: Any) -> Iterator[Any]:
    """Every dictionary of a document, each once: also those that no page leads to."""
    from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject  # noqa: PLC0415 - only for a PDF

    numbers = {
        (number, generation) for generation, known in reader.xref.items() for number in known
    }
    numbers |= {(number, 0) for number in reader.xref_objStm}
    open_: list[Any] = [reader.trailer]
    for number, generation in sorted(numbers):
        open_.append(reader.get_object(IndirectObject(number, generation, reader)))
        while open_:
            value = open_.pop()
            if isinstance(value, DictionaryObject):
                yield value
                # `raw`: what it refers to has a number, and its own turn.
                open_.extend(value.raw_get(key) for key in value)
            elif isinstance(value, ArrayObject):
                open_.extend(list.__iter__(value))


def _active(value: Any) -> str | None:
    for key in value:
        if key in ACTIVE_KEYS:
            return str(key)
    kind = value.raw_get("/S") if "/S" in value else None
    if kind in ACTIVE_ACTIONS:
        return str(kind)
    subtype = value.raw_get("/Subtype") if "/Subtype" in value else None
    return str(subtype) if subtype in ACTIVE_ANNOTATIONS else None


def main() -> None:
    """Read the file and say what it is."""
    limit()
    try:
        said = {"type": type_of(sys.stdin.buffer.read())}
    except Refused as refused:
        said = {"problem": str(refused)}
    except MemoryError:
        said = {"problem": "the file unpacks to more than can be read"}
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    main()
