"""Candidates who are one person: evaluated as one, told apart exactly, and previewed."""

from typing import Any
from uuid import uuid4

import pytest
from pydantic_core import from_json

from services.certifications.run_queries import portion
from shared.events import (
    CandidatesMerged,
    CandidatesSeparated,
    CertificationEarned,
    CertificationRenewed,
    Event,
)
from tests.services.certifications.acting import kinds
from tests.services.certifications.desk import JANE, NOW, Desk, passed, registered

JOHN = "CSCO10000002"
CORE, SPECIALTY = "350-401", "300-410"


def merged(away: str = JOHN, into: str = JANE, version: int = 1) -> CandidatesMerged:
    return CandidatesMerged(
        programme="cisco", candidate_id=away, version=version, merge_id=uuid4(), into=into, at=NOW
    )


def separated(away: str = JOHN, into: str = JANE, version: int = 2) -> CandidatesSeparated:
    return CandidatesSeparated(
        programme="cisco", candidate_id=away, version=version, merge_id=uuid4(), into=into, at=NOW
    )


async def two_people(desk: Desk) -> None:
    await desk.hear(registered(JANE), registered(JOHN, "Jane", "Doe-Smith"))


async def held(desk: Desk, candidate_id: str = JANE) -> dict[str, Any]:
    shown = await desk.get("/certifications", desk.candidate(candidate_id))
    return {
        one["certification"]: one for level in shown["levels"] for one in level["certifications"]
    }


async def preview(desk: Desk, survivor: str = JANE, away: str = JOHN, **changes: Any) -> Any:
    body = {"programme": "cisco", "survivor": survivor, "merged_away": away} | changes
    return await desk.post("/merges/preview", body, desk.staff("merges:write"))


async def test_what_either_holds_is_held_by_the_survivor_and_is_no_news(desk: Desk) -> None:
    await two_people(desk)
    await desk.hear(passed(day="2026-11-20"), passed(day="2026-11-18", candidate_id=JOHN))
    before = await desk.state()
    desk.told()

    await desk.hear(merged())

    assert all(event.regrouped for event in desk.told())
    assert (await held(desk))["CCNA"]["status"] == "active"
    # The old id leads to the same person.
    assert await held(desk, JOHN) == await held(desk)

    await desk.hear(separated())
    assert all(event.regrouped for event in desk.told())
    assert await desk.state() == before


async def test_only_both_together_earn_it_and_that_is_news(desk: Desk) -> None:
    await two_people(desk)
    await desk.hear(passed(CORE, "2026-11-01"), passed(SPECIALTY, "2026-11-02", JOHN))
    assert "CCNP-ENTERPRISE" not in await held(desk)
    desk.told()

    await desk.hear(merged())

    news = [event for event in desk.told() if not event.regrouped]
    earned = [event for event in news if isinstance(event, CertificationEarned)]
    assert [event.candidate_id for event in earned] == [JANE]
    assert earned[0].name.startswith("CCNP")
    assert earned[0].certification in await held(desk)

    # A pass that counted for one alone is still shown as theirs after they are told apart.
    await desk.hear(separated())
    assert earned[0].certification not in await held(desk)
    assert earned[0].certification not in await held(desk, JOHN)
    withdrawn = [event for event in desk.told() if event.certification == earned[0].certification]
    assert kinds(withdrawn) == ["Revoked"]
    assert withdrawn[0].regrouped


@pytest.mark.parametrize("merge_first", [True, False], ids=["merge first", "results first"])
async def test_the_order_of_merge_and_results_does_not_matter(
    desk: Desk, merge_first: bool
) -> None:
    results: list[Event] = [passed(CORE, "2026-11-01"), passed(SPECIALTY, "2026-11-02", JOHN)]
    steps: list[list[Event]] = [[merged()], results] if merge_first else [results, [merged()]]
    for events in steps:
        await desk.hear(*events)
    await two_people(desk)
    of_jane = [row for row in await desk.state() if row[0] == JANE and not row[-1]]
    assert "CCNP Enterprise" in {one["name"] for one in (await held(desk)).values()}
    # Evaluated as one: what the merged-away id may have had before is not the person's state.
    assert {row[1] for row in of_jane} == set(await held(desk))


