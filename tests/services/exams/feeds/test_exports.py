"""The vendor is told by files of candidates and authorizations, and answers."""

import asyncio
from datetime import timedelta

from shared.events import ExamAuthorized
from tests.services.exams.conftest import Desk, known
from tests.services.exams.feeds.bookings import (
    EXPORT,
    STAFF,
    file,
    made,
    named,
    parsed,
    replied,
    rows,
    state,
)


async def test_files_tell_the_vendor_and_its_answers_come_back(desk: Desk) -> None:
    await desk.hear(known())
    number = (await made(desk))["number"]
    assert await rows(desk, "ead") == []  # nobody has told the vendor of the candidate yet
    (person,) = await rows(desk, "cdd")
    assert (person["ClientCandidateID"], person["FirstName"], person["LastName"]) == (
        "CSCO10000001",
        "Jane",
        "Roe",
    )
    assert (person["Email"], person["LastUpdate"]) == (
        "jane.roe@example.com",
        "2026/11/22 12:00:00",
    )
    (permission,) = await rows(desk, "ead")
    assert permission == {
        "AuthorizationTransactionType": "Add",
        "AuthorizationID": "",
        "ClientAuthorizationID": number,
        "ClientCandidateID": "CSCO10000001",
        "ExamAuthorizationCount": "1",
        "ExamSeriesCode": "200-301",
        "Accommodations": "ET01HR*BR0110",
        "EligibilityApptDateFirst": "2026/11/23",
        "EligibilityApptDateLast": "2027/11/23",
        "LastUpdate": "2026/11/22 12:00:00",
    }
    assert (await state(desk))["state"] == "sent"
    assert await rows(desk, "cdd") == []
    assert await rows(desk, "ead") == []
    await replied(desk, "vcdc", ("CSCO10000001", "VUE771", "Accepted", "2026/11/23 03:00:00", ""))
    eac = (number, "555", "Accepted", "2026/11/23 03:00:01", "")
    assert (await replied(desk, "eac", eac))["accepted"] == 1
    now = await state(desk)
    assert (now["state"], now["vendor_number"], now["message"]) == ("accepted", "555", None)
    assert (await replied(desk, "eac", eac, eac))["duplicates"] == 2
    await desk.settled()
    assert [event.state for event in desk.told(ExamAuthorized)] == ["pending", "sent", "accepted"]
    assert [event.version for event in desk.told(ExamAuthorized)] == [1, 2, 3]


async def test_an_error_is_seen_by_staff_and_published(desk: Desk) -> None:
    await desk.hear(known())
    number = (await made(desk))["number"]
    await rows(desk, "cdd")
    await rows(desk, "ead")
    answers = [
        (number, "", "Error", "2026/11/23 03:00:01", "Unknown exam series"),
        ("UNHEARD", "", "Accepted", "2026/11/23 03:00:01", ""),
        (number, "", "Perhaps", "2026/11/23 03:00:01", ""),
    ]
    done = await replied(desk, "eac", *answers)
    assert (done["accepted"], done["rejected"]) == (1, 2)
    now = await state(desk)
    assert (now["state"], now["message"]) == ("error", "Unknown exam series")
    await replied(desk, "vcdc", ("CSCO10000001", "", "Error", "2026/11/23 03:00:00", "No country"))
    listed = await desk.get(
        "/feeds/pearson-vue/candidates-in-error?programme=cisco", desk.staff(STAFF)
    )
    (one,) = listed["items"]
    assert (one["candidate_id"], one["message"]) == ("CSCO10000001", "No country")
    assert one["sent_in"] == "cdd-20261122-120000.dat"
    await desk.settled()
    assert desk.told(ExamAuthorized)[-1].message == "Unknown exam series"


