"""Which writing of a name a document carries

Old and new versions of the service run side by side while a migration is rolled out: add first,
fill and switch in the next release, remove in the one after.

Revision: 0006, after 0005, 2026-11-22
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this version."""
    with op.batch_alter_table("candidates", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("name_revision", sa.Integer(), server_default="1", nullable=False)
        )


def downgrade() -> None:
    """Take the tables back to the version before."""
    with op.batch_alter_table("candidates", schema=None) as batch_op:
        batch_op.drop_column("name_revision")
