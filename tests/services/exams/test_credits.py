"""Continuing education activities: posted, corrected, withdrawn, linked."""

import itertools
from decimal import Decimal
from typing import Any

import pytest

from services.exams.jobs import look_again
from shared.events import CandidateUpdated, CreditsGranted, CreditsRevoked
from tests.altered import altered
from tests.services.exams.conftest import Desk, known
from tests.services.exams.crediting import credit, heard, own, post, provider


async def test_an_activity_is_stored_published_and_shown(desk: Desk) -> None:
    await desk.hear(known())
    (said,) = await post(desk, credit("1462600", points="5.25", stated_at="2026-02-02T10:00:00Z"))
    assert said == {
        "index": 0,
        "external_id": "1462600",
        "outcome": "accepted",
        "state": "recorded",
        "errors": [],
    }
    (event,) = await heard(desk)
    assert isinstance(event, CreditsGranted)
    assert (event.points, event.item, event.version) == (Decimal("5.25"), "1462600", 1)
    assert (event.vendor, event.source, event.review) == ("cisco-ce", "API", None)
    page = await own(desk)
    (shown,) = page["items"]
    assert page["next"] is None
    assert shown["id"] == str(event.credit_id)
    assert (shown["vendor_name"], shown["points"]) == ("Cisco Continuing Education", 5.25)
    assert (shown["active_on"], shown["expires_on"]) == ("2026-02-01", "2029-02-01")
    assert (shown["state"], shown["source"], shown["review"]) == ("recorded", "API", None)
    staff = await desk.get("/candidates/cisco/CSCO10000001/activities")
    assert staff == page


async def test_the_same_again_is_a_duplicate(desk: Desk) -> None:
    await desk.hear(known())
    one = credit(stated_at="2026-02-02T10:00:00Z")
    first, second = await post(desk, one, one)
    assert (first["outcome"], second["outcome"]) == ("accepted", "duplicate")
    (third,) = await post(desk, {**one, "stated_at": "2026-02-03T10:00:00Z"})
    assert third["outcome"] == "duplicate"
    assert len(await heard(desk)) == 1


async def test_a_newer_statement_corrects_and_an_older_one_changes_nothing(desk: Desk) -> None:
    await desk.hear(known())
    await post(desk, credit(points=5))
    await post(desk, credit(points=8, stated_at="2026-02-03T10:00:00Z"))
    (late,) = await post(desk, credit(points=6, stated_at="2026-02-02T10:00:00Z"))
    assert late["outcome"] == "duplicate"
    assert [(int(e.points), e.version) for e in await heard(desk)] == [(5, 1), (8, 2)]
    assert (await own(desk))["items"][0]["points"] == 8


async def test_other_content_with_the_same_stamp_contradicts(desk: Desk) -> None:
    await desk.hear(known())
    await post(desk, credit())
    answer = await desk.post("/credits", credit(points=6), headers=provider(desk))
    assert answer.status_code == 409
    problem = answer.json()
    assert problem["type"].endswith("/activity-contradicts")
    (error,) = problem["errors"]
    assert error["field"] == "points"
    assert "a correction says its stated_at" in error["message"]
    (said,) = await post(desk, credit(candidate_id="CSCO2", stated_at="2026-02-03T10:00:00Z"))
    assert (said["outcome"], said["errors"][0]["field"]) == ("rejected", "candidate_id")
    assert "withdraw" in said["errors"][0]["message"]
    assert len(await heard(desk)) == 1


async def test_withdrawn_is_revoked_and_stated_again_granted(desk: Desk) -> None:
    await desk.hear(known())
    await post(desk, credit())
    (said,) = await post(desk, credit(withdrawn=True, reason="Booked twice"))
    assert (said["outcome"], said["state"]) == ("accepted", "withdrawn")
    (again,) = await post(desk, credit())
    assert (again["outcome"], again["state"]) == ("duplicate", "withdrawn")
    await post(desk, credit(stated_at="2026-03-01T00:00:00Z"))
    granted, revoked, back = await heard(desk)
    assert isinstance(revoked, CreditsRevoked)
    assert revoked.reason == "Booked twice"
    assert isinstance(granted, CreditsGranted)
    assert isinstance(back, CreditsGranted)
    assert [one.version for one in (granted, revoked, back)] == [1, 2, 3]
    assert (await own(desk))["items"][0]["reason"] is None


