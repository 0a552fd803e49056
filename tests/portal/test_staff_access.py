"""Staff pages where access is administered: people, API clients, the record, accounts."""

import json

from tests.portal.access import ACCOUNT_FILE, ADA, NEW, SAM
from tests.portal.access_gateway import LINK
from tests.portal.conftest import Visitor
from tests.portal.gateway import PASSWORD, World
from tests.portal.refusals import Refused

PEOPLE = "/cisco/staff/people"
CLIENTS = "/cisco/staff/clients"
AUDIT = "/cisco/staff/audit"
ACCOUNTS = "/cisco/staff/accounts"
JANE = "/cisco/staff/candidates/CSCO10000000"
ACCOUNT = f"{JANE}/account"


async def test_who_works_here_is_listed(staff: Visitor) -> None:
    page = (await staff.get(PEOPLE)).text
    for each in ("Ada", "(you)", "Support, Reviewer", "Invited", "nell@example.com"):
        assert each in page


async def test_somebody_is_invited(staff: Visitor, world: World) -> None:
    form = (await staff.get(f"{PEOPLE}/invite")).text
    assert "Not yours to give" in form
    empty = await staff.post(f"{PEOPLE}/invite", {})
    assert empty.status_code == 422
    assert "Choose at least one role." in empty.text
    filled = {"name": "Nan", "email": "nan", "roles": ["support", "reviewer"]}
    wrong = await staff.post(f"{PEOPLE}/invite", filled)
    assert 'aria-describedby="email-hint email-wrong"' in wrong.text
    assert 'value="reviewer" checked' in wrong.text
    filled["email"] = "nan@example.com"
    done = await staff.post(f"{PEOPLE}/invite", filled)
    assert done.headers["location"] == f"{PEOPLE}?done=invited"
    assert world.access_desk.done == [("invite", {"programme": "cisco", **filled})]
    world.access_desk.refuse = Refused(409, "already-there", "nan works here already")
    again = await staff.post(f"{PEOPLE}/invite", filled)
    assert (again.status_code, "nan works here already" in again.text) == (409, True)


async def test_roles_are_changed(staff: Visitor, world: World) -> None:
    page = (await staff.get(f"{PEOPLE}/{SAM}")).text
    assert 'value="support" checked' in page
    assert "Deactivate" in page
    done = await staff.post(
        f"{PEOPLE}/{SAM}/roles", {"roles": ["reviewer"]}, page=f"{PEOPLE}/{SAM}"
    )
    assert done.headers["location"] == f"{PEOPLE}/{SAM}?done=roles"
    gone = await staff.post(f"{PEOPLE}/{SAM}/roles", {}, page=f"{PEOPLE}/{SAM}")
    assert gone.headers["location"] == f"{PEOPLE}?done=gone"
    assert world.access_desk.done == [("roles", {"roles": ["reviewer"]}), ("roles", {"roles": []})]
    world.access_desk.refuse = Refused(409, "last-administrator", "Sam is the last one.")
    refused = await staff.post(f"{PEOPLE}/{SAM}/roles", {}, page=f"{PEOPLE}/{SAM}")
    assert (refused.status_code, "Sam is the last one." in refused.text) == (409, True)
    own = (await staff.get(f"{PEOPLE}/{ADA}")).text
    assert "somebody else has to change" in own
    assert "Save roles" not in own


async def test_somebody_is_kept_out_for_a_reason(staff: Visitor, world: World) -> None:
    here = f"{PEOPLE}/{SAM}"
    short = await staff.post(f"{here}/deactivate", {"reason": "x"}, page=here)
    assert (short.status_code, "it goes on record" in short.text) == (422, True)
    for deed in ("deactivate", "reset", "activate"):
        done = await staff.post(f"{here}/{deed}", {"reason": "has left"}, page=here)
        assert done.headers["location"] == f"{here}?done={deed}"
    assert [what for what, _ in world.access_desk.done] == [
        "deactivate",
        "second-factors/reset",
        "activate",
    ]
    assert "Send the invitation again" in (await staff.get(f"{PEOPLE}/{NEW}")).text
    sent = await staff.post(f"{PEOPLE}/{NEW}/link", page=f"{PEOPLE}/{NEW}")
    assert "A link is on its way" in (await staff.get(sent.headers["location"])).text
    unknown = await staff.post(f"{here}/dance", page=here)
    assert unknown.headers["location"] == here
    assert (await staff.get(f"{PEOPLE}/nobody")).status_code == 404


