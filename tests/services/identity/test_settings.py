"""A programme's questions: answered, confirmed, asked again; consents given and taken back."""

import asyncio
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from shared.events import CandidateRegistered, CandidateUpdated
from tests.services.identity.conftest import (
    PASSWORD,
    PROGRAMMES,
    Identity,
    registration,
    running,
    settings_for,
)
from tests.services.identity.test_candidates import staff_token

ANSWERS: dict[str, Any] = {
    "employee": False,
    "partner": True,
    "messages": False,
    "net-academy": False,
    "disclosure": True,
}
Json = Any


class Ann:
    """A candidate who has signed in."""

    def __init__(self, identity: Identity, token: str) -> None:
        self.identity = identity
        self.token = token

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    async def get(self, path: str) -> Json:
        answer = await self.identity.http.get(path, headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def put(self, path: str, body: Json) -> httpx2.Response:
        return await self.identity.http.put(path, json=body, headers=self.headers)

    async def confirm(self, version: str = "2026", **changes: Any) -> httpx2.Response:
        given = {name.replace("_", "-"): value for name, value in changes.items()}
        values = {**ANSWERS, **given}
        answers = {name: {"version": version, "value": value} for name, value in values.items()}
        return await self.put("/me/settings", {"answers": answers})


async def arrive(identity: Identity, testing_id: str = "T1") -> Ann:
    login = await identity.candidate_with_password(testing_id)
    return Ann(identity, (await identity.sign_in(login)).json()["access_token"])


@pytest.fixture
async def ann(identity: Identity) -> Ann:
    return await arrive(identity)


def wrongs(answer: httpx2.Response) -> dict[str, str]:
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return {error["field"]: error["message"] for error in answer.json()["errors"]}


async def test_the_questions_are_asked_in_the_programmes_words(ann: Ann) -> None:
    settings = await ann.get("/me/settings")
    assert [one["id"] for one in settings["questions"]] == list(ANSWERS)
    assert all(one["open"] and one["answer"] is None for one in settings["questions"])
    assert settings["due"] is True
    assert settings["confirmed_at"] is None
    consents = {one["id"]: one["consent"] for one in settings["questions"] if one["consent"]}
    assert consents == {"messages": "messages", "disclosure": "disclosure"}


async def test_answers_are_kept_with_wording_and_time(ann: Ann) -> None:
    settings = (await ann.confirm()).json()
    assert settings["due"] is False
    by_id = {one["id"]: one for one in settings["questions"]}
    assert {name: one["answer"]["value"] for name, one in by_id.items()} == ANSWERS
    now = ann.identity.clock.now()
    assert by_id["partner"]["answer"]["version"] == "2026"
    assert by_id["partner"]["answer"]["given_at"][:19] == f"{now:%Y-%m-%dT%H:%M:%S}"
    assert settings == await ann.get("/me/settings")


async def test_confirming_again_changes_no_answer(ann: Ann) -> None:
    await ann.confirm()
    ann.identity.clock.advance(timedelta(days=3))
    again = (await ann.confirm()).json()
    now = ann.identity.clock.now()
    assert again["confirmed_at"][:10] == f"{now:%Y-%m-%d}"
    given = {one["answer"]["given_at"][:10] for one in again["questions"]}
    assert given == {f"{now - timedelta(days=3):%Y-%m-%d}"}
    assert await ann.identity.scalar("SELECT count(*) FROM answers") == len(ANSWERS)


async def test_a_year_later_the_answers_are_asked_for_again(ann: Ann) -> None:
    confirmed = (await ann.confirm()).json()
    assert confirmed["confirm_by"] is not None
    ann.identity.clock.advance(timedelta(days=364))
    assert (await (await again(ann)).get("/me/settings"))["due"] is False
    ann.identity.clock.advance(timedelta(days=4))
    late = await again(ann)
    settings = await late.get("/me/settings")
    assert settings["due"] is True
    assert not any(one["open"] for one in settings["questions"])
    assert (await late.confirm()).json()["due"] is False


async def again(ann: Ann) -> Ann:
    return Ann(ann.identity, (await ann.identity.sign_in("CSCO10000000")).json()["access_token"])


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"employee": None}, "answers.employee", "this question needs an answer"),
        ({"employee": "yes"}, "answers.employee", "answer true or false"),
        ({"horoscope": True}, "answers.horoscope", "the programme does not ask this"),
    ],
)
async def test_wrong_answers_name_their_question_and_keep_nothing(
    ann: Ann, changes: Json, field: str, message: str
) -> None:
    assert wrongs(await ann.confirm(**changes)) == {field: message}
    assert await ann.identity.scalar("SELECT count(*) FROM answers") == 0
    assert await ann.identity.scalar("SELECT count(*) FROM confirmations") == 0


