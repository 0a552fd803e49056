"""Score reports: over HTTP, and what is on the paper."""

from io import BytesIO
from typing import Any

from pypdf import PdfReader

from tests.services.exams.conftest import Desk, known, result
from tests.services.exams.test_changes import at, change

REPORT = "/history/1/report"
STAFF = "/candidates/cisco/CSCO10000001/history/1/report"
SECTIONS = [{"name": "Network access", "score": "70%"}, {"name": "IP services", "score": "88%"}]


def text_of(content: bytes) -> list[str]:
    pages = PdfReader(BytesIO(content), strict=True).pages
    return [" ".join(page.extract_text().split()) for page in pages]


async def taken(desk: Desk, **said: Any) -> None:
    await desk.hear(known())
    await desk.accepted("/results", result(stated_at=at(0), **said))


async def test_a_pass_is_reported_with_its_score_and_sections(desk: Desk) -> None:
    await taken(desk, score="870", passing_score="825", sections=SECTIONS, centre="50123")
    answer = await desk.client.get(REPORT, headers=desk.candidate())
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    named = 'attachment; filename="score-report-1-r1.pdf"'
    assert answer.headers["content-disposition"] == named
    (text,) = text_of(answer.content)
    for words in (
        "Jane Roe",
        "CSCO10000001",
        "200-301",
        "Pass",
        "You passed this exam.",
        "870",
        "825",
        "20 November 2026",
        "50123",
        "Pearson VUE",
        "Network access 70%",
        "IP services 88%",
        "America/Los_Angeles",
    ):
        assert words in text
    assert "OFFICIAL" not in text.upper()
    again = await desk.client.get(STAFF, headers=desk.staff())
    assert again.content == answer.content


async def test_a_fail_says_what_comes_next_and_nothing_of_a_pass(desk: Desk) -> None:
    await taken(desk, grade="fail", score="700")
    (text,) = text_of((await desk.client.get(REPORT, headers=desk.candidate())).content)
    assert "You did not pass this exam." in text
    assert "may take this exam again" in text
    assert "passed" not in text
    assert "COUNTS THROUGH" not in text


async def test_what_is_held_is_not_official_on_every_page(desk: Desk) -> None:
    many = [{"name": f"Section {place}", "score": "50%"} for place in range(50)]
    await taken(desk, sections=many)
    await desk.accepted("/changes", change("hold", 1, reason="Two people sat."))
    pages = text_of((await desk.client.get(REPORT, headers=desk.candidate())).content)
    assert len(pages) > 1
    assert all("NOT OFFICIAL" in page for page in pages)
    assert "Reason: Two people sat." in pages[0]
    await desk.accepted("/changes", change("release", 2))
    (first, *_) = text_of((await desk.client.get(REPORT, headers=desk.candidate())).content)
    assert "OFFICIAL" not in first


async def test_a_long_name_of_a_section_takes_two_lines(desk: Desk) -> None:
    name = "Describing the architecture of campus networks and what they rest on; " * 2
    await taken(desk, sections=[{"name": name.strip(), "score": "70%"}])
    answer = await desk.client.get(REPORT, headers=desk.candidate())
    (page,) = PdfReader(BytesIO(answer.content)).pages
    sizes: list[float] = []

    def note(text: str, _cm: Any, _tm: Any, _font: Any, size: float) -> None:
        if "campus" in text:
            sizes.append(size)

    page.extract_text(visitor_text=note)
    assert len(sizes) == 2
    assert min(sizes) >= 8


async def test_a_reason_without_blanks_stays_on_the_paper(desk: Desk) -> None:
    await taken(desk)
    address = "https://testing.example/" + "case" * 60
    await desk.accepted("/changes", change("hold", 1, reason=f"See {address} please."))
    answer = await desk.client.get(REPORT, headers=desk.candidate())
    (page,) = PdfReader(BytesIO(answer.content)).pages
    lines = page.extract_text().splitlines()
    assert max(map(len, lines)) < 110
    assert f"Reason:See{address}please." in "".join(page.extract_text().split())


async def test_there_is_no_report_of_what_was_taken_back(desk: Desk) -> None:
    await taken(desk)
    await desk.accepted("/changes", change("revoke", 1))
    answer = await desk.client.get(REPORT, headers=desk.candidate())
    assert (answer.status_code, answer.json()["type"].rsplit("/", 1)[-1]) == (
        410,
        "result-revoked",
    )


async def test_reports_of_others_and_of_nothing_are_not_found(desk: Desk) -> None:
    await taken(desk)
    await desk.hear(known("CSCO10000002"))
    stranger = await desk.client.get(REPORT, headers=desk.candidate("CSCO10000002"))
    assert stranger.status_code == 404
    assert (await desk.client.get(STAFF, headers=desk.candidate())).status_code == 403
    (exam,) = (await desk.get("/history", desk.candidate()))["exams"]
    chosen = await desk.client.get(f"{REPORT}?result={exam['id']}", headers=desk.candidate())
    assert chosen.status_code == 200
    other = "01900000-0000-7000-8000-000000000000"
    missing = await desk.client.get(f"{REPORT}?result={other}", headers=desk.candidate())
    assert missing.status_code == 404


async def test_what_no_typeface_has_is_replaced(desk: Desk) -> None:
    named = known()
    contact = named.contact.model_copy(update={"given_name": "小明", "family_name": "王"})
    await desk.hear(named.model_copy(update={"contact": contact}))
    section = {"name": "Réseau 網路 شبكة", "score": "70%"}
    await desk.accepted("/results", result(sections=[section]))
    answer = await desk.client.get(REPORT, headers=desk.candidate())
    assert answer.status_code == 200
    (text,) = text_of(answer.content)
    assert "70%" in text
    assert "CANDIDATE CSCO10000001" in text
