"""Answers, consents, attributes, postal addresses and votes about help

Old and new versions of the service run side by side while a migration is rolled out: add first,
fill and switch in the next release, remove in the one after.

Revision: 0007, after 0006, 2026-11-22
"""

import sqlalchemy as sa
from alembic import op

import shared.tables

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this version."""
    op.create_table(
        "answers",
        sa.Column("candidate_id", sa.String(length=40), nullable=False),
        sa.Column("question", sa.String(length=80), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("value", shared.tables.JSONDocument(), nullable=False),
        sa.Column("given_at", shared.tables.UTCDateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", shared.tables.UTCDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["candidate_id"],
            ["candidates.candidate_id"],
            name=op.f("fk_answers_candidate_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
    )
    with op.batch_alter_table("answers", schema=None) as batch_op:
        batch_op.create_index(
            "ix_answers_candidate_id_question", ["candidate_id", "question"], unique=False
        )
    op.create_table(
        "article_votes",
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("article", sa.String(length=80), nullable=False),
        sa.Column("voter", sa.String(length=64), nullable=False),
        sa.Column("helpful", sa.Boolean(), nullable=False),
        sa.Column("voted_at", shared.tables.UTCDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("programme", "article", "voter", name=op.f("pk_article_votes")),
    )
    op.create_table(
        "attribute_values",
        sa.Column("candidate_id", sa.String(length=40), nullable=False),
        sa.Column("attribute", sa.String(length=80), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("changed_at", shared.tables.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["candidate_id"],
            ["candidates.candidate_id"],
            name=op.f("fk_attribute_values_candidate_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("candidate_id", "attribute", name=op.f("pk_attribute_values")),
    )
    op.create_table(
        "confirmations",
        sa.Column("candidate_id", sa.String(length=40), nullable=False),
        sa.Column("confirmed_at", shared.tables.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["candidate_id"],
            ["candidates.candidate_id"],
            name=op.f("fk_confirmations_candidate_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("candidate_id", name=op.f("pk_confirmations")),
    )
    op.create_table(
        "postal_addresses",
        sa.Column("candidate_id", sa.String(length=40), nullable=False),
        sa.Column("script", sa.String(length=10), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("given_name", sa.Text(), nullable=False),
        sa.Column("family_name", sa.Text(), nullable=False),
        sa.Column("company", sa.Text(), nullable=False),
        sa.Column("line1", sa.Text(), nullable=False),
        sa.Column("line2", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("postal_code", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("changed_at", shared.tables.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["candidate_id"],
            ["candidates.candidate_id"],
            name=op.f("fk_postal_addresses_candidate_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("candidate_id", "script", name=op.f("pk_postal_addresses")),
    )


def downgrade() -> None:
    """Take the tables back to the version before."""
    op.drop_table("postal_addresses")
    op.drop_table("confirmations")
    op.drop_table("attribute_values")
    op.drop_table("article_votes")
    with op.batch_alter_table("answers", schema=None) as batch_op:
        batch_op.drop_index("ix_answers_candidate_id_question")
    op.drop_table("answers")
