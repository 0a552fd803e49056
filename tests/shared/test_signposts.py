"""Finding routes by the words of a path: the same answers as the framework's own."""

import httpx2
import pytest
from fastapi import APIRouter, FastAPI

from shared import signposts


def application() -> FastAPI:
    app = FastAPI()
    inner, outer = APIRouter(prefix="/things"), APIRouter()

    @inner.get("/{name}")
    async def one(name: str) -> str:
        return f"one {name}"

    @inner.get("/{name}/parts/{part}")
    async def part(name: str, part: str) -> str:
        return f"part {name} {part}"

    @outer.get("/things/new")
    async def never() -> str:
        return "hidden behind /things/{name}"

    @outer.get("/{anything}/list")
    async def listed(anything: str) -> str:
        return f"list {anything}"

    @outer.post("/things/{name}")
    async def change(name: str) -> str:
        return f"change {name}"

    @outer.get("/files/{rest:path}")
    async def file(rest: str) -> str:
        return f"file {rest}"

    outer.include_router(inner)
    app.include_router(inner)
    app.include_router(outer)
    mounted = FastAPI()

    @mounted.get("/within/{name}")
    async def within(name: str) -> str:
        return f"within {name}"

    signposts.put_up(mounted)
    app.mount("/mounted", mounted)
    return app


ASKED = [
    ("GET", "/things/a"),
    ("GET", "/things/new"),
    ("GET", "/things/a/"),
    ("GET", "/things/a/parts/b"),
    ("POST", "/things/a"),
    ("PUT", "/things/a"),
    ("GET", "/things/list"),
    ("GET", "/others/list"),
    ("GET", "/files/a/b/c"),
    ("GET", "/files/"),
    ("GET", "/"),
    ("GET", "/things"),
    ("GET", "/nothing/of/the/kind"),
    ("GET", "/things/a%0A"),
    ("GET", "/mounted/within/a"),
    ("GET", "/mounted/nothing"),
    ("GET", "//things/a"),
]


@pytest.mark.parametrize(("method", "path"), ASKED)
async def test_every_path_leads_where_the_framework_leads(method: str, path: str) -> None:
    bare, signed = application(), application()
    signposts.put_up(signed)
    answers = []
    for app in (bare, signed):
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://here") as client:
            answer = await client.request(method, path)
        kept = ("location", "allow")
        answers.append((answer.status_code, answer.text, [answer.headers.get(n) for n in kept]))
    assert answers[0] == answers[1]


async def test_routes_that_come_later_are_found() -> None:
    app = application()
    signposts.put_up(app)
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://here") as client:
        assert (await client.get("/later")).status_code == 404

        @app.get("/later")
        async def later() -> str:
            return "later"

        assert (await client.get("/later")).json() == "later"
