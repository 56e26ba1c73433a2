"""The rows of a batch are found by an index: the page of a batch read a million revisions twice for them."""

import sqlalchemy as sa
from alembic import op

revision = "batches_are_found"
down_revision = "other_names_are_proposed"
branch_labels = None
depends_on = None

TABLES = ("claim_revisions", "judgements")


def upgrade() -> None:
    for table in TABLES:
        op.create_index(
            f"{table}_by_batch", table, ["batch_id"], postgresql_where=sa.text("batch_id is not null")
        )


def downgrade() -> None:
    for table in TABLES:
        op.drop_index(f"{table}_by_batch", table)
