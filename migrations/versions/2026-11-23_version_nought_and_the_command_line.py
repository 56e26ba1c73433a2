"""The rows without which nothing can be recorded: the ledger at version 0, and the command line as a person.

`muster import` acts in the name of the command line where nobody else is named. It has no password.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "version_nought"
down_revision = "history_stands"
branch_labels = None
depends_on = None

acts = sa.table("acts")
ledger = sa.table("ledger", sa.column("single"), sa.column("version"))
people = sa.table(
    "people",
    *map(sa.column, ("name", "display_name", "role", "pseudonym", "named_in_public")),
    sa.column("created_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    op.bulk_insert(ledger, [{"single": True, "version": 0}])
    op.bulk_insert(
        people,
        [
            {
                "name": "command-line",
                "display_name": "Command line",
                "role": "administrator",
                "pseudonym": "command-line",
                "named_in_public": True,
                "created_at": datetime.now(UTC),
            }
        ],
    )


def downgrade() -> None:
    used = sa.select(
        sa.or_(
            sa.exists().select_from(acts),
            sa.exists().where(people.c.name != "command-line"),
        )
    )
    if op.get_bind().scalar(used):
        raise RuntimeError("the ledger has acts or people, whose names it would lose; export it first")
    for table in (ledger, people):
        op.execute(f"alter table {table.name} disable trigger user")
        op.execute(sa.delete(table))
        op.execute(f"alter table {table.name} enable trigger user")
