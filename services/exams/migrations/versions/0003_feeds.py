"""Changes, flags, credits, completions, agreements, authorizations and the log of calls

Old and new versions of the service run side by side while a migration is rolled out: add first,
fill and switch in the next release, remove in the one after.

Revision: 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op

import shared.tables

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this version."""
    op.create_table(
        "acceptances",
        sa.Column("programme", sa.String(length=32), nullable=False),
        sa.Column("candidate_id", sa.String(length=32), nullable=False),
        sa.Column("agreement", sa.String(length=80), nullable=False),
        sa.Column("agreement_version", sa.String(length=40), nullable=False),
        sa.Column("text_digest", sa.String(length=64), nullable=True),
        sa.Column("accepted_at", shared.tables.UTCDateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acceptances")),
        sa.UniqueConstraint(
            "programme",
            "candidate_id",
            "agreement",
            "agreement_version",
            name="uq_acceptances_natural_key",
        ),
    )
    op.create_table(
        "authorizations",
        sa.Column("programme", sa.String(length=32), nullable=False),
        sa.Column("vendor", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=25), nullable=False),
        sa.Column("candidate_id", sa.String(length=32), nullable=False),
        sa.Column("exam_code", sa.String(length=32), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("accommodations", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("vendor_number", sa.String(length=64), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("sent_in", sa.String(length=200), nullable=True),
        sa.Column("sent_at", shared.tables.UTCDateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("updated_at", shared.tables.UTCDateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authorizations")),
        sa.UniqueConstraint("programme", "vendor", "number", name="uq_authorizations_number"),
    )
    op.create_index("ix_authorizations_candidate", "authorizations", ["programme", "candidate_id"])
    op.create_index("ix_authorizations_state", "authorizations", ["programme", "vendor", "state"])
    op.create_table(
        "calls",
        sa.Column("at", shared.tables.UTCDateTime(timezone=True), nullable=False),
        sa.Column("vendor", sa.String(length=32), nullable=False),
        sa.Column("client", sa.String(length=80), nullable=False),
        sa.Column("programmes", sa.Text(), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("method", sa.String(length=8), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("duplicates", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=True),
        sa.Column("request_id", sa.String(length=100), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
    )
    op.create_index("ix_calls_vendor", "calls", ["vendor", "at"])
    op.create_table(
        "candidate_exports",
        sa.Column("programme", sa.String(length=32), nullable=False),
        sa.Column("vendor", sa.String(length=32), nullable=False),
        sa.Column("candidate_id", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("vendor_number", sa.String(length=64), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("sent_in", sa.String(length=200), nullable=False),
        sa.Column("sent_at", shared.tables.UTCDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint(
            "programme", "vendor", "candidate_id", name=op.f("pk_candidate_exports")
        ),
    )
    op.create_table(
        "changes",
        sa.Column("programme", sa.String(length=32), nullable=False),
        sa.Column("vendor", sa.String(length=32), nullable=False),
        sa.Column("registration_number", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("stamp", sa.BigInteger(), nullable=False),
        sa.Column("data", shared.tables.JSONDocument(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("said_by", sa.String(length=200), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("received_at", shared.tables.UTCDateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changes")),
        sa.UniqueConstraint(
            "programme",
            "vendor",
            "registration_number",
            "subject",
            "digest",
            name="uq_changes_statement",
        ),
    )
    op.create_index("ix_changes_received", "changes", ["programme", "received_at"])
    op.create_table(
        "completions",
        sa.Column("programme", sa.String(length=32), nullable=False),
        sa.Column("candidate_id", sa.String(length=32), nullable=False),
        sa.Column("course", sa.String(length=80), nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("file_key", sa.String(length=200), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("file_type", sa.String(length=40), nullable=False),
        sa.Column("file_bytes", sa.Integer(), nullable=False),
        sa.Column("file_digest", sa.String(length=64), nullable=False),
        sa.Column("submitted_at", shared.tables.UTCDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", shared.tables.UTCDateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=200), nullable=True),
        sa.Column("decided_at", shared.tables.UTCDateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_completions")),
    )
    op.create_index("ix_completions_candidate", "completions", ["programme", "candidate_id"])
    op.create_index(
        "ix_completions_submitted",
        "completions",
        ["programme", "id"],
        postgresql_where=sa.text("state = 'submitted'"),
        sqlite_where=sa.text("state = 'submitted'"),
    )
    op.create_table(
        "credits",
        sa.Column("programme", sa.String(length=32), nullable=False),
        sa.Column("vendor", sa.String(length=32), nullable=False),
        sa.Column("external_id", sa.String(length=64), nullable=False),
        sa.Column("testing_id", sa.String(length=64), nullable=True),
        sa.Column("named_candidate_id", sa.String(length=32), nullable=True),
        sa.Column("candidate_id", sa.String(length=32), nullable=True),
        sa.Column("activity", sa.Text(), nullable=False),
        sa.Column("item", sa.String(length=200), nullable=True),
        sa.Column("category", sa.String(length=80), nullable=True),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("points", sa.Numeric(precision=9, scale=2), nullable=False),
        sa.Column("active_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("review", sa.String(length=16), nullable=True),
        sa.Column("withdrawn", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("stamp", sa.BigInteger(), nullable=False),
        sa.Column("received_at", shared.tables.UTCDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", shared.tables.UTCDateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credits")),
        sa.UniqueConstraint("programme", "vendor", "external_id", name="uq_credits_natural_key"),
    )
    op.create_index(
        "ix_credits_candidate",
        "credits",
        ["programme", "candidate_id"],
        postgresql_where=sa.text("candidate_id IS NOT NULL"),
        sqlite_where=sa.text("candidate_id IS NOT NULL"),
    )
    op.create_index("ix_credits_external_id", "credits", ["external_id"])
    op.create_index(
        "ix_credits_unlinked_candidate",
        "credits",
        ["named_candidate_id", "programme"],
        postgresql_where=sa.text("candidate_id IS NULL"),
        sqlite_where=sa.text("candidate_id IS NULL"),
    )
    op.create_index(
        "ix_credits_unlinked_testing_id",
        "credits",
        ["testing_id", "vendor", "programme"],
        postgresql_where=sa.text("candidate_id IS NULL"),
        sqlite_where=sa.text("candidate_id IS NULL"),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("client", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", shared.tables.UTCDateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("media_type", sa.String(length=100), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("client", "key", name=op.f("pk_idempotency_keys")),
    )
    op.create_index(op.f("ix_idempotency_keys_created_at"), "idempotency_keys", ["created_at"])
    op.create_table(
        "completion_notes",
        sa.Column("completion_id", sa.Uuid(), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", shared.tables.UTCDateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["completion_id"],
            ["completions.id"],
            name=op.f("fk_completion_notes_completion_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_completion_notes")),
    )
    op.create_index(
        op.f("ix_completion_notes_completion_id"), "completion_notes", ["completion_id"]
    )
    op.create_table(
        "flags",
        sa.Column("result_id", sa.Uuid(), nullable=False),
        sa.Column("programme", sa.String(length=32), nullable=False),
        sa.Column("candidate_id", sa.String(length=32), nullable=False),
        sa.Column("check_name", sa.String(length=32), nullable=False),
        sa.Column("action", sa.String(length=8), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("raised_at", shared.tables.UTCDateTime(timezone=True), nullable=False),
        sa.Column("closed_at", shared.tables.UTCDateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=200), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["result_id"], ["results.id"], name=op.f("fk_flags_result_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flags")),
        sa.UniqueConstraint("result_id", "check_name", name="uq_flags_result_check"),
    )
    op.create_index(
        "ix_flags_open",
        "flags",
        ["programme", "id"],
        postgresql_where=sa.text("closed_at IS NULL"),
        sqlite_where=sa.text("closed_at IS NULL"),
    )


def downgrade() -> None:
    """Take the tables back to the version before."""
    op.drop_table("flags")
    op.drop_table("completion_notes")
    op.drop_table("idempotency_keys")
    op.drop_table("credits")
    op.drop_table("completions")
    op.drop_table("changes")
    op.drop_table("candidate_exports")
    op.drop_table("calls")
    op.drop_table("authorizations")
    op.drop_table("acceptances")
