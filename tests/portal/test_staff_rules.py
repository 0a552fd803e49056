"""Staff and the programme: its rules, dry runs of changed files, re-evaluations."""

import pytest

from tests.portal.conftest import Visitor
from tests.portal.gateway import PASSWORD, World

PROGRAMME = "/cisco/staff/programme"
GOOD = {"files": ("certifications.yaml", b"policies: []\n", "application/yaml")}


@pytest.fixture
async def reader(visitor: Visitor) -> Visitor:
    """Staff who may look but not act."""
    filled = {"login": "cisco-only@example.com", "password": PASSWORD}
    assert (await visitor.post("/cisco/staff/sign-in", filled)).status_code == 303
    return visitor


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("", ("cisco-2025-07-15", "In force", "files have changed", "every active certification")),
        ("/certifications", ("CCNP Routing and Switching", "Replaced", "Retired")),
        ("/certifications/CCNA", ("What renews it", "350-601", "recertification policy")),
        ("/certifications/CCNP-ENTERPRISE", ("90 days of grace", "Nothing renews it")),
        ("/exams", ("200-125", "After a fail 5 days", "retired on", "replaced by 400-101")),
        ("/overrides", ("covid-2020", "Test centres were closed", "Board review", "Revoked")),
        ("/dry-runs", ("Try changed files", "certifications.yaml", "1200 / 1200")),
        ("/dry-runs/run-1", ("CSCO10000001", "With these files", "Download as CSV")),
        ("/re-evaluations", ("Evaluate all candidates anew", "The policy of July")),
        ("/re-evaluations/re-1", ("The policy of July", "Candidates evaluated")),
    ],
)
async def test_pages(staff: Visitor, path: str, words: tuple[str, ...]) -> None:
    page = await staff.get(PROGRAMME + path)
    assert page.status_code == 200
    for each in words:
        assert each in page.text


@pytest.mark.parametrize("path", ["/certifications/NONE", "/dry-runs/none", "/re-evaluations/no"])
async def test_what_is_not_there_is_a_page(staff: Visitor, path: str) -> None:
    assert (await staff.get(PROGRAMME + path)).status_code == 404


async def test_changed_files_are_tried(staff: Visitor, world: World) -> None:
    answer = await staff.post(f"{PROGRAMME}/dry-runs", {"as_of": "2027-01-01"}, files=GOOD)
    made = world.dry_runs[0]
    assert answer.headers["location"] == f"{PROGRAMME}/dry-runs/{made['id']}"
    assert world.tried == [
        {"files": {"certifications.yaml": "policies: []\n"}, "as_of": "2027-01-01"}
    ]


async def test_several_files_at_once(staff: Visitor, world: World) -> None:
    files = [
        ("files", ("certifications.yaml", b"\xef\xbb\xbfa: 1\n", "application/yaml")),
        ("files", ("exams.yaml", b"b: 2\n", "application/yaml")),
    ]
    await staff.post(f"{PROGRAMME}/dry-runs", files=files)
    assert world.tried == [{"files": {"certifications.yaml": "a: 1\n", "exams.yaml": "b: 2\n"}}]


async def test_mistakes_are_told_with_file_and_line(staff: Visitor, world: World) -> None:
    files = {"files": ("exams.yaml", b"wrong\n", "application/yaml")}
    page = await staff.post(f"{PROGRAMME}/dry-runs", files=files)
    assert page.status_code == 422
    for each in ("exams.yaml", ">7<", "exams[2].code", "expected a text"):
        assert each in page.text
    assert not world.tried


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, "Choose at least one file."),
        ({"files": ("exams.yaml", b"\xff\xfe", "application/yaml")}, "is not in UTF-8"),
    ],
)
async def test_what_is_no_text_is_refused_here(
    staff: Visitor, world: World, files: dict[str, tuple[str, bytes, str]], words: str
) -> None:
    page = await staff.post(f"{PROGRAMME}/dry-runs", {"as_of": ""}, files=files or None)
    assert page.status_code == 422
    assert words in page.text
    assert not world.tried


async def test_another_run_under_way_is_told(staff: Visitor, world: World) -> None:
    world.dry_runs.clear()
    page = await staff.post(f"{PROGRAMME}/dry-runs", files=GOOD)
    assert page.status_code == 409
    assert "Another run has to end first." in page.text


async def test_a_body_beyond_the_limit_is_refused(staff: Visitor, world: World) -> None:
    files = {"files": ("exams.yaml", b"a: 1\n" * 1_100_000, "application/yaml")}
    assert (await staff.post(f"{PROGRAMME}/dry-runs", files=files)).status_code == 413
    assert not world.tried


