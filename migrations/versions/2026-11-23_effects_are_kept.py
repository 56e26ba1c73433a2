"""What an act did to a reading that takes too many claims for a page is computed in the background, and kept.

The desk promises it where it cannot say beforehand what a change would do. Nothing here is history: the table
may be emptied at any time.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "effects_are_kept"
down_revision = "names_found_apart"
branch_labels = None
depends_on = None

OWNERS = {"version": "acts.version", "deployment_id": "deployments.id", "measure_id": "measures.id"}


def upgrade() -> None:
    op.create_table(
        "kept_effects",
        *(sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=False) for name in OWNERS),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("effect", postgresql.JSONB(), nullable=False),
        *(
            sa.ForeignKeyConstraint([name], [owner], name=op.f(f"kept_effects_{name}_exists"))
            for name, owner in OWNERS.items()
        ),
        sa.PrimaryKeyConstraint(*OWNERS, name=op.f("kept_effects_pkey")),
    )


def downgrade() -> None:
    op.drop_table("kept_effects")
