"""The score report as a PDF: A4 portrait, all vectors, embedded typefaces, the same bytes twice."""

import unicodedata
from collections.abc import Iterator
from datetime import date
from io import BytesIO

from reportlab.lib.colors import Color, HexColor, white
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from services.exams.report import ScoreReport
from shared.pdf import (
    DRAWING,
    NotDrawable,
    face_for,
    fit,
    mix,
    readable,
    set_line,
    use,
    width,
)
from shared.typefaces import (
    LABEL,
    TEXT,
    TITLE,
    WIDER,
    WIDER_TITLE,
    Typeface,
    characters,
)

WIDTH, HEIGHT = A4
LEFT, RIGHT = 56.0, WIDTH - 56.0
ROOM = RIGHT - LEFT
FOOT = 84.0
ROW, LINE = 22.0, 12.0
# Tones of our own for what colour alone must never say: each stands beside a word and a shape.
PASSED, FAILED, HELD = HexColor("#1d6b3f"), HexColor("#7a3340"), HexColor("#7a5200")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
HEADINGS, TEXTS = (TITLE, WIDER_TITLE), (TEXT, WIDER)


def score_report(report: ScoreReport) -> bytes:
    """Draw the report; characters that no typeface has are replaced, or the name is left out."""
    with DRAWING:
        out = BytesIO()
        canvas = Canvas(
            out,
            pagesize=A4,
            invariant=1,
            pageCompression=1,
            initialFontName=use(TEXT),
            lang="en",
        )
        canvas.setTitle(f"Score report {report.registration_number}: {report.exam_name}")
        canvas.setAuthor(report.programme)
        canvas.setSubject(f"Exam {report.exam_code}, revision {report.revision}")
        canvas.setCreator("Certtrack")
        canvas.setProducer("Certtrack")
        canvas.setViewerPreference("DisplayDocTitle", "true")
        _Report(canvas, report).draw()
        canvas.save()
        return out.getvalue()


def _drawable(text: str, faces: tuple[Typeface, ...]) -> tuple[str, Typeface]:
    """Return a text and the typeface that sets it, with question marks for what none can."""
    text = unicodedata.normalize("NFC", text)
    try:
        return text, face_for(text, faces)
    except NotDrawable:
        known = characters(faces[-1])
        kept = (letter if letter.isspace() or ord(letter) in known else "?" for letter in text)
        plain = "".join(kept)
    try:
        return plain, face_for(plain, faces)
    except NotDrawable:
        # Letters that join: the typeface has them, but they would be set apart.
        return "".join(letter if letter.isascii() else "?" for letter in plain), faces[0]


