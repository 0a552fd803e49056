"""What every answer carries, and how files and brands are kept by browsers."""

import re

import pytest
from fastapi import FastAPI

from portal.rendering import HERE
from tests.portal.conftest import Visitor


@pytest.mark.parametrize(
    "path", ["/", "/cisco/sign-in", "/cisco/", "/nowhere", "/cisco/brand.css", "/static/portal.css"]
)
async def test_the_policy_allows_only_ourselves(visitor: Visitor, path: str) -> None:
    headers = (await visitor.get(path)).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'self'")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


async def test_pages_are_not_kept_by_anybody(jane: Visitor) -> None:
    assert (await jane.get("/cisco/")).headers["cache-control"] == "no-store"


async def test_an_unforeseen_failure_is_a_page_with_the_same_headers(
    portal: FastAPI, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def break_down() -> None:
        raise RuntimeError("unforeseen")

    monkeypatch.setattr(portal.state.portal.programmes, "all", break_down)
    answer = await visitor.get("/")
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'self'")


def test_no_template_has_inline_style_or_script() -> None:
    for template in (HERE / "templates").rglob("*.html"):
        text = template.read_text()
        assert not re.search(r"<style|\sstyle=|\son\w+=\"|javascript:", text), template
        for script in re.findall(r"<script[^>]*>", text):
            assert "src=" in script, template


async def test_static_files_have_etags_and_may_be_kept(visitor: Visitor) -> None:
    page = await visitor.get("/")
    address = re.search(r'href="(/static/portal\.css\?v=\w+)"', page.text)
    assert address
    file = await visitor.get(address[1])
    assert "immutable" in file.headers["cache-control"]
    again = await visitor.get(address[1], headers={"if-none-match": file.headers["etag"]})
    assert again.status_code == 304
    assert "immutable" not in (await visitor.get("/static/portal.css")).headers["cache-control"]


async def test_the_brand_has_an_etag(visitor: Visitor) -> None:
    brand = await visitor.get("/juniper/brand.css")
    assert brand.headers["content-type"].startswith("text/css")
    assert "#84b135" in brand.text
    headers = {"if-none-match": brand.headers["etag"]}
    assert (await visitor.get("/juniper/brand.css", headers=headers)).status_code == 304


async def test_nothing_outside_the_folder_is_served(visitor: Visitor) -> None:
    for path in ("/static/../app.py", "/static/%2e%2e/app.py", "/static/", "/static/none.css"):
        assert (await visitor.get(path)).status_code in (404, 405)