async def test_reviews_are_told_as_they_stand(desk: Desk) -> None:
    await desk.hear(known())
    await post(desk, credit("1", review="pending"), credit("2", review=""))
    later = {"stated_at": "2026-02-03T10:00:00Z"}
    await post(desk, credit("1", review="approved", **later))
    await post(desk, credit("2", review="rejected", reason="Not finished", **later))
    told = {(e.external_id, e.version): e for e in await heard(desk)}
    assert [told[key].review for key in (("1", 1), ("1", 2), ("2", 1), ("2", 2))] == [
        "pending",
        "approved",
        None,
        "rejected",
    ]
    assert isinstance(told["1", 1], CreditsGranted)
    assert isinstance(told["2", 2], CreditsRevoked)
    states = {row["external_id"]: row["state"] for row in (await own(desk))["items"]}
    assert states == {"1": "recorded", "2": "rejected"}


STATEMENTS = (
    credit(points=5, stated_at="2026-02-02T00:00:00Z"),
    credit(points=7, stated_at="2026-02-03T00:00:00Z", candidate_id=..., testing_id="T1"),
    credit(points=7, stated_at="2026-02-03T00:00:00Z", withdrawn=True),
    credit(points=9, stated_at="2026-02-04T00:00:00Z", review="pending"),
)


@pytest.mark.parametrize("together", [True, False])
async def test_order_and_repetition_never_matter(desk: Desk, together: bool) -> None:
    await desk.hear(known("CSCO10000001", "T1", vendor="cisco-ce"))
    orders = list(itertools.permutations(STATEMENTS))
    for number, order in enumerate(orders):
        said = [{**one, "external_id": f"E{number}"} for one in (*order, order[0], order[2])]
        for batch in [said] if together else [[one] for one in said]:
            assert {one["outcome"] for one in await post(desk, *batch)} <= {"accepted", "duplicate"}
    page = await own(desk, "?limit=200")
    assert len(page["items"]) == len(orders)
    kept = {(row["points"], row["state"], row["review"]) for row in page["items"]}
    assert kept == {(9, "pending", "pending")}
    last = {event.external_id: event for event in await heard(desk)}
    assert {event.points for event in last.values()} == {9}
    assert len(last) == len(orders)


async def test_an_activity_waits_for_its_candidate(desk: Desk) -> None:
    await post(desk, credit("1"), credit("2", candidate_id=..., testing_id="T7"))
    await post(desk, credit("1", points=6, stated_at="2026-02-03T10:00:00Z"))
    assert await heard(desk) == []
    await desk.hear(known("CSCO10000001"))
    assert [(e.external_id, int(e.points), e.version) for e in await heard(desk)] == [("1", 6, 3)]
    await desk.hear(
        known("CSCO10000001", "T7", vendor="cisco-ce", version=2, kind=CandidateUpdated)
    )
    assert [(e.external_id, e.version) for e in await heard(desk)] == [("1", 3), ("2", 2)]
    await look_again(desk.here)
    assert len(await heard(desk)) == 2


async def test_a_further_statement_may_say_whom_it_is_about(desk: Desk) -> None:
    await desk.hear(known())
    await post(desk, credit(candidate_id=..., testing_id="T9"))
    (said,) = await post(desk, credit(testing_id="T9"))
    assert (said["outcome"], said["state"]) == ("duplicate", "recorded")
    assert [event.version for event in await heard(desk)] == [2]


