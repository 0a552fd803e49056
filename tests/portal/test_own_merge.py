"""A candidate brings another account of theirs into this one."""

import pytest

from tests.portal.conftest import Visitor
from tests.portal.gateway import World
from tests.portal.refusals import Refused

PAGE = "/cisco/personal-info/merge"
GIVEN = {"login": "jane.other@example.com", "password": " a password with blanks "}


async def test_the_page_says_what_happens(jane: Visitor) -> None:
    page = (await jane.get(PAGE)).text
    for words in ("CSCO10000000", "still work", "30 days", "Open a case"):
        assert words in page
    assert PAGE in (await jane.get("/cisco/personal-info/identification")).text


async def test_another_account_is_merged_with_its_password(jane: Visitor, world: World) -> None:
    answer = await jane.post(PAGE, GIVEN)
    assert answer.headers["location"] == f"{PAGE}?done=merged"
    assert world.merging.done == [("own", GIVEN)]
    page = (await jane.get(f"{PAGE}?done=merged")).text
    for words in ("Merged. Everything", "CSCO10000007", "can be taken back until"):
        assert words in page


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"password": "x"}, "Fill in the login ID or e-mail address."),
        ({"login": "CSCO10000007"}, "Fill in the password of the other account."),
    ],
)
async def test_what_is_missing_is_told(
    jane: Visitor, world: World, given: dict[str, str], words: str
) -> None:
    answer = await jane.post(PAGE, given)
    assert answer.status_code == 422
    assert words in answer.text
    assert not world.merging.done


@pytest.mark.parametrize(
    ("status", "slug"), [(422, "merge-not-proven"), (422, "merge-impossible"), (429, "slow-down")]
)
async def test_what_is_refused_is_said_and_the_password_forgotten(
    jane: Visitor, world: World, status: int, slug: str
) -> None:
    world.merging.refuse = Refused(status, slug, "They do not belong together.")
    answer = await jane.post(PAGE, GIVEN)
    assert answer.status_code == status
    assert "They do not belong together." in answer.text
    assert GIVEN["login"] in answer.text
    assert "blanks" not in answer.text


async def test_whoever_signed_in_long_ago_confirms_first(jane: Visitor, world: World) -> None:
    world.merging.refuse = Refused(403, "reauthentication-required", "Too long ago.")
    answer = await jane.post(PAGE, GIVEN)
    assert answer.status_code == 303
    assert "confirm-it-is-you" in answer.headers["location"]


async def test_it_is_for_who_is_signed_in(visitor: Visitor) -> None:
    answer = await visitor.get(PAGE)
    assert answer.status_code == 303
    assert "sign-in" in answer.headers["location"]
