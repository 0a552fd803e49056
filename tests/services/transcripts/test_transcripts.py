"""A candidate's own transcripts, through the door."""

from datetime import date, timedelta
from typing import Any

from shared.events import TranscriptShared
from tests.services.reacting import JANE, JOHN, TODAY, Reacting, earned, person
from tests.services.transcripts.conftest import MOST

FORM: dict[str, Any] = {
    "description": "For the new job",
    "valid_through": "2027-01-31",
    "all_new": True,
    "certifications": [],
    "show_dates": True,
    "private_notes": "sent on Monday",
    "remarks": "With kind regards",
    "disabled": False,
}


async def test_a_candidate_makes_changes_and_deletes_a_transcript(transcripts: Reacting) -> None:
    jane = transcripts.candidate()
    await transcripts.hear(
        person(), earned("CCNA"), earned("CCNP-Enterprise", level="professional")
    )
    made = await transcripts.ask("POST", "/transcripts", FORM, by=jane, status=201)
    assert len(made["code"]) == 16
    assert made["public_url"].endswith(f"/cisco/transcript/{made['code']}")
    assert [one["certification"] for one in made["certifications"]] == ["CCNP-Enterprise", "CCNA"]
    assert all(one["included"] for one in made["certifications"])
    assert made["views"] == 0
    assert made["last_viewed_at"] is None

    change = FORM | {"all_new": False, "certifications": ["CCNA", "CCNA"], "remarks": ""}
    changed = await transcripts.ask("PUT", f"/transcripts/{made['id']}", change, by=jane)
    assert changed["code"] == made["code"]
    assert [one["included"] for one in changed["certifications"]] == [False, True]
    read = await transcripts.ask("GET", f"/transcripts/{made['id']}", by=jane)
    assert read == changed

    await transcripts.ask("DELETE", f"/transcripts/{made['id']}", by=jane, status=204)
    await transcripts.ask("GET", f"/transcripts/{made['id']}", by=jane, status=404)
    await transcripts.ask("GET", f"/public/{made['code']}", status=404)


async def test_sharing_is_told_when_it_begins_and_when_it_begins_again(
    transcripts: Reacting,
) -> None:
    jane = transcripts.candidate()
    made = await transcripts.ask("POST", "/transcripts", FORM, by=jane, status=201)
    path = f"/transcripts/{made['id']}"
    await transcripts.ask("PUT", path, FORM | {"remarks": "again"}, by=jane)
    await transcripts.ask("PUT", path, FORM | {"disabled": True}, by=jane)
    await transcripts.ask("PUT", path, FORM, by=jane)
    shared = await transcripts.until(
        lambda: told if len(told := transcripts.told(TranscriptShared)) >= 2 else None
    )
    assert [str(event.transcript_id) for event in shared] == [made["id"]] * 2
    assert {event.candidate_id for event in shared} == {JANE}


async def test_somebody_elses_transcript_is_as_unknown_as_none(transcripts: Reacting) -> None:
    made = await transcripts.ask(
        "POST", "/transcripts", FORM, by=transcripts.candidate(), status=201
    )
    path = f"/transcripts/{made['id']}"
    others = (transcripts.candidate(JOHN), transcripts.candidate(JANE, programme="juniper"))
    for other in others:
        theirs = await transcripts.ask("GET", path, by=other, status=404)
        never = await transcripts.ask(
            "GET", "/transcripts/01930000-0000-7000-8000-000000000000", by=other, status=404
        )
        assert {**theirs, "request_id": ""} == {**never, "request_id": ""}
        await transcripts.ask("PUT", path, FORM, by=other, status=404)
        await transcripts.ask("DELETE", path, by=other, status=404)
        assert (await transcripts.ask("GET", "/transcripts", by=other))["items"] == []
    assert (await transcripts.ask("GET", path, by=transcripts.candidate()))["id"] == made["id"]


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"description": "   "}, "description"),
    ({"description": "x" * 121}, "description"),
    ({"description": "a\x00b"}, "description"),
    ({"remarks": "x" * 1001}, "remarks"),
    ({"private_notes": "x" * 2001}, "private_notes"),
    ({"valid_through": "2026-11-21"}, "valid_through"),
    ({"valid_through": "2036-11-23"}, "valid_through"),
    ({"valid_through": "next year"}, "valid_through"),
    ({"valid_through": None}, "valid_through"),
    ({"all_new": "perhaps"}, "all_new"),
    ({"all_new": False}, "certifications"),
    ({"all_new": False, "certifications": ["CCNA", "CCNP-Enterprise"]}, "certifications"),
    ({"certifications": ["x"] * 201}, "certifications"),
]


async def test_a_wrong_field_is_named_and_nothing_is_kept(transcripts: Reacting) -> None:
    jane = transcripts.candidate()
    await transcripts.hear(person(), earned("CCNA"))
    for changes, field in WRONG:
        problem = await transcripts.ask("POST", "/transcripts", FORM | changes, by=jane, status=422)
        assert [error["field"] for error in problem["errors"]] == [field], changes
    assert (await transcripts.ask("GET", "/transcripts", by=jane))["items"] == []


async def test_today_is_a_day_to_choose_and_an_old_day_may_stay(transcripts: Reacting) -> None:
    jane = transcripts.candidate()
    today = FORM | {"valid_through": TODAY.isoformat()}
    made = await transcripts.ask("POST", "/transcripts", today, by=jane, status=201)
    path = f"/transcripts/{made['id']}"
    transcripts.clock.advance(timedelta(days=3))
    kept = await transcripts.ask("PUT", path, today | {"private_notes": "old"}, by=jane)
    assert kept["private_notes"] == "old"
    other = today | {"valid_through": date(2026, 11, 23).isoformat()}
    await transcripts.ask("PUT", path, other, by=jane, status=422)


async def test_transcripts_are_listed_newest_first_page_by_page(transcripts: Reacting) -> None:
    jane = transcripts.candidate()
    for number in range(5):
        form = FORM | {"description": f"number {number}"}
        await transcripts.ask("POST", "/transcripts", form, by=jane, status=201)
    seen: list[str] = []
    path = "/transcripts?limit=2"
    while path:
        part = await transcripts.ask("GET", path, by=jane)
        seen += [item["description"] for item in part["items"]]
        path = f"/transcripts?limit=2&cursor={part['next']}" if part["next"] else ""
    assert sorted(seen) == [f"number {number}" for number in range(5)]
    await transcripts.ask("GET", "/transcripts?cursor=WyJ4Il0", by=jane, status=422)
    await transcripts.ask("GET", "/transcripts?cursor=x", by=jane, status=422)


async def test_one_candidate_cannot_fill_the_table(transcripts: Reacting) -> None:
    jane = transcripts.candidate()
    for _ in range(MOST):
        await transcripts.ask("POST", "/transcripts", FORM, by=jane, status=201)
    await transcripts.ask("POST", "/transcripts", FORM, by=jane, status=409)
    john = transcripts.candidate(JOHN)
    await transcripts.ask("POST", "/transcripts", FORM, by=john, status=201)
