"""What is known of candidates, and the lives of results, registrations and imports

Old and new versions of the service run side by side while a migration is rolled out: add first,
fill and switch in the next release, remove in the one after.

Revision: 0002, after 0001.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

import shared.tables

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


@contextmanager
def referring_rows_kept() -> Iterator[None]:
    """Keep what refers to imports while that table changes.

    SQLite changes a column by making the table anew, and whatever refers to a row of the old
    table goes with it.
    """
    kept = ("import_chunks", "import_errors") if op.get_bind().dialect.name == "sqlite" else ()
    for table in kept:
        op.execute(f"CREATE TEMPORARY TABLE kept_{table} AS SELECT * FROM {table}")  # noqa: S608 - our own
    yield
    for table in kept:
        op.execute(f"INSERT INTO {table} SELECT * FROM kept_{table}")  # noqa: S608 - our own
        op.execute(f"DROP TABLE kept_{table}")


def upgrade() -> None:
    """Bring the tables to this version."""
    with op.batch_alter_table("candidates") as batch_op:
        batch_op.add_column(sa.Column("given_name", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("family_name", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("email", sa.Text(), nullable=True))
        batch_op.add_column(
            sa.Column("family_name_key", sa.Text(), server_default="", nullable=False)
        )
        batch_op.add_column(sa.Column("email_key", sa.Text(), nullable=True))
        batch_op.create_index("ix_candidates_email", ["programme", "email_key"])
        batch_op.create_index("ix_candidates_family_name", ["programme", "family_name_key"])

    with op.batch_alter_table("import_chunks") as batch_op:
        batch_op.add_column(sa.Column("outcomes", sa.Text(), nullable=True))
        batch_op.alter_column("rows", existing_type=sa.TEXT(), nullable=True)

    with referring_rows_kept(), op.batch_alter_table("imports") as batch_op:
        batch_op.add_column(
            sa.Column("format", sa.String(length=80), server_default="csv", nullable=False)
        )
        batch_op.add_column(
            sa.Column("dry_run", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch_op.add_column(
            sa.Column("channel", sa.String(length=16), server_default="upload", nullable=False)
        )
        batch_op.add_column(sa.Column("digest", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("bytes", sa.BigInteger(), nullable=True))
        batch_op.alter_column(
            "kind",
            existing_type=sa.VARCHAR(length=16),
            type_=sa.String(length=32),
            existing_nullable=False,
        )
        batch_op.create_index("ix_imports_digest", ["programme", "digest"])

    with op.batch_alter_table("registrations") as batch_op:
        batch_op.add_column(sa.Column("authorization_id", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("centre", sa.String(length=64), nullable=True))
        batch_op.add_column(
            sa.Column("appointment_stamp", sa.BigInteger(), server_default="0", nullable=False)
        )
        batch_op.add_column(
            sa.Column("cancelled", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch_op.add_column(
            sa.Column("cancelled_stamp", sa.BigInteger(), server_default="0", nullable=False)
        )
        batch_op.add_column(
            sa.Column("no_show", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch_op.add_column(
            sa.Column("no_show_stamp", sa.BigInteger(), server_default="0", nullable=False)
        )
        batch_op.add_column(
            sa.Column("changed_at", shared.tables.UTCDateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(
            sa.Column("content_stamp", sa.BigInteger(), server_default="0", nullable=False)
        )
        batch_op.create_index("ix_registrations_number", ["registration_number"])

    with op.batch_alter_table("results") as batch_op:
        batch_op.add_column(sa.Column("passing_score", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("sections", shared.tables.JSONDocument(), nullable=True))
        batch_op.add_column(
            sa.Column("taken_at", shared.tables.UTCDateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(sa.Column("centre", sa.String(length=64), nullable=True))
        batch_op.add_column(
            sa.Column("vendor_held", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch_op.add_column(
            sa.Column("vendor_held_stamp", sa.BigInteger(), server_default="0", nullable=False)
        )
        batch_op.add_column(
            sa.Column("revoked", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch_op.add_column(
            sa.Column("revoked_stamp", sa.BigInteger(), server_default="0", nullable=False)
        )
        batch_op.add_column(sa.Column("review", sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column("reason", sa.Text(), nullable=True))
        batch_op.add_column(
            sa.Column("changed_at", shared.tables.UTCDateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(
            sa.Column("content_stamp", sa.BigInteger(), server_default="0", nullable=False)
        )
        batch_op.create_index(
            "ix_results_held",
            ["programme", "id"],
            postgresql_where=sa.text("state = 'held'"),
            sqlite_where=sa.text("state = 'held'"),
        )
        batch_op.create_index("ix_results_number", ["registration_number"])


def downgrade() -> None:
    """Take the tables back to the version before."""
    with op.batch_alter_table("results") as batch_op:
        batch_op.drop_index("ix_results_number")
        batch_op.drop_index(
            "ix_results_held",
            postgresql_where=sa.text("state = 'held'"),
            sqlite_where=sa.text("state = 'held'"),
        )
        batch_op.drop_column("content_stamp")
        batch_op.drop_column("changed_at")
        batch_op.drop_column("reason")
        batch_op.drop_column("review")
        batch_op.drop_column("revoked_stamp")
        batch_op.drop_column("revoked")
        batch_op.drop_column("vendor_held_stamp")
        batch_op.drop_column("vendor_held")
        batch_op.drop_column("centre")
        batch_op.drop_column("taken_at")
        batch_op.drop_column("sections")
        batch_op.drop_column("passing_score")

    with op.batch_alter_table("registrations") as batch_op:
        batch_op.drop_index("ix_registrations_number")
        batch_op.drop_column("content_stamp")
        batch_op.drop_column("changed_at")
        batch_op.drop_column("no_show_stamp")
        batch_op.drop_column("no_show")
        batch_op.drop_column("cancelled_stamp")
        batch_op.drop_column("cancelled")
        batch_op.drop_column("appointment_stamp")
        batch_op.drop_column("centre")
        batch_op.drop_column("authorization_id")

    with referring_rows_kept(), op.batch_alter_table("imports") as batch_op:
        batch_op.drop_index("ix_imports_digest")
        batch_op.alter_column(
            "kind",
            existing_type=sa.String(length=32),
            type_=sa.VARCHAR(length=16),
            existing_nullable=False,
        )
        batch_op.drop_column("bytes")
        batch_op.drop_column("digest")
        batch_op.drop_column("channel")
        batch_op.drop_column("dry_run")
        batch_op.drop_column("format")

    op.execute("DELETE FROM import_chunks WHERE rows IS NULL")
    with op.batch_alter_table("import_chunks") as batch_op:
        batch_op.alter_column("rows", existing_type=sa.TEXT(), nullable=False)
        batch_op.drop_column("outcomes")

    with op.batch_alter_table("candidates") as batch_op:
        batch_op.drop_index("ix_candidates_family_name")
        batch_op.drop_index("ix_candidates_email")
        batch_op.drop_column("email_key")
        batch_op.drop_column("family_name_key")
        batch_op.drop_column("email")
        batch_op.drop_column("family_name")
        batch_op.drop_column("given_name")