async def test_an_answer_to_an_earlier_file_says_nothing_of_the_later_one(desk: Desk) -> None:
    await desk.hear(known())
    await made(desk)
    await rows(desk, "cdd")
    desk.clock.advance(timedelta(days=2))
    await desk.hear(named("CSCO10000001", "Joan", "Roe", version=2))
    (person,) = await rows(desk, "cdd")
    assert person["FirstName"] == "Joan"
    late = ("CSCO10000001", "", "Error", "2026/11/23 03:00:00", "about the file before")
    assert (await replied(desk, "vcdc", late))["duplicates"] == 1
    listed = await desk.get(
        "/feeds/pearson-vue/candidates-in-error?programme=cisco", desk.staff(STAFF)
    )
    assert listed["items"] == []


async def test_a_withdrawal_is_told_if_the_vendor_had_heard_of_it(desk: Desk) -> None:
    await desk.hear(known())
    first = await made(desk)
    for _ in range(2):
        answer = await desk.client.post(
            f"/authorizations/{first['id']}/withdraw", headers=desk.staff(STAFF)
        )
        assert (answer.status_code, answer.json()["state"]) == (200, "withdrawn")
    assert await rows(desk, "ead") == []
    desk.clock.advance(timedelta(hours=1))
    second = await made(desk)
    await rows(desk, "cdd")
    await rows(desk, "ead")
    desk.clock.advance(timedelta(hours=1))
    await desk.client.post(f"/authorizations/{second['id']}/withdraw", headers=desk.staff(STAFF))
    (deleted,) = await rows(desk, "ead")
    assert (deleted["AuthorizationTransactionType"], deleted["ClientAuthorizationID"]) == (
        "Delete",
        second["number"],
    )
    assert await rows(desk, "ead") == []
    reply = (second["number"], "555", "Accepted", "2026/11/23 03:00:01", "")
    assert (await replied(desk, "eac", reply))["accepted"] == 1
    now = await state(desk)
    assert (now["state"], now["vendor_number"]) == ("withdrawn", "555")
    await desk.settled()
    assert [event.state for event in desk.told(ExamAuthorized)] == [
        "pending",
        "withdrawn",
        "pending",
        "sent",
        "withdrawn",
        "withdrawn",
    ]


async def test_what_is_withdrawn_while_a_file_is_made_is_taken_back_or_never_sent(
    desk: Desk,
) -> None:
    await desk.hear(known())
    for _ in range(6):
        one = await made(desk)
        await rows(desk, "cdd")
        answer, sent = await asyncio.gather(
            desk.client.post(f"/authorizations/{one['id']}/withdraw", headers=desk.staff(STAFF)),
            file(desk, "ead"),
        )
        assert answer.status_code == 200
        assert (await state(desk))["state"] == "withdrawn"
        told = [*(parsed(sent) if sent.content else []), *await rows(desk, "ead")]
        mine = [
            row["AuthorizationTransactionType"]
            for row in told
            if row["ClientAuthorizationID"] == one["number"]
        ]
        assert mine in ([], ["Add", "Delete"])


async def test_only_whom_a_vendor_has_to_know_is_told_of(desk: Desk) -> None:
    await desk.hear(known(), known("CSCO10000002"))
    await made(desk)
    assert [one["ClientCandidateID"] for one in await rows(desk, "cdd")] == ["CSCO10000001"]


async def test_a_name_that_no_file_can_hold_is_left_out_with_the_reason(desk: Desk) -> None:
    await desk.hear(
        named("CSCO10000001", "太郎", "山田"),
        named("CSCO10000002", "J" * 31, "Roe"),
        named("CSCO10000003", "Zoë", "O’Neill"),
    )
    for candidate_id in ("CSCO10000001", "CSCO10000002", "CSCO10000003"):
        await made(desk, candidate_id=candidate_id)
    (only,) = await rows(desk, "cdd")
    assert (only["ClientCandidateID"], only["FirstName"], only["LastName"]) == (
        "CSCO10000003",
        "Zoë",
        "O’Neill",
    )
    (permission,) = await rows(desk, "ead")
    assert permission["ClientCandidateID"] == "CSCO10000003"
    listed = await desk.get(
        "/feeds/pearson-vue/candidates-in-error?programme=cisco", desk.staff(STAFF)
    )
    reasons = {one["candidate_id"]: one["message"] for one in listed["items"]}
    assert reasons["CSCO10000001"].startswith("FirstName holds 太 (U+592A)")
    assert reasons["CSCO10000002"] == "FirstName has 31 characters where the vendor takes 30"
    now = await state(desk)
    assert now["state"] == "error"
    assert now["message"].startswith("the candidate cannot be sent: FirstName holds 太")
    await desk.settled()
    before = len(desk.told(ExamAuthorized))
    assert await rows(desk, "ead") == []  # the same reason again is no news
    await desk.settled()
    assert len(desk.told(ExamAuthorized)) == before
    await desk.hear(named("CSCO10000001", "Taro", "Yamada", version=2))
    assert [one["LastName"] for one in await rows(desk, "cdd")] == ["Yamada"]
    assert [one["ClientCandidateID"] for one in await rows(desk, "ead")] == ["CSCO10000001"]
    assert (await state(desk))["state"] == "sent"


