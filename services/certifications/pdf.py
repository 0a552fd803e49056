"""The certificate as a PDF: A4 landscape, all vectors, embedded typefaces, the same bytes twice."""

import unicodedata
from collections.abc import Iterable
from io import BytesIO
from math import cos, pi, sin

import segno
from reportlab.lib.colors import Color, HexColor, white
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.pathobject import PDFPathObject

from services.certifications import guilloche
from services.certifications.domain.wording import written
from services.certifications.errors import NameNotDrawable
from services.certifications.paper import CertificateDetails
from shared import pdf, typefaces
from shared.pdf import DRAWING, NotDrawable, fit, mix, readable, set_line, use, width
from shared.typefaces import Typeface

WIDTH, HEIGHT = landscape(A4)
CENTRE = WIDTH / 2
MARGIN = 76.0


def certificate(details: CertificateDetails) -> bytes:
    """Draw the certificate.

    Raises NameNotDrawable when no typeface has every character of a name.
    """
    with DRAWING:
        out = BytesIO()
        canvas = Canvas(
            out,
            pagesize=(WIDTH, HEIGHT),
            invariant=1,
            pageCompression=1,
            initialFontName=use(typefaces.TEXT),
            lang=details.language,
        )
        canvas.setTitle(f"{details.certification}: {details.holder}")
        canvas.setAuthor(details.issuer)
        canvas.setSubject(f"Certificate {details.verification_code}, revision {details.revision}")
        canvas.setKeywords([details.short_name, details.verification_code])
        canvas.setCreator("Certtrack")
        canvas.setProducer("Certtrack")
        canvas.setViewerPreference("DisplayDocTitle", "true")
        _Sheet(canvas, details).draw()
        canvas.showPage()
        canvas.save()
        return out.getvalue()


def _face_for(text: str, faces: Iterable[Typeface]) -> Typeface:
    try:
        return pdf.face_for(text, faces)
    except NotDrawable:
        raise NameNotDrawable(
            "The certificate cannot be set in the script of this name yet. "
            "Ask support to add the name in Latin letters."
        ) from None


