"""What candidates, staff and strangers see, each only their own."""

from datetime import UTC, datetime

import pytest

from tests.services.certifications.desk import JANE, Desk, passed, registered

STAFF = f"/candidates/cisco/{JANE}/certifications"


async def test_certifications_are_grouped_by_level_with_their_dates(desk: Desk) -> None:
    await desk.hear(registered(), passed("200-301", "2026-11-20"), passed("350-401", "2026-11-21"))
    shown = await desk.get("/certifications")

    assert shown["as_of"] == "2026-11-22"
    assert "the whole of its expiry date" in shown["date_rule"]
    assert shown["timezone"] == "America/Los_Angeles"
    assert [level["level"] for level in shown["levels"]] == ["associate", "specialist"]
    (ccna,) = shown["levels"][0]["certifications"]
    code = ccna.pop("verification_code")
    assert ccna == {
        "certification": "CCNA",
        "name": "CCNA",
        "title": "Cisco Certified Network Associate",
        "level": "associate",
        "level_name": "Associate",
        "category": "General Certifications",
        "status": "active",
        "status_text": "Active",
        "number": None,
        "number_series": None,
        # The core exam of the day after renewed it.
        "started_on": "2026-11-20",
        "active_on": "2026-11-21",
        "expires_on": "2029-11-21",
        "grace_until": None,
        "since": None,
        "because": None,
        "replaced_by": None,
        "earned_as": None,
        "verification_url": f"https://certtrack.example/cisco/verify/{code}",
        "certificate_url": (
            "https://certtrack.example/api/certifications/certifications/CCNA/certificate.pdf"
            "?revision=1.1"
        ),
    }


async def test_what_is_in_progress_comes_first_among_the_available(desk: Desk) -> None:
    await desk.hear(passed("350-401"))
    available = (await desk.get("/certifications"))["available"]
    started = [one["progress"]["started"] for one in available]
    assert started == sorted(started, reverse=True)
    assert available[0]["certification"] == "CCNP-Enterprise"
    assert (available[0]["progress"]["have"], available[0]["progress"]["need"]) == (1, 2)
    assert "Specialist-ENCOR" not in [one["certification"] for one in available]


async def test_one_certification_shows_progress_and_explains_its_dates(desk: Desk) -> None:
    await desk.hear(passed("350-401", "2026-03-01"))
    path = "/certifications/CCNP-Enterprise"
    before = await desk.get(path)
    assert (before["status"], before["certificate_url"]) == ("not_earned", None)
    (root,) = before["progress"]
    assert (root["number"], root["have"], root["need"]) == ("1", 1, 2)
    assert [(one["number"], one["satisfied"]) for one in root["children"]] == [
        ("1.1", True),
        ("1.2", False),
    ]
    (evidence,) = root["children"][0]["evidence"]
    assert (evidence["date"], evidence["counts"]) == ("2026-03-01", True)
    assert (before["options"], before["fastest"]) == ([], None)

    await desk.hear(passed("300-410", "2026-05-01"))
    after = await desk.get(path)
    assert (after["status"], after["expires_on"]) == ("active", "2029-05-01")
    (why,) = [one for one in after["explanation"] if one["subject"] == "expires_on"]
    assert why["date"] == "2029-05-01"
    assert why["policy"] == "cisco-2025-07-15"
    assert {fact["date"] for fact in why["facts"]} == {"2026-03-01", "2026-05-01"}
    assert [line["date"] for line in after["history"]] == ["2026-05-01"]
    assert any("two different concentration" in one["text"] for one in after["options"])
    fastest = after["options"][after["fastest"]]
    assert fastest["missing"]
    assert fastest["new_expires_on"] == "2029-11-22"


async def test_somebody_without_any_result_sees_what_can_be_earned(desk: Desk) -> None:
    shown = await desk.get("/certifications", desk.candidate("CSCO19999999"))
    assert shown["levels"] == []
    assert shown["available"]


async def test_staff_may_leave_out_what_can_be_earned(desk: Desk) -> None:
    await desk.hear(registered())
    every = await desk.get(STAFF, desk.staff())
    short = await desk.get(f"{STAFF}?available=false", desk.staff())
    assert every.pop("available")
    assert short.pop("available") == []
    assert short == every


async def test_a_code_that_the_programme_does_not_have_is_not_found(desk: Desk) -> None:
    for path in ("/certifications/NOPE", "/certifications/NOPE/certificate.pdf", f"{STAFF}/NOPE"):
        await desk.hear(registered())
        headers = desk.staff() if path.startswith("/candidates") else desk.candidate()
        answer = await desk.answer(path, headers)
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"
        assert "NOPE" in answer.json()["detail"]


