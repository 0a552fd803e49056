"""Dry runs, re-evaluations, and the versions of the programmes' files

Old and new versions of the service run side by side while a migration is rolled out: add first,
fill and switch in the next release, remove in the one after.

Revision: 0003, 2026-11-22 11:40:00.000000
"""

import sqlalchemy as sa
from alembic import op

import shared.tables

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

UNFINISHED = sa.text("finished_at IS NULL")


def upgrade() -> None:
    """Bring the tables to this version."""
    op.create_table(
        "programme_versions",
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("files", shared.tables.JSONDocument(), nullable=False),
        sa.Column("first_loaded_at", shared.tables.UTCDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("programme", "fingerprint", name=op.f("pk_programme_versions")),
    )
    op.create_table(
        "dry_runs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("requested_by", sa.String(length=200), nullable=False),
        sa.Column("requested_by_name", sa.Text(), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("before", sa.String(length=64), nullable=False),
        sa.Column("after", sa.String(length=64), nullable=False),
        sa.Column("files", shared.tables.JSONDocument(), nullable=False),
        sa.Column("changed_files", shared.tables.JSONDocument(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("cursor", sa.String(length=40), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.Column("certifications", shared.tables.JSONDocument(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("owner", sa.Uuid(), nullable=True),
        sa.Column("lease_until", shared.tables.UTCDateTime(timezone=True), nullable=True),
        sa.Column("created_at", shared.tables.UTCDateTime(timezone=True), nullable=False),
        sa.Column("finished_at", shared.tables.UTCDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dry_runs")),
    )
    with op.batch_alter_table("dry_runs", schema=None) as batch_op:
        batch_op.create_index("ix_dry_runs_programme", ["programme", "id"], unique=False)
        batch_op.create_index(
            "ix_dry_runs_unfinished",
            ["created_at"],
            unique=False,
            postgresql_where=UNFINISHED,
            sqlite_where=UNFINISHED,
        )

    op.create_table(
        "dry_run_lines",
        sa.Column("dry_run_id", sa.Uuid(), nullable=False),
        sa.Column("candidate_id", sa.String(length=40), nullable=False),
        sa.Column("certification", sa.String(length=80), nullable=False),
        sa.Column("change", sa.String(length=6), nullable=False),
        sa.Column("before_status", sa.String(length=20), nullable=False),
        sa.Column("before_active_on", sa.Date(), nullable=True),
        sa.Column("before_expires_on", sa.Date(), nullable=True),
        sa.Column("after_status", sa.String(length=20), nullable=False),
        sa.Column("after_active_on", sa.Date(), nullable=True),
        sa.Column("after_expires_on", sa.Date(), nullable=True),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dry_run_id"],
            ["dry_runs.id"],
            name=op.f("fk_dry_run_lines_dry_run_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "dry_run_id", "candidate_id", "certification", name=op.f("pk_dry_run_lines")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reevaluations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("requested_by", sa.String(length=200), nullable=False),
        sa.Column("requested_by_name", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("cursor", sa.String(length=40), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", shared.tables.UTCDateTime(timezone=True), nullable=False),
        sa.Column("touched_at", shared.tables.UTCDateTime(timezone=True), nullable=False),
        sa.Column("finished_at", shared.tables.UTCDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reevaluations")),
    )
    with op.batch_alter_table("reevaluations", schema=None) as batch_op:
        batch_op.create_index("ix_reevaluations_programme", ["programme", "id"], unique=False)
        batch_op.create_index(
            "uq_reevaluations_unfinished",
            ["programme"],
            unique=True,
            postgresql_where=UNFINISHED,
            sqlite_where=UNFINISHED,
        )


def downgrade() -> None:
    """Take the tables back to the version before."""
    with op.batch_alter_table("reevaluations", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_reevaluations_unfinished", postgresql_where=UNFINISHED, sqlite_where=UNFINISHED
        )
        batch_op.drop_index("ix_reevaluations_programme")

    op.drop_table("reevaluations")
    op.drop_table("dry_run_lines")
    with op.batch_alter_table("dry_runs", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_dry_runs_unfinished", postgresql_where=UNFINISHED, sqlite_where=UNFINISHED
        )
        batch_op.drop_index("ix_dry_runs_programme")

    op.drop_table("dry_runs")
    op.drop_table("programme_versions")
