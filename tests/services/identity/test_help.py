"""Help for everybody, votes that name nobody, and the programme's logo."""

import shutil
from pathlib import Path

import pytest

from tests.services.identity.conftest import PROGRAMMES, Identity, running, settings_for
from tests.services.identity.test_candidates import staff_token
from tests.services.identity.test_settings import arrive

HELP = "/programmes/cisco/help"


async def test_articles_are_listed_by_topic(identity: Identity) -> None:
    topics = (await identity.http.get(HELP)).json()["topics"]
    assert [topic["id"] for topic in topics] == ["account", "results", "sharing", "guide"]
    assert topics[0]["articles"][0] == {
        "id": "get-an-account",
        "title": "How do I get an account?",
        "often": True,
    }
    assert (await identity.http.get("/programmes/atlantis/help")).status_code == 404


async def test_articles_are_found_by_words(identity: Identity) -> None:
    found = (await identity.http.get(HELP, params={"search": "SCORE report"})).json()["topics"]
    assert [one["id"] for topic in found for one in topic["articles"]] == ["another-address"]
    assert (await identity.http.get(HELP, params={"search": "zeppelin"})).json()["topics"] == []
    assert (await identity.http.get(HELP, params={"search": "\x00"})).status_code == 422


async def test_an_article_is_shown_whole(identity: Identity) -> None:
    article = (await identity.http.get(f"{HELP}/share")).json()
    assert article["topic_name"] == "Showing what you hold"
    assert "[transcript](/transcripts)" in article["body"]
    missing = await identity.http.get(f"{HELP}/nothing")
    assert missing.status_code == 404
    assert missing.json()["type"].endswith("/unknown-article")


async def test_votes_are_counted_once_for_each_reader(identity: Identity) -> None:
    ann = await arrive(identity)
    stranger = f"{HELP}/share/votes"
    for address, helpful in (("192.0.2.1", True), ("192.0.2.1", False), ("192.0.2.2", True)):
        answer = await identity.post(stranger, {"helpful": helpful}, address)
        assert answer.status_code == 204
    for helpful in (False, True):
        assert (await ann.put("/me/help-votes/share", {"helpful": helpful})).status_code == 204

    token = await staff_token(identity, scopes=["cases:read"])
    headers = {"Authorization": f"Bearer {token}"}
    answer = await identity.http.get("/help-votes?programme=cisco", headers=headers)
    counted = {one["id"]: (one["helpful"], one["of"]) for one in answer.json()["items"]}
    assert counted["share"] == (2, 3)
    assert counted["expiry"] == (0, 0)
    other = await identity.http.get("/help-votes?programme=juniper", headers=headers)
    assert other.status_code == 403
    voters = [str(voter) for (voter,) in await identity.rows("SELECT voter FROM article_votes")]
    assert not any("CSCO" in voter or "192.0.2" in voter for voter in voters)


@pytest.mark.parametrize("body", [{"helpful": "yes"}, {"helpful": None}, {}, {"helpful": 1}])
async def test_a_vote_is_yes_or_no(identity: Identity, body: dict[str, object]) -> None:
    assert (await identity.post(f"{HELP}/share/votes", body)).status_code == 422


async def test_nobody_votes_about_an_article_that_is_not_there(identity: Identity) -> None:
    for path in (f"{HELP}/nothing/votes", "/programmes/atlantis/help/share/votes"):
        assert (await identity.post(path, {"helpful": True})).status_code == 404
    assert await identity.scalar("SELECT count(*) FROM article_votes") == 0


async def test_the_logo_is_a_picture_and_nothing_more(identity: Identity) -> None:
    answer = await identity.http.get("/programmes/cisco/logo")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.content == (PROGRAMMES / "cisco" / "logo.svg").read_bytes()
    tag = answer.headers["etag"]
    again = await identity.http.get("/programmes/cisco/logo", headers={"If-None-Match": tag})
    assert again.status_code == 304
    branding = (await identity.http.get("/programmes/cisco")).json()["branding"]
    assert tag == f'"{branding["logo_mark"]}"'


async def test_a_programme_without_logo_and_without_questions(
    database_url: str, tmp_path: Path
) -> None:
    folder = tmp_path / "programmes"
    shutil.copytree(PROGRAMMES / "examples" / "aws", folder / "aws")
    async with running(settings_for(database_url, programmes_folder=folder)) as identity:
        answer = await identity.http.get("/programmes/aws/logo")
        assert answer.status_code == 404
        assert answer.json()["type"].endswith("/no-logo")
        programme = (await identity.http.get("/programmes/aws")).json()
        assert programme["branding"]["logo_mark"] is None
        assert (programme["asks"], programme["has_help"]) == (False, False)
        assert (await identity.http.get("/programmes/aws/help")).json() == {"topics": []}
        assert (await identity.http.get("/programmes/atlantis/logo")).status_code == 404
