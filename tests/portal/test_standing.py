"""How certifications stand: lists by status, one explained, credits, exams again, achievements."""

import re

import pytest

from tests.portal.conftest import Visitor
from tests.portal.gateway import World

SECTION = re.compile(r"<caption>(.*?)</caption>(.*?)</table>", re.DOTALL)
NAME = re.compile(r'<th scope="row"><a href="[^"]+">([^<]+)</a>')
GROUP = re.compile(r'<th scope="rowgroup"[^>]*>([^<]+)</th>')


async def test_each_status_has_its_section_its_words_and_its_mark(jane: Visitor) -> None:
    page = (await jane.get("/cisco/certifications")).text
    sections = {caption: NAME.findall(body) for caption, body in SECTION.findall(page)}
    assert sections["Active certifications"][-1] == "Customer Success Manager"
    assert sections["Held, but not active"] == [
        "CCIE Routing and Switching", "CCNA Automation", "CCNA Cybersecurity",
    ]  # fmt: skip
    assert sections["Past certifications"] == [
        "CCNP Enterprise Wireless",
        "Cisco Certified Design Associate",
        "Cisco Certified Technician Routing &amp; Switching",
    ]
    chips = dict(re.findall(r'<span class="chip[^"]*">(<svg.*?</svg>)<span>([^<]+)</span>', page))
    assert set(chips.values()) == {
        "Active", "Active for a lifetime", "In grace period", "Suspended", "Expired", "Revoked",
        "Emeritus", "Replaced",
    }  # fmt: skip
    assert len(chips) == 8


async def test_groups_are_named_as_in_the_guide_highest_level_first(jane: Visitor) -> None:
    page = (await jane.get("/cisco/certifications")).text
    groups = GROUP.findall(dict(SECTION.findall(page))["Active certifications"])
    assert groups == [
        f"General Certifications – {level}"
        for level in ("Professional", "Specialist", "Associate", "Entry")
    ]


async def test_only_what_is_active_can_be_downloaded(jane: Visitor) -> None:
    page = (await jane.get("/cisco/certifications")).text
    assert page.count("PDF Certificate") == 5
    held = page.split("Held, but not active")[1]
    assert "certificate.pdf" not in held


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("CCNA-AUTOMATION", ("2027-Jan-18", "does not count as active", "DevNet Associate")),
        ("CCNA-CYBERSECURITY", ("2026-Sep-01", "reinstated.</p>", "under investigation")),
        ("CCNP-WIRELESS-2020", ("2023-May-05", "taken by somebody else")),
        ("CCIE-RS", ("Emeritus through", "Number 17204")),
        ("CCDA", ("goes on as Cisco Certified Network Associate",)),
        ("CSM", ("Active for a lifetime", "Never")),
    ],
)
async def test_what_a_status_means_is_told_first(
    jane: Visitor, code: str, words: tuple[str, ...]
) -> None:
    page = (await jane.get(f"/cisco/certifications/{code}")).text
    for each in words:
        assert each in page


async def test_progress_is_numbered_and_credits_show_their_points(jane: Visitor) -> None:
    page = (await jane.get("/cisco/certifications/CCNP-ENTERPRISE")).text
    for line in ("1 - (0/1)", "1.2 - (1/2)", "1.4 - (10/80)"):
        assert line in page
    assert "Icon legend" in page
    assert "+10 Cisco CE Credits" in page
    assert "Manually granted certification: a lost result" in page


async def test_the_fastest_way_comes_first_with_both_days(jane: Visitor) -> None:
    page = (await jane.get("/cisco/certifications/CCNP-ENTERPRISE")).text
    ways = page.split("Your fastest way to renew")[1].split("</section>")[0]
    assert ways.index("Pass two different") < ways.index("Pass one expert written")
    assert ways.index("Fastest") < ways.index("Pass two different")
    assert ways.count("2029-Nov-22") == 2
    assert ways.count("2031-Feb-11") == 2


async def test_credits_are_listed_with_days_points_and_status(jane: Visitor, world: World) -> None:
    page = (await jane.get("/cisco/testing-history/ce-activities")).text
    for each in ("2026-Feb-01", "2029-Feb-01", "In review", "12.5", "used it"):
        assert each in page
    assert re.search(r"<dt>Active</dt><dd>10</dd>", page)
    world.credits |= {"lines": []}
    world.past.activities.clear()
    assert "No activity yet" in (await jane.get("/cisco/testing-history/ce-activities")).text


async def test_when_an_exam_may_be_taken_again(jane: Visitor, world: World) -> None:
    page = (await jane.get("/cisco/testing-history/registrations")).text
    for each in ("Next eligible day", "2027-May-21", "Not again", "Any day", "before 350-401"):
        assert each in page
    world.away.add("certifications")
    without = await jane.get("/cisco/testing-history/registrations")
    assert without.status_code == 200
    assert "Next eligible day" not in without.text


async def test_achievements_show_the_days_that_were_counted(jane: Visitor) -> None:
    page = (await jane.get("/cisco/certifications")).text
    for each in ("15-year CCIE", "2022-Feb-21", "2007-Feb-21", "20-year CCIE", "2027-Feb-21"):
        assert each in page


async def test_nothing_active_is_told_without_claiming_that_nothing_was_earned(
    jane: Visitor, world: World
) -> None:
    world.certifications["levels"] = world.certifications["levels"][:1]
    world.certifications["levels"][0]["certifications"] = [
        one
        for one in world.certifications["levels"][0]["certifications"]
        if one["status"] == "expired"
    ]
    page = (await jane.get("/cisco/certifications")).text
    assert "No active certification" in page
    assert "No certification yet" not in page


async def test_home_counts_lifetimes_and_warns_of_a_grace(jane: Visitor) -> None:
    page = (await jane.get("/cisco/")).text
    assert "You hold 5 active certifications." in page
    assert "Renew CCNA Automation while you still can" in page
    assert "2027-Jan-18" in page


@pytest.mark.parametrize(
    ("status", "text", "label"),
    [
        ("revoked", "Revoked on 5 May 2023", "Last day of its term"),
        ("expired", "Expired", "Expired after"),
    ],
)
async def test_strangers_read_the_programmes_own_words(
    visitor: Visitor, world: World, status: str, text: str, label: str
) -> None:
    world.certificates["4BTSW8KF"] |= {
        "status": status, "standing_text": text, "earned_as": "An older name"
    }  # fmt: skip
    page = (await visitor.get("/cisco/verify/4BTSW8KF")).text
    for each in (text, label, "Earned as An older name", "Not valid today"):
        assert each in page


async def test_a_candidate_looks_at_any_day(jane: Visitor, world: World) -> None:
    page = (await jane.get("/cisco/certifications?as_of=2027-05-30")).text
    assert "certifications/certifications?as_of=2027-05-30" in world.queried
    assert "Shown as it stood, or will stand" in page
    assert "/cisco/certifications/CCNA?as_of=2027-05-30" in page
    page = (await jane.get("/cisco/certifications/CCNP-ENTERPRISE?as_of=2027-05-30")).text
    assert "certifications/credits?as_of=2027-05-30" in world.queried
    # By then the wait is over.
    assert "From 2027-May-21" not in page
    assert "Shown as it stood" not in (await jane.get("/cisco/certifications?as_of=x")).text
