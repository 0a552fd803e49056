"""Support cases and changes of name

Old and new versions of the service run side by side while a migration is rolled out: add first,
fill and switch in the next release, remove in the one after.

Revision: 0008, after 0007, 2026-11-22
"""

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this version."""


def downgrade() -> None:
    """Take the tables back to the version before."""
