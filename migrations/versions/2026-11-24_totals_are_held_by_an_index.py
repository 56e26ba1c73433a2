"""Totals are held against those of the same source, and appearances are counted, from indexes alone.

Whoever weighs a batch about a busy deployment has 22,600 totals that the sources of its rows gave before held
against them: two indexes for each of 55 series and 44,000 pages of the table, now 500 pages of one index. The
appearances of a measure of 18,000 claims took a look at each of them and at all 200,000 appearances of the ledger.

At 1,000,000 claims, with 335,000 totals and 200,000 appearances, by_voice takes 29 MB (29,286,400 bytes),
by_statement 54 instead of 39 and by_repeat_of 8 instead of 6.
"""

import sqlalchemy as sa
from alembic import op

revision = "totals_by_an_index"
down_revision = "places_merge"
branch_labels = None
depends_on = None

COUNTS = "approved_version is not null and replaced_version is null"
IS_CLAIM = f"{COUNTS} and repeat_of_id is null"
IS_VOICED = f"nature = 'total' and counts_from is null and repeat_of_id is null and {COUNTS}"
WIDENED = {
    "by_statement": (
        ("deployment_id", "measure_id", "coalesce(as_of_days, period_days)"),
        ("claim_id", "said_day"),
        IS_CLAIM,
    ),
    "by_repeat_of": (("repeat_of_id",), ("approved_version", "replaced_version"), "repeat_of_id is not null"),
}


def make(*, widened: bool) -> None:
    """Each of those that were there anew, with or without what is read beside its order."""
    for name, (order, beside, where) in WIDENED.items():
        op.drop_index(f"claim_revisions_{name}", "claim_revisions")
        op.create_index(
            f"claim_revisions_{name}",
            "claim_revisions",
            [sa.text(column) for column in order],
            postgresql_include=beside if widened else [],
            postgresql_where=sa.text(where),
        )


def upgrade() -> None:
    make(widened=True)
    op.create_index(
        "claim_revisions_by_voice",
        "claim_revisions",
        ["deployment_id", "measure_id", "source_id"],
        postgresql_include=["claim_id", "place_id", "as_of_days", "low", "point", "high"],
        postgresql_where=sa.text(IS_VOICED),
    )


def downgrade() -> None:
    op.drop_index("claim_revisions_by_voice", "claim_revisions")
    make(widened=False)
