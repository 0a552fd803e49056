"""Copies of one's data, and its erasure

Old and new versions of the service run side by side while a migration is rolled out: add first,
fill and switch in the next release, remove in the one after.

Revision: 0010, after 0009, 2026-11-22
"""

import sqlalchemy as sa
from alembic import op

from shared import tables

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

UNSETTLED = sa.text("state IN ('gathering', 'waiting', 'erasing')")


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

    op.create_table(
        "data_requests",
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("candidate_id", sa.String(length=40), nullable=False),
        sa.Column("candidate_ids", tables.JSONDocument(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("asked_by_kind", sa.String(length=12), nullable=False),
        sa.Column("asked_by", sa.String(length=80), nullable=True),
        sa.Column("asked_by_name", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("asked_at", tables.UTCDateTime(timezone=True), nullable=False),
        sa.Column("due_at", tables.UTCDateTime(timezone=True), nullable=True),
        sa.Column("settled_at", tables.UTCDateTime(timezone=True), nullable=True),
        sa.Column("file_key", sa.String(length=200), nullable=True),
        sa.Column("file_bytes", sa.BigInteger(), nullable=True),
        sa.Column("file_digest", sa.String(length=64), nullable=True),
        sa.Column("fetched_at", tables.UTCDateTime(timezone=True), nullable=True),
        sa.Column("late_at", tables.UTCDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_requests")),
    )
    with op.batch_alter_table("data_requests", schema=None) as batch_op:
        batch_op.create_index("ix_data_requests_candidate_id", ["candidate_id"], unique=False)
        batch_op.create_index("ix_data_requests_programme", ["programme", "id"], unique=False)
        batch_op.create_index("ix_data_requests_state", ["state", "due_at"], unique=False)
        batch_op.create_index(
            "uq_data_requests_unsettled",
            ["candidate_id", "kind"],
            unique=True,
            postgresql_where=UNSETTLED,
            sqlite_where=UNSETTLED,
        )
    op.create_table(
        "data_answers",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("service", sa.String(length=40), nullable=False),
        sa.Column("candidate_id", sa.String(length=40), nullable=False),
        sa.Column("file_key", sa.String(length=200), nullable=True),
        sa.Column("file_bytes", sa.BigInteger(), nullable=True),
        sa.Column("file_digest", sa.String(length=64), nullable=True),
        sa.Column("at", tables.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["data_requests.id"],
            name=op.f("fk_data_answers_request_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "request_id", "service", "candidate_id", name=op.f("pk_data_answers")
        ),
    )


def downgrade() -> None:
    """Take the tables back to the version before."""
    op.drop_table("data_answers")
    op.drop_table("data_requests")
    op.drop_table("data_copies")
    op.drop_table("erased_marks")
    op.drop_table("erasures")
