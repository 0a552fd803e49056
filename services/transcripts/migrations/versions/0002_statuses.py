"""The status of each holding, and the programme's own word for it

Old and new versions of the service run side by side while a migration is rolled out: add first,
fill and switch in the next release, remove in the one after.

Revision: 0002, 2026-11-22 11:40:00.000000
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this version."""
    with op.batch_alter_table("holdings", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("status", sa.String(length=20), server_default="active", nullable=False)
        )
        batch_op.add_column(sa.Column("status_text", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("grace_until", sa.Date(), nullable=True))


def downgrade() -> None:
    """Take the tables back to the version before."""
    with op.batch_alter_table("holdings", schema=None) as batch_op:
        batch_op.drop_column("grace_until")
        batch_op.drop_column("status_text")
        batch_op.drop_column("status")
