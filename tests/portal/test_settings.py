"""Settings, attributes, identification and addresses as a candidate sees and changes them."""

from typing import Any

import pytest

from tests.portal import story
from tests.portal.conftest import Visitor
from tests.portal.gateway import World

SETTINGS = "/cisco/personal-info/settings"
FILLED = {
    "answer-employee": "no",
    "answer-relation": "partner",
    "answer-motto": "Calm <b>seas</b>",
    "answer-disclosure": "yes",
    **{f"version-{name}": "2026" for name in ("employee", "relation", "motto", "disclosure")},
}


async def test_personal_info_begins_with_the_settings(jane: Visitor) -> None:
    answer = await jane.get("/cisco/personal-info")
    assert answer.headers["location"] == SETTINGS
    page = (await jane.get(SETTINGS)).text
    assert "3 questions wait for your answer." in page
    assert page.count('type="radio"') == 6
    assert "checked" not in page
    assert "<p>With “No”, both fall silent at once.</p>" in page


async def test_answers_are_confirmed_and_shown(jane: Visitor, world: World) -> None:
    answer = await jane.post(SETTINGS, FILLED)
    assert answer.headers["location"] == f"{SETTINGS}?done=confirmed"
    values = {one["id"]: one["answer"]["value"] for one in world.profile.settings["questions"]}
    assert values == {
        "employee": False, "relation": "partner", "motto": "Calm <b>seas</b>", "disclosure": True,
    }  # fmt: skip
    page = (await jane.get(f"{SETTINGS}?done=confirmed")).text
    assert "saved and confirmed" in page
    assert page.count(" checked") == 3
    assert "Calm &lt;b&gt;seas&lt;/b&gt;" in page
    assert "You are asked again after" in page
    assert "to version 2026 of this text" in page
    assert "You answered Partner on" in page


async def test_a_missing_answer_is_marked_and_the_rest_is_kept(jane: Visitor, world: World) -> None:
    filled = {name: value for name, value in FILLED.items() if name != "answer-disclosure"}
    answer = await jane.post(SETTINGS, filled)
    assert answer.status_code == 422
    assert 'id="wrong-disclosure"' in answer.text
    assert answer.text.count(" checked") == 2
    assert "Nothing was saved yet" in answer.text
    assert world.profile.settings["due"] is True


async def test_a_wording_that_changed_meanwhile_is_read_again(jane: Visitor, world: World) -> None:
    world.profile.settings["questions"][3]["version"] = "2027"
    answer = await jane.post(SETTINGS, FILLED)
    assert answer.headers["location"] == f"{SETTINGS}?done=changed"
    assert "worded anew" in (await jane.get(f"{SETTINGS}?done=changed")).text


async def test_home_reminds_of_what_is_open(jane: Visitor, world: World) -> None:
    assert "3 questions about you wait for an answer" in (await jane.get("/cisco/")).text
    await jane.post(SETTINGS, FILLED)
    assert "personal-info/settings#" not in (await jane.get("/cisco/")).text
    assert "about you" not in (await jane.get("/cisco/")).text
    world.profile.settings |= {"due": True}
    assert "Do your answers still hold?" in (await jane.get("/cisco/")).text


async def test_home_stands_without_the_settings(jane: Visitor, world: World) -> None:
    world.away.add("identity")
    page = await jane.get("/cisco/")
    assert page.status_code == 200
    assert "about you" not in page.text


async def test_a_form_from_elsewhere_changes_nothing(jane: Visitor, world: World) -> None:
    for path in (
        SETTINGS,
        "/cisco/personal-info/attributes",
        "/cisco/personal-info/addresses",
        "/cisco/personal-info/addresses/forget",
        "/cisco/support/help/share/vote",
    ):
        answer = await jane.client.post(path, data={**FILLED, "form_token": "forged"})
        assert answer.status_code == 403
    assert world.profile.settings["due"] is True
    assert not world.profile.votes


