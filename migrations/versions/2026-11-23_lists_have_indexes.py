"""Lists are walked in their order, and narrowed, by indexes.

In a ledger of a million claims a list sorted by figure took 1.9 seconds and one of a quiet source 2.3, since all
claims were read for it. An index on a nature is small, because it says the same of many claims; the one on a
source goes on in the order in which its claims came in, so that a list by source begins with the first of each.
"""

import sqlalchemy as sa
from alembic import op

revision = "lists_have_indexes"
down_revision = "spreadsheets_wait"
branch_labels = None
depends_on = None

COUNTS = "approved_version is not null and replaced_version is null"
REVISIONS = {
    "by_nature": ("nature", "measure_id"),
    "by_figure": ("coalesce(point, low, high, -1)", "claim_id"),
    "by_last_day": (
        "coalesce(upper(as_of_days) - 1, upper(period_days) - 1, '0001-01-01'::date)",
        "claim_id",
    ),
}


def upgrade() -> None:
    for name, columns in REVISIONS.items():
        op.create_index(
            f"claim_revisions_{name}",
            "claim_revisions",
            [sa.text(column) for column in columns],
            postgresql_where=sa.text(COUNTS),
        )
    op.create_index(
        "judgements_by_standing", "judgements", ["standing", "claim_id"], postgresql_where=sa.text(COUNTS)
    )
    op.drop_index("claim_revisions_by_source", "claim_revisions")
    op.create_index("claim_revisions_by_source", "claim_revisions", ["source_id", "claim_id"])


def downgrade() -> None:
    op.drop_index("claim_revisions_by_source", "claim_revisions")
    op.create_index("claim_revisions_by_source", "claim_revisions", ["source_id", "replaced_version"])
    op.drop_index("judgements_by_standing", "judgements")
    for name in REVISIONS:
        op.drop_index(f"claim_revisions_{name}", "claim_revisions")
