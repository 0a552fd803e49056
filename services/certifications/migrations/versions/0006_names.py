"""Which writing of a name a document carries

Old and new versions of the service run side by side while a migration is rolled out: add first,
fill and switch in the next release, remove in the one after.

Revision: 0006, after 0005, 2026-11-22
"""

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this version."""


def downgrade() -> None:
    """Take the tables back to the version before."""