async def test_a_change_of_rights_asks_for_a_confirmation(staff: Visitor, world: World) -> None:
    world.access_desk.refuse = Refused(403, "reauthentication-required", "confirm first")
    here = f"{PEOPLE}/{SAM}"
    away = await staff.post(f"{here}/roles", {"roles": ["support"]}, page=here)
    assert away.status_code == 303
    assert away.headers["location"].startswith("/cisco/staff/confirm-it-is-you?next=")


async def test_a_secret_is_shown_once(staff: Visitor, world: World) -> None:
    missing = await staff.post(f"{CLIENTS}/new", {"client_id": "vue-2"})
    assert (missing.status_code, "Choose at least one." in missing.text) == (422, True)
    filled = {
        "client_id": "vue-2",
        "vendor": "vue",
        "name": "VUE",
        "scopes": ["results:write"],
        "addresses": "192.0.2.0/24, 2001:db8::/32",
    }
    made = await staff.post(f"{CLIENTS}/new", filled)
    assert made.headers["location"] == f"{CLIENTS}/vue-2?done=made"
    assert "s3cret" not in made.headers["set-cookie"]
    body = world.access_desk.done[0][1]
    assert body["addresses"] == ["192.0.2.0/24", "2001:db8::/32"]
    assert body["programmes"] == ["cisco"]
    shown = await staff.get(made.headers["location"])
    assert "s3cret-shown-once" in shown.text
    assert "no-store" in shown.headers["cache-control"]
    again = await staff.get(made.headers["location"])
    assert "s3cret-shown-once" not in again.text
    assert "is not shown again" in again.text


async def test_a_secret_is_renewed_and_ended(staff: Visitor, world: World) -> None:
    here = f"{CLIENTS}/vue-results"
    renewed = await staff.post(f"{here}/secrets", {"overlap_hours": "72"}, page=here)
    assert world.access_desk.done == [("renew", {"overlap_hours": 72})]
    # The page of another client does not show it.
    other = await staff.get(f"{CLIENTS}/old-one")
    assert "the-next-secret" not in other.text
    renewed = await staff.post(f"{here}/secrets", {"overlap_hours": "7 years"}, page=here)
    assert world.access_desk.done[-1] == ("renew", {"overlap_hours": 24})
    assert "the-next-secret" in (await staff.get(renewed.headers["location"])).text
    ended = await staff.post(f"{here}/secrets/s-1/end", page=here)
    assert ended.headers["location"] == f"{here}?done=ended"


async def test_a_client_is_changed_and_revoked(staff: Visitor, world: World) -> None:
    here = f"{CLIENTS}/vue-results"
    filled = {"name": "VUE", "scopes": ["credits:write"], "addresses": ""}
    done = await staff.post(f"{here}/settings", filled, page=here)
    assert done.headers["location"] == f"{here}?done=changed"
    empty = await staff.post(f"{here}/settings", {"name": "", "addresses": ""}, page=here)
    assert (empty.status_code, "Fill this in." in empty.text) == (422, True)
    error = {"field": "addresses", "message": "no network: x"}
    world.access_desk.refuse = Refused(422, "invalid", errors=[error])
    wrong = await staff.post(f"{here}/settings", filled | {"addresses": "x"}, page=here)
    assert 'id="addresses-wrong"' in wrong.text
    world.access_desk.refuse = None
    short = await staff.post(f"{here}/revoke", {"reason": ""}, page=here)
    assert short.status_code == 422
    revoked = await staff.post(f"{here}/revoke", {"reason": "contract over"}, page=here)
    assert revoked.headers["location"] == f"{here}?done=revoked"
    page = (await staff.get(f"{CLIENTS}/old-one")).text
    assert "you cannot change it" in page
    assert "Make a new secret" not in page


async def test_the_record_is_looked_through(staff: Visitor, world: World) -> None:
    page = (await staff.get(AUDIT)).text
    for each in ("Second factor reset", "Lost the telephone.", "by itself", f"{PEOPLE}/{SAM}"):
        assert each in page
    found = (await staff.get(f"{AUDIT}?subject=CSCO10000000&action=")).text
    assert "Staff roles changed" not in found.split("<tbody>")[1]
    assert f"{AUDIT}.csv?subject=CSCO10000000" in found
    assert "cursor=more&amp;subject=CSCO10000000" in found
    wrong = await staff.get(f"{AUDIT}?since=0001-01-01")
    assert (wrong.status_code, 'id="since-wrong"' in wrong.text) == (422, True)
    file = await staff.get(f"{AUDIT}.csv?action=staff")
    assert file.headers["content-disposition"] == 'attachment; filename="audit-cisco.csv"'
    assert "identity/audit/export?programme=cisco&action=staff" in world.queried


