"""Testing History: results in every state, what is booked, what may be booked."""

import re

from tests.portal import past
from tests.portal.conftest import Visitor
from tests.portal.gateway import World

HISTORY = "/cisco/testing-history"
REGISTRATIONS = "/cisco/testing-history/registrations"
NUMBERS = re.compile(r'<td data-label="Registration number">([^<]+)</td>')


async def test_held_and_revoked_results_are_told_in_plain_words(
    jane: Visitor, world: World
) -> None:
    held, revoked = world.history["exams"][2], world.history["exams"][3]
    held |= {"state": "held", "reason": "The centre <b>reported</b> a disturbance"}
    revoked |= {"state": "revoked", "expires_on": None}
    page = (await jane.get(HISTORY)).text
    assert "On hold, does not count for now." in page
    assert "Reason: The centre &lt;b&gt;reported&lt;/b&gt; a disturbance" in page
    assert "Taken back, does not count." in page
    row = page.split(f'<td data-label="Registration number">{revoked["registration_number"]}')[1]
    assert "Does not count" in row.split("</tr>")[0]
    home = (await jane.get("/cisco/")).text
    assert "<dt>Exams passed</dt><dd>1</dd>" in home
    assert "On hold" in home
    assert "Taken back" in home


async def test_scores_sort_as_numbers_and_states_by_their_kind(jane: Visitor, world: World) -> None:
    scores = {"461203377": "79.5", "468811042": "9", "469250118": None, "472300961": "79.25"}
    for exam in world.history["exams"]:
        exam["score"] = scores[exam["registration_number"]]
    page = (await jane.get(f"{HISTORY}?sort=score_rank&order=asc")).text
    assert NUMBERS.findall(page) == ["468811042", "472300961", "461203377", "469250118"]
    page = (await jane.get(f"{HISTORY}?sort=score_rank&order=desc")).text
    assert NUMBERS.findall(page) == ["461203377", "472300961", "468811042", "469250118"]
    world.history["exams"][0]["state"] = "held"
    page = (await jane.get(f"{HISTORY}?sort=state&order=asc")).text
    assert NUMBERS.findall(page)[0] == "461203377"


async def test_a_number_within_a_registration_number_counts_as_one(
    jane: Visitor, world: World
) -> None:
    wanted = ["9", "n7dnt508", "Unique_9", "Unique_10"]
    for exam, number in zip(world.history["exams"], reversed(wanted), strict=True):
        exam["registration_number"] = number
    page = (await jane.get(f"{HISTORY}?sort=registration_number&order=asc")).text
    assert NUMBERS.findall(page) == wanted


async def test_a_result_on_its_way_says_its_stage_and_its_day(jane: Visitor) -> None:
    for path in (HISTORY, REGISTRATIONS):
        page = (await jane.get(path)).text
        coming = page.split("Results on their way")[1].split("</section>")[0]
        assert "Pearson VUE has not sent the result yet. It should be here by" in coming
        assert '<time datetime="2026-11-25">2026-Nov-25</time>' in coming
        assert "The result should have been here by" in coming
        assert "has reached us and is being looked into" in coming
        assert "The exam is today." in coming
        assert coming.count('aria-current="step"') == 4
        assert "490117326" not in coming
    home = (await jane.get("/cisco/")).text
    for said in ("It should be here by", "It should have been here by", "Good luck"):
        assert said in home


async def test_appointments_lead_to_the_vendor(jane: Visitor) -> None:
    page = (await jane.get(REGISTRATIONS)).text
    card = page.split('<h2 id="ahead">')[1].split("</section>")[0]
    for said in ("490117326", "US-4711", "2026-Dec-04 09:30", "2026-Dec-09", "2026-Nov-02 01:30"):
        assert said in card
    assert f'href="{past.PAGE}" rel="noopener noreferrer external"' in card
    gone = page.split("Cancelled and missed")[1]
    assert re.search(r"490117405.*?Cancelled.*?490117406.*?Missed", gone, re.DOTALL)