class _Sheet:
    """The page being drawn: the canvas, the words and the colours."""

    def __init__(self, canvas: Canvas, details: CertificateDetails) -> None:
        self.canvas = canvas
        self.details = details
        self.accent = HexColor(details.colours.accent)
        self.ink = HexColor(details.colours.ink)
        self.on_accent = HexColor(details.colours.accent_ink)
        self.strong = readable(self.accent, self.ink)
        self.quiet = mix(self.ink, white, 0.28)

    def draw(self) -> None:
        self._ground()
        self._border()
        self._heading()
        self._holder()
        self._award()
        self._dates()
        self._seal(CENTRE, 118)
        self._verification()

    # Ornament

    def _strokes(self, curves: tuple[guilloche.Curve, ...], colour: Color, width: float) -> None:
        self.canvas.setStrokeColor(colour)
        self.canvas.setLineWidth(width)
        for curve in curves:
            path: PDFPathObject = self.canvas.beginPath()
            path.moveTo(*curve[0])
            for first, second, end in guilloche.smooth(curve):
                path.curveTo(*first, *second, *end)
            path.close()
            self.canvas.drawPath(path, stroke=1, fill=0)

    def _ground(self) -> None:
        """A large pale rosette behind the words, like the ground of a banknote."""
        self.canvas.saveState()
        self.canvas.translate(CENTRE, HEIGHT / 2 + 22)
        pale = mix(self.accent, white, 0.88)
        for outer, inner, petals in ((208, 150, 36), (156, 108, 24), (114, 76, 18)):
            self._strokes(guilloche.lens(outer, inner, petals, 10), pale, 0.35)
        self.canvas.restoreState()

    def _border(self) -> None:
        canvas = self.canvas
        canvas.saveState()
        inset, radius = 29.0, 24.0
        canvas.translate(inset, inset)
        wide, high = WIDTH - 2 * inset, HEIGHT - 2 * inset
        self._strokes(
            guilloche.band(wide, high, radius, 7.2, 148, 6), mix(self.accent, white, 0.15), 0.38
        )
        canvas.restoreState()
        canvas.setStrokeColor(self.strong)
        for line, weight in ((18.6, 0.9), (16.2, 0.3), (39.4, 0.9), (41.8, 0.3)):
            canvas.setLineWidth(weight)
            # All lines share the corner's centre with the weave.
            corner = inset + radius - line
            canvas.roundRect(line, line, WIDTH - 2 * line, HEIGHT - 2 * line, corner, fill=0)

    def _diamond(self, x: float, y: float, size: float) -> None:
        path = self.canvas.beginPath()
        path.moveTo(x - size, y)
        path.lineTo(x, y + size)
        path.lineTo(x + size, y)
        path.lineTo(x, y - size)
        path.close()
        self.canvas.drawPath(path, stroke=0, fill=1)

    # Words

    def _text(
        self,
        x: float,
        y: float,
        text: str,
        face: Typeface,
        size: float,
        colour: Color,
        *,
        tracking: float = 0.0,
        align: float = 0.0,
    ) -> None:
        set_line(self.canvas, x, y, text, face, size, colour, tracking=tracking, align=align)

    def _heading(self) -> None:
        details = self.details
        issuer = details.programme.upper()
        face = _face_for(issuer, (typefaces.LABEL,))
        self._text(CENTRE, HEIGHT - 92, issuer, face, 15, self.strong, tracking=7.5, align=0.5)
        self._text(
            CENTRE,
            HEIGHT - 110,
            "CERTIFICATE",
            typefaces.LABEL,
            7.5,
            self.quiet,
            tracking=4.2,
            align=0.5,
        )

    def _holder(self) -> None:
        self._text(
            CENTRE,
            HEIGHT - 160,
            "This certifies that",
            typefaces.ITALIC,
            16,
            self.quiet,
            align=0.5,
        )
        name = unicodedata.normalize("NFC", self.details.holder)
        face = _face_for(name, (typefaces.DISPLAY, typefaces.WIDER))
        lines, size = fit(name, face, 54, 620)
        y = HEIGHT - 222 if len(lines) == 1 else HEIGHT - 200
        for line in lines:
            self._text(CENTRE, y, line, face, size, self.ink, align=0.5)
            y -= size * 1.08
        self._rule(HEIGHT - 250)

    def _rule(self, y: float) -> None:
        self.canvas.setFillColor(self.accent)
        self.canvas.setStrokeColor(mix(self.accent, white, 0.25))
        self.canvas.setLineWidth(0.6)
        self._diamond(CENTRE, y, 3.2)
        for side in (-1, 1):
            self._diamond(CENTRE + side * 10, y, 1.5)
            self.canvas.line(CENTRE + side * 17, y, CENTRE + side * 130, y)

    def _award(self) -> None:
        details = self.details
        words = "has met every requirement of the programme and holds the certification"
        self._text(CENTRE, HEIGHT - 281, words, typefaces.ITALIC, 14, self.quiet, align=0.5)
        face = _face_for(details.certification, (typefaces.TITLE, typefaces.WIDER_TITLE))
        lines, size = fit(details.certification, face, 32, 650)
        y = HEIGHT - 324 if len(lines) == 1 else HEIGHT - 316
        for line in lines:
            self._text(CENTRE, y, line, face, size, self.strong, align=0.5)
            y -= size * 1.12
        parts = [f"{details.level} level"]
        if details.number:
            parts.append(f"{details.number_label} {details.number}")
        line = "  ·  ".join(parts).upper()
        label = _face_for(line, (typefaces.LABEL,))
        self._text(CENTRE, HEIGHT - 352, line, label, 9, self.ink, tracking=2.4, align=0.5)

    def _caption(self, x: float, y: float, text: str, align: float = 0.0) -> None:
        self._text(x, y, text.upper(), typefaces.LABEL, 6.6, self.strong, tracking=1.5, align=align)

    def _dates(self) -> None:
        details = self.details
        self._caption(MARGIN, 166, "Date earned")
        self._text(MARGIN, 147, written(details.earned_on), typefaces.TEXT, 15, self.ink)
        self._caption(MARGIN, 121, "Valid through")
        if details.valid_through is None:
            self._text(MARGIN, 102, "Does not expire", typefaces.TEXT, 15, self.ink)
            return
        self._text(MARGIN, 102, written(details.valid_through), typefaces.TEXT, 15, self.ink)
        note = f"valid through the whole of this day, {details.timezone}"
        self._text(MARGIN, 88, note, typefaces.ITALIC, 9, self.quiet)

    def _seal(self, x: float, y: float) -> None:
        canvas, details = self.canvas, self.details
        canvas.saveState()
        canvas.translate(x, y)
        canvas.setFillColor(white)
        canvas.circle(0, 0, 56, stroke=0, fill=1)
        self._strokes(guilloche.rosette(56, 40, 48, 6), mix(self.accent, white, 0.2), 0.4)
        canvas.setFillColor(self.strong)
        canvas.circle(0, 0, 41, stroke=0, fill=1)
        canvas.setStrokeColor(self.on_accent)
        canvas.setLineWidth(0.5)
        canvas.circle(0, 0, 37.5, stroke=1, fill=0)
        canvas.setFillColor(self.on_accent)
        for turn in range(72):
            angle = 2 * pi * turn / 72
            canvas.circle(34.6 * cos(angle), 34.6 * sin(angle), 0.45, stroke=0, fill=1)
        code = details.short_name.replace("-", " ")
        face = _face_for(code, (typefaces.TITLE, typefaces.WIDER_TITLE))
        lines, size = fit(code, face, 21, 54, smallest=13)
        top = 2 - size * 0.33
        if len(lines) > 1:
            size = min(size, 14.5)
            top = size * 0.42
        for line in lines:
            self._text(0, top, line, face, size, self.on_accent, align=0.5)
            top -= size
        level = details.level.upper()
        small = min(5.4, 5.4 * 42 / width(level, typefaces.LABEL, 5.4, 1.2))
        self._text(0, -19.5, level, typefaces.LABEL, small, self.on_accent, tracking=1.2, align=0.5)
        canvas.restoreState()

    def _verification(self) -> None:
        details = self.details
        side = 84.0
        right = WIDTH - MARGIN
        left = right - side
        self._quick_response(left, 87, side)
        x = left - 14
        self._caption(x, 166, "Verification code", 1)
        code = details.verification_code
        spaced = f"{code[:4]} {code[4:]}" if len(code) == 8 else code
        self._text(x, 147, spaced, typefaces.TEXT, 15, self.ink, tracking=0.6, align=1)
        self._caption(x, 121, "Issued by", 1)
        face = _face_for(details.issuer, (typefaces.TEXT, typefaces.WIDER))
        size = min(15, 15 * 168 / width(details.issuer, face, 15))
        self._text(x, 102, details.issuer, face, size, self.ink, align=1)
        self._text(x, 88, "scan to verify", typefaces.ITALIC, 9, self.quiet, align=1)
        where = details.verification_url.partition("://")[2]
        foot = f"Verify at {where}  ·  revision {details.revision}"
        face = _face_for(foot, (typefaces.LABEL,))
        size = min(6.8, 6.8 * 560 / width(foot, face, 6.8))
        self._text(CENTRE, 50, foot, face, size, self.quiet, tracking=0.2, align=0.5)

    def _quick_response(self, x: float, y: float, side: float) -> None:
        """Draw the QR code as one path of bars, so that no viewer shows seams between modules."""
        details = self.details
        # With the revision, so that whoever scans an old certificate is told that it was replaced.
        address = f"{details.verification_url}?revision={details.revision}"
        code = segno.make(address, error="m", micro=False)
        rows = [bytes(row) for row in code.matrix]
        module = side / len(rows)
        # The quiet zone (ISO/IEC 18004: four modules) must stay empty.
        quiet = 4 * module
        self.canvas.setFillColor(white)
        self.canvas.rect(x - quiet, y - quiet, side + 2 * quiet, side + 2 * quiet, stroke=0, fill=1)
        path = self.canvas.beginPath()
        for place, row in enumerate(rows):
            top = y + side - (place + 1) * module
            start = None
            for column, dark in enumerate((*row, 0)):
                if dark and start is None:
                    start = column
                elif not dark and start is not None:
                    path.rect(x + start * module, top, (column - start) * module, module)
                    start = None
        self.canvas.setFillColor(self.ink)
        self.canvas.drawPath(path, stroke=0, fill=1)