class _Report:
    """The pages being drawn: the canvas, the words, and how far down they have come."""

    def __init__(self, canvas: Canvas, report: ScoreReport) -> None:
        self.canvas = canvas
        self.report = report
        self.accent = HexColor(report.colours.accent)
        self.ink = HexColor(report.colours.ink)
        self.strong = readable(self.accent, self.ink)
        self.quiet = mix(self.ink, white, 0.28)
        self.pale = mix(self.accent, white, 0.9)
        self.y = HEIGHT
        self.page = 0

    def draw(self) -> None:
        self._begin()
        self._person()
        self._exam()
        if self.report.held:
            self._hold()
        self._verdict()
        self._facts()
        self._sections()
        self._closing()
        self._end()

    # Pages

    def _begin(self) -> None:
        canvas, report = self.canvas, self.report
        self.page += 1
        if report.held:
            self._watermark()
        canvas.setFillColor(self.accent)
        canvas.rect(0, HEIGHT - 10, WIDTH, 10, stroke=0, fill=1)
        self._text(LEFT, HEIGHT - 58, report.wordmark, HEADINGS, 19, self.strong, room=300)
        self._text(
            RIGHT, HEIGHT - 56, "SCORE REPORT", (LABEL,), 9, self.quiet, tracking=2.4, align=1
        )
        self._rule(HEIGHT - 76)
        self.y = HEIGHT - 118

    def _end(self) -> None:
        report = self.report
        self._rule(FOOT - 18)
        said = f"Registration number {report.registration_number}  ·  revision {report.revision}"
        if report.held:
            said += "  ·  NOT OFFICIAL"
        self._text(LEFT, FOOT - 34, said, (LABEL, WIDER), 7.5, self.quiet, room=400)
        self._text(RIGHT, FOOT - 34, f"Page {self.page}", (LABEL,), 7.5, self.quiet, align=1)
        days = f"Days are those of the programme's time zone, {report.timezone}."
        self._text(LEFT, FOOT - 47, days, (LABEL, WIDER), 7.5, self.quiet)
        self.canvas.showPage()

    def _need(self, height: float) -> None:
        if self.y - height < FOOT:
            self._end()
            self._begin()

    def _watermark(self) -> None:
        canvas = self.canvas
        canvas.saveState()
        canvas.translate(WIDTH / 2, HEIGHT / 2 - 60)
        canvas.rotate(52)
        self._text(0, 0, "NOT OFFICIAL", (TITLE,), 92, mix(HELD, white, 0.9), tracking=6, align=0.5)
        canvas.restoreState()

    # Pieces

    def _text(
        self,
        x: float,
        y: float,
        text: str,
        faces: tuple[Typeface, ...],
        size: float,
        colour: Color,
        *,
        tracking: float = 0.0,
        align: float = 0.0,
        room: float | None = None,
    ) -> float:
        """Set one line, smaller where the room asks for it; return how wide it is."""
        said, face = _drawable(text, faces)
        if room is not None:
            size = min(size, size * room / max(width(said, face, size, tracking), 1))
        return set_line(self.canvas, x, y, said, face, size, colour, tracking=tracking, align=align)

    def _caption(self, x: float, y: float, text: str, align: float = 0.0) -> None:
        self._text(x, y, text.upper(), (LABEL, WIDER), 6.8, self.strong, tracking=1.3, align=align)

    def _rule(self, y: float) -> None:
        self.canvas.setStrokeColor(mix(self.ink, white, 0.8))
        self.canvas.setLineWidth(0.6)
        self.canvas.line(LEFT, y, RIGHT, y)

    def _person(self) -> None:
        report = self.report
        holder = unicodedata.normalize("NFC", report.holder)
        try:
            face_for(holder, HEADINGS)
        except NotDrawable:
            holder = ""
        self._caption(LEFT, self.y + 4, "Candidate")
        if holder:
            self._text(LEFT, self.y - 22, holder, HEADINGS, 24, self.ink, room=ROOM)
            self._text(LEFT, self.y - 41, report.candidate_id, TEXTS, 11.5, self.quiet)
            self.y -= 82
            return
        self._text(LEFT, self.y - 22, report.candidate_id, HEADINGS, 24, self.ink, room=ROOM)
        self.y -= 62

    def _exam(self) -> None:
        report = self.report
        self._caption(LEFT, self.y + 4, f"Exam {report.exam_code}")
        name, face = _drawable(report.exam_name, HEADINGS)
        lines, size = fit(name, face, 19, ROOM, smallest=14)
        for line in lines:
            self._text(LEFT, self.y - 18, line, (face,), size, self.ink, room=ROOM)
            self.y -= size * 1.25
        self.y -= 22

    def _hold(self) -> None:
        reason = self.report.reason or ""
        words = "It does not count for the time being. The report is official once it is released."
        lines = [words, *(_wrapped(f"Reason: {reason}", ROOM - 56) if reason else ())]
        height = 40 + 14 * len(lines)
        self.canvas.setFillColor(mix(HELD, white, 0.9))
        self.canvas.setStrokeColor(HELD)
        self.canvas.setLineWidth(0.8)
        self.canvas.roundRect(LEFT, self.y - height + 8, ROOM, height, 6, stroke=1, fill=1)
        self._mark(LEFT + 22, self.y - 13, "held", HELD, 8)
        said = "Not official: this result is on hold"
        self._text(LEFT + 40, self.y - 17, said, HEADINGS, 13, HELD)
        for place, line in enumerate(lines):
            self._text(LEFT + 40, self.y - 35 - 14 * place, line, TEXTS, 10.5, self.ink)
        self.y -= height + 22

    def _verdict(self) -> None:
        """The result in one panel: pass or fail as word and shape, the score, what was needed."""
        report = self.report
        tone = PASSED if report.passed else FAILED
        height = 92.0
        self.canvas.setFillColor(self.pale)
        self.canvas.roundRect(LEFT, self.y - height + 8, ROOM, height, 6, stroke=0, fill=1)
        self.canvas.setFillColor(tone)
        self.canvas.rect(LEFT, self.y - height + 8, 4, height, stroke=0, fill=1)
        self._mark(LEFT + 46, self.y - 38, "pass" if report.passed else "fail", tone, 19)
        self._text(LEFT + 80, self.y - 35, "Pass" if report.passed else "Fail", (TITLE,), 28, tone)
        said = "You passed this exam." if report.passed else "You did not pass this exam."
        self._text(LEFT + 80, self.y - 55, said, TEXTS, 11, self.ink)
        columns = [("Your score", report.score), ("Passing score", report.passing_score)]
        x = RIGHT - 24.0
        for caption, value in reversed([each for each in columns if each[1]]):
            self._caption(x, self.y - 16, caption, align=1)
            size = 26 if caption == "Your score" else 18
            self._text(x, self.y - 46, value or "", HEADINGS, size, self.ink, align=1, room=90)
            x -= 112
        self.y -= height + 26

    def _mark(self, x: float, y: float, kind: str, colour: Color, radius: float) -> None:
        """A filled disc with a check, a cross or a pause in it."""
        canvas = self.canvas
        canvas.setFillColor(colour)
        canvas.circle(x, y, radius, stroke=0, fill=1)
        canvas.setStrokeColor(white)
        canvas.setLineWidth(radius / 5)
        canvas.setLineCap(1)
        canvas.setLineJoin(1)
        r = radius * 0.42
        s = r * 0.8
        lines = {
            "pass": [(-r, 0, -r / 4, -r * 0.8), (-r / 4, -r * 0.8, r, r * 0.8)],
            "fail": [(-s, -s, s, s), (-s, s, s, -s)],
            "held": [(-r / 2, -r, -r / 2, r), (r / 2, -r, r / 2, r)],
        }[kind]
        for x1, y1, x2, y2 in lines:
            canvas.line(x + x1, y + y1, x + x2, y + y2)
        canvas.setLineCap(0)
        canvas.setLineJoin(0)

    def _facts(self) -> None:
        report = self.report
        facts = [
            ("Date of the exam", written(report.exam_date)),
            ("Registration number", report.registration_number),
            ("Delivered by", report.vendor),
            ("Test centre", report.centre),
            ("Received", written(report.received_on)),
            ("Last changed", written(report.changed_on) if report.changed_on else None),
            ("Counts through", written(report.valid_through) if report.valid_through else None),
        ]
        shown = [(caption, value) for caption, value in facts if value]
        column = ROOM / 3
        for place, (caption, value) in enumerate(shown):
            if place % 3 == 0 and place:
                self.y -= 42
            x = LEFT + column * (place % 3)
            self._caption(x, self.y, caption)
            self._text(x, self.y - 17, value, TEXTS, 12.5, self.ink, room=column - 16)
        self.y -= 58

    def _sections(self) -> None:
        sections = self.report.sections
        if not sections:
            return
        self._need(3 * ROW)
        self._table_head()
        for place, (name, score) in enumerate(sections):
            said, face = _drawable(name, TEXTS)
            lines, size = fit(said, face, 11.5, ROOM - 130, smallest=9)
            height = ROW + LINE * (len(lines) - 1)
            if self.y - height < FOOT:
                self._need(height)
                self._table_head()
            if place % 2 == 0:
                self.canvas.setFillColor(mix(self.accent, white, 0.95))
                self.canvas.rect(
                    LEFT, self.y - height + ROW - 7, ROOM, height - 1, stroke=0, fill=1
                )
            for down, line in enumerate(lines):
                self._text(LEFT + 10, self.y - LINE * down, line, (face,), size, self.ink)
            self._text(RIGHT - 10, self.y, score, HEADINGS, 11.5, self.ink, align=1, room=100)
            self.y -= height
        self.y -= 14

    def _table_head(self) -> None:
        self._caption(LEFT + 10, self.y, "Section")
        self._caption(RIGHT - 10, self.y, "Score", align=1)
        self.canvas.setStrokeColor(self.strong)
        self.canvas.setLineWidth(0.9)
        self.canvas.line(LEFT, self.y - 8, RIGHT, self.y - 8)
        self.y -= 8 + ROW - 7

    def _closing(self) -> None:
        report = self.report
        if report.passed:
            words = "What this pass does for your certifications is shown in your account"
        else:
            words = "When you may take this exam again is shown in your account"
        self._need(30)
        said = f"{words}, under Testing History." if not report.passed else f"{words}."
        self._text(LEFT, self.y, said, TEXTS, 10.5, self.quiet, room=ROOM)


def written(day: date) -> str:
    """A day as people write it, the same in every locale of the machine."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _wrapped(text: str, room: float) -> list[str]:
    """Break a text into lines that fit; a word longer than a line is broken too."""
    lines = [""]
    for word in text.split():
        for piece in _pieces(word, room):
            longer = f"{lines[-1]} {piece}".strip()
            if _fits(longer, room) or not lines[-1]:
                lines[-1] = longer
            else:
                lines.append(piece)
    return lines


def _pieces(word: str, room: float) -> Iterator[str]:
    # An address, or a sentence in a script without blanks, may be longer than a line.
    while word:
        most = len(word)
        while most > 1 and not _fits(word[:most], room):
            most -= 1
        yield word[:most]
        word = word[most:]


def _fits(text: str, room: float) -> bool:
    said, face = _drawable(text, TEXTS)
    return width(said, face, 10.5) <= room
