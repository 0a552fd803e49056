"""The certificate: over HTTP, and what is on the paper."""

import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import pytest
import segno
from pypdf import PdfReader
from reportlab.lib.colors import HexColor

from services.certifications.errors import NameNotDrawable
from services.certifications.paper import CertificateDetails, Colours
from services.certifications.pdf import certificate
from shared import pdf
from tests.services.certifications.desk import Desk, passed, registered

PATH = "/certifications/CCNA/certificate.pdf"
JANE = CertificateDetails(
    programme="Cisco",
    issuer="Cisco",
    colours=Colours("#0b5c8a", "#ffffff", "#10233a"),
    holder="Jane Doe",
    certification="Cisco Certified Network Associate",
    short_name="CCNA",
    level="Associate",
    earned_on=date(2026, 11, 22),
    valid_through=date(2029, 11, 22),
    timezone="America/Los_Angeles",
    verification_code="ABCD2345",
    verification_url="https://certtrack.example/cisco/verify/ABCD2345",
    revision="1.1",
)


def read(pdf: bytes) -> tuple[PdfReader, str]:
    document = PdfReader(BytesIO(pdf), strict=True)
    return document, " ".join(document.pages[0].extract_text().split())


def fonts(document: PdfReader) -> dict[str, Any]:
    resources: Any = document.pages[0]["/Resources"]
    found = resources["/Font"]
    return {str(font.get_object()["/BaseFont"]): font.get_object() for font in found.values()}


async def test_it_is_downloaded_while_the_certification_is_active(desk: Desk) -> None:
    await desk.hear(registered(), passed("200-301", "2026-11-20"))
    code = desk.published[0].verification_code
    answer = await desk.answer(PATH)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    name = f"CCNA-{code}-r1.1.pdf"
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    _, text = read(answer.content)
    for words in (
        "Jane Doe",
        "Cisco Certified Network Associate",
        "20 November 2026",
        "20 November 2029",
        "valid through the whole of this day, America/Los_Angeles",
        f"{code[:4]} {code[4:]}",
        f"certtrack.example/cisco/verify/{code}",
    ):
        assert words in text

    tag = answer.headers["etag"]
    again = await desk.answer(PATH, None, {"If-None-Match": f"W/{tag}"})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)

    # Another address is none; a new name is a new revision.
    await desk.hear(registered(version=2))
    same = await desk.answer(PATH, None, {"If-None-Match": tag})
    assert same.status_code == 304
    await desk.hear(registered(family="Roe", version=3, name_revision=2))
    renamed = await desk.answer(PATH, None, {"If-None-Match": tag})
    assert renamed.status_code == 200
    assert "-r1.2.pdf" in renamed.headers["content-disposition"]
    assert "Jane Roe" in read(renamed.content)[1]


async def test_a_certificate_that_was_replaced_says_so(desk: Desk) -> None:
    await desk.hear(registered(), passed("200-301", "2026-11-20"))
    code = desk.published[0].verification_code

    async def told(revision: str) -> tuple[str, str | None]:
        document = (await desk.get(f"/public/{code}?revision={revision}", {}))["document"]
        assert document["revision"] == revision
        return document["state"], document["because"]

    plain = await desk.get(f"/public/{code}", {})
    assert (plain["revision"], plain["document"]) == ("1.1", None)
    assert await told("1.1") == ("current", None)
    await desk.hear(registered(family="Roe", version=2, name_revision=2))
    # An older state that comes late changes nothing.
    await desk.hear(registered(version=1))
    renamed = await desk.get(f"/public/{code}?revision=1.1", {})
    assert (renamed["holder"], renamed["revision"]) == ("Jane Roe", "1.2")
    assert await told("1.1") == ("replaced", "name")
    assert await told("1.2") == ("current", None)
    assert await told("0.1") == ("unknown", None)
    for never in ("2.2", "1.3", "1", "1.2.3", "x", "999999999.1"):
        assert await told(never) == ("unknown", None), never
    too_long = await desk.client.get(f"/public/{code}?revision={'1' * 41}")
    assert too_long.status_code == 422
    # Somebody who is not disclosed is not found by a revision either.
    await desk.hear(registered(family="Roe", version=3, name_revision=2, disclosure=False))
    assert (await desk.client.get(f"/public/{code}?revision=1.2")).status_code == 404


def test_what_is_scanned_names_the_revision() -> None:
    drawn: list[str] = []
    make = segno.make

    def noted(content: str, **how: Any) -> Any:
        drawn.append(content)
        return make(content, **how)

    with pytest.MonkeyPatch.context() as watched:
        watched.setattr("services.certifications.pdf.segno.make", noted)
        certificate(JANE)
    assert drawn == ["https://certtrack.example/cisco/verify/ABCD2345?revision=1.1"]


