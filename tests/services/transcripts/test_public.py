"""What a stranger sees under a transcript's public code."""

import asyncio
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from shared.events import CertificationExpired, TranscriptViewed
from shared.ids import public_code
from tests.services.reacting import (
    JANE,
    NOW,
    Reacting,
    earned,
    grace_started,
    person,
    reinstated,
    renewed,
    revoked,
    suspended,
)
from tests.services.transcripts.test_transcripts import FORM


async def share(transcripts: Reacting, **changes: Any) -> Any:
    return await transcripts.ask(
        "POST", "/transcripts", FORM | changes, by=transcripts.candidate(), status=201
    )


async def test_a_stranger_sees_what_the_candidate_chose_and_no_more(
    transcripts: Reacting,
) -> None:
    await transcripts.hear(
        person(), earned("CCNA"), earned("CCNP-Enterprise", level="professional")
    )
    made = await share(transcripts, all_new=False, certifications=["CCNA"])
    answer = await transcripts.client.get(f"/public/{made['code'].lower()}")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["x-robots-tag"] == "noindex"
    assert answer.json() == {
        "code": made["code"],
        "programme": "cisco",
        "holder": "Jane Doe",
        "valid_through": "2027-01-31",
        "as_of": "2026-11-22",
        "remarks": "With kind regards",
        "certifications": [
            {
                "name": "CCNA",
                "level": "associate",
                "level_name": "Associate",
                "status": "active",
                "status_text": "Active",
                "active_on": "2026-11-20",
                "expires_on": "2029-11-20",
            }
        ],
        "date_rule": made["date_rule"],
    }
    for hidden in ("For the new job", "sent on Monday", JANE, "example.com"):
        assert hidden not in answer.text


async def test_every_status_is_told_in_the_programmes_own_word(transcripts: Reacting) -> None:
    await transcripts.hear(
        person(),
        earned("CCNA"),
        earned("CCNP-Enterprise"),
        earned("Specialist-ENCOR"),
        grace_started("CCNA", status_text="In grace", grace_until=date(2026, 12, 20)),
        suspended("CCNP-Enterprise"),
        revoked("Specialist-ENCOR"),
    )
    made = await share(transcripts, all_new=True)

    async def shown() -> dict[str, tuple[str, str]]:
        found = (await transcripts.ask("GET", f"/public/{made['code']}"))["certifications"]
        return {one["name"]: (one["status"], one["status_text"]) for one in found}

    assert await shown() == {
        "CCNA": ("in_grace", "In grace"),
        "CCNP-Enterprise": ("suspended", "Suspended"),
        "Specialist-ENCOR": ("revoked", "Revoked"),
    }
    await transcripts.hear(reinstated("CCNP-Enterprise"))
    assert (await shown())["CCNP-Enterprise"] == ("active", "Active")
    # The last day of grace is a day of grace; the day after needs no event.
    transcripts.clock.advance(timedelta(days=28))
    assert (await shown())["CCNA"][0] == "in_grace"
    transcripts.clock.advance(timedelta(days=1))
    assert (await shown())["CCNA"] == ("expired", "Expired")
    owned = await transcripts.ask("GET", "/transcripts", by=transcripts.candidate())
    mine = {one["name"]: one for one in owned["items"][0]["certifications"]}
    assert mine["CCNA"]["status_text"] == "Expired"


async def test_what_the_facts_no_longer_support_is_shown_to_nobody(transcripts: Reacting) -> None:
    await transcripts.hear(
        person(), earned("CCNA"), earned("CCNP-Enterprise"), revoked("CCNA", by="facts")
    )
    made = await share(transcripts, all_new=True)
    assert [one["certification"] for one in made["certifications"]] == ["CCNP-Enterprise"]
    seen = await transcripts.ask("GET", f"/public/{made['code']}")
    assert [one["name"] for one in seen["certifications"]] == ["CCNP-Enterprise"]
    await transcripts.hear(reinstated("CCNA"))
    seen = await transcripts.ask("GET", f"/public/{made['code']}")
    assert {one["name"] for one in seen["certifications"]} == {"CCNA", "CCNP-Enterprise"}


async def test_a_transcript_of_all_takes_in_what_is_earned_later(transcripts: Reacting) -> None:
    await transcripts.hear(person())
    made = await share(transcripts, show_dates=False)
    assert (await transcripts.ask("GET", f"/public/{made['code']}"))["certifications"] == []
    await transcripts.hear(earned("CCNA"))
    (shown,) = (await transcripts.ask("GET", f"/public/{made['code']}"))["certifications"]
    assert shown["name"] == "CCNA"
    assert "active_on" not in shown
    assert "expires_on" not in shown


