"""The pages of security and sessions, of candidates and of staff."""

from typing import Any

import pytest

from tests.portal.conftest import Visitor
from tests.portal.factors_gateway import CODE, CODES, PASSKEY
from tests.portal.gateway import World
from tests.portal.refusals import Refused

PAGE = "/cisco/personal-info/security"
KEY = PASSKEY["id"]


async def test_what_opens_the_account_is_shown(jane: Visitor, world: World) -> None:
    page = (await jane.get(PAGE)).text
    assert "Jane&#39;s phone" in page
    assert "on all your devices" in page
    assert "2 codes left." in page
    world.factors.passkeys, world.factors.code_app, world.factors.password = [], None, False
    page = (await jane.get(PAGE)).text
    assert "Set a password" in page
    assert "Recovery codes" not in page


async def test_the_password_is_changed(jane: Visitor, world: World) -> None:
    path = f"{PAGE}/password"
    differ = await jane.post(path, {"password": "one thing", "again": "another"})
    assert differ.status_code == 422
    assert "not the same" in differ.text
    weak = await jane.post(path, {"password": "short", "again": "short"})
    assert weak.status_code == 422
    assert "at least 8 characters" in weak.text
    words = {"password": "seven wet boots", "again": "seven wet boots"}
    done = await jane.post(path, words)
    assert done.headers["location"] == f"{PAGE}?done=password"
    assert "told you by e-mail" in (await jane.get(f"{PAGE}?done=password")).text


async def test_a_passkey_is_added_named_and_removed(jane: Visitor, world: World) -> None:
    token = {"form_token": await jane.token(PAGE)}
    asked = await jane.client.post(f"{PAGE}/passkeys/options", data=token)
    assert asked.json()["challenge"] == "a-new-one"
    made = {"challenge": "a-new-one", "credential": '{"id": "x"}', "name": "Office"}
    done = await jane.post(f"{PAGE}/passkeys", made, page=PAGE)
    assert done.headers["location"] == f"{PAGE}?done=passkey"
    assert world.factors.passkeys[-1]["name"] == "Office"
    refused = await jane.post(f"{PAGE}/passkeys", made | {"credential": "?"}, page=PAGE)
    assert refused.status_code == 403
    assert "could not be made" in refused.text

    renamed = await jane.post(f"{PAGE}/passkeys/{KEY}/name", {"name": "Home"}, page=PAGE)
    assert renamed.headers["location"] == f"{PAGE}?done=renamed"
    nameless = await jane.post(f"{PAGE}/passkeys/{KEY}/name", {"name": " "}, page=PAGE)
    assert nameless.status_code == 422
    removed = await jane.post(f"{PAGE}/passkeys/{KEY}/remove", page=PAGE)
    assert removed.headers["location"] == f"{PAGE}?done=removed"
    gone = await jane.post(f"{PAGE}/passkeys/nothing/remove", page=PAGE)
    assert gone.status_code == 404
    assert "no such passkey" in gone.text


async def test_a_code_app_is_set_up_and_removed(jane: Visitor, world: World) -> None:
    world.factors.code_app, world.factors.passkeys = None, []
    page = await jane.post(f"{PAGE}/code-app", page=PAGE)
    assert "<svg" in page.text
    assert "JBSW" in page.text
    given = {
        "secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
        "uri": "otpauth://totp/Cisco:CSCO1?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
    }
    wrong = await jane.post(f"{PAGE}/code-app/confirm", given | {"code": "000000"}, page=PAGE)
    assert wrong.status_code == 422
    assert "<svg" in wrong.text
    assert "This is not the code." in wrong.text
    odd = {"secret": "<b>", "uri": "javascript:alert(1)", "code": "1"}
    assert (
        '<svg width="'
        not in (await jane.post(f"{PAGE}/code-app/confirm", odd, page=PAGE))
        .text.split("<main")[1]
        .split("qr")[-1][:50]
    )
    done = await jane.post(f"{PAGE}/code-app/confirm", given | {"code": CODE}, page=PAGE)
    for code in CODES:
        assert code in done.text
    assert "I have kept them" in done.text
    assert done.headers["cache-control"] == "no-store"
    removed = await jane.post(f"{PAGE}/code-app/remove", page=PAGE)
    assert removed.headers["location"] == f"{PAGE}?done=app-removed"
    again = await jane.post(f"{PAGE}/code-app/remove", page=PAGE)
    assert again.status_code == 404


async def test_recovery_codes_are_made_anew(jane: Visitor) -> None:
    page = await jane.post(f"{PAGE}/recovery-codes", page=PAGE)
    assert CODES[0] in page.text
    assert "no longer work" in page.text


async def test_staff_are_told_what_they_need(staff: Visitor, world: World) -> None:
    world.factors.code_app = None
    page = "/cisco/staff/security"
    refused = await staff.post(f"{page}/passkeys/{KEY}/remove", page=page)
    assert refused.status_code == 409
    assert "Set up another one first." in refused.text
    world.factors.passkeys = []
    assert "Set up a second step first." in (await staff.get(page)).text


async def test_an_operation_that_wants_a_second_factor_leads_to_setting_one_up(
    staff: Visitor, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def limited(*_: Any) -> Any:
        raise Refused(403, "second-factor-setup-required", "Staff sign in with two factors here.")

    monkeypatch.setattr(world, "who", limited)
    answer = await staff.get("/cisco/staff/candidates?search=jane")
    assert answer.headers["location"] == "/cisco/staff/security"


@pytest.mark.parametrize("page", ["/cisco/personal-info/sessions", "/cisco/staff/sessions"])
async def test_sessions_are_shown_and_ended(
    jane: Visitor, staff: Visitor, world: World, page: str
) -> None:
    visitor = staff if "staff" in page else jane
    shown = (await visitor.get(page)).text
    assert "Firefox on Linux" in shown
    assert "This one" in shown
    assert "Unknown device" in shown
    other = world.factors.sessions[1]["id"]
    for _ in range(2):
        done = await visitor.post(f"{page}/{other}/end", page=page)
        assert done.headers["location"] == f"{page}?done=ended"
    assert len(world.factors.sessions) == 1
    assert "End all others" not in (await visitor.get(page)).text
    done = await visitor.post(f"{page}/end-others", page=page)
    assert done.status_code == 303
