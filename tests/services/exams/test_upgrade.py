"""What was stored by the release before is there after its tables have been changed."""

from pathlib import Path

from alembic import command
from sqlalchemy import create_engine, text

from shared.migrations import configuration, upgrade

IMPORT = """
INSERT INTO imports (id, kind, programme, name, uploaded_by, columns, state, rows, done, accepted,
  duplicates, rejected, attempts, created_at, touched_at)
VALUES ('a', 'results', 'cisco', 'file.csv', 'staff', '[]', 'running', 2, 1, 0, 0, 1, 0,
  '2026-11-01 12:00:00', '2026-11-01 12:00:00')
"""


def test_an_import_goes_on_after_an_upgrade_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "exams.sqlite3"
    url = f"sqlite+aiosqlite:///{path}"
    command.upgrade(configuration("exams", url), "0001")
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        connection.execute(text(IMPORT))
        connection.execute(text("INSERT INTO import_chunks VALUES ('a', 1, '[[3, []]]')"))
        connection.execute(text("INSERT INTO import_errors VALUES ('a', 2, '[]', '[]')"))

    upgrade("exams", url)

    with engine.begin() as connection:
        assert connection.execute(text("SELECT * FROM import_chunks")).all() == [
            ("a", 1, "[[3, []]]", None)
        ]
        assert len(connection.execute(text("SELECT * FROM import_errors")).all()) == 1
        assert connection.execute(text("SELECT state, format FROM imports")).all() == [
            ("running", "csv")
        ]
        connection.execute(text("UPDATE import_chunks SET rows = NULL"))

    command.downgrade(configuration("exams", url), "0001")

    with engine.begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM imports")).scalar() == 1
        assert connection.execute(text("SELECT count(*) FROM import_errors")).scalar() == 1
        assert connection.execute(text("SELECT count(*) FROM import_chunks")).scalar() == 0
    engine.dispose()
