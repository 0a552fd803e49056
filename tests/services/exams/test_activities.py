"""Activities read, sent as files, and many at once."""

import asyncio
from collections import Counter

from shared.events import CreditsStanding
from tests.services.exams.conftest import Desk, known
from tests.services.exams.crediting import SAMPLE, by_version, credit, heard, own, post, provider


async def test_activities_are_searched_and_paged(desk: Desk) -> None:
    await desk.hear(known(), known("CSCO10000002"))
    rows = [
        credit(f"N{number:02}", active_on=f"2026-01-{number // 2 + 1:02}") for number in range(9)
    ]
    rows[3] |= {"activity": "Grundzüge des ÜBERTRAGENS", "provider": "Learning 100%_House"}
    await post(desk, *rows, credit("theirs", candidate_id="CSCO10000002"))
    seen, cursor = [], ""
    while True:
        page = await own(desk, f"?limit=4{cursor}")
        seen += [(row["active_on"], row["external_id"]) for row in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert [number for _, number in seen] == [
        f"N{number:02}" for number in (8, 7, 6, 5, 4, 3, 2, 1, 0)
    ]
    for search in ("übertragen", "100%_h", "n03", "LEARNING"):
        page = await own(desk, f"?search={search.replace('%', '%25')}")
        assert [row["external_id"] for row in page["items"]] == ["N03"], search
    assert (await own(desk, "?search=nothing"))["items"] == []
    first = await own(desk, "?search=ce&limit=3")
    second = await own(desk, f"?search=ce&limit=20&cursor={first['next']}")
    assert [len(page["items"]) for page in (first, second)] == [3, 5]
    for bad in ("nonsense", "WyIxIl0", "WyJ4IiwgInkiXQ"):
        answer = await desk.client.get(f"/activities?cursor={bad}", headers=desk.candidate())
        assert answer.status_code == 422
    theirs = await own(desk, "", "CSCO10000002")
    assert [row["external_id"] for row in theirs["items"]] == ["theirs"]


async def test_staff_see_activities_of_their_programmes_only(desk: Desk) -> None:
    await desk.hear(known())
    path = "/candidates/{}/{}/activities"
    for programme, candidate, headers, status in (
        ("cisco", "CSCO10000009", desk.staff(), 404),
        ("nowhere", "CSCO10000001", desk.staff(programmes=["nowhere"]), 404),
        ("cisco", "CSCO10000001", desk.staff(programmes=["juniper"]), 403),
        ("cisco", "CSCO10000001", desk.staff(scope="imports:read"), 403),
        ("cisco", "CSCO10000001", desk.candidate(), 403),
    ):
        answer = await desk.client.get(path.format(programme, candidate), headers=headers)
        assert answer.status_code == status
    stranger = desk.token("candidate", "CSCO10000001", programme="nowhere")
    assert (await desk.client.get("/activities", headers=stranger)).status_code == 403


async def test_a_file_gives_its_rows_its_time(desk: Desk) -> None:
    await desk.hear(known())
    headers = provider(desk, scope="credits:write imports:write")
    newer = SAMPLE.replace(",5,", ",7,")
    # The newer file first: the time in the name decides, not the order of arrival.
    for content, name, counts in (
        (newer, "creq-20200301-080000.csv", (2, 0, 0)),
        (SAMPLE, "creq-20200214-200500.csv", (0, 2, 0)),
        (newer, "creq-20200301-080000.csv", (0, 2, 0)),
    ):
        done = await desk.imported(content, headers, kind="credits", name=name)
        assert (done["accepted"], done["duplicates"], done["rejected"]) == counts, name
    rows = {row["external_id"]: row for row in (await own(desk))["items"]}
    assert (rows["1462600"]["points"], rows["1462601"]["points"]) == (7, 5.5)
    assert rows["1462600"]["source"] == "creq-20200301-080000.csv"
    assert rows["1462600"]["provider"] == "CDL 01 July CCNP"
    assert len(await heard(desk)) == 2


async def test_a_file_of_the_future_is_told_so_row_by_row(desk: Desk) -> None:
    headers = provider(desk, scope="credits:write imports:write")
    done = await desk.imported(SAMPLE, headers, kind="credits", name="creq-20991231-235959.csv")
    assert done["rejected"] == 2
    assert "the time in the file's name" in await desk.errors(done["id"], headers)
    # No time at all: as the API without stated_at.
    done = await desk.imported(SAMPLE, headers, kind="credits", name="creq-20201332-000000.csv")
    assert done["accepted"] == 2


async def test_a_crowd_of_activities_and_candidates_at_once_leaves_nobody_waiting(
    desk: Desk,
) -> None:
    people = [f"CSCO{number:08d}" for number in range(40)]
    await asyncio.gather(
        *(post(desk, credit(person, candidate_id=person)) for person in people),
        *(desk.hear(known(person)) for person in people),
    )
    told = await heard(desk)
    assert sorted(event.external_id for event in told) == people


async def test_the_same_many_from_two_sides_at_once(desk: Desk) -> None:
    await desk.hear(known())
    times = ("2026-02-02T00:00:00Z", "2026-02-03T00:00:00Z", "2026-02-04T00:00:00Z")
    batches = [
        [credit(f"N{number:03}", points=1 + at, stated_at=when) for number in range(150)]
        for at, when in enumerate(times)
    ]
    answers = await asyncio.gather(
        *(post(desk, *batch) for batch in batches),
        *(post(desk, *reversed(batch)) for batch in batches),
    )
    outcomes = Counter(one["outcome"] for answer in answers for one in answer)
    assert set(outcomes) == {"accepted", "duplicate"}
    page = await own(desk, "?limit=200")
    assert len(page["items"]) == 150
    assert {row["points"] for row in page["items"]} == {3}
    newest = {event.external_id: event for event in sorted(await heard(desk), key=by_version)}
    assert {event.points for event in newest.values()} == {3}
    assert outcomes["accepted"] == len(desk.told(CreditsStanding))
