"""Accounts by file: rows become candidates, once; what is wrong is told by row and line."""

import csv
import io
from typing import Any

import httpx2

from services.identity.account_files import parts
from shared.events import CandidateRegistered, SignInLinkRequested
from tests.services.identity.conftest import Identity, registration, running, settings_for
from tests.services.identity.staff import Desk, staffed

HEADER = "given_name,family_name,email,locale,vendor,testing_id"
FILE = f"""{HEADER}
Zoë,Ångström,zoe@example.com,sv,,
Bob,Stone,bob@example.com,,vue,7001
,Sukarno,one.name@example.com,id,,
"""


async def hand_in(desk: Desk, text: str | bytes, **query: Any) -> httpx2.Response:
    params = {"programme": "cisco", "name": "people.csv", **query}
    body = text if isinstance(text, bytes) else text.encode()
    return await desk.ask("POST", "/imports", params=params, content=body)


async def rows_of(desk: Desk, import_id: str, what: str) -> list[dict[str, str]]:
    answer = await desk.get(f"/imports/{import_id}/{what}")
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text)))


async def test_rows_become_candidates(identity: Identity) -> None:
    max_ = await staffed(identity, "max@example.com", roles=("programme_manager",))
    answer = await hand_in(max_, FILE)
    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert (told["state"], told["rows"], told["made"]) == ("finished", 3, 3)
    assert answer.headers["location"] == f"/imports/{told['import_id']}"
    await identity.settle()
    made = {one.contact.email: one for one in identity.of_type(CandidateRegistered)}
    assert made["zoe@example.com"].contact.locale == "sv"
    assert made["bob@example.com"].testing_ids[0].testing_id == "7001"
    assert not identity.of_type(SignInLinkRequested)
    found = (await max_.get("/candidates", programme="cisco", search="sukarno")).json()["items"]
    assert found[0]["given_name"] == ""
    outcomes = await rows_of(max_, told["import_id"], "outcomes")
    assert [one["row"] for one in outcomes] == ["2", "3", "4"]
    assert outcomes[0]["candidate_id"].startswith("CSCO")
    # Whoever books later under the testing id is the candidate of the file.
    await identity.register(registration("7001", contact=None))
    assert await identity.scalar("SELECT count(*) FROM candidates") == 3
    ada = await staffed(identity)
    (said,) = await ada.audit(action="accounts.imported")
    assert said["details"]["made"] == 3


async def test_a_file_sent_again_makes_nobody_twice(identity: Identity) -> None:
    max_ = await staffed(identity, "max@example.com", roles=("programme_manager",))
    await hand_in(max_, FILE)
    again = (await hand_in(max_, FILE.replace("Zoë,Ångström", "ZOE,Angstrom"))).json()
    assert (again["made"], again["already_there"], again["rejected"]) == (0, 3, 0)
    listed = (await max_.get("/imports", programme="cisco")).json()["items"]
    assert [one["made"] for one in listed] == [0, 3]
    # The same mailbox under another name is somebody else; the same name twice is one.
    shared = f"{HEADER}\nAl,Stone,bob@example.com,,,\nAl,Stone,BOB@example.com,,,\n"
    family = (await hand_in(max_, shared)).json()
    assert (family["made"], family["already_there"]) == (1, 1)
    ids = [one["candidate_id"] for one in await rows_of(max_, family["import_id"], "outcomes")]
    assert ids[0] == ids[1]


async def test_those_who_are_made_can_be_welcomed(identity: Identity) -> None:
    max_ = await staffed(identity, "max@example.com", roles=("programme_manager",))
    await hand_in(max_, FILE, welcome=True)
    await identity.settle()
    links = identity.of_type(SignInLinkRequested)
    assert {one.purpose for one in links} == {"welcome"}
    assert len(links) == 3


