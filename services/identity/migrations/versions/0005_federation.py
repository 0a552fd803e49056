"""Accounts at other providers

Old and new versions of the service run side by side while a migration is rolled out: add first,
fill and switch in the next release, remove in the one after.

Revision: 0005, after 0004, 2026-11-22
"""

import sqlalchemy as sa
from alembic import op

import shared.tables

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this version."""
    _create_external_identities()
    _create_pending_identities()
    op.create_table(
        "federated_flows",
        sa.Column("state_hash", sa.String(length=64), nullable=False),
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("candidate_id", sa.String(length=40), nullable=True),
        sa.Column("expires_at", shared.tables.UTCDateTime(timezone=True), nullable=False),
        sa.Column("used_at", shared.tables.UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["candidate_id"],
            ["candidates.candidate_id"],
            name=op.f("fk_federated_flows_candidate_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_federated_flows")),
    )
    with op.batch_alter_table("federated_flows", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_federated_flows_candidate_id"), ["candidate_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_federated_flows_expires_at"), ["expires_at"], unique=False
        )


def _create_external_identities() -> None:
    op.create_table(
        "external_identities",
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("candidate_id", sa.String(length=40), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("linked_at", shared.tables.UTCDateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", shared.tables.UTCDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["candidate_id"],
            ["candidates.candidate_id"],
            name=op.f("fk_external_identities_candidate_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_external_identities")),
        sa.UniqueConstraint(
            "programme", "issuer", "subject", name=op.f("uq_external_identities_programme")
        ),
    )
    with op.batch_alter_table("external_identities", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_external_identities_candidate_id"), ["candidate_id"], unique=False
        )


def _create_pending_identities() -> None:
    op.create_table(
        "pending_identities",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("given_name", sa.Text(), nullable=False),
        sa.Column("family_name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("candidate_id", sa.String(length=40), nullable=True),
        sa.Column("created_at", shared.tables.UTCDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", shared.tables.UTCDateTime(timezone=True), nullable=False),
        sa.Column("used_at", shared.tables.UTCDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["candidate_id"],
            ["candidates.candidate_id"],
            name=op.f("fk_pending_identities_candidate_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pending_identities")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_pending_identities_token_hash")),
    )
    with op.batch_alter_table("pending_identities", schema=None) as batch_op:
        batch_op.create_index(
            "ix_pending_identities_account", ["programme", "issuer", "subject"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_pending_identities_candidate_id"), ["candidate_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_pending_identities_expires_at"), ["expires_at"], unique=False
        )


def downgrade() -> None:
    """Take the tables back to the version before."""
    op.drop_table("federated_flows")
    op.drop_table("pending_identities")
    op.drop_table("external_identities")