async def test_a_question_left_out_is_missing(ann: Ann) -> None:
    answer = await ann.put("/me/settings", {"answers": {}})
    assert list(wrongs(answer)) == [f"answers.{name}" for name in ANSWERS]


@pytest.mark.parametrize("value", [1, 0, "true", [True], {"yes": True}])
async def test_only_true_and_false_are_a_consent(ann: Ann, value: Json) -> None:
    assert (await ann.confirm(disclosure=value)).status_code == 422
    assert await ann.identity.scalar("SELECT disclosure FROM candidates")


async def test_another_wording_is_not_answered_unread(ann: Ann) -> None:
    answer = await ann.confirm(version="1999")
    assert answer.status_code == 409
    assert answer.json()["type"].endswith("/asked-otherwise")


async def test_a_consent_taken_back_is_told_to_everybody_and_stays_on_record(ann: Ann) -> None:
    await ann.confirm()
    await ann.identity.settle()
    assert not ann.identity.of_type(CandidateUpdated)
    assert (await ann.confirm(disclosure=False)).status_code == 200
    await ann.identity.settle()
    (told,) = ann.identity.of_type(CandidateUpdated)
    assert (told.disclosure, told.version) == (False, 2)

    await ann.confirm(disclosure=True)
    await ann.identity.settle()
    assert [one.disclosure for one in ann.identity.of_type(CandidateUpdated)] == [False, True]
    kept = await ann.identity.rows(
        "SELECT value, replaced_at IS NULL FROM answers WHERE question = 'disclosure' ORDER BY id"
    )
    assert [(str(value).lower(), bool(now)) for value, now in kept] == [
        ("true", False),
        ("false", False),
        ("true", True),
    ]


async def test_many_answers_at_once_leave_one_in_force(ann: Ann) -> None:
    answers = await asyncio.gather(*(ann.confirm(disclosure=bool(turn % 2)) for turn in range(8)))
    assert {answer.status_code for answer in answers} == {200}
    in_force = await ann.identity.rows(
        "SELECT question FROM answers WHERE replaced_at IS NULL ORDER BY question"
    )
    assert [question for (question,) in in_force] == sorted(ANSWERS)
    standing = (await ann.get("/me/settings"))["questions"][-1]["answer"]["value"]
    assert bool(await ann.identity.scalar("SELECT disclosure FROM candidates")) is standing


async def test_answers_of_others_are_out_of_reach(identity: Identity, ann: Ann) -> None:
    await ann.confirm()
    other = await arrive(identity, "T2")
    settings = await other.get("/me/settings")
    assert all(one["answer"] is None for one in settings["questions"])


