"""The rules in force, as staff see them."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from services.certifications.views.programmes import programme
from shared.programmes import Programme, Programmes
from tests.databases import Databases
from tests.services.certifications.desk import PROGRAMMES, Desk
from tests.services.certifications.harbour import NAME, open_harbour, staff, write

HERE = f"/programmes/{NAME}"
EXAMPLES = Programmes.load(Path(__file__).parents[3] / "programmes" / "examples")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "programmes")


@pytest.fixture
async def desk(databases: Databases, tmp_path: Path, folder: Path) -> AsyncIterator[Desk]:
    url = databases.file("certifications", tmp_path / "viewer.sqlite3")
    async with open_harbour(url, folder) as opened:
        yield opened


async def view(desk: Desk, query: str = "") -> dict[str, Any]:
    found: dict[str, Any] = await desk.get(f"{HERE}{query}", staff(desk, "candidates:read"))
    return found


async def test_policies_say_when_they_are_in_force(desk: Desk) -> None:
    shown = await view(desk)
    old, new = shown["policies"]
    assert (old["version"], old["effective_until"], old["in_force"]) == (
        "harbour-2020",
        "2025-12-31",
        False,
    )
    assert (new["based_on"], new["effective_until"], new["in_force"]) == (
        "harbour-2020",
        None,
        True,
    )
    (extends,) = old["extends"]
    assert extends == (
        "When earned or renewed: extends every certification of a level below in any track,"
        " if it is active that day."
    )
    assert [(level["level"], level["validity"]) for level in new["levels"]] == [
        ("mate", "4 years"),
        ("pilot", "3 years"),
    ]
    assert (shown["policy"], shown["as_of"]) == ("harbour-2026", "2026-11-22")
    assert len(shown["fingerprint"]) == 64


async def test_a_certification_shows_its_rules_as_a_tree(desk: Desk) -> None:
    mate, pilot = (await view(desk))["certifications"]
    assert mate["requires"] == {
        "kind": "exam",
        "text": "Pass NAV Navigation",
        "need": 1,
        "exams": ["NAV"],
        "source": None,
        "children": [],
    }
    whole = pilot["requires"]
    assert (whole["kind"], whole["need"]) == ("all_of", 2)
    holding, trial = whole["children"]
    assert (holding["kind"], holding["text"]) == ("active", "Hold an active Mate")
    assert (trial["text"], trial["exams"]) == ("Pass the sea trial", ["TRIAL"])
    assert [below["exams"] for below in trial["children"]] == [["LAW"]]
    (option,) = pilot["renewal"]
    assert (option["anchor"], option["source"], option["period"]) == (
        "requirement_met",
        "port rules",
        None,
    )
    assert pilot["validity"] == "3 years"
    (theory,) = mate["renewal"]
    assert theory["requires"]["exams"] == ["NAV", "LAW"]


async def test_the_rules_of_another_version(desk: Desk) -> None:
    shown = await view(desk, "?policy=harbour-2020")
    assert shown["policy"] == "harbour-2020"
    assert shown["certifications"][1]["validity"] == "2 years"
    answer = await desk.answer(f"{HERE}?policy=harbour-1999", staff(desk))
    assert answer.status_code == 404
    assert "it has harbour-2020, harbour-2026" in answer.json()["detail"]


async def test_exams_and_everything_that_the_rules_name(desk: Desk) -> None:
    shown = await view(desk)
    nav, _, trial = shown["exams"]
    assert (nav["class_name"], nav["pass_validity"], nav["retakes"]) == (
        "theory exam",
        "3 years",
        [],
    )
    (retake,) = trial["retakes"]
    assert retake["text"] == "After a fail: 15 days; after a pass: 180 days."
    (storm,) = shown["overrides"]
    assert storm["text"] == (
        "All certifications whose last day was 2021-01-01 to 2021-03-31 were extended by 6 months."
    )
    assert shown["fees"][0]["text"] == "50.00 EUR"
    assert shown["agreements"][0]["text"] == "V1 from 2020-01-01"
    assert shown["approvals"][0]["name"] == "Board review"
    assert shown["achievements"][0]["text"] == (
        "10 years of holding a certification of the level Pilot, without a gap;"
        " counted while: Active."
    )
    assert shown["number_series"][0]["text"] == "From 100 on."
    assert shown["statuses"]["in_grace"] == "In grace period"
    assert shown["reminders"] == ["90 days", "30 days"]
    assert shown["texts"] == {"welcome": "Welcome aboard"}


async def test_only_staff_of_the_programme(desk: Desk) -> None:
    assert (await desk.answer(HERE, {})).status_code == 401
    assert (await desk.answer(HERE, desk.candidate("HP000001", NAME))).status_code == 403
    assert (await desk.answer(HERE, staff(desk, "programmes:write"))).status_code == 403
    assert (await desk.answer(HERE, desk.staff(programmes=["cisco"]))).status_code == 403
    nowhere = await desk.answer("/programmes/nowhere", desk.staff(programmes=["nowhere"]))
    assert nowhere.status_code == 404
    assert nowhere.json()["type"].endswith("/problems/unknown-programme")


@pytest.mark.parametrize(
    "one", [*PROGRAMMES.values(), *EXAMPLES.values()], ids=lambda one: str(one.id)
)
def test_every_programme_can_be_shown_under_every_policy(one: Programme) -> None:
    for policy in one.policies:
        shown = programme(
            one, as_of=policy.effective_from, version=policy.version, first=None, last=None
        )
        assert len(shown.certifications) == len(one.certifications)
        assert [each.in_force for each in shown.policies].count(True) == 1
        assert all(each.requires.text for each in shown.certifications)
        assert not shown.changed_since