async def test_a_candidate_is_helped_in(staff: Visitor, world: World) -> None:
    page = (await staff.get(ACCOUNT)).text
    for each in ("jane@work.example", "1 passkey", "8 recovery codes left", "Lost second step"):
        assert each in page
    for deed, place in (("factors", "second-factors/reset"), ("sessions", "sessions/end")):
        done = await staff.post(f"{ACCOUNT}/{deed}", {"reason": "She called."}, page=ACCOUNT)
        assert done.headers["location"] == f"{ACCOUNT}?account={deed}"
        what, body = world.access_desk.done[-1]
        assert (what, json.loads(body)) == (place, {"reason": "She called."})
    none = await staff.post(f"{ACCOUNT}/factors", {"reason": ""}, page=ACCOUNT)
    assert none.headers["location"] == f"{ACCOUNT}?account=reason"
    assert (await staff.post(f"{ACCOUNT}/link", page=ACCOUNT)).status_code == 303
    world.access_desk.refuse = Refused(409, "conflict")
    lost = await staff.post(f"{ACCOUNT}/link", page=ACCOUNT)
    assert "no e-mail address on file" in (await staff.get(lost.headers["location"])).text


async def test_who_may_not_sees_nothing_of_it(visitor: Visitor) -> None:
    filled = {"login": "cisco-only@example.com", "password": PASSWORD}
    assert (await visitor.post("/cisco/staff/sign-in", filled)).status_code == 303
    assert f"{JANE}/account" not in (await visitor.get(JANE)).text
    for path in (PEOPLE, CLIENTS, AUDIT, ACCOUNT):
        assert (await visitor.get(path)).status_code == 403, path


async def test_who_is_invited_sets_a_password(visitor: Visitor, world: World) -> None:
    here = f"/cisco/staff/link/{LINK}"
    page = await visitor.get(here)
    assert "sam@example.com" in page.text
    assert page.headers["referrer-policy"] == "no-referrer"
    differ = await visitor.post(here, {"password": "one of these", "again": "one of those"})
    assert "not the same" in differ.text
    weak = await visitor.post(here, {"password": "short", "again": "short"})
    assert (weak.status_code, "at least 8 characters" in weak.text) == (422, True)
    done = await visitor.post(here, {"password": PASSWORD, "again": PASSWORD})
    assert done.headers["location"] == "/cisco/staff/sign-in?set=1"
    assert "Your password is set" in (await visitor.get(done.headers["location"])).text
    spent = await visitor.get(here)
    assert (spent.status_code, "used already" in spent.text) == (410, True)


async def test_a_forgotten_password(visitor: Visitor, world: World) -> None:
    wrong = await visitor.post("/cisco/staff/forgotten", {"email": "sam"})
    assert wrong.status_code == 422
    sent = await visitor.post("/cisco/staff/forgotten", {"email": "sam@example.com"})
    assert "a message is on its way" in (await visitor.get(sent.headers["location"])).text
    assert world.access_desk.done == [("ask", {"programme": "cisco", "email": "sam@example.com"})]


async def test_accounts_come_by_file(staff: Visitor, world: World) -> None:
    assert "people-of-the-academy.csv" in (await staff.get(ACCOUNTS)).text
    missing = await staff.post(ACCOUNTS, {"welcome": "yes"})
    assert (missing.status_code, "Choose a file." in missing.text) == (422, True)
    files = {"file": ("people.csv", b"family_name,email\nNg,ng@example.com\n", "text/csv")}
    done = await staff.post(ACCOUNTS, {"welcome": "yes"}, files=files)
    here = f"{ACCOUNTS}/{ACCOUNT_FILE['import_id']}"
    assert done.headers["location"] == here
    (asked,) = world.access_desk.done
    assert "name=people.csv&welcome=true" in asked[0]
    assert asked[1].startswith("family_name,email")
    page = (await staff.get(here)).text
    for each in ("1,150", "is not an e-mail address", "errors.csv"):
        assert each in page
    rows = await staff.get(f"{here}/errors.csv")
    assert rows.headers["content-disposition"] == 'attachment; filename="accounts-errors.csv"'
    assert (await staff.get(f"{here}/secrets.csv")).status_code == 404
    world.access_desk.refuse = Refused(422, "invalid", "line 3: is not UTF-8")
    refused = await staff.post(ACCOUNTS, {}, files=files)
    assert (refused.status_code, "line 3: is not UTF-8" in refused.text) == (422, True)
    world.access_desk.refuse = Refused(413, "too-large")
    large = await staff.post(ACCOUNTS, {}, files=files)
    assert (large.status_code, "too large" in large.text) == (413, True)
