"""The index of each order holds all that narrows a list, so that what does not answer is passed in it alone.

Before, a list by several filters, or in the order of sources, looked at up to 40,000 claims and more for a page of 50:
0.1 to 0.9 s of a million claims where it now takes some 20 ms. Claims that were set aside or retracted are looked
up by their numbers, and what narrows them is read from that index. It takes some 240 MB of a million claims
(2.0 GB with all indexes), as the measurements in docs/scaling.md say.
"""

import sqlalchemy as sa
from alembic import op

revision = "lists_have_wide_indexes"
down_revision = "names_of_places_are_proposed"
branch_labels = None
depends_on = None

COUNTS = "approved_version is not null and replaced_version is null"
LAST = "(coalesce(upper(as_of_days) - 1, upper(period_days) - 1, '0001-01-01'::date))"
FIGURE = "(coalesce(point, low, high, -1))"
NARROWS = ("deployment_id", "measure_id", "source_id", "nature", "place_id", "repeat_of_id")
BESIDE = (*NARROWS, "said_day", "as_of_days", "period_days", "low", "point", "high")
WIDE = {
    "by_said_day": ("said_day", "claim_id", LAST, *NARROWS),
    "by_last_day": (LAST, "claim_id", "said_day", *NARROWS),
    "by_figure": (FIGURE, "claim_id", "said_day", LAST, *NARROWS),
}
NARROW = {
    "by_said_day": ("said_day", "claim_id", LAST),
    "by_last_day": (LAST, "claim_id", "said_day", "nature", "measure_id"),
    "by_figure": (FIGURE, "claim_id", "nature", "measure_id"),
}
BY_SOURCE = ("source_id", "claim_id", "said_day", LAST, *(one for one in NARROWS if one != "source_id"))


def make(indexes: dict[str, tuple[str, ...]], beside: tuple[str, ...]) -> None:
    """Each index anew; `beside` is what is read beside the claim that counts."""
    op.drop_index("claim_revisions_one_current", "claim_revisions")
    op.create_index(
        "claim_revisions_one_current",
        "claim_revisions",
        ["claim_id"],
        unique=True,
        postgresql_include=beside,
        postgresql_where=sa.text(COUNTS),
    )
    for name, columns in indexes.items():
        op.drop_index(f"claim_revisions_{name}", "claim_revisions")
        _create(name, columns)


def _create(name: str, columns: tuple[str, ...]) -> None:
    op.create_index(
        f"claim_revisions_{name}",
        "claim_revisions",
        [sa.text(column) for column in columns],
        postgresql_where=sa.text(COUNTS),
    )


def upgrade() -> None:
    make(WIDE, BESIDE)
    _create("by_source_listed", BY_SOURCE)


def downgrade() -> None:
    op.drop_index("claim_revisions_by_source_listed", "claim_revisions")
    make(NARROW, ())
