"""Staff find what an id names, and see how vendors are doing."""

import pytest

from portal.routes.staff_vendors import worries
from tests.portal import desk
from tests.portal.conftest import Visitor
from tests.portal.gateway import PASSWORD, World

SEARCH = "/cisco/staff/search"


async def test_an_id_leads_to_everything_that_it_names(staff: Visitor) -> None:
    page = (await staff.get(f"{SEARCH}?q=CSCO10000000")).text
    for place in ("results/r1", "imports/imp-21", "candidates/CSCO10000000"):
        assert f'href="/cisco/staff/{place}"' in page
    assert "found by external id" in page
    assert "jane.doe@example.com" in page


async def test_an_activity_leads_to_where_it_is_shown(staff: Visitor) -> None:
    page = (await staff.get(f"{SEARCH}?q=CSCO10000000")).text
    target = "/cisco/staff/candidates/CSCO10000000/learning"
    assert f'href="{target}#activity-credits-9"' in page
    assert 'id="activity-credits-9"' in (await staff.get(target)).text
    assert 'href="/cisco/staff/waiting/w2"' in (await staff.get(f"{SEARCH}?q=w2")).text


async def test_an_authorization_leads_to_where_it_is_shown(staff: Visitor) -> None:
    target = "/cisco/staff/candidates/CSCO10000000/authorizations"
    assert f'href="{target}"' in (await staff.get(f"{SEARCH}?q=au-1")).text
    assert "CT2001" in (await staff.get(target)).text


async def test_nothing_found_is_told(staff: Visitor) -> None:
    assert "Nothing found" in (await staff.get(f"{SEARCH}?q=nothing")).text
    assert "Nothing found" not in (await staff.get(SEARCH)).text


@pytest.mark.parametrize(
    ("service", "words"),
    [
        ("identity", "Candidates cannot be searched"),
        ("exams", "Results, activities and imports cannot be searched"),
    ],
)
async def test_a_search_without_one_service_shows_the_other(
    staff: Visitor, world: World, service: str, words: str
) -> None:
    world.away.add(service)
    page = await staff.get(f"{SEARCH}?q=CSCO10000000")
    assert page.status_code == 200
    assert words in page.text


async def test_bad_figures_of_a_vendor_are_told_in_words(staff: Visitor) -> None:
    page = (await staff.get("/cisco/staff/vendors")).text
    for words in (
        "More than one of twenty items was rejected",
        "One result of twenty came later than it should.",
        "Files could not be taken in",
        "25.0 %",
        "Never delivered",
        "Audit log of calls",
        "counted with each of them",
    ):
        assert words in page


async def test_a_vendor_that_has_fallen_silent_is_not_said_to_do_well(
    staff: Visitor, world: World
) -> None:
    silent = {"last_delivery_at": "2026-11-10T05:11:00Z", "last_call_at": "2026-11-10T05:11:00Z"}
    world.desk.vendors = [{**desk.VENDORS[1], **silent}]
    page = (await staff.get("/cisco/staff/vendors")).text
    assert "Nothing for a week" in page
    assert "2026-Nov-09 21:11" in page
    assert "All well" not in page


def test_a_vendor_that_does_well_worries_nobody() -> None:
    well = {**desk.VENDORS[0], "delay_days_p95": 4.5, "imports_failed_week": 0}
    assert worries({**well, "day": desk.VENDORS[1]["day"]}) == []
    refused = {**desk.VENDORS[1]["day"], "calls": 10, "refused": 1}
    assert worries({**well, "day": refused}) == ["refused"]


async def test_calls_are_listed_by_vendor(staff: Visitor) -> None:
    page = (await staff.get("/cisco/staff/vendors/calls")).text
    assert "422 refused" in page
    assert "192.0.2.7" in page
    assert "No call yet" in (await staff.get("/cisco/staff/vendors/calls?vendor=cisco-ce")).text


async def test_calls_are_for_those_who_may_see_them(visitor: Visitor) -> None:
    filled = {"login": "cisco-only@example.com", "password": PASSWORD}
    await visitor.post("/cisco/staff/sign-in", filled)
    assert "Audit log" not in (await visitor.get("/cisco/staff/vendors")).text
    assert (await visitor.get("/cisco/staff/vendors/calls")).status_code == 403


async def test_the_overview_tells_what_wants_attention(staff: Visitor) -> None:
    page = (await staff.get("/cisco/staff/")).text
    for words in ("Results on hold", "Results that checks have flagged", "to review"):
        assert words in page
