"""What if: imagined exams and credits, asked by a link, kept by nobody."""

import pytest

from tests.portal.conftest import Visitor
from tests.portal.gateway import World

ASKED = "/cisco/what-if?exam=300-415&exam_day=2026-12-04&points=30&credits_day=2026-12-01"


async def test_the_form_asks_nothing_before_it_is_filled_in(jane: Visitor, world: World) -> None:
    page = await jane.get("/cisco/what-if")
    assert page.status_code == 200
    assert page.text.count('name="exam"') == 2
    assert 'value="2026-11-22"' in page.text
    assert not world.imagined


async def test_what_is_filled_in_is_asked_and_the_difference_shown(
    jane: Visitor, world: World
) -> None:
    page = (await jane.get(f"{ASKED}&exam=&exam_day=2026-11-22&on=2027-01-01")).text
    assert world.imagined == [
        {
            "exams": [{"exam": "300-415", "day": "2026-12-04"}],
            "credits": [{"points": "30", "day": "2026-12-01"}],
            "on": "2027-01-01",
        }
    ]
    for each in ("How you would stand", "14 months 7 days", "Best day", "2028-Feb-11",
                 "instead of through", "Not earned", "may not be taken before"):  # fmt: skip
        assert each in page
    assert 'value="300-415"' in page


async def test_several_rows_and_one_more_without_javascript(jane: Visitor, world: World) -> None:
    page = (await jane.get(f"{ASKED}&exam=350-401&more=exam")).text
    assert page.count('name="exam"') == 4
    assert len(world.imagined[0]["exams"]) == 2
    many = "&".join("exam=300-415" for _ in range(30))
    page = (await jane.get(f"/cisco/what-if?{many}&more=exam")).text
    assert page.count('name="exam"') == 8


async def test_nothing_would_change(jane: Visitor) -> None:
    page = (await jane.get("/cisco/what-if?points=1&credits_day=2026-12-01")).text
    assert "Nothing would change" in page


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("exam=300-415&exam_day=soon", "Choose a day."),
        ("points=many&credits_day=2026-12-01", "Points are a number above 0"),
        ("points=-3", "Points are a number above 0"),
        ("points=NaN", "Points are a number above 0"),
        ("exam=999-999", "There is no such exam."),
        ("points=5&on=never", "Choose a day."),
    ],
)
async def test_what_is_wrong_is_told_at_its_field(jane: Visitor, query: str, words: str) -> None:
    page = await jane.get(f"/cisco/what-if?{query}")
    assert page.status_code == 422
    assert words in page.text
    assert 'aria-invalid="true"' in page.text


async def test_a_service_that_is_away_is_a_page(jane: Visitor, world: World) -> None:
    world.away.add("certifications")
    assert (await jane.get(ASKED)).status_code == 503
    assert (await jane.get("/cisco/what-if")).status_code == 200
