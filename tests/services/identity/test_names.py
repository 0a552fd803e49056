"""Changes of names: small ones at once, others reviewed; the document does not outlive that."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from services.identity.domain.names import Name, cleaned, fault_of, same_writing
from services.identity.handlers.case_files import delete_unwanted
from services.identity.handlers.merges import merge
from shared.errors import Unavailable
from shared.events import AccountNoticed, CandidateUpdated, CaseOpened, CaseResolved
from shared.storage import Storage
from tests.services.exams.handed_in import BAD, picture
from tests.services.identity.case_desk import Desk, File, a_file, bearer, opened
from tests.shared.desk import until

PASSPORT = ("passport.png", picture(), "image/png")


@pytest.fixture
async def desk(database_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    async with opened(database_url, tmp_path) as started:
        yield started


async def wish(
    desk: Desk, who: str, given: str, family: str, file: File | None = None, **more: str
) -> httpx2.Response:
    return await desk.send(
        "/name-changes",
        who,
        "identification",
        file,
        given_name=given,
        family_name=family,
        **more,
    )


async def asked(desk: Desk, who: str, given: str = "Ann", family: str = "Lee") -> dict[str, Any]:
    answer = await wish(desk, who, given, family, PASSPORT, reason="I have married")
    assert answer.status_code == 201, answer.text
    change: dict[str, Any] = answer.json()
    assert change["state"] == "waiting"
    return change


async def decide(
    desk: Desk, who: str, change: dict[str, Any], what: str, **body: Any
) -> httpx2.Response:
    given = {"version": change["version"], **body}
    return await desk.post(f"/name-changes/{change['id']}/{what}", who, given)


async def none_left(desk: Desk) -> bool:
    for _ in range(200):
        if not await desk.stored():
            return True
        await asyncio.sleep(0.02)
    return False


async def test_a_small_change_is_made_at_once(desk: Desk) -> None:
    ann = await desk.candidate("T1")
    answer = await wish(desk, ann, "  ANN ", "N\u0067\u0301")
    assert answer.status_code == 201, answer.text
    change = answer.json()
    assert (change["state"], change["small"], change["revision"]) == ("made", True, 2)
    assert (change["given_name"], change["family_name"]) == ("ANN", "N\u01f5")
    await desk.identity.settle()
    told = desk.identity.of_type(CandidateUpdated)[-1]
    assert (told.contact.given_name, told.name_revision) == ("ANN", 2)
    notice = desk.identity.of_type(AccountNoticed)[-1]
    assert (notice.notice, notice.details) == ("name_changed", {"name": "ANN N\u01f5"})
    rows = await desk.identity.rows("SELECT action, subject FROM audit_entries")
    assert ("name.written_anew", ann) in rows
    mine = (await desk.get("/me/name", ann)).json()
    assert (mine["given_name"], mine["revision"]) == ("ANN", 2)
    assert [one["id"] for one in mine["changes"]] == [change["id"]]
    assert (await desk.get("/me", ann)).json()["name_revision"] == 2


async def test_a_document_is_not_kept_where_none_is_needed(desk: Desk) -> None:
    ann = await desk.candidate("T1")
    answer = await wish(desk, ann, "ann", "ng", PASSPORT)
    assert answer.json()["state"] == "made"
    assert answer.json()["identification"] is None
    assert await desk.stored() == []


async def test_small_changes_lead_nowhere_else(desk: Desk) -> None:
    ann = await desk.candidate("T1")
    assert (await wish(desk, ann, "Ann", "Ng")).status_code == 422
    assert (await wish(desk, ann, "Añn", "Ng")).status_code == 201
    # Three in a day; the fourth has to wait.
    assert (await wish(desk, ann, "ANN", "Ng")).status_code == 201
    assert (await wish(desk, ann, "ann", "Ng")).status_code == 201
    assert (await wish(desk, ann, "Ann", "Ng")).status_code == 429
    desk.identity.clock.advance(timedelta(days=1, minutes=1))
    desk.tokens[ann] = bearer(await desk.identity.sign_in(ann))
    assert (await wish(desk, ann, "Ann", "Ng")).status_code == 201


async def test_a_name_does_not_wander_in_small_steps(desk: Desk) -> None:
    ann = await desk.candidate("T1")
    await desk.staff("sue")
    change = await asked(desk, ann, "Ann", "Joe")
    assert (await decide(desk, "sue", change, "approve")).status_code == 200
    assert (await wish(desk, ann, "Ann", "Jö")).status_code == 201
    wandered = await wish(desk, ann, "Ann", "Jo")
    assert (wandered.status_code, wandered.json()["type"].rpartition("/")[2]) == (
        422,
        "identification-required",
    )


async def test_another_name_needs_a_document(desk: Desk) -> None:
    ann = await desk.candidate("T1")
    answer = await wish(desk, ann, "Ann", "Lee")
    assert answer.status_code == 422
    assert answer.json()["type"].endswith("/identification-required")
    assert answer.json()["errors"][0]["field"] == "identification"
    assert (await desk.get("/cases", ann)).json()["items"] == []


async def test_a_name_is_approved_and_the_document_deleted(desk: Desk) -> None:
    ann = await desk.candidate("T1")
    await desk.staff("sue")
    change = await asked(desk, ann)
    assert len(await desk.stored()) == 1
    await desk.identity.settle()
    opened_ = desk.identity.of_type(CaseOpened)[-1]
    assert (opened_.kind, opened_.number, opened_.message) == (
        "name_change",
        change["case"],
        "I have married",
    )
    queue = (await desk.get("/name-changes", "sue", state="waiting")).json()["items"]
    assert [one["id"] for one in queue] == [change["id"]]
    document = await desk.get(f"/name-changes/{change['id']}/identification", "sue")
    assert document.content == PASSPORT[1]
    assert document.headers["cache-control"] == "private, no-store"
    seen = await desk.identity.rows(
        "SELECT by_name FROM audit_entries WHERE action = 'identification.seen'"
    )
    assert seen == [("Sue",)]

    done = await decide(desk, "sue", change, "approve", reason="Passport seen.")
    assert done.status_code == 200, done.text
    assert (done.json()["state"], done.json()["revision"]) == ("made", 2)
    assert done.json()["identification"]["deleted_at"]
    gone = await desk.get(f"/name-changes/{change['id']}/identification", "sue")
    assert gone.status_code == 404
    assert await none_left(desk)

    async def noted() -> bool:
        rows = await desk.identity.rows(
            "SELECT key, name FROM case_files WHERE deleted_at IS NOT NULL"
        )
        return rows == [(None, "")]

    # The file goes before its row says so.
    await until(noted)
    await desk.identity.settle()
    told = desk.identity.of_type(CandidateUpdated)[-1]
    assert (told.contact.family_name, told.name_revision) == ("Lee", 2)
    resolved = desk.identity.of_type(CaseResolved)[-1]
    assert "approved" in resolved.outcome
    assert "Passport seen." in resolved.outcome
    # The mail greets by the new name.
    assert resolved.contact.family_name == "Lee"
    story = (await desk.get(f"/cases/{change['case']}", ann)).json()
    assert (story["state"], story["name_change_id"]) == ("resolved", change["id"])
    assert [entry["action"] for entry in story["entries"]] == ["opened", "approved", "resolved"]


async def test_a_name_is_rejected_with_a_reason(desk: Desk) -> None:
    ann = await desk.candidate("T1")
    await desk.staff("sue")
    change = await asked(desk, ann)
    bare = await decide(desk, "sue", change, "reject")
    assert bare.json()["errors"][0]["field"] == "reason"
    done = await decide(desk, "sue", change, "reject", reason="The picture is blurred.")
    assert done.json()["state"] == "rejected"
    assert await none_left(desk)
    mine = (await desk.get("/me/name", ann)).json()
    assert (mine["family_name"], mine["revision"]) == ("Ng", 1)
    assert mine["changes"][0]["decision"] == "The picture is blurred."
    assert mine["changes"][0]["decided_by"] is None
    # Decided once, whoever comes second; and then it can be asked for again.
    second = await decide(desk, "sue", change, "approve")
    assert (second.status_code, second.json()["state"]) == (409, "rejected")
    assert (await asked(desk, ann))["id"] != change["id"]


async def test_a_change_can_be_withdrawn(desk: Desk) -> None:
    ann, bob = await desk.candidate("T1"), await desk.candidate("T2")
    await desk.staff("sue")
    change = await asked(desk, ann)
    where = f"/name-changes/{change['id']}/withdraw"
    assert (await desk.post(where, bob)).status_code == 404
    case = f"/cases/{change['case']}"
    # Not by closing its case: a name is decided, or withdrawn.
    assert (await desk.post(f"{case}/close", ann)).status_code == 409
    body = {"version": (await desk.get(case, "sue")).json()["version"], "outcome": "x"}
    assert (await desk.post(f"{case}/resolve", "sue", body)).status_code == 409
    assert (await desk.post(where, ann)).json()["state"] == "withdrawn"
    assert await none_left(desk)
    assert (await desk.post(where, ann)).status_code == 409
    assert (await decide(desk, "sue", change, "approve")).status_code == 409
    assert (await desk.get(case, ann)).json()["state"] == "resolved"


async def test_one_change_at_a_time(desk: Desk) -> None:
    ann = await desk.candidate("T1")
    both = await asyncio.gather(
        *(wish(desk, ann, "Ann", family, PASSPORT) for family in ("Lee", "Low"))
    )
    assert sorted(one.status_code for one in both) == [201, 409]
    small = await wish(desk, ann, "ann", "ng")
    assert (small.status_code, small.json()["case"][:5]) == (409, "CASE-")


async def test_a_name_is_nobody_elses(desk: Desk) -> None:
    ann, bob = await desk.candidate("T1"), await desk.candidate("T2")
    await desk.staff("far", programmes=("juniper",))
    await desk.staff("tom", "cases:read", "cases:write")
    change = await asked(desk, ann)
    where = f"/name-changes/{change['id']}"
    assert (await desk.get(where, ann)).status_code == 200
    for who, status in ((bob, 404), ("far", 404), ("tom", 403)):
        assert (await desk.get(where, who)).status_code == status
    # Not even the person concerned gets the document out again, and no case gives it away.
    for who, status in ((ann, 403), (bob, 403), ("far", 404), ("tom", 403)):
        answer = await desk.get(f"{where}/identification", who)
        assert answer.status_code == status, who
        for what in ("approve", "reject"):
            decided = await decide(desk, who, change, what, reason="x")
            assert decided.status_code == status
    case = (await desk.get(f"/cases/{change['case']}", "tom")).json()
    file = case["entries"][0]["files"][0]
    assert file["purpose"] == "identification"
    for who in (ann, "tom"):
        answer = await desk.get(f"/cases/{change['case']}/files/{file['id']}", who)
        assert answer.status_code == 404
    assert (await desk.get("/name-changes", "far")).json()["items"] == []
    assert (await desk.get("/name-changes", "tom")).status_code == 403
    assert (await desk.get("/name-changes", ann)).status_code == 403


async def test_what_is_no_name_is_refused(desk: Desk) -> None:
    ann = await desk.candidate("T1")
    for given, family, field in (
        ("", "", "given_name"),
        ("...", "-", "given_name"),
        ("x" * 101, "Ng", "given_name"),
        ("Ann", "N\u202eg", "family_name"),
        ("Ann", "N\U0001f600g", "family_name"),
        ("Ann", "<b>", "family_name"),
    ):
        answer = await wish(desk, ann, given, family, PASSPORT)
        assert answer.status_code == 422, (given, family)
        assert answer.json()["errors"][0]["field"] == field
    make, said = BAD["a script"]
    bad = await wish(desk, ann, "Ann", "Lee", a_file(make()))
    assert bad.json()["errors"][0]["field"] == "identification"
    assert said in bad.json()["detail"]
    assert await desk.stored() == []


async def test_a_storage_that_is_away_is_asked_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = await desk.candidate("T1")
    await desk.staff("sue")
    change = await asked(desk, ann)

    async def away(self: Storage, key: str) -> None:
        raise Unavailable("files can't be kept or read at the moment")

    with monkeypatch.context() as broken:
        broken.setattr(Storage, "delete", away)
        assert (await decide(desk, "sue", change, "approve")).status_code == 200
        # Unless the job, which was woken, is at it in this moment.
        with suppress(Unavailable):
            await delete_unwanted(desk.identity.here)
        assert len(await desk.stored()) == 1
        assert await desk.identity.rows("SELECT deleted_at FROM case_files") == [(None,)]
        # It is not shown meanwhile, and the job comes back to it.
        shown = await desk.get(f"/name-changes/{change['id']}/identification", "sue")
        assert shown.status_code == 404
    await delete_unwanted(desk.identity.here)
    assert await none_left(desk)


SAME = [
    ("Jane|O'Brien", "JANE|O’BRIEN"),
    ("José|García-López", "Jose|Garcia Lopez"),
    ("Jan|Müller", "Jan|Mueller"),
    ("Jan|Müller", "Jan|Muller"),
    ("Łukasz|Øster", "Lukasz|Oster"),
    ("Ike|I\u015f\u0131k", "Ike|Isik"),
    ("İpek|Ay", "Ipek|Ay"),
    ("Anna|Straße", "Anna|Strasse"),
    ("Mary|Ann Smith", "Mary Ann|Smith"),
    ("Ka\u02bbana|Ho", "Kaana|Ho"),
    ("|Suharto", "Suharto|"),
]
OTHER = [
    ("Ann|Smith", "Ann|Smyth"),
    ("मीरा|", "मारा|"),
    ("王|伟", "Wang|Wei"),
    ("Анна|", "Anna|"),
    ("が|", "か|"),
    ("佐々木|", "佐木|"),
    ("ann|ng", "ng|ann"),
    ("-|", "'|"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_name_in_another_writing(one: str, other: str) -> None:
    assert same_writing(Name(*one.split("|")), Name(*other.split("|")))


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_another_name(one: str, other: str) -> None:
    assert not same_writing(Name(*one.split("|")), Name(*other.split("|")))


@pytest.mark.parametrize(
    "name",
    [
        "Ng",
        "D’Arcy-Őry",
        "Nguyễn",
        "\u06a9\u06cc\u0627\u0646\u200c\u067e\u0648\u0631",
        "王小明",
        "Jr.",
        "Ὀδυσσεύς",
        "X Æ A-12",
    ],
)
def test_names_that_people_have(name: str) -> None:
    assert fault_of(cleaned(name)) is None


async def test_the_person_is_renamed_whatever_ids_they_have(desk: Desk) -> None:
    ann, bob = await desk.candidate("T1"), await desk.candidate("T2")
    await desk.staff("sue")
    change = await asked(desk, ann)
    async with desk.identity.here.database.transaction() as session:
        await merge(
            session, programme="cisco", survivor=bob, merged_away=ann, by=None, reason="same"
        )
    # Bob is the person now: the case and the change of both ids are theirs.
    listed = (await desk.get("/cases", bob)).json()["items"]
    assert [one["number"] for one in listed] == [change["case"]]
    assert (await desk.get(f"/cases/{change['case']}", bob)).status_code == 200
    mine = (await desk.get("/me/name", bob)).json()
    assert [one["id"] for one in mine["changes"]] == [change["id"]]
    assert (await desk.get(f"/candidates/cisco/{bob}/cases", "sue")).json()["items"]
    done = await decide(desk, "sue", change, "approve")
    assert done.status_code == 200, done.text
    await desk.identity.settle()
    told = desk.identity.of_type(CandidateUpdated)[-1]
    assert (told.candidate_id, told.contact.family_name, told.name_revision) == (bob, "Lee", 2)
    resolved = desk.identity.of_type(CaseResolved)[-1]
    assert resolved.contact.family_name == "Lee"
