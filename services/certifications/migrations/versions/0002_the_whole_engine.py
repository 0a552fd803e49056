"""Statuses, the clock's days, achievements and the actions of staff

Old and new versions of the service run side by side while a migration is rolled out: add first,
fill and switch in the next release, remove in the one after. What the old version writes is due
at once (`due_on`), so that the clock of the new one looks at it.

Revision: 0002, 2026-11-22 11:30:00.000000
"""

import sqlalchemy as sa
from alembic import op

import shared.tables

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this version."""
    with op.batch_alter_table("candidates", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("due_on", sa.Date(), server_default="1970-01-01", nullable=True)
        )
        batch_op.add_column(sa.Column("reviewed_on", sa.Date(), nullable=True))
        batch_op.create_index("ix_candidates_due_on", ["programme", "due_on"], unique=False)

    with op.batch_alter_table("certifications", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("status", sa.String(length=20), server_default="active", nullable=False)
        )
        batch_op.add_column(sa.Column("grace_until", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("name", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("reminded_on", sa.Date(), nullable=True))

    op.create_table(
        "achievements",
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("candidate_id", sa.String(length=40), nullable=False),
        sa.Column("achievement", sa.String(length=80), nullable=False),
        sa.Column("reached_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint(
            "programme", "candidate_id", "achievement", name=op.f("pk_achievements")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "actions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("candidate_id", sa.String(length=40), nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("certification", sa.String(length=80), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("data", shared.tables.JSONDocument(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("author_id", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_at", shared.tables.UTCDateTime(timezone=True), nullable=False),
        sa.Column("undone_by", sa.Text(), nullable=True),
        sa.Column("undone_by_id", sa.String(length=200), nullable=True),
        sa.Column("undone_at", shared.tables.UTCDateTime(timezone=True), nullable=True),
        sa.Column("undo_reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_actions")),
    )
    with op.batch_alter_table("actions", schema=None) as batch_op:
        batch_op.create_index("ix_actions_candidate", ["programme", "candidate_id"], unique=False)


def downgrade() -> None:
    """Take the tables back to the version before."""
    with op.batch_alter_table("actions", schema=None) as batch_op:
        batch_op.drop_index("ix_actions_candidate")

    op.drop_table("actions")
    op.drop_table("achievements")
    with op.batch_alter_table("certifications", schema=None) as batch_op:
        batch_op.drop_column("reminded_on")
        batch_op.drop_column("name")
        batch_op.drop_column("grace_until")
        batch_op.drop_column("status")

    with op.batch_alter_table("candidates", schema=None) as batch_op:
        batch_op.drop_index("ix_candidates_due_on")
        batch_op.drop_column("reviewed_on")
        batch_op.drop_column("due_on")