async def test_a_result_of_the_old_id_counts_for_the_survivor_and_goes_back_with_it(
    desk: Desk,
) -> None:
    await two_people(desk)
    await desk.hear(merged())
    await desk.hear(passed(candidate_id=JOHN))
    assert "CCNA" in await held(desk)

    await desk.hear(separated())
    assert "CCNA" not in await held(desk)
    assert "CCNA" in await held(desk, JOHN)


async def test_codes_on_paper_of_both_go_on_to_lead_to_the_person(desk: Desk) -> None:
    await two_people(desk)
    await desk.hear(passed(day="2026-11-20"), passed(CORE, "2026-11-18", JOHN))
    (his,) = [
        code
        for candidate, code in await desk.rows(
            "SELECT candidate_id, verification_code FROM certifications"
        )
        if candidate == JOHN
    ]
    assert (await desk.get(f"/public/{his}", {}))["holder"] == "Jane Doe-Smith"

    await desk.hear(merged())
    shown = await desk.get(f"/public/{his}", {})
    assert (shown["holder"], shown["valid"]) == ("Jane Doe", True)
    # The survivor's consent is the person's.
    await desk.hear(registered(JANE, disclosure=False, version=2))
    assert (await desk.answer(f"/public/{his}", {})).status_code == 404

    await desk.hear(separated())
    assert (await desk.get(f"/public/{his}", {}))["holder"] == "Jane Doe-Smith"


async def test_the_older_number_goes_on_and_the_other_stays_on_record(desk: Desk) -> None:
    await two_people(desk)
    await desk.hear(passed("350-401", "2026-09-01"), passed("CCIE-EI-LAB", "2026-09-10"))
    numbered = await desk.rows("SELECT key FROM facts WHERE kind = 'number'")
    if not numbered:
        pytest.fail("nothing of this programme gives a number any more")
    await desk.hear(
        passed("350-401", "2026-08-01", JOHN), passed("CCIE-EI-LAB", "2026-08-10", JOHN)
    )
    ccie = next(code for code in await held(desk) if code.startswith("CCIE"))
    hers, his = (await held(desk))[ccie]["number"], (await held(desk, JOHN))[ccie]["number"]
    assert int(hers) < int(his)

    # Hers is the older number, also when she is the one who is merged away.
    await desk.hear(merged(JANE, JOHN))
    assert (await held(desk, JOHN))[ccie]["number"] == hers
    assert len(await desk.rows("SELECT key FROM facts WHERE kind = 'number'")) == 2 * len(numbered)

    await desk.hear(separated(JANE, JOHN))
    assert (await held(desk))[ccie]["number"] == hers
    assert (await held(desk, JOHN))[ccie]["number"] == his
    recorded = await desk.rows(
        "SELECT candidate_id, number FROM certifications WHERE number IS NOT NULL"
    )
    assert {(JANE, hers), (JOHN, his)} <= {tuple(row) for row in recorded}


async def test_a_chain_told_in_any_order_ends_at_its_end(desk: Desk) -> None:
    third = "CSCO10000003"
    await desk.hear(
        passed(CORE, "2026-11-01", third), passed(SPECIALTY, "2026-11-02", JOHN), passed()
    )
    # John went into Jane, and Jane into the third; the newest word on John comes first.
    await desk.hear(merged(JOHN, third, version=2))
    await desk.hear(merged(JOHN, JANE, version=1))
    await desk.hear(merged(JANE, third))
    names = {one["name"] for one in (await held(desk, third)).values()}
    assert {"CCNA", "CCNP Enterprise"} <= names
    assert await held(desk, JOHN) == await held(desk, third) == await held(desk)


async def test_reruns_and_the_clock_keep_to_persons(desk: Desk) -> None:
    await two_people(desk)
    await desk.hear(passed(day="2026-11-20", candidate_id=JOHN), merged())
    told = await desk.new_day("2029-11-21T12:00:00+00:00")
    assert {event.candidate_id for event in told} == {JANE}
    assert "Expired" in kinds(told)
    await desk.hear(separated())
    quiet = [event for event in desk.told() if event.candidate_id == JOHN]
    assert quiet
    assert all(event.regrouped for event in quiet)
    assert (await held(desk, JOHN))["CCNA"]["status"] == "expired"