async def test_a_new_wording_asks_again_and_the_old_answer_stands(
    database_url: str, tmp_path: Path
) -> None:
    folder = tmp_path / "programmes"
    shutil.copytree(PROGRAMMES, folder)
    async with running(settings_for(database_url, programmes_folder=folder)) as identity:
        ann = await arrive(identity)
        await ann.confirm(disclosure=False)

    profile = folder / "cisco" / "profile.yaml"
    text = profile.read_text("utf-8")
    new = '      - {version: "2027", effective_from: 2026-06-01, text: Asked anew.}\nattributes:'
    profile.write_text(text.replace("attributes:", new, 1), "utf-8")
    async with running(settings_for(database_url, programmes_folder=folder)) as identity:
        ann = Ann(identity, (await identity.sign_in("CSCO10000000")).json()["access_token"])
        settings = await ann.get("/me/settings")
        assert [one["id"] for one in settings["questions"] if one["open"]] == ["disclosure"]
        assert settings["due"] is True
        assert not await identity.scalar("SELECT disclosure FROM candidates")
        assert (await ann.confirm()).status_code == 409


async def test_who_was_not_asked_yet_has_not_consented_where_the_programme_says_so(
    database_url: str, tmp_path: Path
) -> None:
    folder = tmp_path / "programmes"
    shutil.copytree(PROGRAMMES, folder)
    profile = folder / "cisco" / "profile.yaml"
    text = profile.read_text("utf-8")
    profile.write_text(text.replace("    assumed: true\n", ""), "utf-8")
    async with running(settings_for(database_url, programmes_folder=folder)) as identity:
        ann = await arrive(identity)
        (told,) = identity.of_type(CandidateRegistered)
        assert told.disclosure is False
        assert (await ann.confirm()).status_code == 200
        await identity.settle()
        assert identity.of_type(CandidateUpdated)[-1].disclosure is True


async def test_a_choice_and_an_optional_text(identity: Identity) -> None:
    ann = await juniper(identity)
    settings = await ann.get("/me/settings")
    choices = [one["id"] for one in settings["questions"][0]["choices"]]
    assert choices == ["employee", "partner", "customer", "none"]

    def answers(relation: Json, specialty: Json) -> Json:
        given = {"relation": relation, "disclosure": True, "specialty": specialty}
        return {
            "answers": {name: {"version": "2026", "value": value} for name, value in given.items()}
        }

    assert "answers.relation" in wrongs(await ann.put("/me/settings", answers("friend", "")))
    too_long = await ann.put("/me/settings", answers("partner", "x" * 121))
    assert wrongs(too_long) == {"answers.specialty": "use at most 120 characters"}
    confirmed = await ann.put("/me/settings", answers("partner", "  Héllo 🌍 "))
    assert confirmed.json()["questions"][2]["answer"]["value"] == "Héllo 🌍"
    cleared = await ann.put("/me/settings", answers("partner", ""))
    assert cleared.json()["questions"][2]["answer"] is None
    assert cleared.json()["due"] is False


async def juniper(identity: Identity) -> Ann:
    await identity.register(registration("J1", programme="juniper"))
    link = identity.link()
    redeemed = {"token": link.token, "password": PASSWORD}
    await identity.post("/sign-in-links/redeem", redeemed)
    body = {"programme": "juniper", "login": link.login_id, "password": PASSWORD}
    return Ann(identity, (await identity.post("/sessions", body)).json()["access_token"])


async def test_staff_see_every_answer_ever_given(identity: Identity, ann: Ann) -> None:
    await ann.confirm()
    await ann.confirm(disclosure=False)
    token = await staff_token(identity, scopes=["accounts:read"])
    headers = {"Authorization": f"Bearer {token}"}
    path = "/candidates/cisco/CSCO10000000/profile"
    profile = (await identity.http.get(path, headers=headers)).json()
    told = [one["value"] for one in profile["answers"] if one["question"] == "disclosure"]
    assert told == [False, True]
    assert profile["postal_address"] is None
    assert profile["settings"]["due"] is False
    nobody = await identity.http.get(path.replace("CSCO1", "CSCO9"), headers=headers)
    assert nobody.status_code == 404
    other = await identity.http.get(path.replace("cisco", "juniper"), headers=headers)
    assert other.status_code == 403
    assert (await identity.http.get(path, headers=ann.headers)).status_code == 403
    entries = await identity.rows("SELECT action, by_kind, subject FROM audit_entries")
    assert ("settings.confirmed", "candidate", "CSCO10000000") in entries