async def test_what_is_wrong_in_a_row_is_told_and_nothing_of_it_kept(identity: Identity) -> None:
    max_ = await staffed(identity, "max@example.com", roles=("programme_manager",))
    await hand_in(max_, FILE)
    text = f"""{HEADER}
Good,Person,good@example.com,,,
,,nameless@example.com,,,
Secret,Person,not-an-address,,,
A,B,,,,
A,B,a@example.com,gibberish!,,
A,B,a@example.com,,vue,
A,B,a@example.com,,Not A Vendor,1
Other,Name,other@example.com,,vue,7001
One,Twin,one@example.com,,vue,7002
Two,Twin,two@example.com,,vue,7002
A,B\x07,a@example.com,,,
too,few
"""
    answer = (await hand_in(max_, text)).json()
    assert (answer["rows"], answer["made"], answer["rejected"]) == (12, 2, 10)
    wrong = [(one["row"], one["faults"][0]["field"]) for one in answer["refused"]]
    assert wrong == [
        (3, "family_name"),
        (4, "email"),
        (5, "email"),
        (6, "locale"),
        (7, "testing_id"),
        (8, "vendor"),
        (9, "testing_id"),
        (11, "testing_id"),
        (12, "family_name"),
        (13, "row"),
    ]
    errors = await rows_of(max_, answer["import_id"], "errors")
    assert errors[0]["row"] == "3"
    kept = await identity.rows("SELECT faults FROM account_import_rows WHERE outcome = 'rejected'")
    assert "not-an-address" not in str(kept)
    # Corrected, the whole file can be sent again, also with our own columns before it.
    fixed = text.replace("not-an-address", "secret@example.com")
    assert (await hand_in(max_, fixed)).json()["already_there"] == 2


async def test_a_file_that_cannot_be_read_is_refused_as_a_whole(identity: Identity) -> None:
    max_ = await staffed(identity, "max@example.com", roles=("programme_manager",))
    good = "Ann,Ng,ann@example.com,,,\n"
    for body, line, words in (
        (b"", 1, "empty"),
        (b"name,email\nAnn,a@example.com\n", 1, "unknown column"),
        (b"family_name,email,email\nA,a@example.com,b@example.com\n", 1, "more than once"),
        (b"family_name\nAnn\n", 1, "missing"),
        (f"{HEADER}\n{good}".encode() + b"B\xff,C,b@example.com,,,\n", None, "not UTF-8"),
        (f'{HEADER}\n{good}"Ann,Ng\n'.encode(), 3, ""),
        (f'{HEADER}\n{good}"Ann"x,Ng,a@example.com,,,\n'.encode(), 3, ""),
        (f"{HEADER}\n{good}A\0,B,b@example.com,,,\n".encode(), 3, ""),
    ):
        refused = await hand_in(max_, body)
        assert refused.status_code == 422, body
        (error, *_) = refused.json()["errors"]
        assert words in error["message"], error
        if line is not None:
            assert error["line"] == line, error
    assert await identity.scalar("SELECT count(*) FROM candidates") == 0


async def test_a_file_has_a_most(database_url: str) -> None:
    small = settings_for(database_url, account_file_rows=2, account_file_bytes=1000)
    async with running(small) as identity:
        max_ = await staffed(identity, "max@example.com", roles=("programme_manager",))
        many = await hand_in(max_, HEADER + "\n" + "Ann,Ng,ann@example.com,,,\n" * 3)
        assert "at most 2 rows" in many.json()["detail"]
        assert (await hand_in(max_, "x" * 1001)).status_code == 413


async def test_files_are_those_of_ones_programmes(identity: Identity) -> None:
    both = await staffed(identity, "both@example.com", programmes=("cisco", "juniper"))
    told = (await hand_in(both, FILE, programme="juniper")).json()
    max_ = await staffed(identity, "max@example.com", roles=("programme_manager",))
    for path in ("", "/outcomes", "/errors"):
        answer = await max_.get(f"/imports/{told['import_id']}{path}")
        assert answer.status_code == 404, path
    assert (await hand_in(max_, FILE, programme="juniper")).status_code == 403
    assert (await max_.get("/imports", programme="juniper")).status_code == 403
    sue = await staffed(identity, "sue@example.com", roles=("support",))
    assert (await hand_in(sue, FILE)).status_code == 403


async def test_many_rows_come_in_parts(identity: Identity) -> None:
    max_ = await staffed(identity, "max@example.com", roles=("programme_manager",))
    rows = "".join(f"N{n},Person,n{n}@example.com,,,\n" for n in range(1234))
    told = (await hand_in(max_, f"{HEADER}\n{rows}")).json()
    assert (told["made"], told["state"]) == (1234, "finished")
    assert len(await rows_of(max_, told["import_id"], "outcomes")) == 1234


def test_files_read_side_by_side_leave_no_limit_behind_for_others() -> None:
    """The limit of a cell is the whole process's, where exams reads files too."""
    people = "".join(f"Ann,Ng,ann{number}@example.com,,,\n" for number in range(1_200))
    before = csv.field_size_limit()
    one, other = (parts(io.BytesIO(f"{HEADER}\n{people}".encode())) for _ in range(2))
    next(one), next(other)
    assert csv.field_size_limit() == before
    assert [len(part) for part in one] == [500, 200]
    assert [len(part) for part in other] == [500, 200]
    assert csv.field_size_limit() == before