async def test_an_action_by_the_old_id_is_found_and_undone_by_the_new(desk: Desk) -> None:
    await two_people(desk)
    await desk.hear(merged())
    staff = desk.staff("candidates:read certifications:write", ["cisco"])
    order = {"action": "grant", "certification": "CCNA", "day": "2026-11-01", "reason": "By hand"}
    made = await desk.post(f"/candidates/cisco/{JOHN}/actions", order, staff)
    assert made.status_code == 201, made.text
    assert "CCNA" in await held(desk)
    listed = await desk.get(f"/candidates/cisco/{JANE}/actions", staff)
    assert [one["id"] for one in listed["items"]] == [made.json()["id"]]
    undone = await desk.post(
        f"/candidates/cisco/{JANE}/actions/{made.json()['id']}/undo",
        {"reason": "Not by hand"},
        staff,
    )
    assert undone.status_code == 200, undone.text
    assert "CCNA" not in await held(desk)


async def test_a_preview_tells_what_comes_together_and_writes_nothing(desk: Desk) -> None:
    await two_people(desk)
    await desk.hear(
        passed(day="2025-01-15"),
        passed(CORE, "2026-11-01"),
        passed(SPECIALTY, "2026-11-02", JOHN),
    )
    before = await desk.state()
    desk.told()
    answer = await preview(desk)
    assert answer.status_code == 200, answer.text
    shown = answer.json()
    changes = {one["name"]: one["change"] for one in shown["certifications"]}
    assert changes["CCNP Enterprise"] == "earned"
    assert changes["CCNA"] in ("kept", "renewed")
    assert shown["facts"] == {"survivor": 2, "merged_away": 1}
    assert not shown["one_person_already"]
    assert await desk.state() == before
    assert desk.told() == []

    # What was shown is what it comes to.
    await desk.hear(merged())
    now = await held(desk)
    for one in shown["certifications"]:
        assert now[one["certification"]]["expires_on"] == one["after"]["expires_on"]
    assert (await preview(desk)).json()["one_person_already"]


async def test_a_preview_is_for_who_may_merge_there(desk: Desk) -> None:
    await two_people(desk)
    assert (await preview(desk, away="CSCO99999999")).status_code == 404
    assert (await preview(desk, programme="juniper")).status_code == 404
    body = {"programme": "cisco", "survivor": JANE, "merged_away": JOHN}
    for headers in (
        desk.staff("candidates:read"),
        desk.staff("merges:write", ["juniper"]),
        desk.candidate(),
    ):
        assert (await desk.post("/merges/preview", body, headers)).status_code == 403
    nothing = await desk.post("/merges/preview", {"programme": "cisco"}, desk.staff("merges:write"))
    assert nothing.status_code == 422


async def test_a_renewal_that_only_both_come_to_is_told_as_a_renewal(desk: Desk) -> None:
    await two_people(desk)
    await desk.hear(passed(day="2024-06-01"), passed(SPECIALTY, "2026-11-02", JOHN))
    before = (await held(desk))["CCNA"]["expires_on"]
    desk.told()
    await desk.hear(merged())
    assert (await held(desk))["CCNA"]["expires_on"] > before
    renewed = [event for event in desk.told() if event.certification == "CCNA"]
    assert [(type(one), one.regrouped) for one in renewed] == [(CertificationRenewed, False)]


@pytest.mark.parametrize("most", [1, 10])
async def test_dry_runs_compare_persons(desk: Desk, most: int) -> None:
    third = "CSCO10000003"
    await desk.hear(
        passed(), passed(CORE, candidate_id=third), passed(SPECIALTY, "2026-11-02", JOHN)
    )
    # Into one that stands before it in order, and into one that stands behind.
    for away, into in ((third, JANE), (JANE, JOHN)):
        await desk.hear(merged(away, into), separated(away, into))
        await desk.hear(merged(away, into, version=3))
        found: dict[str, int] = {}
        after = ""
        while True:
            async with desk.here.database.reading() as session:
                some = await portion(session, "cisco", after, most)
            if some is None:
                break
            after = some.last
            found |= {one: len(from_json(text)) for one, text in some.facts}
        other = ({JANE, JOHN, third} - {away, into}).pop()
        assert found == {into: 2, other: 1}
        await desk.hear(separated(away, into, version=4))