async def test_nobody_reaches_another_candidates_certifications(desk: Desk) -> None:
    await desk.hear(registered(), passed("200-301"))
    other = desk.candidate("CSCO10000002")
    assert (await desk.get("/certifications", other))["levels"] == []
    assert (await desk.get("/certifications/CCNA", other))["status"] == "not_earned"
    assert (await desk.answer("/certifications/CCNA/certificate.pdf", other)).status_code == 409
    # The same id in another programme is another person.
    juniper = desk.candidate(JANE, programme="juniper")
    assert (await desk.get("/certifications", juniper))["levels"] == []


@pytest.mark.parametrize(
    "path",
    [
        "/certifications",
        "/certifications/CCNA",
        "/certifications/CCNA/certificate.pdf",
        STAFF,
        f"{STAFF}/CCNA",
    ],
)
async def test_each_operation_lets_in_its_own_audience_only(desk: Desk, path: str) -> None:
    assert (await desk.client.get(path)).status_code == 401
    wrong = desk.candidate() if path.startswith("/candidates") else desk.staff()
    assert (await desk.answer(path, wrong)).status_code == 403
    vendor = desk.token("vendor", "vue", "candidates:read", vendor="vue", programmes=["cisco"])
    assert (await desk.answer(path, vendor)).status_code == 403


async def test_a_candidates_token_without_a_programme_is_refused(desk: Desk) -> None:
    headers = desk.token("candidate", JANE)
    assert (await desk.answer("/certifications", headers)).status_code == 403
    elsewhere = desk.candidate(programme="nowhere")
    assert (await desk.answer("/certifications", elsewhere)).status_code == 404


async def test_staff_see_the_candidates_of_their_programmes(desk: Desk) -> None:
    await desk.hear(registered(), passed("200-301"))
    assert (await desk.get(STAFF, desk.staff()))["levels"][0]["level"] == "associate"
    assert (await desk.get(f"{STAFF}/CCNA", desk.staff()))["explanation"]
    assert (await desk.answer(STAFF, desk.staff(programmes=["juniper"]))).status_code == 403
    assert (await desk.answer(STAFF, desk.staff(scope="imports:read"))).status_code == 403
    unknown = STAFF.replace(JANE, "CSCO19999999")
    assert (await desk.answer(unknown, desk.staff())).status_code == 404


async def test_a_verification_code_proves_what_it_stands_for(desk: Desk) -> None:
    await desk.hear(registered(), passed("200-301", "2026-11-20"))
    code = desk.published[0].verification_code
    answer = await desk.client.get(f"/public/{code[:4].lower()}-{code[4:]}")
    assert answer.status_code == 200
    proof = answer.json()
    assert "the whole of its expiry date" in proof.pop("date_rule")
    assert proof == {
        "valid": True,
        "programme": "cisco",
        "holder": "Jane Doe",
        "certification": "CCNA",
        "name": "CCNA",
        "title": "Cisco Certified Network Associate",
        "level": "Associate",
        "status": "active",
        "status_text": "Active",
        "standing_text": "Active through 20 November 2029",
        "earned_as": None,
        "number": None,
        "active_on": "2026-11-20",
        "expires_on": "2029-11-20",
        "grace_until": None,
        "as_of": "2026-11-22",
        "revision": "1.1",
        "document": None,
        "erased": False,
    }
    tag = {"If-None-Match": answer.headers["etag"]}
    again = await desk.client.get(f"/public/{code}", headers=tag)
    assert (again.status_code, again.content) == (304, b"")

    desk.clock.move_to(datetime(2029, 11, 22, tzinfo=UTC))
    late = await desk.client.get(f"/public/{code}", headers=tag)
    assert (late.status_code, late.json()["valid"]) == (200, False)
    assert late.json()["status_text"] == "Expired"


async def test_without_consent_a_code_looks_as_if_it_had_never_been_given_out(desk: Desk) -> None:
    await desk.hear(passed("200-301"))
    code = desk.published[0].verification_code
    never = await desk.client.get("/public/ABCDEFGH")
    garbled = await desk.client.get("/public/" + "%F0%9F%92%A9" * 3)
    # Not registered yet: nothing is known of a consent.
    unknown = await desk.client.get(f"/public/{code}")
    await desk.hear(registered(disclosure=False))
    silent = await desk.client.get(f"/public/{code}")
    for answer in (never, garbled, unknown, silent):
        assert answer.status_code == 404
        body = answer.json()
        assert body.pop("request_id")
        assert body == {
            "type": "https://certtrack.example/problems/unknown-verification-code",
            "title": "No certificate carries this verification code",
            "status": 404,
            "detail": "Was it copied whole? It has 8 letters and digits.",
        }
    await desk.hear(registered(version=3))
    # An older state of the candidate, delivered late, does not take the consent away again.
    await desk.hear(registered(disclosure=False, version=2))
    assert (await desk.client.get(f"/public/{code}")).status_code == 200
