"""What the erasure of a person leaves

Old and new versions of the service run side by side while a migration is rolled out: add first,
fill and switch in the next release, remove in the one after.

Revision: 0004, after 0003, 2026-11-22
"""

import sqlalchemy as sa
from alembic import op

from shared import tables

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this version."""
    op.create_table(
        "erasures",
        sa.Column("candidate_id", sa.String(length=40), nullable=False),
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("keep", tables.JSONDocument(), nullable=False),
        sa.Column("traces", tables.JSONDocument(), nullable=True),
        sa.Column("erased_at", tables.UTCDateTime(timezone=True), nullable=False),
        sa.Column("settles_at", tables.UTCDateTime(timezone=True), nullable=False),
        sa.Column("swept_at", tables.UTCDateTime(timezone=True), nullable=True),
        sa.Column("finished_at", tables.UTCDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("candidate_id", name=op.f("pk_erasures")),
    )
    op.create_table(
        "erased_marks",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("until", tables.UTCDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_erased_marks")),
    )
    op.create_table(
        "data_copies",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("candidate_ids", tables.JSONDocument(), nullable=False),
        sa.Column("requested_at", tables.UTCDateTime(timezone=True), nullable=False),
        sa.Column("written_at", tables.UTCDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_data_copies")),
    )


def downgrade() -> None:
    """Take the tables back to the version before."""
    op.drop_table("data_copies")
    op.drop_table("erased_marks")
    op.drop_table("erasures")