async def test_it_is_refused_before_and_after(desk: Desk) -> None:
    before = await desk.answer(PATH)
    assert (before.status_code, before.json()["type"].rpartition("/")[2]) == (
        409,
        "certification-not-active",
    )
    await desk.hear(passed("200-301", "2026-11-20"))
    nameless = await desk.answer(PATH)
    assert (nameless.status_code, nameless.headers["retry-after"]) == (503, "2")
    await desk.hear(registered())
    desk.clock.move_to(datetime(2029, 11, 21, 7, 59, tzinfo=UTC))
    assert (await desk.answer(PATH)).status_code == 200
    desk.clock.move_to(datetime(2029, 11, 21, 8, 1, tzinfo=UTC))
    after = await desk.answer(PATH)
    assert after.status_code == 409
    assert "20 November 2029" in after.json()["detail"]


async def test_a_name_that_no_typeface_can_set_is_told_plainly(desk: Desk) -> None:
    await desk.hear(registered(given="花子", family="山田"), passed("200-301"))
    answer = await desk.answer(PATH)
    assert answer.status_code == 422
    assert "Latin letters" in answer.json()["detail"]


def test_the_same_details_give_the_same_bytes() -> None:
    assert certificate(JANE) == certificate(JANE)
    assert certificate(JANE) != certificate(replace(JANE, revision="2.1"))


def test_every_typeface_is_embedded_as_a_subset() -> None:
    document, _ = read(certificate(JANE))
    used = fonts(document)
    assert used
    for name, font in used.items():
        assert name[7:8] == "+", name
        assert "Certificate" in name, "a typeface that is not ours"
        assert "/FontFile2" in font["/FontDescriptor"]
        assert "/ToUnicode" in font


def test_the_document_tells_title_author_and_language() -> None:
    document, _ = read(certificate(JANE))
    assert len(document.pages) == 1
    assert document.metadata is not None
    assert document.metadata.title == "Cisco Certified Network Associate: Jane Doe"
    assert document.metadata.author == "Cisco"
    root: Any = document.trailer["/Root"]
    assert root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    page = document.pages[0]
    assert (round(page.mediabox.width), round(page.mediabox.height)) == (842, 595)
    assert not page.images, "everything is drawn in vectors"


@pytest.mark.parametrize(
    "holder",
    [
        "Bo Li",
        "Žaneta Nguyễn-Tómasdóttir",
        "Αθανάσιος Παπαδόπουλος",
        "Юлія Ґалаґан-Їжакевич",
        # Only the wider typeface has these letters.
        "Ҳасан Ӯлмасов",
        # Decomposed: a letter and its accent apart.
        "Zoe\u0308 Bronte\u0308",
        "Maximiliana Wolfeschlegelsteinhausen-Bergerdorff von und zu Guttenberg",
        "O'Brien-" + "Wolfeschlegelstein" * 6,
    ],
)
def test_names_stay_whole_and_inside_the_border(holder: str) -> None:
    places: list[float] = []

    def note(text: str, matrix: list[float], at: list[float], *_: Any) -> None:
        if text.strip():
            places.append(matrix[4] + at[4])

    document, text = read(certificate(replace(JANE, holder=holder)))
    document.pages[0].extract_text(visitor_text=note)
    assert unicodedata.normalize("NFC", holder) in text
    assert min(places) > 42


def test_a_lifetime_certification_and_a_number() -> None:
    details = replace(JANE, valid_through=None, number="62001", number_label="CCIE number")
    _, text = read(certificate(details))
    assert "Does not expire" in text
    assert "whole of this day" not in text
    assert "CCIE NUMBER 62001" in text


@pytest.mark.parametrize("holder", ["山田 花子", "محمد علي", "देवनागरी"])
def test_scripts_that_need_more_are_refused_rather_than_drawn_wrong(holder: str) -> None:
    with pytest.raises(NameNotDrawable, match="Latin letters"):
        certificate(replace(JANE, holder=holder))


@pytest.mark.parametrize("accent", ["#ffe600", "#ffffff", "#000000", "#049fd9"])
def test_words_in_any_accent_stay_readable(accent: str) -> None:
    strong = pdf.readable(HexColor(accent), HexColor("#10233a"))
    assert 1.05 / (pdf.luminance(strong) + 0.05) >= 4.5
    assert certificate(replace(JANE, colours=Colours(accent, "#ffffff", "#10233a")))
