"""The natural key begins with the number

It serves those who search by the number alone too, so that each row has one index less; and of its
columns the number is the one that tells rows apart.

Revision: 0006, after 0005, 2026-11-23
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = ("registrations", "results")


def upgrade() -> None:
    """Bring the tables to this version."""
    for table in TABLES:
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_constraint(f"uq_{table}_natural_key", type_="unique")
            batch_op.create_unique_constraint(
                f"uq_{table}_natural_key", ["registration_number", "vendor", "programme"]
            )
            batch_op.drop_index(f"ix_{table}_number")


def downgrade() -> None:
    """Take the tables back to the version before."""
    for table in TABLES:
        with op.batch_alter_table(table) as batch_op:
            batch_op.create_index(f"ix_{table}_number", ["registration_number"])
            batch_op.drop_constraint(f"uq_{table}_natural_key", type_="unique")
            batch_op.create_unique_constraint(
                f"uq_{table}_natural_key", ["programme", "vendor", "registration_number"]
            )
