"""The command line's work on databases, programmes and people."""

import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from typer.testing import CliRunner, Result

from deploy.cli import app
from deploy.demonstration.product import Product
from deploy.demonstration.story import Story
from deploy.embedded.process import EmbeddedProcess
from deploy.members import SERVICES
from tests.deploy.programs import REPOSITORY


def certtrack(*arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments])


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("commands")
    done = certtrack("migrate", "all", "--data", str(data))
    assert done.exit_code == 0, done.output
    return data


@pytest.fixture
def data(migrated: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(migrated, tmp_path / "data"))


def park(data: Path) -> str:
    """An event in certifications that cannot be decoded."""
    name = uuid4().hex
    with sqlite3.connect(data / "certifications.db") as database:
        database.execute(
            "INSERT INTO parked (id, message_id, type, body, error, attempts, parked_at, state)"
            " VALUES (?, ?, 'exams.exam.passed.v1', ?, 'ValueError: torn', 1, ?, 'parked')",
            (name, uuid4().hex, b"[{}", datetime.now(UTC).isoformat()),
        )
    database.close()
    return str(UUID(name))


def test_migrate_makes_one_database_a_service(migrated: Path) -> None:
    assert {path.stem for path in migrated.glob("*.db")} == set(SERVICES)


def test_migrate_can_seed_the_demonstration(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seeded = certtrack("migrate", "all", "--demonstration", "--data", str(data))
    assert seeded.exit_code == 0, seeded.output
    assert "vue-demonstration" in seeded.output
    monkeypatch.setenv("CERTTRACK_ENVIRONMENT", "production")
    production = certtrack("migrate", "all", "--demonstration", "--data", str(data))
    assert production.exit_code == 0, production.output
    assert "vue-demonstration" not in production.output


def test_migrate_refuses_a_service_that_there_is_not() -> None:
    refused = certtrack("migrate", "billing")
    assert refused.exit_code == 2
    assert "There is no service 'billing'" in refused.output


def test_programmes_are_checked() -> None:
    done = certtrack("programmes", "check", "--folder", str(REPOSITORY / "programmes"))
    assert done.exit_code == 0
    assert "cisco: Cisco," in done.output


def test_mistakes_in_programmes_have_file_and_line(tmp_path: Path) -> None:
    shutil.copytree(REPOSITORY / "programmes" / "juniper", tmp_path / "juniper")
    head = tmp_path / "juniper" / "programme.yaml"
    head.write_text(head.read_text().replace("timezone:", "time_zone:"))
    refused = certtrack("programmes", "check", "--folder", str(tmp_path))
    assert refused.exit_code == 2
    assert f"{head}:" in refused.output
    assert "time_zone" in refused.output


def test_a_vendors_client_gets_a_secret_once(data: Path) -> None:
    create = ("clients", "create", "prometric-1", "--vendor", "prometric", "--programme", "cisco")
    made = certtrack(*create, "--data", str(data))
    assert made.exit_code == 0, made.output
    secret = made.output.split()[-1]
    assert len(secret) >= 32
    again = certtrack(*create, "--data", str(data))
    assert again.exit_code == 1
    assert "already" in again.output
    for file in data.glob("identity.db*"):
        assert secret.encode() not in file.read_bytes()


def test_a_client_of_an_unknown_programme_is_refused(data: Path) -> None:
    refused = certtrack(
        *("clients", "create", "x", "--vendor", "vue", "--programme", "acme"),
        *("--data", str(data)),
    )
    assert refused.exit_code == 1
    assert "acme" in refused.output


def test_a_staff_member_is_made(data: Path) -> None:
    create = ("staff", "create", "ada@example.org", "--name", "Ada", "--programme", "cisco")
    made = certtrack(*create, "--password", "a long and calm sentence", "--data", str(data))
    assert made.exit_code == 0, made.output
    assert "Ada <ada@example.org> may sign in for cisco." in made.output
    weak = certtrack(*create, "--password", "password", "--data", str(data))
    assert weak.exit_code == 1


def test_nothing_is_parked(data: Path) -> None:
    assert certtrack("parked", "list", "--data", str(data)).output == "Nothing is parked.\n"


def test_parked_events_are_listed_tried_again_and_discarded(data: Path) -> None:
    event = park(data)
    listed = certtrack("parked", "list", "--data", str(data)).output
    assert event in listed
    assert "ValueError: torn" in listed
    tried = certtrack("parked", "retry", "certifications", "--data", str(data))
    assert f"{event}: failed again, stays parked" in tried.output
    gone = certtrack("parked", "discard", "certifications", event, "--data", str(data))
    assert gone.output == f"{event}: discarded\n"
    assert "Nothing" in certtrack("parked", "list", "--data", str(data)).output
    again = certtrack("parked", "discard", "certifications", event, "--data", str(data))
    assert again.exit_code == 1
    assert "already discarded" in again.output


def test_a_replay_needs_somebody_who_listens(data: Path) -> None:
    deaf = certtrack(
        "events", "replay", "--from", "transcripts", "--to", "exams", "--data", str(data)
    )
    assert deaf.exit_code == 2
    assert "exams listens to nothing that transcripts publishes" in deaf.output


def test_certifications_can_be_rebuilt_from_what_exams_published(tmp_path: Path) -> None:
    # Needs a history: the demonstration's, made by the product itself.
    data = tmp_path / "data"
    with EmbeddedProcess(tmp_path) as product:
        api = Product(product.url)
        Story(api, lambda _: None).run()
        api.close()
    before = held(data)
    assert len(before) > 40
    for file in data.glob("certifications.db*"):
        file.unlink()
    assert certtrack("migrate", "certifications", "--data", str(data)).exit_code == 0
    for producer in ("identity", "exams"):
        done = certtrack(
            "events", "replay", "--from", producer, "--to", "certifications", "--data", str(data)
        )
        assert done.exit_code == 0, done.output
    assert held(data) == before


def held(data: Path) -> set[tuple[str, ...]]:
    """Who holds what, from when to when; not what staff gave, which no other service knows."""
    database = sqlite3.connect(data / "certifications.db")
    try:
        return set(
            database.execute(
                "SELECT candidate_id, code, started_on, expires_on FROM certifications AS held"
                " WHERE NOT EXISTS (SELECT 1 FROM actions WHERE action = 'grant'"
                " AND actions.candidate_id = held.candidate_id AND certification = held.code)"
            )
        )
    finally:
        database.close()
