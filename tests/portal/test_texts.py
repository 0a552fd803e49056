"""Texts: collected for translators, and every problem type explained."""

import importlib
import re
from pathlib import Path

import pytest

from portal.problem_texts import explained
from portal.rendering import language_for
from portal.texts import TEMPLATE, collect
from shared.errors import Problem
from tests.portal.conftest import Visitor

SERVICES = Path(__file__).parents[2] / "services"


def test_the_template_for_translators_is_current() -> None:
    assert TEMPLATE.read_bytes() == collect(), "run: python -m portal.texts"


@pytest.mark.parametrize("accepted", ["", "de-CH,de;q=0.9", "*", "en-GB", ";;,,", "x" * 500])
def test_any_wish_for_a_language_gets_one(accepted: str) -> None:
    assert language_for(accepted) == "en"


def _kinds(kind: type[Problem]) -> set[tuple[str, int]]:
    return {(kind.slug, kind.status)}.union(*map(_kinds, kind.__subclasses__()))


def test_every_problem_of_the_house_has_its_page() -> None:
    for errors in SERVICES.glob("*/*errors.py"):
        importlib.import_module(f"services.{errors.parent.name}.{errors.stem}")
    texts = explained(str)
    told = {(slug, text.status) for slug, text in texts.items()}
    assert _kinds(Problem) <= told


async def test_problem_pages(visitor: Visitor) -> None:
    page = await visitor.get("/problems")
    for address in re.findall(r'href="(/problems/[\w-]+)"', page.text):
        assert (await visitor.get(address)).status_code == 200