async def test_a_dry_runs_figures_move_until_it_has_ended(staff: Visitor) -> None:
    figures = (await staff.get(f"{PROGRAMME}/dry-runs/run-2/progress")).json()
    assert figures == {"state": "running", "total": 1200, "done": 400, "people": 0,
                       "gained": 0, "lost": 0, "dates": 0}  # fmt: skip
    await staff.get(f"{PROGRAMME}/dry-runs/run-2")
    assert "Finished" in (await staff.get(f"{PROGRAMME}/dry-runs/run-2")).text


async def test_lines_are_chosen_by_change_and_downloaded_whole(staff: Visitor) -> None:
    page = (await staff.get(f"{PROGRAMME}/dry-runs/run-1?change=lost")).text
    assert "CSCO10000002" in page
    assert "CSCO10000001" not in page
    odd = (await staff.get(f"{PROGRAMME}/dry-runs/run-1?change=everything")).text
    assert "CSCO10000001" in odd
    answer = await staff.get(f"{PROGRAMME}/dry-runs/run-1/lines.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert "dry-run-cisco.csv" in answer.headers["content-disposition"]
    assert "CSCO10000001,CCNA,gained" in answer.text
    gone = await staff.get(f"{PROGRAMME}/dry-runs/none/lines.csv")
    assert gone.status_code == 404
    assert "There is no such page" in gone.text


async def test_a_dry_run_is_stopped(staff: Visitor, world: World) -> None:
    path = f"{PROGRAMME}/dry-runs/run-2"
    answer = await staff.post(f"{path}/cancel", page=path)
    assert answer.headers["location"] == path
    assert world.dry_runs[0]["state"] == "cancelled"
    assert "It was stopped" in (await staff.get(path)).text
    ended = await staff.post(f"{PROGRAMME}/dry-runs/run-1/cancel", page=path)
    assert ended.status_code == 303


async def test_a_run_that_failed_says_why(staff: Visitor, world: World) -> None:
    world.dry_runs[1] |= {"state": "failed", "problem": "The disk is full."}
    page = (await staff.get(f"{PROGRAMME}/dry-runs/run-1")).text
    assert "It could not be finished." in page
    assert "The disk is full." in page


async def test_a_run_says_whom_it_had_to_leave_out(staff: Visitor, world: World) -> None:
    left_out = {
        "state": "done",
        "skipped": 2,
        "problem": "Candidate CSCO10000001 could not be evaluated: KeyError('exam')",
    }
    for runs, path in ((world.dry_runs, "dry-runs"), (world.reevaluations, "re-evaluations")):
        runs[0] |= left_out
        page = (await staff.get(f"{PROGRAMME}/{path}/{runs[0]['id']}")).text
        assert "2 candidates could not be evaluated." in page
        assert "CSCO10000001" in page
        assert "Every candidate stands" not in page


async def test_a_reevaluation_wants_a_reason_and_a_yes(staff: Visitor, world: World) -> None:
    world.reevaluations.clear()
    path = f"{PROGRAMME}/re-evaluations"
    for filled, words in (
        ({"reason": "x"}, "Give a reason"),
        ({"reason": "The policy"}, "Tick this if you are sure."),
    ):
        page = await staff.post(path, filled)
        assert page.status_code == 422
        assert words in page.text
    assert not world.reevaluations
    answer = await staff.post(path, {"reason": "The policy", "confirmed": "on"})
    assert answer.headers["location"] == f"{path}/{world.reevaluations[0]['id']}"
    assert world.reevaluations[0]["reason"] == "The policy"
    under_way = await staff.post(path, {"reason": "Once more", "confirmed": "on"})
    assert under_way.status_code == 409
    assert "A re-evaluation is under way." in under_way.text
    figures = (await staff.get(f"{answer.headers['location']}/progress")).json()
    assert figures == {"state": "running", "total": 1200, "done": 400}


async def test_without_the_scope_there_are_no_forms(reader: Visitor, world: World) -> None:
    for path, form in (("dry-runs", "Begin the dry"), ("re-evaluations", "Begin the re-")):
        page = (await reader.get(f"{PROGRAMME}/{path}")).text
        assert form not in page
        sent = {"reason": "The policy", "confirmed": "on"}
        files = GOOD if path == "dry-runs" else None
        answer = await reader.post(
            f"{PROGRAMME}/{path}", sent, page="/cisco/staff/candidates", files=files
        )
        assert answer.status_code == 403
    assert "Stop it" not in (await reader.get(f"{PROGRAMME}/dry-runs/run-2")).text
    assert not world.tried