async def test_looking_marks_nothing_and_a_file_can_be_fetched_again(desk: Desk) -> None:
    await desk.hear(known())
    await made(desk)
    for _ in range(2):
        look = await file(desk, "cdd", "", "GET")
        assert len(parsed(look)) == 1
    sent = await file(desk, "cdd")
    assert sent.headers["content-disposition"] == 'attachment; filename="cdd-20261122-120000.dat"'
    assert sent.headers["content-type"] == "text/tab-separated-values; charset=windows-1252"
    assert (await file(desk, "cdd", "", "GET")).status_code == 204
    again = await file(desk, "cdd", "/sent/cdd-20261122-120000.dat", "GET")
    assert again.content == sent.content
    assert (await file(desk, "cdd", "/sent/cdd-20261122-120001.dat", "GET")).status_code == 404
    assert (await file(desk, "cdd", "/sent/..%2F..", "GET")).status_code in (404, 422)
    await file(desk, "ead")
    once_more = await file(desk, "ead", "/sent/ead-20261122-120000.dat", "GET")
    assert len(parsed(once_more)) == 1


async def test_files_of_the_same_second_have_different_names(desk: Desk) -> None:
    await desk.hear(known(), known("CSCO10000002"))
    await made(desk)
    first = await file(desk, "cdd")
    await made(desk, candidate_id="CSCO10000002")
    second = await file(desk, "cdd")
    assert first.headers["content-disposition"] != second.headers["content-disposition"]


async def test_files_made_at_once_tell_of_each_candidate_once(desk: Desk) -> None:
    people = [f"CSCO1000{number:04}" for number in range(20)]
    await desk.hear(*(known(candidate_id) for candidate_id in people))
    for candidate_id in people:
        await made(desk, candidate_id=candidate_id)
    answers = await asyncio.gather(*(file(desk, "cdd") for _ in range(4)))
    told = [row["ClientCandidateID"] for one in answers if one.content for row in parsed(one)]
    assert sorted(told) == people


async def test_whose_files_one_may_have(desk: Desk) -> None:
    await desk.hear(known())
    await made(desk)
    for headers, status in (
        (desk.vendor("vue", "results:write"), 403),
        (desk.staff("imports:read"), 403),
        (desk.candidate(), 403),
        (desk.vendor("vue", "authorizations:read", ["juniper"]), 403),
        (desk.vendor("psi", "authorizations:read"), 204),
        (desk.staff(STAFF), 200),
    ):
        answer = await desk.client.get(f"{EXPORT}/cdd?programme=cisco", headers=headers)
        assert answer.status_code == status, answer.text
    missing = await desk.client.get(f"{EXPORT}/cdd", headers=desk.staff(STAFF))
    assert missing.status_code == 422
    other = await desk.client.get(f"{EXPORT}/xyz?programme=cisco", headers=desk.staff(STAFF))
    assert other.status_code == 422


async def test_another_vendors_answers_say_nothing_of_ours(desk: Desk) -> None:
    await desk.hear(known())
    number = (await made(desk, vendor="psi"))["number"]
    done = await replied(desk, "eac", (number, "1", "Accepted", "2026/11/23 03:00:00", ""))
    assert done["rejected"] == 1
