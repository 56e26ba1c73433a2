"""What readings come to is kept once it was computed, with the inputs that it was computed from.

A first page with a thousand readings cannot compute them; it can look them up. Nothing here is history, and
nothing is believed whose inputs have moved: both tables may be emptied at any time.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "readings_are_kept"
down_revision = "claims_are_counted"
branch_labels = None
depends_on = None

OWNERS = {"source_id": "sources", "deployment_id": "deployments", "measure_id": "measures"}
KEPT = {
    "kept_readings": (("deployment_id", "measure_id"), ("head", "marks", "sample", "points", "fates")),
    "kept_fared": (("source_id", "deployment_id", "measure_id"), ("fared",)),
}


def upgrade() -> None:
    for table, (key, parts) in KEPT.items():
        op.create_table(
            table,
            *(sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=False) for name in key),
            sa.Column("inputs_version", sa.BigInteger(), nullable=False),
            sa.Column("rules", sa.Text(), nullable=False),
            *(sa.Column(name, postgresql.JSONB(), nullable=False) for name in parts),
            *(
                sa.ForeignKeyConstraint([name], [f"{OWNERS[name]}.id"], name=op.f(f"{table}_{name}_exists"))
                for name in key
            ),
            sa.PrimaryKeyConstraint(*key, name=op.f(f"{table}_pkey")),
        )


def downgrade() -> None:
    for table in KEPT:
        op.drop_table(table)
