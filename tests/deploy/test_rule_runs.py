"""Dry runs and re-evaluations from the command line, on the data of a product that is stopped."""

import csv
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import httpx2
import psutil
import pytest
from typer.testing import CliRunner, Result

from deploy.cli import app
from deploy.demonstration.product import Product
from deploy.demonstration.story import Story
from deploy.embedded.process import EmbeddedProcess
from deploy.embedded.settings import EmbeddedSettings
from services.identity.demonstration import STAFF_EMAIL, STAFF_PASSWORD
from shared.migrations import upgrade
from tests.deploy.programs import REPOSITORY
from tests.services.certifications.harbour import (
    ANN,
    BEN,
    FIVE_YEARS,
    LAW_WILL_DO,
    NAME,
    ONE_YEAR,
    write,
)

FACT = (
    "INSERT INTO facts (programme, candidate_id, kind, key, version, occurred_on, data)"
    " VALUES ('harbour', ?, 'exam', ?, 1, ?, ?)"
)
CANDIDATE = (
    "INSERT INTO candidates (programme, candidate_id, given_name, family_name, disclosure, version)"
    " VALUES ('harbour', ?, '', '', 0, 0)"
)


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("runs")
    upgrade("certifications", EmbeddedSettings(data=data).database_of("certifications"))
    return data / "certifications.db"


