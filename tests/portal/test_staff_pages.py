"""What staff see and do."""

from typing import Any

import pytest

from portal import listing
from tests.portal.conftest import Arrive, Visitor
from tests.portal.gateway import STAFF, World


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("", "Latest imports"),
        ("candidates", "jane.doe@example.com"),
        ("candidates?search=nobody", "Nobody found"),
        ("candidates/CSCO10000000", "Testing History"),
        ("candidates/CSCO10000000/certificates-and-plaques", "What the candidate is entitled to"),
        ("candidates/CSCO10000000/cases", "Write to the candidate"),
        ("candidates/CSCO10000000/merges", "Nobody else seems to be this person."),
        ("candidates/CSCO10000000/account", "Send a link to set the password"),
        ("imports", "Upload a file"),
        ("imports/imp-21", "2 rows were rejected"),
        ("waiting", "No candidate has this testing ID yet."),
        ("results", "Its vendor, and a check or staff"),
        ("results/flags", "Two test centres at once"),
        ("results/r1", "The story of this result"),
        ("completions", "Enterprise core, in class"),
        ("completions?state=approved", "Nothing here"),
        ("completions/c1", "Taken in the evening."),
        ("parked", "KeyError"),
        ("mail", "550 no such mailbox"),
        ("mail?state=sent", "Congratulations, Jane"),
    ],
)
async def test_pages(staff: Visitor, path: str, words: str) -> None:
    page = await staff.get(f"/cisco/staff/{path}")
    assert page.status_code == 200
    assert words in page.text


CANDIDATE = "candidates/cisco/CSCO10000000"
PERSON = f"GET identity/{CANDIDATE}"


@pytest.mark.parametrize(
    ("section", "asked"),
    [
        (
            "",
            {
                PERSON,
                f"GET certifications/{CANDIDATE}/certifications",
                f"GET exams/{CANDIDATE}/history",
            },
        ),
        ("/certificates-and-plaques", {PERSON, f"GET fulfillment/{CANDIDATE}/entitlements"}),
        ("/cases", {PERSON, f"{PERSON}/cases"}),
        ("/merges", {PERSON, f"{PERSON}/merges"}),
        (
            "/learning",
            {
                PERSON,
                f"GET exams/{CANDIDATE}/activities",
                f"GET exams/{CANDIDATE}/completions",
                f"GET exams/{CANDIDATE}/agreements",
            },
        ),
        ("/account", {PERSON, f"{PERSON}/account", f"{PERSON}/external-identities"}),
    ],
)
async def test_a_section_about_a_candidate_asks_for_what_it_shows(
    staff: Visitor, world: World, section: str, asked: set[str]
) -> None:
    page = "/cisco/staff/candidates/CSCO10000000"
    await staff.get(page + section)
    world.asked.clear()
    shown = (await staff.get(page + section)).text
    assert sorted(world.asked) == sorted(asked)
    assert f'href="{page}{section}" aria-current="page"' in shown
    # Who it is stands above every section.
    assert "<h1>Jane Doe</h1>" in shown


async def test_a_registration_is_seen_where_a_search_for_its_number_leads(staff: Visitor) -> None:
    page = (await staff.get("/cisco/staff/candidates/CSCO10000000")).text
    for each in ("Registrations without a result", "490117326", "2026-Dec-09", "Missed"):
        assert each in page


async def test_what_is_away_is_told_beside_who_the_candidate_is(
    staff: Visitor, world: World
) -> None:
    world.away |= {"certifications", "exams"}
    page = (await staff.get("/cisco/staff/candidates/CSCO10000000")).text
    for each in ("Jane Doe", "Certifications cannot be shown", "Exams cannot be shown"):
        assert each in page


LEARNING = "/cisco/staff/candidates/CSCO10000000/learning"


async def test_activities_courses_and_agreements_of_a_candidate_are_on_one_page(
    staff: Visitor, world: World
) -> None:
    page = (await staff.get(LEARNING)).text
    activity, courses, agreements = (one.split("</table>")[0] for one in page.split("<table")[1:])
    for each in (
        "Designing Cisco Data Center Infrastructure",
        "CDL 01 July CCNP",
        "Cisco Continuing Education",
        "12.5",
        "2026-Nov-03",
        "2029-Nov-03",
        "2026-Feb-24",
        "In review",
        "Reason: It was reported twice",
    ):
        assert each in activity
    assert 'href="/cisco/staff/completions/c1"' in courses
    for each in ("Enterprise core, in class", "2026-Nov-02", "To review"):
        assert each in courses
    # The page is about one candidate, whose name need not stand in each row.
    assert "Jane Doe" not in courses
    for each in ("V10", "V9", "2023-Jun-14", "New version", "Required"):
        assert each in agreements


async def test_what_was_never_accepted_is_told_so(staff: Visitor, world: World) -> None:
    never: dict[str, Any] = {"accepted_version": None, "accepted_at": None, "acceptances": []}
    world.past.agreements[1] |= {**never, "state": "open"}
    world.past.agreements[0] |= {**never, "state": "open"}
    page = (await staff.get(LEARNING)).text
    for each in ("To be accepted", "Not accepted", '<td data-label="Accepted version">–</td>'):
        assert each in page


async def test_a_candidate_without_any_is_told_part_by_part(staff: Visitor, world: World) -> None:
    for each in (world.past.activities, world.past.agreements, world.desk.completions):
        each.clear()
    page = (await staff.get(LEARNING)).text
    for words in ("No activity yet", "No course handed in", "No agreement"):
        assert words in page


async def test_without_exams_the_page_tells_what_it_cannot_show(
    staff: Visitor, world: World
) -> None:
    world.away.add("exams")
    page = (await staff.get(LEARNING)).text
    told = "Cannot be shown at the moment: CE activities, course completions, agreements."
    for words in ("Jane Doe", told):
        assert words in page
    assert "No activity yet" not in page


async def test_every_activity_is_shown_however_many(
    staff: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "PIECE", "2")
    page = (await staff.get(LEARNING)).text
    assert page.count('id="activity-') == 5


async def test_a_course_leads_to_its_review_only_those_who_may_see_it(
    arrive: Arrive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(STAFF, "scopes", ["candidates:read"])
    reader = await arrive()
    await reader.sign_in_staff()
    page = (await reader.get(LEARNING)).text
    assert "Enterprise core, in class" in page
    assert "staff/completions/c1" not in page


@pytest.mark.parametrize("how", ["retry", "discard"])
async def test_a_parked_event_is_settled(staff: Visitor, world: World, how: str) -> None:
    path = f"/cisco/staff/parked/certifications/p1/{how}"
    answer = await staff.post(path, page="/cisco/staff/parked")
    assert answer.headers["location"] == f"/cisco/staff/parked?done={how}"
    assert not world.parked["certifications"]
    assert "Nothing is parked" in (await staff.get("/cisco/staff/parked")).text


async def test_one_settled_already_is_told(staff: Visitor) -> None:
    path = "/cisco/staff/parked/certifications/gone/retry"
    answer = await staff.post(path, page="/cisco/staff/parked")
    assert answer.headers["location"].endswith("done=failed")


async def test_a_service_that_is_away_is_told_beside_the_others(
    staff: Visitor, world: World
) -> None:
    world.away.add("notifications")
    page = (await staff.get("/cisco/staff/parked")).text
    assert "notifications does not answer" in page
    assert "KeyError" in page