async def test_a_vendor_that_counts_is_ordered_by_its_numbers(desk: Desk) -> None:
    await desk.hear(known())
    programme = desk.here.programmes["cisco"]
    vendor = programme.vendors["cisco-ce"].model_copy(update={"order_by": "sequence"})
    with altered(programme, vendors={**programme.vendors, "cisco-ce": vendor}):
        await post(desk, credit(points=5, sequence=7, stated_at="2026-02-03T10:00:00Z"))
        await post(desk, credit(points=6, sequence=9, stated_at="2026-02-02T10:00:00Z"))
        await post(desk, credit(points=7, sequence=8, stated_at="2026-02-04T10:00:00Z"))
    assert (await own(desk))["items"][0]["points"] == 6


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"points": -1}, "points", "greater than or equal to 0"),
        ({"points": 100_000.01}, "points", "100000"),
        ({"points": "1.005"}, "points", "2 decimal places"),
        ({"points": "NaN"}, "points", "finite"),
        ({"points": ...}, "points", "is required"),
        ({"activity": " "}, "activity", "must not be empty"),
        ({"activity": "a\x00b"}, "activity", "not allowed"),
        ({"external_id": ...}, "external_id", "is required"),
        ({"active_on": "2026-11-23"}, "active_on", "in the future"),
        ({"active_on": "1901-01-01"}, "active_on", "before 1985"),
        ({"active_on": "tomorrow"}, "active_on", "must be a date"),
        ({"expires_on": "2026-01-31"}, "expires_on", "is before active_on"),
        ({"review": "perhaps"}, "review", "pending"),
        ({"stated_at": "2026-11-24T00:00:00Z"}, "stated_at", "in the future"),
        ({"stated_at": "2026-11-20T00:00:00"}, "stated_at", "UTC offset"),
        ({"sequence": -1}, "sequence", "greater than or equal to 0"),
        ({"candidate_id": ...}, "testing_id", "testing_id or candidate_id is required"),
        ({"programme": "nowhere"}, "programme", "unknown programme"),
        ({"vendor": "vue"}, "vendor", "must be 'cisco-ce' or left out"),
    ],
)
async def test_what_is_wrong_is_named(
    desk: Desk, changes: dict[str, Any], field: str, words: str
) -> None:
    wrong = credit("bad") | changes
    wrong = {name: value for name, value in wrong.items() if value is not ...}
    bad, good = await post(desk, wrong, credit("good"))
    assert (bad["outcome"], good["outcome"]) == ("rejected", "accepted")
    assert bad["external_id"] == wrong.get("external_id")
    (error,) = bad["errors"]
    assert error["field"] == field
    assert words in error["message"]
    single = await desk.post("/credits", wrong, headers=provider(desk))
    assert single.status_code == 422
    assert single.json()["errors"][0]["field"] == field


async def test_categories_are_those_of_the_programme(desk: Desk) -> None:
    await desk.hear(known())
    programme = desk.here.programmes["cisco"]
    named = next(iter(desk.here.programmes["juniper"].tracks.values()))
    with altered(programme.education, categories={named.id: named}):
        bad, good = await post(
            desk, credit("1", category="Sports"), credit("2", category=named.name.upper())
        )
    assert bad["errors"][0]["field"] == "category"
    assert named.id in bad["errors"][0]["message"]
    assert good["outcome"] == "accepted"
    (event,) = await heard(desk)
    assert event.category == named.id


async def test_a_provider_speaks_for_itself_only(desk: Desk) -> None:
    lacking = await desk.post("/credits", credit(), headers=desk.vendor())
    assert lacking.status_code == 403
    assert "credits:write" in lacking.json()["detail"]
    nameless = await desk.post("/credits", credit(), headers=provider(desk, vendor=None))
    assert nameless.status_code == 403
    elsewhere = await desk.post("/credits", credit(), headers=provider(desk, programmes=["aws"]))
    assert elsewhere.json()["errors"][0]["field"] == "programme"
    # The same external id of another provider is another activity.
    await desk.hear(known())
    await post(desk, credit())
    other = provider(desk, vendor="vue")
    said = await desk.accepted("/credits", credit(points=1), headers=other)
    assert said["accepted"] == 1


async def test_staff_name_the_provider(desk: Desk) -> None:
    await desk.hear(known())
    staff = desk.staff(scope="credits:write")
    for vendor, field in ((..., "vendor"), ("nobody", "vendor")):
        answer = await desk.post("/credits", credit(vendor=vendor), headers=staff)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == field
    said = await desk.accepted("/credits", credit(vendor="cisco-ce"), headers=staff)
    assert said["items"][0]["state"] == "recorded"
    assert (await own(desk))["items"][0]["vendor"] == "cisco-ce"
    answer = await desk.post("/credits", credit(vendor="cisco-ce"), headers=desk.staff())
    assert answer.status_code == 403
