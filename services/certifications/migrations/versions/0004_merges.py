"""Candidates who are one person

Old and new versions of the service run side by side while a migration is rolled out: add first,
fill and switch in the next release, remove in the one after.

Revision: 0004, after 0003, 2026-11-22
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
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


def downgrade() -> None:
    """Take the tables back to the version before."""
    with op.batch_alter_table("candidate_merges", schema=None) as batch_op:
        batch_op.drop_index("ix_candidate_merges_survivor")

    op.drop_table("candidate_merges")
