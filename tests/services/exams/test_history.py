"""The testing history, as the candidate and staff see it."""

from tests.services.exams.conftest import Desk, known, result

SAMPLE = """vendor,candidate_id,last_name,exam_code,exam_name,registration_number,grade,exam_date
vue,CSCO10000000,Doe,350-001,CCIE Routing and Switching,219142598,Pass,2007-02-21
vue,CSCO10000000,Doe,350-001,CCIE Routing and Switching,n7dnt508,Fail,2006-06-20
vue,CSCO10000000,Doe,350-002,SNA Recert,UniqueRegNum_1036453,Pass,1999-03-25
"""


async def test_the_guides_history(desk: Desk) -> None:
    await desk.hear(known("CSCO10000000"))
    done = await desk.imported(SAMPLE)
    assert (done["accepted"], done["rejected"]) == (3, 0)
    history = await desk.get("/history", desk.candidate("CSCO10000000"))
    shown = [
        (exam["registration_number"], exam["grade"], exam["exam_date"], exam["expires_on"])
        for exam in history["exams"]
    ]
    assert shown == [
        ("219142598", "pass", "2007-02-21", "2010-02-21"),
        ("n7dnt508", "fail", "2006-06-20", None),
        ("UniqueRegNum_1036453", "pass", "1999-03-25", "2002-03-25"),
    ]
    assert history["timezone"] == "America/Los_Angeles"
    assert history["exams"][0]["exam_name"]


async def test_a_candidate_sees_their_own_and_staff_their_programmes(desk: Desk) -> None:
    await desk.hear(known("CSCO10000001"), known("CSCO10000002"))
    await desk.accepted("/results", result("1"))
    assert (await desk.get("/history", desk.candidate("CSCO10000002")))["exams"] == []
    path = "/candidates/cisco/CSCO10000001/history"
    (exam,) = (await desk.get(path))["exams"]
    assert exam["received_at"].startswith("2026-11-22T12:00:00")
    refused: dict[int, list[dict[str, str]]] = {
        403: [desk.staff(programmes=["juniper"]), desk.staff(scope=""), desk.vendor()],
        401: [{}],
    }
    for status, everybody in refused.items():
        for headers in everybody:
            assert (await desk.client.get(path, headers=headers)).status_code == status
    missing = await desk.client.get("/candidates/cisco/CSCO99999999/history", headers=desk.staff())
    assert missing.status_code == 404
    strange = await desk.client.get("/candidates/cisco/CSCO%00/history", headers=desk.staff())
    assert strange.status_code == 422
    foreign = await desk.client.get("/history", headers=desk.staff())
    assert foreign.status_code == 403
