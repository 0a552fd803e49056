"""Files as candidates hand them in: good ones, and ones that should not be taken."""

import io
from collections.abc import Callable
from typing import Any

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)


def written(writer: PdfWriter) -> bytes:
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def pages(count: int = 1) -> PdfWriter:
    writer = PdfWriter()
    for _ in range(count):
        writer.add_blank_page(200, 100)
    return writer


def pdf(count: int = 1) -> bytes:
    return written(pages(count))


def picture(kind: str = "PNG", size: tuple[int, int] = (300, 200)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, "teal").save(file, kind)
    return file.getvalue()


def action(**parts: Any) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{name}"): part for name, part in parts.items()})


def _opening(kind: str, **parts: Any) -> bytes:
    """A PDF that does something when it is opened."""
    writer = pages()
    doing = action(S=NameObject(kind), **parts)
    writer.root_object[NameObject("/OpenAction")] = writer._add_object(doing)
    return written(writer)


def _annotated(**parts: Any) -> bytes:
    writer = pages()
    annotation = action(Type=NameObject("/Annot"), **parts)
    writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(annotation)])
    return written(writer)


def script_in_a_page() -> bytes:
    """A script that runs when its page is left, in an object of its own."""
    writer = pages()
    script = writer._add_object(action(S=NameObject("/JavaScript"), JS=TextStringObject("x()")))
    writer.pages[0][NameObject("/AA")] = action(C=script)
    return written(writer)


def hidden_name() -> bytes:
    """The name of the action written with escapes, so that no search for bytes finds it."""
    return _opening("/JavaScript", JS=TextStringObject("x()")).replace(
        b"/JavaScript", b"/J#61v#61Script"
    )


def attached() -> bytes:
    writer = pages()
    writer.add_attachment("run.exe", b"MZ")
    return written(writer)


def xfa() -> bytes:
    writer = pages()
    form = action(XFA=writer._add_object(StreamObject()), Fields=ArrayObject())
    writer.root_object[NameObject("/AcroForm")] = form
    return written(writer)


def protected() -> bytes:
    writer = pages()
    writer.encrypt("secret", algorithm="RC4-128")
    return written(writer)


def linked() -> bytes:
    """What is harmless: a link to the web, and a jump to the first page when it is opened."""
    writer = pages()
    link = action(S=NameObject("/URI"), URI=TextStringObject("https://example.com/"))
    annotation = action(Type=NameObject("/Annot"), Subtype=NameObject("/Link"), A=link)
    writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(annotation)])
    writer.root_object[NameObject("/OpenAction")] = ArrayObject(
        [writer.pages[0].indirect_reference, NameObject("/Fit")]
    )
    return written(writer)


def by_hand(*objects: bytes) -> bytes:
    """A PDF of these objects, the first of them its catalogue."""
    file, places = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, start=1):
        places.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    return file + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\n"
        b"startxref\n%d\n%%%%EOF" % (count, table, count, len(file))
    )


CATALOGUE = b"<< /Type /Catalog /Pages 2 0 R >>"
ONE_PAGE = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"

BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "the file is empty"),
    "a page of the web": (lambda: b"<html><script>x()</script></html>", "neither a PDF"),
    "a program": (lambda: b"MZ\x90\x00" + b"\x00" * 100, "neither a PDF"),
    "a picture of another kind": (lambda: picture("GIF"), "neither a PDF"),
    "a cut picture": (lambda: picture("JPEG")[:300], "cannot be read to its end"),
    "a cut PNG": (lambda: picture()[:90], "cannot be read to its end"),
    "a picture in name only": (lambda: b"\x89PNG\r\n\x1a\nand more", "picture"),
    "a huge picture": (lambda: picture(size=(10_000, 6_000)), "10000 x 6000 points"),
    "a PDF in name only": (lambda: b"%PDF-1.7\n<script>x()</script>", "cannot be read"),
    "a cut PDF": (lambda: pdf()[:200], "cannot be read"),
    "a PDF after something else": (lambda: b"<html>" + pdf(), "neither a PDF"),
    "a PDF without pages": (lambda: pdf(0), "0 pages"),
    "a book": (lambda: pdf(201), "201 pages"),
    "pages in a circle": (
        lambda: by_hand(CATALOGUE, ONE_PAGE.replace(b"3 0", b"2 0"), PAGE),
        "cannot be read",
    ),
    "a bottomless PDF": (
        lambda: by_hand(CATALOGUE, ONE_PAGE, PAGE, b"[" * 100_000 + b"]" * 100_000),
        "nested too deeply",
    ),
    "a script that no page leads to": (
        lambda: by_hand(CATALOGUE, ONE_PAGE, PAGE, b"<< /S /JavaScript /JS (x\\(\\)) >>"),
        "active content",
    ),
    "a protected PDF": (protected, "password"),
    "a script": (
        lambda: _opening("/JavaScript", JS=TextStringObject("x()")),
        "active content (JS)",
    ),
    "a script in a page": (script_in_a_page, "active content (JS)"),
    "a script with another key": (
        lambda: _opening("/JavaScript", Next=NumberObject(1)),
        "active content (JavaScript)",
    ),
    "a hidden script": (hidden_name, "active content"),
    "a program to start": (
        lambda: _opening("/Launch", F=TextStringObject("x")),
        "active content (Launch)",
    ),
    "a form to send": (
        lambda: _opening("/SubmitForm", F=TextStringObject("x")),
        "active content (SubmitForm)",
    ),
    "an attachment": (attached, "active content"),
    "a living form": (xfa, "active content (XFA)"),
    "a film": (lambda: _annotated(Subtype=NameObject("/RichMedia")), "active content (RichMedia)"),
}
