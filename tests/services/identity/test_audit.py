"""The record of what was done: looked up, filtered, taken away as a file."""

import csv
import io
from datetime import timedelta

from services.identity.handlers.audit import record
from shared.auth import Principal
from shared.clock import today
from tests.services.identity.conftest import Identity
from tests.services.identity.staff import Desk, staffed

ADA = Principal("staff", "a-1", name="Ada Lovelace")


async def told(identity: Identity) -> Desk:
    """Somebody who may read; one thing a day has been done before."""
    desk = await staffed(identity, roles=("programme_manager",))
    steps = [
        ("name.changed", ADA, "CSCO10000000", {"reason": "marriage"}),
        ("case.resolved", ADA, "CSCO10000001", {}),
        ("name.reviewed", Principal("staff", "b-1", name="=HYPERLINK(1)"), "CSCO10000000", {}),
        ("candidates.merged", None, "CSCO10000002", {"into": "CSCO10000000"}),
    ]
    identity.clock.advance(timedelta(days=-len(steps)))
    for action, by, subject, details in steps:
        async with identity.here.database.transaction() as session:
            await record(
                session, action, by=by, programme="cisco", subject=subject, details=details
            )
        identity.clock.advance(timedelta(days=1))
    async with identity.here.database.transaction() as session:
        await record(session, "name.changed", by=ADA, programme="juniper", subject="JPR1")
    return desk


async def test_what_was_done_is_found(identity: Identity) -> None:
    desk = await told(identity)
    everything = await desk.audit()
    assert [one["action"] for one in everything] == [
        "candidates.merged",
        "name.reviewed",
        "case.resolved",
        "name.changed",
    ]
    assert everything[0]["by_kind"] == "system"
    for query, found in (
        ({"action": "name"}, 2),
        ({"action": "name.changed"}, 1),
        ({"action": "nam"}, 0),
        ({"action": "%"}, 0),
        ({"subject": "CSCO10000000"}, 2),
        ({"subject": " CSCO10000000 "}, 2),
        ({"by": "lovelace"}, 2),
        ({"by": "a-1"}, 2),
        ({"by": "system"}, 1),
        ({"by": "_"}, 0),
    ):
        assert len(await desk.audit(**query)) == found, query
    zone = identity.here.programmes["cisco"].timezone
    day = today(identity.clock, zone) - timedelta(days=2)
    assert [one["action"] for one in await desk.audit(since=day, until=day)] == ["name.reviewed"]
    actions = (await desk.get("/audit/actions", programme="cisco")).json()
    assert actions == ["candidates.merged", "case.resolved", "name.changed", "name.reviewed"]


async def test_what_was_done_comes_in_pages(identity: Identity) -> None:
    desk = await told(identity)
    first = (await desk.get("/audit", programme="cisco", limit=3)).json()
    rest = (await desk.get("/audit", programme="cisco", limit=3, cursor=first["next"])).json()
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (3, 1, None)
    for cursor in ("nonsense", "WyJub25lIl0"):
        wrong = await desk.get("/audit", programme="cisco", cursor=cursor)
        assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "cursor")
    for field, value in (("since", "0001-01-01"), ("until", "9999-12-31"), ("since", "soon")):
        wrong = await desk.get("/audit", programme="cisco", **{field: value})
        assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, field)


async def test_the_file_runs_nothing_in_a_spreadsheet(identity: Identity) -> None:
    desk = await told(identity)
    answer = await desk.get("/audit/export", programme="cisco", action="name")
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="audit-cisco.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["action"] for row in rows] == ["name.reviewed", "name.changed"]
    assert rows[0]["by"] == "'=HYPERLINK(1)"
    assert rows[1]["details"] == '{"reason": "marriage"}'


async def test_the_record_of_another_programme_is_not_shown(identity: Identity) -> None:
    desk = await told(identity)
    for path in ("/audit", "/audit/export", "/audit/actions"):
        assert (await desk.get(path, programme="juniper")).status_code == 403, path
    support = await staffed(identity, "sue@example.com", roles=("support",))
    assert (await support.get("/audit", programme="cisco")).status_code == 403
