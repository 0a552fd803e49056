"""Help: found, read, voted about; articles are text and never run."""

from portal.markdown import show
from tests.portal.conftest import Visitor
from tests.portal.gateway import World
from tests.portal.profile_gateway import BODY, LOGO

ARTICLE = "/cisco/support/help/share"


async def test_support_leads_to_what_is_asked_often(visitor: Visitor, world: World) -> None:
    page = (await visitor.get("/cisco/support")).text
    assert f'href="{ARTICLE}"' in page
    assert "How do I stop it?" not in page
    world.away.add("identity")
    assert (await visitor.get("/cisco/support")).status_code == 200


async def test_a_programme_without_help_says_so(visitor: Visitor) -> None:
    assert "has not written any help" in (await visitor.get("/juniper/support")).text


async def test_articles_are_listed_and_searched(visitor: Visitor) -> None:
    page = (await visitor.get("/cisco/support/help")).text
    assert "Showing what you hold" in page
    assert "How do I stop it?" in page
    assert "Nothing found" in (await visitor.get("/cisco/support/help?q=nothing")).text
    assert (await visitor.get("/cisco/support/help?q=%00")).status_code == 200


async def test_an_article_is_text(visitor: Visitor) -> None:
    page = (await visitor.get(ARTICLE)).text
    assert '<a href="/cisco/transcripts">transcript</a>' in page
    assert '<a href="/cisco/support/help/stop">how to stop</a>' in page
    assert "<h2>Steps</h2>" in page
    assert "<script>alert" not in page
    assert "javascript:" not in page.replace("[no](javascript:alert(1))", "")
    assert "<img" not in page.split("<article")[1]
    assert (await visitor.get("/cisco/support/help/none")).status_code == 404


def test_links_lead_where_they_may() -> None:
    assert 'href="https://example.com/"' in show(BODY, "/cisco/")
    for odd in ("//evil.example", "ftp://evil.example", "evil.example", "data:text/html,x"):
        shown = show(f"[x]({odd})", "/cisco/")
        assert 'href="' not in shown or 'href="/cisco/support"' in shown


def test_headings_begin_below_the_page_s() -> None:
    shown = show("### A\n\n#### B\n\n### C", "/cisco/")
    assert "<h2>A</h2>" in shown
    assert "<h3>B</h3>" in shown
    assert "<h2>C</h2>" in shown


async def test_strangers_and_candidates_vote(visitor: Visitor, jane: Visitor, world: World) -> None:
    answer = await visitor.post(f"{ARTICLE}/vote", {"helpful": "yes"}, page=ARTICLE)
    assert answer.headers["location"] == f"{ARTICLE}?done=yes#helpful"
    await jane.post(f"{ARTICLE}/vote", {"helpful": "no"}, page=ARTICLE)
    odd = await jane.post(f"{ARTICLE}/vote", {"helpful": "perhaps"}, page=ARTICLE)
    assert odd.headers["location"] == ARTICLE
    assert world.profile.votes == [("stranger", "share", True), ("CSCO10000000", "share", False)]
    assert "Thank you" in (await visitor.get(f"{ARTICLE}?done=yes")).text


async def test_staff_see_what_helped_least_first(staff: Visitor) -> None:
    page = (await staff.get("/cisco/staff/help")).text
    places = [
        page.index(text) for text in ("How do I stop it?", "How do I show it?", "Never voted")
    ]
    assert places == sorted(places)
    assert "3 of 4 found it helpful" in page


async def test_the_logo_is_handed_through_as_a_picture(visitor: Visitor) -> None:
    page = (await visitor.get("/cisco/sign-in")).text
    assert 'src="/cisco/logo?v=m1"' in page
    answer = await visitor.get("/cisco/logo?v=m1")
    assert answer.content == LOGO
    assert answer.headers["content-type"] == "image/svg+xml"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "immutable" in answer.headers["cache-control"]
    assert "/juniper/logo" not in (await visitor.get("/juniper/sign-in")).text
