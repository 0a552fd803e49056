"""Help: articles by topic, one article, whether it helped."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from portal.gateway import Json
from portal.markdown import show
from portal.visits import Visit, Visitor, segment

router = APIRouter()

ANSWERS = {"yes": True, "no": False}


@router.get("/{programme}/support/help")
async def help_pages(visit: Visitor) -> HTMLResponse:
    """List the articles, those that have all of some words."""
    search = visit.request.query_params.get("q", "").strip()[:200].replace("\0", "")
    return visit.page("help.html", topics=await topics(visit, search), search=search)


@router.get("/{programme}/support/help/{article_id}")
async def article(visit: Visitor, article_id: str) -> HTMLResponse:
    """Show an article."""
    found = await visit.get(f"{_home(visit)}/{segment(article_id)}")
    beside = [topic for topic in await topics(visit) if topic["id"] == found["topic"]]
    return visit.page(
        "article.html",
        article=found,
        body=show(found["body"], visit.home),
        beside=beside[0]["articles"] if beside else [],
    )


@router.post("/{programme}/support/help/{article_id}/vote")
async def vote(visit: Visitor, article_id: str) -> Response:
    """Say whether an article helped."""
    form = await visit.form()
    name = segment(article_id)
    back = f"{visit.home}support/help/{name}"
    helpful = ANSWERS.get(form.text("helpful"))
    if helpful is None:
        return visit.go(back)
    if visit.session is not None:
        await visit.call("PUT", f"identity/me/help-votes/{name}", json={"helpful": helpful})
    else:
        await visit.call("POST", f"{_home(visit)}/{name}/votes", json={"helpful": helpful})
    return visit.go(f"{back}?done={'yes' if helpful else 'no'}#helpful")


async def topics(visit: Visit, search: str = "") -> list[Json]:
    """Return a programme's topics with their articles."""
    params = {"search": search} if search else None
    found: list[Json] = (await visit.get(_home(visit), params))["topics"]
    return found


def _home(visit: Visit) -> str:
    assert visit.programme
    return f"identity/programmes/{segment(visit.programme.id)}/help"
