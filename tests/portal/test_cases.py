"""Support cases and names on the portal's pages, for candidates and for staff."""

from typing import Any

import pytest

from tests.portal.cases import CHANGE, NUMBER, SUE
from tests.portal.conftest import Arrive, Visitor
from tests.portal.gateway import STAFF, World
from tests.portal.refusals import Refused

CASES = "/cisco/support/cases"
NEW = f"{CASES}/new"
NAME = "/cisco/personal-info/name"
CASES_OF_STAFF = "/cisco/staff/cases"
FILLED = {"kind": "missing_result", "subject": "A pass", "message": "It is\nmissing"}


def _file(name: str, content: bytes = b"%PDF-1.7") -> dict[str, Any]:
    return {name: ("ä report.pdf", content, "application/pdf")}


NO_FILE: dict[str, Any] = {"attachment": ("", b"")}


async def test_cases_are_listed_and_told(jane: Visitor) -> None:
    page = (await jane.get(CASES)).text
    for said in ("Waiting for you", "With support", "Resolved", NUMBER, "A missing result"):
        assert said in page
    one = (await jane.get(f"{CASES}/{NUMBER}")).text
    for said in ("I passed on 2 November.\nIt is not", "185 kB", "which testing ID stands"):
        assert said in one
    # Who works on it, and what staff note, is the staff's.
    for hidden in ("Sue", "Asked Pearson"):
        assert hidden not in one
    saved = await jane.get(f"{CASES}/{NUMBER}/files/file-1")
    assert saved.content == b"%PDF file-1"
    assert saved.headers["content-disposition"].startswith("attachment")
    assert (await jane.get(f"{CASES}/CASE-NONE-22")).status_code == 404
    closed = (await jane.get(f"{CASES}/CASE-2LD2-44")).text
    assert "Write a new one" in closed
    assert 'name="message"' not in closed
    again = (await jane.get(f"{CASES}/CASE-D2NE-33")).text
    assert "What you write opens the case again." in again


async def test_a_case_is_opened_with_a_file(jane: Visitor, world: World) -> None:
    assert 'value="merge" required checked' in (await jane.get(f"{NEW}?about=merge")).text
    answer = await jane.post(NEW, FILLED, files=_file("attachment"))
    assert answer.headers["location"] == f"{CASES}/CASE-NEW2-55?done=opened"
    assert world.support.done == [("open", FILLED)]
    assert world.support.files == [("ä report.pdf", b"%PDF-1.7")]
    assert "CASE-NEW2-55" in (await jane.get(answer.headers["location"])).text
    without = await jane.post(NEW, FILLED, files=NO_FILE)
    assert without.status_code == 303
    assert len(world.support.files) == 1


@pytest.mark.parametrize(
    ("change", "file", "said"),
    [
        ({"kind": ""}, NO_FILE, "Choose what it is about."),
        ({"subject": ""}, NO_FILE, "Say in a few words what it is about."),
        ({"message": ""}, NO_FILE, "Write something."),
        ({}, _file("attachment", b"x" * 10_000_001), "This file is too large."),
        ({}, _file("attachment", b"x" * 12_500_000), "This file is too large."),
    ],
)
async def test_what_lacks_is_told_at_its_field(
    jane: Visitor, world: World, change: dict[str, str], file: Any, said: str
) -> None:
    answer = await jane.post(NEW, FILLED | change, files=file)
    assert answer.status_code in (413, 422)
    assert said in answer.text
    assert not world.support.done
    if len(file.get("attachment", ("", b""))[1]) < 12_000_000 and "subject" not in change:
        assert 'value="A pass"' in answer.text


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        (
            Refused(422, "x", errors=[{"field": "attachment", "message": "has a password"}]),
            "Has a password",
        ),
        (Refused(413, "too-large"), "This file is too large."),
        (Refused(429, "too-many-cases", "20 cases wait"), "20 cases wait"),
    ],
)
async def test_what_the_service_refuses_is_told(
    jane: Visitor, world: World, refusal: Refused, said: str
) -> None:
    world.support.refuse = refusal
    answer = await jane.post(NEW, FILLED, files=_file("attachment"))
    assert (answer.status_code, said in answer.text) == (refusal.status, True)
    assert ">It is\nmissing</textarea>" in answer.text
    written = await jane.post(f"{CASES}/{NUMBER}", {"message": "More"}, files=NO_FILE)
    assert (written.status_code, said in written.text) == (refusal.status, True)
    assert ">More</textarea>" in written.text


