"""Roles of staff, and the record of what was done

Old and new versions of the service run side by side while a migration is rolled out: add first,
fill and switch in the next release, remove in the one after.

Revision: 0006, after 0005, 2026-11-22
"""

import json
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

import shared.tables

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# Whoever had all of these until now was an administrator without the word.
_ALL_UNTIL_NOW = {
    "authorizations:write",
    "calls:read",
    "candidates:read",
    "certifications:write",
    "completions:review",
    "credits:write",
    "emails:read",
    "events:manage",
    "imports:read",
    "imports:write",
    "programmes:write",
    "results:write",
}


def upgrade() -> None:
    """Bring the tables to this version."""
    op.create_table(
        "audit_entries",
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("at", shared.tables.UTCDateTime(timezone=True), nullable=False),
        sa.Column("action", sa.String(length=80), nullable=False),
        sa.Column("by_kind", sa.String(length=20), nullable=False),
        sa.Column("by_id", sa.String(length=80), nullable=True),
        sa.Column("by_name", sa.Text(), nullable=True),
        sa.Column("subject", sa.String(length=80), nullable=True),
        sa.Column("details", shared.tables.JSONDocument(), nullable=False),
        sa.Column("request_id", sa.String(length=80), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
    )
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.create_index("ix_audit_entries_programme_id", ["programme", "id"], unique=False)
        batch_op.create_index(
            "ix_audit_entries_programme_subject", ["programme", "subject"], unique=False
        )
        batch_op.create_index(
            "ix_audit_entries_programme_by_id", ["programme", "by_id"], unique=False
        )

    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.alter_column("password_hash", existing_type=sa.Text(), nullable=True)

    op.create_table(
        "staff_roles",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("given_at", shared.tables.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff.id"],
            name=op.f("fk_staff_roles_staff_id_staff"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("staff_id", "programme", "role", name=op.f("pk_staff_roles")),
    )
    op.create_table(
        "staff_links",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("created_at", shared.tables.UTCDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", shared.tables.UTCDateTime(timezone=True), nullable=False),
        sa.Column("used_at", shared.tables.UTCDateTime(timezone=True), nullable=True),
        sa.Column("void_at", shared.tables.UTCDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff.id"],
            name=op.f("fk_staff_links_staff_id_staff"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_staff_links_token_hash")),
    )
    with op.batch_alter_table("staff_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_links_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_staff_links_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "staff_link_requests",
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("requested_at", shared.tables.UTCDateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_link_requests")),
    )
    _make_imports()
    with op.batch_alter_table("api_clients", schema=None) as batch_op:
        for name in ("last_used_at", "revoked_at"):
            batch_op.add_column(
                sa.Column(name, shared.tables.UTCDateTime(timezone=True), nullable=True)
            )
    with op.batch_alter_table("api_client_secrets", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("last_used_at", shared.tables.UTCDateTime(timezone=True), nullable=True)
        )
    _name_administrators()


def _make_imports() -> None:
    op.create_table(
        "account_imports",
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("by_id", sa.String(length=80), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=True),
        sa.Column("welcome", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("made", sa.Integer(), nullable=False),
        sa.Column("already_there", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("started_at", shared.tables.UTCDateTime(timezone=True), nullable=False),
        sa.Column("finished_at", shared.tables.UTCDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_imports")),
    )
    with op.batch_alter_table("account_imports", schema=None) as batch_op:
        batch_op.create_index("ix_account_imports_programme_id", ["programme", "id"], unique=False)
    op.create_table(
        "account_import_rows",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("candidate_id", sa.String(length=40), nullable=True),
        sa.Column("faults", shared.tables.JSONDocument(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["account_imports.id"],
            name=op.f("fk_account_import_rows_import_id_account_imports"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("import_id", "row", name=op.f("pk_account_import_rows")),
    )
    with op.batch_alter_table("account_import_rows", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_account_import_rows_candidate_id"), ["candidate_id"], unique=False
        )


def _name_administrators() -> None:
    here = op.get_bind()
    given = datetime.now(UTC)
    members = sa.table(
        "staff",
        sa.column("id", sa.Uuid()),
        sa.column("programmes", shared.tables.JSONDocument()),
        sa.column("scopes", shared.tables.JSONDocument()),
    )
    roles = sa.table(
        "staff_roles",
        sa.column("staff_id", sa.Uuid()),
        sa.column("programme", sa.String()),
        sa.column("role", sa.String()),
        sa.column("given_at", shared.tables.UTCDateTime()),
    )
    for member_id, programmes, scopes in here.execute(sa.select(members)).all():
        if set(_read(scopes)) >= _ALL_UNTIL_NOW:
            for programme in _read(programmes):
                row = {"staff_id": member_id, "programme": programme, "given_at": given}
                here.execute(sa.insert(roles).values(**row, role="administrator"))


def _read(document: object) -> list[str]:
    found: list[str] = json.loads(document) if isinstance(document, str) else document  # type: ignore[assignment]  # the driver has read it
    return found


def downgrade() -> None:
    """Take the tables back to the version before."""
    with op.batch_alter_table("api_client_secrets", schema=None) as batch_op:
        batch_op.drop_column("last_used_at")
    with op.batch_alter_table("api_clients", schema=None) as batch_op:
        batch_op.drop_column("revoked_at")
        batch_op.drop_column("last_used_at")
    op.drop_table("account_import_rows")
    op.drop_table("account_imports")
    op.drop_table("staff_link_requests")
    op.drop_table("staff_links")
    op.drop_table("staff_roles")
    op.execute(sa.text("DELETE FROM staff WHERE password_hash IS NULL"))
    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.alter_column("password_hash", existing_type=sa.Text(), nullable=False)
    op.drop_table("audit_entries")