async def test_an_expired_certification_is_shown_as_expired(transcripts: Reacting) -> None:
    day = date(2026, 11, 22)
    await transcripts.hear(
        person(),
        earned("CCNA", expires_on=day),
        earned("Specialist-ENCOR", expires_on=day - timedelta(days=1)),
        earned("CCNP-Enterprise", version=4),
        CertificationExpired(
            programme="cisco",
            candidate_id=JANE,
            version=5,
            certification="CCNP-Enterprise",
            expired_on=day,
        ),
    )
    made = await share(transcripts)
    shown = (await transcripts.ask("GET", f"/public/{made['code']}"))["certifications"]
    assert {one["name"]: one["status"] for one in shown} == {
        "CCNA": "active",  # its last day is today, and counts as a whole
        "Specialist-ENCOR": "expired",
        "CCNP-Enterprise": "expired",
    }
    await transcripts.hear(renewed("CCNP-Enterprise", version=6))
    shown = (await transcripts.ask("GET", f"/public/{made['code']}"))["certifications"]
    assert {one["name"]: one["status"] for one in shown}["CCNP-Enterprise"] == "active"


async def test_the_valid_through_day_ends_in_the_programmes_time_zone(
    transcripts: Reacting,
) -> None:
    await transcripts.hear(person())
    made = await share(transcripts, valid_through="2026-12-10")
    zone = ZoneInfo("America/Los_Angeles")
    transcripts.clock.move_to(datetime(2026, 12, 10, 23, 59, tzinfo=zone))
    await transcripts.ask("GET", f"/public/{made['code']}")
    transcripts.clock.move_to(datetime(2026, 12, 11, 0, 0, tzinfo=zone))
    gone = await transcripts.ask("GET", f"/public/{made['code']}", status=410)
    assert "2026-12-10" in gone["detail"]
    assert "Jane" not in str(gone)


async def test_not_shared_names_nobody_and_does_not_tell_why(transcripts: Reacting) -> None:
    await transcripts.hear(person())
    made, other = await share(transcripts, disabled=True), await share(transcripts)
    await transcripts.hear(person(version=2, disclosure=False))
    disabled = await transcripts.ask("GET", f"/public/{made['code']}", status=410)
    withdrawn = await transcripts.ask("GET", f"/public/{other['code']}", status=410)
    assert {**disabled, "request_id": ""} == {**withdrawn, "request_id": ""}
    assert "Doe" not in str(disabled)
    await transcripts.hear(person(version=3))
    await transcripts.ask("GET", f"/public/{other['code']}")
    assert (await views(transcripts, made)) == 0


async def test_an_unknown_code_is_404_however_it_is_wrong(transcripts: Reacting) -> None:
    code = public_code(16)
    for wrong in (code, code[:-1] + ("A" if code[-1] != "A" else "B"), "x", "%00", "Ä" * 16):
        problem = await transcripts.ask("GET", f"/public/{wrong}", status=404)
        assert problem["type"].endswith("/problems/no-such-transcript")


async def test_a_code_opened_before_its_owner_is_known_asks_for_patience(
    transcripts: Reacting,
) -> None:
    made = await share(transcripts)
    answer = await transcripts.client.get(f"/public/{made['code']}")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "2"
    await transcripts.hear(person())
    await transcripts.ask("GET", f"/public/{made['code']}")


async def test_every_view_counts_also_an_unchanged_one_and_many_at_once(
    transcripts: Reacting,
) -> None:
    await transcripts.hear(person(), earned("CCNA"))
    made = await share(transcripts)
    path = f"/public/{made['code']}"
    first = await transcripts.client.get(path)
    etag = first.headers["etag"]
    again = await transcripts.client.get(path, headers={"If-None-Match": f'"x", W/{etag}'})
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["etag"] == etag
    await asyncio.gather(*(transcripts.client.get(path) for _ in range(8)))
    assert await views(transcripts, made) == 10
    viewed = await transcripts.until(
        lambda: told if len(told := transcripts.told(TranscriptViewed)) >= 10 else None
    )
    assert len(viewed) == 10
    assert {str(event.transcript_id) for event in viewed} == {made["id"]}
    mine = await transcripts.ask("GET", f"/transcripts/{made['id']}", by=transcripts.candidate())
    assert datetime.fromisoformat(mine["last_viewed_at"]) == NOW

    await transcripts.hear(earned("CCNP-Enterprise"))
    changed = await transcripts.client.get(path, headers={"If-None-Match": etag})
    assert changed.status_code == 200
    assert changed.headers["etag"] != etag


async def views(transcripts: Reacting, made: Any) -> int:
    mine = await transcripts.ask("GET", f"/transcripts/{made['id']}", by=transcripts.candidate())
    return int(mine["views"])