async def test_a_candidate_answers_and_closes(jane: Visitor, world: World) -> None:
    where = f"{CASES}/{NUMBER}"
    empty = await jane.post(where, {"message": " "}, files=NO_FILE)
    assert empty.status_code == 422
    answer = await jane.post(where, {"message": "VUE1"}, files=_file("attachment"))
    assert answer.headers["location"] == f"{where}?done=written#newest"
    closed = await jane.post(f"{where}/close", page=where)
    assert closed.headers["location"] == f"{where}?done=closed"
    assert [what for what, _ in world.support.done] == ["write", "close"]
    forged = await jane.client.post(f"{where}/close", data={"form_token": "x"})
    assert forged.status_code == 403


async def test_staff_work_on_a_case(staff: Visitor, world: World) -> None:
    page = (await staff.get(CASES_OF_STAFF)).text
    assert "Change of name to Jane Roe" in page
    assert NUMBER not in page
    assert NUMBER in (await staff.get(f"{CASES_OF_STAFF}?which=waiting_for_candidate")).text
    nothing = (await staff.get(f"{CASES_OF_STAFF}?which=nonsense&kind=x&assigned=y&search=z")).text
    assert "Change of name to Jane Roe" in nothing
    where = f"{CASES_OF_STAFF}/{NUMBER}"
    one = (await staff.get(where)).text
    for said in ("Asked Pearson", "Note, for staff only", "Given to Sue Support", "Sam Staff"):
        assert said in one
    ready = (await staff.get(f"{where}?answer=which")).text
    assert "Which testing ID &lt;b&gt;stands&lt;/b&gt; there?</textarea>" in ready
    noted = await staff.post(where, {"message": "Hm", "internal": "1"}, files=NO_FILE)
    assert noted.headers["location"] == f"{where}?done=noted#newest"
    answered = await staff.post(where, {"message": "Hello"}, files=_file("attachment"))
    assert answered.headers["location"] == f"{where}?done=answered#newest"
    for path, filled in (
        ("assign", {"to": SUE}),
        ("assign", {"to": ""}),
        ("resolve", {"outcome": "Done", "version": "4"}),
        ("reopen", {"reason": "No"}),
    ):
        assert (await staff.post(f"{where}/{path}", filled, page=where)).status_code == 303
    assert world.support.done == [
        ("write", {"number": NUMBER, "message": "Hm", "internal": "true"}),
        ("write", {"number": NUMBER, "message": "Hello", "internal": "false"}),
        ("assign", {"number": NUMBER, "to": SUE}),
        ("assign", {"number": NUMBER, "to": None}),
        ("resolve", {"number": NUMBER, "outcome": "Done", "version": 4}),
        ("reopen", {"number": NUMBER, "reason": "No"}),
    ]
    silent = await staff.post(f"{where}/resolve", {"outcome": "", "version": "4"}, page=where)
    assert "Say what came of it" in silent.text
    world.support.refuse = Refused(409, "case-changed", "it was changed since you saw it")
    late = await staff.post(f"{where}/resolve", {"outcome": "x", "version": "3"}, page=where)
    assert (late.status_code, "it was changed since" in late.text) == (409, True)
    assert ">x</textarea>" in late.text


async def test_staff_write_to_a_candidate(staff: Visitor, world: World) -> None:
    card = (await staff.get("/cisco/staff/candidates/CSCO10000000/cases")).text
    assert NUMBER in card
    where = "/cisco/staff/candidates/CSCO10000000/write"
    assert where in card
    lacking = await staff.post(where, {"kind": "", "subject": "", "message": ""})
    assert lacking.text.count('class="wrong"') == 3
    answer = await staff.post(where, FILLED | {"kind": "other"})
    assert answer.headers["location"].startswith(f"{CASES_OF_STAFF}/")
    assert world.support.done[0][1]["candidate_id"] == "CSCO10000000"


