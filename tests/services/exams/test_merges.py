"""The testing history of one person with several ids, and apart again."""

from tests.services.exams.conftest import Desk, known, result
from tests.services.merging import merged, separated

JANE, JOHN = "CSCO10000001", "CSCO10000002"


async def numbers(desk: Desk, candidate_id: str) -> list[str]:
    history = await desk.get("/history", desk.candidate(candidate_id))
    return sorted(one["registration_number"] for one in history["exams"])


async def test_results_of_all_ids_are_the_persons_and_stay_with_their_own(desk: Desk) -> None:
    await desk.hear(known(JANE, "T1"), known(JOHN, "T2"))
    await desk.accepted("/results", result("1"))
    await desk.accepted("/results", result("2", candidate_id=..., testing_id="T2"))
    await desk.hear(merged(JOHN, JANE))
    assert await numbers(desk, JANE) == await numbers(desk, JOHN) == ["1", "2"]
    path = f"/candidates/cisco/{JANE}/history/2/report"
    report = await desk.client.get(path, headers=desk.staff())
    assert report.status_code == 200
    # What comes meanwhile goes by its testing id.
    await desk.accepted("/results", result("3", candidate_id=..., testing_id="T2"))
    assert await numbers(desk, JANE) == ["1", "2", "3"]
    await desk.hear(separated(JOHN, JANE))
    assert await numbers(desk, JANE) == ["1"]
    assert await numbers(desk, JOHN) == ["2", "3"]
    assert (await desk.client.get(path, headers=desk.staff())).status_code == 404


async def test_checks_look_at_all_that_a_person_took(desk: Desk) -> None:
    await desk.hear(known(JANE), known(JOHN), merged(JOHN, JANE))
    day = "2026-11-18"
    await desk.accepted("/results", result("1", exam_date=day, grade="fail"))
    await desk.accepted(
        "/results", result("2", candidate_id=JOHN, exam_date="2026-11-19", grade="fail")
    )
    flags = (await desk.get("/flags?programme=cisco", desk.staff()))["items"]
    assert "2" in {one["registration_number"] for one in flags}, "too early for one person"


async def test_an_agreement_is_accepted_once_by_a_person(desk: Desk) -> None:
    await desk.hear(known(JANE), known(JOHN))
    path = "/agreements"
    listed = (await desk.get(path, desk.candidate(JOHN)))["items"]
    open_ones = [one for one in listed if one["acceptable"]]
    if not open_ones:
        return
    one = open_ones[0]
    body = {"version": one["version"]}
    accept = f"/agreements/{one['id']}/acceptances"
    first = await desk.client.post(accept, json=body, headers=desk.candidate(JOHN))
    await desk.hear(merged(JOHN, JANE))
    again = await desk.client.post(accept, json=body, headers=desk.candidate(JANE))
    assert (first.status_code, again.status_code) == (201, 200)