async def test_attributes_show_numbers_and_take_a_job_title(jane: Visitor, world: World) -> None:
    path = "/cisco/personal-info/attributes"
    page = (await jane.get(path)).text
    assert page.count("Nothing set") == 2
    assert "8682608" in page
    expert = world.certifications["levels"][0]["certifications"][0]
    expert |= {"number": "18023", "number_series": "ccie"}
    assert "18023" in (await jane.get(path)).text
    answer = await jane.post(path, {"value-job-title": "Jester", "value-netacad": "1"})
    assert answer.headers["location"] == f"{path}?done=saved"
    assert [one["value"] for one in world.profile.attributes] == [None, "Jester", "8682608"]
    wrong = await jane.post(path, {"value-job-title": "Jester\u202e"})
    assert wrong.status_code == 422
    assert 'id="wrong-job-title"' in wrong.text


async def test_numbers_that_cannot_be_told_are_not_called_unset(
    jane: Visitor, world: World
) -> None:
    world.away.add("certifications")
    page = (await jane.get("/cisco/personal-info/attributes")).text
    assert "Cannot be told at the moment" in page


async def test_identification_names_what_each_number_is_for(jane: Visitor) -> None:
    page = (await jane.get("/cisco/personal-info/identification")).text
    for text in ("Badge e-mail", "CCIE number", "8682608", "Registration number",
                 "Verification code", "Transcript code"):  # fmt: skip
        assert text in page
    assert "Job title" not in page


def address(**fields: Any) -> dict[str, Any]:
    return {
        "country": "US",
        "roman.family_name": "Doe",
        "roman.line1": "1 Main St",
        "roman.postal_code": "ABC",
        "local.line1": "大通り1",
        **fields,
    }


async def test_an_odd_address_is_asked_about_once(jane: Visitor, world: World) -> None:
    path = "/cisco/personal-info/addresses"
    first = (await jane.get(path)).text
    assert 'value="Jane"' in first
    assert '<option value="JP">Japan</option>' in first
    assert "as_written" not in first
    odd = await jane.post(path, address())
    assert odd.status_code == 422
    assert "Is this address right?" in odd.text
    assert 'id="wrong-roman.postal_code"' in odd.text
    assert 'value="大通り1"' in odd.text
    kept = await jane.post(path, address(as_written="on"))
    assert kept.headers["location"] == f"{path}?done=saved"
    page = (await jane.get(path)).text
    assert 'value="ABC"' in page
    assert ">State<" in page
    await jane.post(f"{path}/forget", page=path)
    assert world.profile.address is None


async def test_an_address_without_a_country_is_told_at_its_field(jane: Visitor) -> None:
    answer = await jane.post("/cisco/personal-info/addresses", address(country=""))
    assert answer.status_code == 422
    assert 'id="wrong-country"' in answer.text
    assert "Is this address right?" not in answer.text


async def test_who_does_not_disclose_is_told_beside_the_links(
    jane: Visitor, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = "Nobody can open these links at the moment"
    assert words not in (await jane.get("/cisco/transcripts")).text
    monkeypatch.setitem(story.PERSON, "disclosure", False)
    assert words in (await jane.get("/cisco/transcripts")).text
    world.away.add("identity")
    assert (await jane.get("/cisco/transcripts")).status_code == 200


async def test_staff_see_and_write_a_profile(staff: Visitor, world: World) -> None:
    path = "/cisco/staff/candidates/CSCO10000000/profile"
    page = (await staff.get(path)).text
    for text in ("Verification of certification", "Consent", "once asked", "None on file"):
        assert text in page
    answer = await staff.post(path, {"value-job-title": "Pilot", "value-netacad": "17"})
    assert answer.headers["location"] == f"{path}?done=saved"
    assert [one["value"] for one in world.profile.attributes] == [None, "Pilot", "17"]
    wrong = await staff.post(path, {"value-netacad": "1\u202e"})
    assert wrong.status_code == 422
    assert 'id="wrong-netacad"' in wrong.text
    assert (await staff.get(path.replace("CSCO1", "CSCO9"))).status_code == 404
