"""Candidates who are one person

Old and new versions of the service run side by side while a migration is rolled out: add first,
fill and switch in the next release, remove in the one after.

Revision: 0009, after 0008, 2026-11-22
"""

import sqlalchemy as sa
from alembic import op

import shared.tables

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this version."""
    op.create_table(
        "candidate_merges",
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("candidate_id", sa.String(length=40), nullable=False),
        sa.Column("survivor", sa.String(length=40), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("programme", "candidate_id", name=op.f("pk_candidate_merges")),
    )
    with op.batch_alter_table("candidate_merges", schema=None) as batch_op:
        batch_op.create_index(
            "ix_candidate_merges_survivor", ["programme", "survivor"], unique=False
        )

    op.create_table(
        "merges",
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("first_id", sa.String(length=40), nullable=False),
        sa.Column("second_id", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reasons", shared.tables.JSONDocument(), nullable=False),
        sa.Column("proposed_by", sa.String(length=200), nullable=True),
        sa.Column("proposed_at", shared.tables.UTCDateTime(timezone=True), nullable=False),
        sa.Column("survivor", sa.String(length=40), nullable=True),
        sa.Column("merged_away", sa.String(length=40), nullable=True),
        sa.Column("decided_by", sa.String(length=200), nullable=True),
        sa.Column("decided_by_name", sa.Text(), nullable=True),
        sa.Column("decided_at", shared.tables.UTCDateTime(timezone=True), nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("undo_until", shared.tables.UTCDateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.String(length=200), nullable=True),
        sa.Column("undone_by_name", sa.Text(), nullable=True),
        sa.Column("undone_at", shared.tables.UTCDateTime(timezone=True), nullable=True),
        sa.Column("undo_reason", sa.Text(), nullable=True),
        sa.Column("changed", shared.tables.JSONDocument(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merges")),
    )
    with op.batch_alter_table("merges", schema=None) as batch_op:
        batch_op.create_index(
            "uq_merges_proposed",
            ["programme", "first_id", "second_id"],
            unique=True,
            postgresql_where=sa.text("state = 'proposed'"),
            sqlite_where=sa.text("state = 'proposed'"),
        )
        batch_op.create_index("ix_merges_state", ["programme", "state", "id"], unique=False)
        batch_op.create_index("ix_merges_first_id", ["programme", "first_id"], unique=False)
        batch_op.create_index("ix_merges_second_id", ["programme", "second_id"], unique=False)


def downgrade() -> None:
    """Take the tables back to the version before."""
    op.drop_table("merges")
    with op.batch_alter_table("candidate_merges", schema=None) as batch_op:
        batch_op.drop_index("ix_candidate_merges_survivor")

    op.drop_table("candidate_merges")
