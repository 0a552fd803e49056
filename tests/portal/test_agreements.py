"""Agreements: read, accepted with a tick, asked for on the home page."""

from tests.portal.conftest import Visitor
from tests.portal.gateway import World

AGREEMENTS = "/cisco/testing-history/agreements"
ACCEPT = f"{AGREEMENTS}/confidentiality/accept"


async def test_what_is_asked_for_comes_first_with_its_text(jane: Visitor) -> None:
    page = (await jane.get(AGREEMENTS)).text
    assert page.index("Confidentiality Agreement") < page.index("Code of Conduct")
    for said in ("(V10)", "New version", "Replaced by V10", "2023-Jun-14", "In force since",
                 "<p>This is what we agree on.</p>", "&lt;b&gt;what&lt;/b&gt;"):  # fmt: skip
        assert said in page


async def test_a_required_agreement_is_accepted_once(jane: Visitor, world: World) -> None:
    assert "version V10, waits for you" in (await jane.get("/cisco/")).text
    filled = {"version": "V10", "agreed": "on"}
    answer = await jane.post(ACCEPT, filled, page=AGREEMENTS)
    assert answer.headers["location"] == f"{AGREEMENTS}?done=accepted"
    page = (await jane.get(answer.headers["location"])).text
    assert "Your acceptance is recorded" in page
    assert ACCEPT not in page
    assert "waits for you" not in (await jane.get("/cisco/")).text
    assert world.past.agreements[1]["acceptances"][0]["version"] == "V10"


async def test_without_a_tick_nothing_is_accepted(jane: Visitor, world: World) -> None:
    answer = await jane.post(ACCEPT, {"version": "V10"}, page=AGREEMENTS)
    assert answer.status_code == 422
    assert "Tick this box first." in answer.text
    assert not any(one.startswith("POST exams/agreements") for one in world.asked)


async def test_a_version_that_is_no_longer_the_newest_is_not_accepted(jane: Visitor) -> None:
    answer = await jane.post(ACCEPT, {"version": "V9", "agreed": "on"}, page=AGREEMENTS)
    assert answer.headers["location"] == f"{AGREEMENTS}?done=changed"
    assert "Nothing was accepted" in (await jane.get(answer.headers["location"])).text
    unknown = await jane.post(
        f"{AGREEMENTS}/none/accept", {"version": "1", "agreed": "on"}, page=AGREEMENTS
    )
    assert unknown.status_code == 404


async def test_a_programme_without_agreements_says_so(jane: Visitor, world: World) -> None:
    world.past.agreements.clear()
    assert "does not ask for any agreement" in (await jane.get(AGREEMENTS)).text
    assert "waits for you" not in (await jane.get("/cisco/")).text
