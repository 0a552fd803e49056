"""Candidates who are one person

Old and new versions of the service run side by side while a migration is rolled out: add first,
fill and switch in the next release, remove in the one after.

Revision: 0004, after 0003, 2026-11-22
"""

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this version."""


def downgrade() -> None:
    """Take the tables back to the version before."""
