"""Several e-mail addresses of one person, proven by links

Old and new versions of the service run side by side while a migration is rolled out: add first,
fill and switch in the next release, remove in the one after.

Revision: 0003, after 0002, 2026-11-22
"""

import sqlalchemy as sa
from alembic import op

import shared.tables

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Whoever has a password has followed a link that was mailed to the address.
_FILL = """
INSERT INTO email_addresses
    (candidate_id, email_key, programme, email, is_primary, added_at, verified_at)
SELECT c.candidate_id, c.email_key, c.programme, c.email, :yes, c.registered_at, p.set_at
FROM candidates AS c LEFT JOIN credentials AS p ON p.candidate_id = c.candidate_id
WHERE c.email_key IS NOT NULL AND c.email IS NOT NULL
"""


def upgrade() -> None:
    """Bring the tables to this version."""
    op.create_table(
        "duplicate_addresses",
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("told_at", shared.tables.UTCDateTime(timezone=True), nullable=False),
        sa.Column("case_number", sa.String(length=20), nullable=True),
        sa.PrimaryKeyConstraint("programme", "email_key", name=op.f("pk_duplicate_addresses")),
    )
    op.create_table(
        "registration_numbers",
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("number_key", sa.Text(), nullable=False),
        sa.Column("vendor", sa.String(length=40), nullable=False),
        sa.Column("candidate_id", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint(
            "programme",
            "number_key",
            "vendor",
            "candidate_id",
            name=op.f("pk_registration_numbers"),
        ),
    )
    with op.batch_alter_table("registration_numbers", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_registration_numbers_candidate_id"), ["candidate_id"], unique=False
        )

    op.create_table(
        "score_report_requests",
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("family_name", sa.Text(), nullable=True),
        sa.Column("number_key", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("requested_at", shared.tables.UTCDateTime(timezone=True), nullable=False),
        sa.Column("answered_at", shared.tables.UTCDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_report_requests")),
    )
    with op.batch_alter_table("score_report_requests", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_score_report_requests_requested_at"), ["requested_at"], unique=False
        )

    op.create_table(
        "address_proofs",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("candidate_id", sa.String(length=40), nullable=True),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("details", shared.tables.JSONDocument(), nullable=False),
        sa.Column("created_at", shared.tables.UTCDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", shared.tables.UTCDateTime(timezone=True), nullable=False),
        sa.Column("used_at", shared.tables.UTCDateTime(timezone=True), nullable=True),
        sa.Column("void_at", shared.tables.UTCDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["candidate_id"],
            ["candidates.candidate_id"],
            name=op.f("fk_address_proofs_candidate_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_proofs")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_address_proofs_token_hash")),
    )
    with op.batch_alter_table("address_proofs", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_address_proofs_candidate_id"), ["candidate_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_address_proofs_expires_at"), ["expires_at"], unique=False
        )
        batch_op.create_index(
            "ix_address_proofs_programme_email_key", ["programme", "email_key"], unique=False
        )

    op.create_table(
        "email_addresses",
        sa.Column("candidate_id", sa.String(length=40), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("is_primary", sa.Boolean(), nullable=False),
        sa.Column("added_at", shared.tables.UTCDateTime(timezone=True), nullable=False),
        sa.Column("verified_at", shared.tables.UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["candidate_id"],
            ["candidates.candidate_id"],
            name=op.f("fk_email_addresses_candidate_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("candidate_id", "email_key", name=op.f("pk_email_addresses")),
    )
    with op.batch_alter_table("email_addresses", schema=None) as batch_op:
        batch_op.create_index(
            "ix_email_addresses_programme_email_key", ["programme", "email_key"], unique=False
        )

    with op.batch_alter_table("link_requests", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("answered_at", shared.tables.UTCDateTime(timezone=True), nullable=True)
        )
        batch_op.alter_column("email_key", existing_type=sa.Text(), nullable=True)
        batch_op.create_index(
            batch_op.f("ix_link_requests_requested_at"), ["requested_at"], unique=False
        )

    with op.batch_alter_table("sign_in_links", schema=None) as batch_op:
        batch_op.add_column(sa.Column("email_key", sa.Text(), nullable=True))

    op.execute(sa.text(_FILL).bindparams(sa.bindparam("yes", True, type_=sa.Boolean())))


def downgrade() -> None:
    """Take the tables back to the version before."""
    with op.batch_alter_table("sign_in_links", schema=None) as batch_op:
        batch_op.drop_column("email_key")

    op.execute("DELETE FROM link_requests WHERE email_key IS NULL")
    with op.batch_alter_table("link_requests", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_link_requests_requested_at"))
        batch_op.alter_column("email_key", existing_type=sa.Text(), nullable=False)
        batch_op.drop_column("answered_at")

    with op.batch_alter_table("email_addresses", schema=None) as batch_op:
        batch_op.drop_index("ix_email_addresses_programme_email_key")

    op.drop_table("email_addresses")
    with op.batch_alter_table("address_proofs", schema=None) as batch_op:
        batch_op.drop_index("ix_address_proofs_programme_email_key")
        batch_op.drop_index(batch_op.f("ix_address_proofs_expires_at"))
        batch_op.drop_index(batch_op.f("ix_address_proofs_candidate_id"))

    op.drop_table("address_proofs")
    with op.batch_alter_table("score_report_requests", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_score_report_requests_requested_at"))

    op.drop_table("score_report_requests")
    with op.batch_alter_table("registration_numbers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_registration_numbers_candidate_id"))

    op.drop_table("registration_numbers")
    op.drop_table("duplicate_addresses")