async def test_authorizations_say_whether_they_can_be_used_today(jane: Visitor) -> None:
    page = (await jane.get(REGISTRATIONS)).text
    rows = page.split("What you may book")[1].split("</table>")[0].split("<tr>")[2:]
    words = ("Can be booked", "From ", "On its way to the vendor", "Being sorted out", "Over",
             "Taken back")  # fmt: skip
    for row, word in zip(rows, words, strict=True):
        assert word in row
    assert [past.PAGE in row for row in rows] == [True, False, False, False, False, False]


async def test_registrations_show_what_they_can(jane: Visitor, world: World) -> None:
    world.away.add("certifications")
    page = await jane.get(REGISTRATIONS)
    assert page.status_code == 200
    assert "A part of this page cannot be shown" in page.text
    world.away = {"exams"}
    assert (await jane.get(REGISTRATIONS)).status_code == 503


async def test_nothing_booked_leads_to_the_vendor(jane: Visitor, world: World) -> None:
    world.history["registrations"] = []
    world.past.authorizations.clear()
    page = (await jane.get(REGISTRATIONS)).text
    assert "Nothing booked" in page
    assert "Book at Pearson VUE" in page
    assert "Results on their way" not in (await jane.get(HISTORY)).text


async def test_a_score_report_is_saved_not_shown(jane: Visitor) -> None:
    page = (await jane.get(HISTORY)).text
    path = f"{HISTORY}/exams/472300961/report"
    assert f'href="{path}"' in page
    answer = await jane.get(path)
    assert answer.content == b"%PDF-1.7 report"
    assert answer.headers["content-disposition"] == 'attachment; filename="472300961.pdf"'
    assert answer.headers["content-security-policy"].startswith("sandbox")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert (await jane.get(f"{HISTORY}/exams/none/report")).status_code == 404


async def test_a_programme_shows_only_the_places_it_has(jane: Visitor) -> None:
    page = (await jane.get(HISTORY)).text
    for place in ("registrations", "ce-activities", "agreements", "course-completions"):
        assert f'href="{HISTORY}/{place}"' in page


async def test_activities_are_found_opened_and_joined_with_their_credits(
    jane: Visitor, world: World
) -> None:
    page = (await jane.get(f"{HISTORY}/ce-activities")).text
    assert sum(one.startswith("GET exams/activities") for one in world.asked) == 3
    for said in (
        "creq-20260214-200500.csv",
        "<dt>External ID</dt><dd>14626-2</dd>",
        "<dt>Item</dt><dd>DCID</dd>",
        "Cisco Continuing Education",
        "2026-Feb-24",
        "Does not count. Reason: It was reported twice",
        "A webinar &lt;b&gt;taken twice&lt;/b&gt;",
        "In review: It has not been approved yet.",
        "Entered by the programme",
        "Cisco Live: technical sessions",
    ):
        assert said in page
    found = (await jane.get(f"{HISTORY}/ce-activities?search=WEBINAR")).text
    assert "1 activity holds “WEBINAR”." in found
    assert "Cisco CE Credits" not in found
    assert "Entered by the programme" not in found
    assert 'value="WEBINAR"' in found
    by_hand = (await jane.get(f"{HISTORY}/ce-activities?search=cisco+live")).text
    assert "Cisco Live: technical sessions" in by_hand
    nothing = (await jane.get(f"{HISTORY}/ce-activities?search=%3Cscript%3E")).text
    assert "Nothing found" in nothing
    assert "<script>" not in nothing.split("<main")[1]


async def test_activities_are_shown_while_totals_are_away(jane: Visitor, world: World) -> None:
    world.away.add("certifications")
    page = await jane.get(f"{HISTORY}/ce-activities")
    assert page.status_code == 200
    assert "Your totals cannot be shown" in page.text
    assert "Cisco CE Credits" in page.text
