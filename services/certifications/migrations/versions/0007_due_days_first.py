"""The index of due days begins with the day

Two indexes of candidates began with the programme. Before a table has statistics, PostgreSQL takes
a programme for a few rows, and might go through all of its candidates by this one instead of
finding each by its key.

Revision: 0007, after 0006, 2026-11-23
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this version."""
    with op.batch_alter_table("candidates", schema=None) as batch_op:
        batch_op.drop_index("ix_candidates_due_on")
        batch_op.create_index("ix_candidates_due_on", ["due_on", "programme"], unique=False)


def downgrade() -> None:
    """Take the tables back to the version before."""
    with op.batch_alter_table("candidates", schema=None) as batch_op:
        batch_op.drop_index("ix_candidates_due_on")
        batch_op.create_index("ix_candidates_due_on", ["programme", "due_on"], unique=False)
