"""The first tables of exams

Old and new versions of the service run side by side while a migration is rolled out: add first,
fill and switch in the next release, remove in the one after.

Revision: 0001, the first.
"""

import sqlalchemy as sa
from alembic import op

import shared.tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this version."""
    op.create_table(
        "candidates",
        sa.Column("programme", sa.String(length=32), nullable=False),
        sa.Column("candidate_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("programme", "candidate_id", name=op.f("pk_candidates")),
    )
    op.create_table(
        "imports",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("programme", sa.String(length=32), nullable=False),
        sa.Column("vendor", sa.String(length=32), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("uploaded_by", sa.String(length=200), nullable=False),
        sa.Column("columns", shared.tables.JSONDocument(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("duplicates", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", shared.tables.UTCDateTime(timezone=True), nullable=False),
        sa.Column("touched_at", shared.tables.UTCDateTime(timezone=True), nullable=False),
        sa.Column("finished_at", shared.tables.UTCDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
    )
    op.create_index("ix_imports_programme", "imports", ["programme", "id"], unique=False)
    op.create_index(
        "ix_imports_unfinished",
        "imports",
        ["touched_at"],
        unique=False,
        postgresql_where=sa.text("finished_at IS NULL"),
        sqlite_where=sa.text("finished_at IS NULL"),
    )
    op.create_table(
        "inbox",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("received_at", shared.tables.UTCDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_inbox")),
    )
    op.create_index(op.f("ix_inbox_received_at"), "inbox", ["received_at"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.String(length=80), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("secret", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", shared.tables.UTCDateTime(timezone=True), nullable=False),
        sa.Column("published_at", shared.tables.UTCDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index("ix_outbox_type", "outbox", ["type", "id"], unique=False)
    op.create_index(
        "ix_outbox_unpublished",
        "outbox",
        ["id"],
        unique=False,
        postgresql_where=sa.text("published_at IS NULL"),
        sqlite_where=sa.text("published_at IS NULL"),
    )
    op.create_table(
        "parked",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.String(length=80), nullable=True),
        sa.Column("event_id", sa.String(length=80), nullable=True),
        sa.Column("programme", sa.String(length=40), nullable=True),
        sa.Column("type", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="1", nullable=False),
        sa.Column("parked_at", shared.tables.UTCDateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), server_default="parked", nullable=False),
        sa.Column("settled_at", shared.tables.UTCDateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parked")),
    )
    op.create_table(
        "registrations",
        sa.Column("contact_digest", sa.String(length=64), nullable=True),
        sa.Column("appointment", shared.tables.UTCDateTime(timezone=True), nullable=True),
        sa.Column("programme", sa.String(length=32), nullable=False),
        sa.Column("vendor", sa.String(length=32), nullable=False),
        sa.Column("registration_number", sa.String(length=64), nullable=False),
        sa.Column("exam_code", sa.String(length=32), nullable=False),
        sa.Column("testing_id", sa.String(length=64), nullable=True),
        sa.Column("named_candidate_id", sa.String(length=32), nullable=True),
        sa.Column("candidate_id", sa.String(length=32), nullable=True),
        sa.Column("received_at", shared.tables.UTCDateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registrations")),
        sa.UniqueConstraint(
            "programme", "vendor", "registration_number", name="uq_registrations_natural_key"
        ),
    )
    op.create_index(
        "ix_registrations_candidate",
        "registrations",
        ["programme", "candidate_id"],
        unique=False,
        postgresql_where=sa.text("candidate_id IS NOT NULL"),
        sqlite_where=sa.text("candidate_id IS NOT NULL"),
    )
    op.create_index(
        "ix_registrations_unlinked_candidate",
        "registrations",
        ["named_candidate_id", "programme"],
        unique=False,
        postgresql_where=sa.text("candidate_id IS NULL"),
        sqlite_where=sa.text("candidate_id IS NULL"),
    )
    op.create_index(
        "ix_registrations_unlinked_testing_id",
        "registrations",
        ["testing_id", "vendor", "programme"],
        unique=False,
        postgresql_where=sa.text("candidate_id IS NULL"),
        sqlite_where=sa.text("candidate_id IS NULL"),
    )
    op.create_table(
        "results",
        sa.Column("last_name", sa.String(length=100), nullable=True),
        sa.Column("exam_name", sa.String(length=200), nullable=True),
        sa.Column("grade", sa.String(length=8), nullable=False),
        sa.Column("score", sa.String(length=32), nullable=True),
        sa.Column("exam_date", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("programme", sa.String(length=32), nullable=False),
        sa.Column("vendor", sa.String(length=32), nullable=False),
        sa.Column("registration_number", sa.String(length=64), nullable=False),
        sa.Column("exam_code", sa.String(length=32), nullable=False),
        sa.Column("testing_id", sa.String(length=64), nullable=True),
        sa.Column("named_candidate_id", sa.String(length=32), nullable=True),
        sa.Column("candidate_id", sa.String(length=32), nullable=True),
        sa.Column("received_at", shared.tables.UTCDateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(state = 'waiting') = (candidate_id IS NULL)", name=op.f("ck_results_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_results")),
        sa.UniqueConstraint(
            "programme", "vendor", "registration_number", name="uq_results_natural_key"
        ),
    )
    op.create_index(
        "ix_results_candidate",
        "results",
        ["programme", "candidate_id"],
        unique=False,
        postgresql_where=sa.text("candidate_id IS NOT NULL"),
        sqlite_where=sa.text("candidate_id IS NOT NULL"),
    )
    op.create_index(
        "ix_results_unlinked_candidate",
        "results",
        ["named_candidate_id", "programme"],
        unique=False,
        postgresql_where=sa.text("candidate_id IS NULL"),
        sqlite_where=sa.text("candidate_id IS NULL"),
    )
    op.create_index(
        "ix_results_unlinked_testing_id",
        "results",
        ["testing_id", "vendor", "programme"],
        unique=False,
        postgresql_where=sa.text("candidate_id IS NULL"),
        sqlite_where=sa.text("candidate_id IS NULL"),
    )
    op.create_index(
        "ix_results_waiting",
        "results",
        ["programme", "id"],
        unique=False,
        postgresql_where=sa.text("candidate_id IS NULL"),
        sqlite_where=sa.text("candidate_id IS NULL"),
    )
    op.create_table(
        "testing_ids",
        sa.Column("programme", sa.String(length=32), nullable=False),
        sa.Column("vendor", sa.String(length=32), nullable=False),
        sa.Column("testing_id", sa.String(length=64), nullable=False),
        sa.Column("candidate_id", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint(
            "programme", "vendor", "testing_id", "candidate_id", name=op.f("pk_testing_ids")
        ),
    )
    op.create_index(
        "ix_testing_ids_candidate", "testing_ids", ["programme", "candidate_id"], unique=False
    )
    op.create_table(
        "import_chunks",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["imports.id"],
            name=op.f("fk_import_chunks_import_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("import_id", "first", name=op.f("pk_import_chunks")),
    )
    op.create_table(
        "import_errors",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("faults", shared.tables.JSONDocument(), nullable=False),
        sa.Column("cells", shared.tables.JSONDocument(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["imports.id"],
            name=op.f("fk_import_errors_import_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("import_id", "row_number", name=op.f("pk_import_errors")),
    )


def downgrade() -> None:
    """Take the tables back to the version before."""
    op.drop_table("import_errors")
    op.drop_table("import_chunks")
    op.drop_table("testing_ids")
    op.drop_table("results")
    op.drop_table("registrations")
    op.drop_table("parked")
    op.drop_table("outbox")
    op.drop_table("inbox")
    op.drop_table("imports")
    op.drop_table("candidates")
