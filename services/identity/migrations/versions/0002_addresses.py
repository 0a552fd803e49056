"""Networks that clients may ask from

Old and new versions of the service run side by side while a migration is rolled out: add first,
fill and switch in the next release, remove in the one after.

Revision: 0002, after 0001, 2026-11-22 14:53:42.913939
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
    with op.batch_alter_table("api_clients", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "addresses", shared.tables.JSONDocument(), server_default="[]", nullable=False
            )
        )


def downgrade() -> None:
    """Take the tables back to the version before."""
    with op.batch_alter_table("api_clients", schema=None) as batch_op:
        batch_op.drop_column("addresses")