async def test_staff_see_what_their_scopes_allow(
    arrive: Arrive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(STAFF, "scopes", ["candidates:read", "cases:read"])
    reader = await arrive()
    await reader.sign_in_staff()
    one = (await reader.get(f"{CASES_OF_STAFF}/{NUMBER}")).text
    assert "Asked Pearson" in one
    for form in ('name="message"', 'name="to"', 'name="outcome"', "Ready answer"):
        assert form not in one
    candidate = "/cisco/staff/candidates/CSCO10000000"
    assert "/write" not in (await reader.get(f"{candidate}/cases")).text
    overview = (await reader.get("/cisco/staff/")).text
    assert "Cases in which something is to do" in overview
    assert "Changes of names to review" not in overview
    assert (await reader.get("/cisco/staff/name-changes")).status_code == 403


async def test_a_name_is_written_anew_at_once(jane: Visitor, world: World) -> None:
    page = (await jane.get(NAME)).text
    assert "Changes of your name" in page
    assert "The document shows another name: Roe." in page
    filled = {"given_name": "Jane", "family_name": "DOE", "reason": "", "document": ""}
    answer = await jane.post(NAME, filled, files={"identification": ("", b"")})
    assert answer.headers["location"] == f"{NAME}?done=made"
    nothing = filled | {"given_name": "", "family_name": ""}
    lacking = await jane.post(NAME, nothing, files={"identification": ("", b"")})
    assert "Fill in your name." in lacking.text


async def test_another_name_asks_for_a_document_in_a_second_step(
    jane: Visitor, world: World
) -> None:
    filled = {"given_name": "Jane", "family_name": "Roe"}
    first = await jane.post(NAME, filled, files={"identification": ("", b"")})
    # No mistake: nobody could know.
    assert first.status_code == 200
    assert 'type="file"' in first.text
    assert 'value="Roe"' in first.text
    assert 'class="wrong"' not in first.text
    again = filled | {"document": "1"}
    second = await jane.post(NAME, again, files={"identification": ("", b"")})
    assert second.status_code == 422
    assert "Choose the picture of your document." in second.text
    sent = await jane.post(NAME, again | {"reason": "x"}, files=_file("identification"))
    assert sent.headers["location"] == f"{NAME}?done=asked"
    assert world.support.done[-1] == ("change", filled | {"reason": "x"})
    waiting = (await jane.get(NAME)).text
    assert "Waiting for a decision" in waiting
    assert "Change your name" not in waiting
    gone = await jane.post(f"{NAME}/withdraw", {"change": CHANGE}, page=NAME)
    assert gone.headers["location"] == f"{NAME}?done=withdrawn"
    unknown = await jane.post(f"{NAME}/withdraw", {"change": "x"}, page=CASES + "/new")
    assert unknown.status_code == 404


async def test_a_name_that_is_refused_says_why(jane: Visitor, world: World) -> None:
    world.support.refuse = Refused(
        422, "invalid", errors=[{"field": "family_name", "message": "has a symbol"}]
    )
    filled = {"given_name": "Jane", "family_name": "☺"}
    answer = await jane.post(NAME, filled, files={"identification": ("", b"")})
    assert "Has a symbol" in answer.text
    large = _file("identification", b"x" * 12_500_000)
    assert "This file is too large." in (await jane.post(NAME, filled, files=large)).text


async def test_staff_review_names(staff: Visitor, world: World) -> None:
    place = "/cisco/staff/name-changes"
    assert "Jane Roe" in (await staff.get(place)).text
    assert "Rowe" not in (await staff.get(place)).text
    assert "Rowe" in (await staff.get(f"{place}?state=all")).text
    where = f"{place}/{CHANGE}"
    one = (await staff.get(where)).text
    for said in ("until now Jane Doe", "I have married.", "640 kB", "It is put on record"):
        assert said in one
    document = await staff.get(f"{where}/document")
    assert document.headers["cache-control"] == "private, no-store"
    assert document.headers["content-disposition"].startswith("attachment")
    for filled, said in (
        ({"action": "", "version": "1"}, "Choose what to do."),
        ({"action": "reject", "version": "1"}, "Say why: the candidate reads it."),
    ):
        answer = await staff.post(f"{where}/decide", filled, page=where)
        assert (answer.status_code, said in answer.text) == (422, True)
    filled = {"action": "approve", "reason": "", "version": "1"}
    done = await staff.post(f"{where}/decide", filled, page=where)
    assert done.headers["location"] == f"{where}?done=approve"
    after = (await staff.get(f"{where}?done=approve")).text
    assert "The document is deleted." in after
    assert "Deleted on" in after
    assert 'name="action"' not in after
    world.support.queue[0]["state"] = "waiting"
    world.support.refuse = Refused(409, "name-change-decided", "it is made")
    late = await staff.post(f"{where}/decide", filled, page=where)
    assert (late.status_code, "it is made" in late.text) == (409, True)


async def test_a_certificate_that_was_replaced_says_so(visitor: Visitor, world: World) -> None:
    code = next(iter(world.certificates))
    where = f"/cisco/verify/{code}"
    plain = (await visitor.get(where)).text
    assert "was replaced" not in plain
    for state, because, said in (
        ("replaced", "name", "name has changed since."),
        ("replaced", "record", "for example by a renewal"),
        ("current", None, "is the newest"),
        ("unknown", None, "was ever given out"),
    ):
        world.certificates[code] |= {
            "revision": "2.2",
            "document": {"revision": "2.1", "state": state, "because": because},
        }
        page = (await visitor.get(f"{where}?revision=2.1")).text
        assert said in page
        assert "revision 2.2" in page
    assert any("revision=2.1" in one for one in world.queried)
    await visitor.get(f"{where}?revision={'9' * 50}")
    assert not any("99999" in one for one in world.queried)


async def test_the_overview_tells_what_is_to_do(staff: Visitor) -> None:
    page = (await staff.get("/cisco/staff/")).text
    assert "Cases in which something is to do" in page
    assert "Changes of names to review" in page