@pytest.fixture
def data(migrated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder in which Ann knows navigation and Ben the law."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "certifications.db").write_bytes(migrated.read_bytes())
    database = sqlite3.connect(folder / "certifications.db")
    with database:
        for who, exam in ((ANN, "NAV"), (BEN, "LAW")):
            document = f'{{"exam": "{exam}", "registration": "{exam}-1"}}'
            database.execute(CANDIDATE, (who,))
            database.execute(FACT, (who, f"{exam}-1", "2025-03-01", document))
    database.close()
    monkeypatch.setenv("CERTTRACK_PROGRAMMES_FOLDER", str(write(tmp_path / "programmes")))
    monkeypatch.chdir(tmp_path)
    return folder


def certtrack(data: Path, command: str, *arguments: str | Path) -> Result:
    given = ["programmes", command, *map(str, arguments), "--data", str(data)]
    return CliRunner().invoke(app, given)


def changed(tmp_path: Path, certifications: str) -> Path:
    folder = tmp_path / "changed"
    folder.mkdir(exist_ok=True)
    (folder / "certifications.yaml").write_text(certifications)
    return folder


def rows(data: Path, query: str) -> Sequence[tuple[object, ...]]:
    database = sqlite3.connect(data / "certifications.db")
    try:
        return database.execute(query).fetchall()
    finally:
        database.close()


def test_a_dry_run_prints_its_counts_and_writes_a_list(data: Path, tmp_path: Path) -> None:
    folder = changed(tmp_path, LAW_WILL_DO)
    done = certtrack(data, "dry-run", NAME, folder, "--as-of", "2026-11-22")
    assert done.exit_code == 0, done.output
    assert "1 of 2 candidates would see a change" in done.output
    assert "1 gained          0 lost          0 other dates  MATE" in done.output
    assert "1 lines in dry-run-harbour-2026-11-22.csv" in done.output
    with (tmp_path / "dry-run-harbour-2026-11-22.csv").open(newline="") as file:
        (line,) = csv.DictReader(file)
    assert (line["candidate_id"], line["certification"], line["change"]) == (BEN, "MATE", "gained")
    assert rows(data, "SELECT count(*) FROM certifications") == [(0,)]


def test_the_list_goes_where_it_is_told(data: Path, tmp_path: Path) -> None:
    folder = changed(tmp_path, ONE_YEAR)
    target = tmp_path / "list.csv"
    done = certtrack(data, "dry-run", NAME, folder, "--csv", target, "--as-of", "2026-11-22")
    assert done.exit_code == 0, done.output
    assert f"{ANN},MATE,lost" in target.read_text()


def test_wrong_files_are_told_with_file_and_line(data: Path, tmp_path: Path) -> None:
    folder = changed(tmp_path, LAW_WILL_DO.replace("exam: LAW", "exam: SEA", 1))
    refused = certtrack(data, "dry-run", NAME, folder)
    assert refused.exit_code == 2
    assert "certifications.yaml:" in refused.output
    assert "unknown exam 'SEA'" in refused.output
    assert rows(data, "SELECT count(*) FROM dry_runs") == [(0,)]


def test_a_stranger_among_the_files_is_refused(data: Path, tmp_path: Path) -> None:
    folder = changed(tmp_path, LAW_WILL_DO)
    (folder / "rules.yaml").write_text("a: 1")
    refused = certtrack(data, "dry-run", NAME, folder)
    assert refused.exit_code == 2
    assert "'rules.yaml' is no file of a programme" in refused.output


@pytest.mark.parametrize("command", ["dry-run", "reevaluate"])
def test_a_programme_that_there_is_not(data: Path, tmp_path: Path, command: str) -> None:
    arguments = [changed(tmp_path, LAW_WILL_DO)] if command == "dry-run" else ["--reason", "Why"]
    refused = certtrack(data, command, "acme", *arguments)
    assert refused.exit_code == 2
    assert "There is no programme 'acme': harbour." in refused.output


def test_everybody_is_evaluated_anew(data: Path, tmp_path: Path) -> None:
    first = certtrack(data, "reevaluate", NAME, "--reason", "The first time")
    assert first.exit_code == 0, first.output
    assert "Harbour Pilots: 2 candidates evaluated under " in first.output
    held = "SELECT candidate_id, expires_on, version FROM certifications"
    assert rows(data, held) == [(ANN, "2029-03-01", 1)]

    write(tmp_path / "programmes", certifications=FIVE_YEARS)
    for _ in range(2):
        again = certtrack(data, "reevaluate", NAME, "--reason", "A year more")
        assert again.exit_code == 0, again.output
        assert rows(data, held) == [(ANN, "2030-03-01", 2)]
    assert rows(data, "SELECT reason, state, requested_by FROM reevaluations ORDER BY id") == [
        ("The first time", "done", "command line"),
        ("A year more", "done", "command line"),
        ("A year more", "done", "command line"),
    ]


def test_one_that_was_broken_off_is_gone_on_with(data: Path) -> None:
    certtrack(data, "reevaluate", NAME, "--reason", "The first time")
    database = sqlite3.connect(data / "certifications.db")
    with database:
        # As a kill after the first candidate leaves it.
        database.execute("DELETE FROM certifications")
        database.execute(
            "UPDATE reevaluations SET state = 'running', finished_at = NULL, cursor = ?, done = 1",
            (ANN,),
        )
    database.close()
    done = certtrack(data, "reevaluate", NAME, "--reason", "Never kept")
    assert done.exit_code == 0, done.output
    assert "is under way: The first time" in done.output
    assert rows(data, "SELECT done, state FROM reevaluations") == [(2, "done")]
    # Ann's part was done, and is not done again.
    assert rows(data, "SELECT count(*) FROM certifications") == [(0,)]


def test_a_candidate_who_cannot_be_evaluated_is_told(data: Path) -> None:
    database = sqlite3.connect(data / "certifications.db")
    with database:
        database.execute("UPDATE facts SET data = '{}' WHERE candidate_id = ?", (ANN,))
    database.close()
    done = certtrack(data, "reevaluate", NAME, "--reason", "The first time")
    assert done.exit_code == 1
    assert f"1 of them could not be. Candidate {ANN} could not be evaluated" in done.output


def test_a_reason_is_needed(data: Path) -> None:
    assert certtrack(data, "reevaluate", NAME).exit_code == 2


def test_the_product_in_one_process_works_a_dry_run_off(tmp_path: Path) -> None:
    kits = (REPOSITORY / "programmes" / "cisco" / "kits.yaml").read_text()
    runs = "/api/certifications/programmes/cisco/dry-runs"
    quick = {"CERTTRACK_DRY_RUN_PORTION": "1"}
    with (
        EmbeddedProcess(tmp_path, environment=quick) as product,
        httpx2.Client(base_url=product.url, timeout=60) as staff,
    ):
        api = Product(product.url)
        Story(api, lambda _: None).run()
        api.close()
        login = {"login": STAFF_EMAIL, "password": STAFF_PASSWORD}
        token = staff.post("/api/identity/staff/sessions", json=login).json()["access_token"]
        staff.headers["authorization"] = f"Bearer {token}"
        made = staff.post(runs, json={"files": {"kits.yaml": kits}})
        assert made.status_code == 202, made.text
        run = made.json()
        while run["finished_at"] is None:
            run = staff.get(f"{runs}/{run['id']}").json()
        assert (run["state"], run["people"], run["problem"]) == ("done", 0, None)
        assert run["done"] == run["total"] >= 30

        # Stopped while it runs again, it leaves no process behind.
        staff.post(runs, json={"files": {"kits.yaml": kits}})
        children: list[psutil.Process] = []
        while not children:
            children = psutil.Process(product.pid).children(recursive=True)
        assert product.stop() == 0
        _, alive = psutil.wait_procs(children, 10)
        assert alive == []
