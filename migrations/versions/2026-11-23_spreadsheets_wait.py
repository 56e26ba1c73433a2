"""Spreadsheets wait for whoever brought them, outside the ledger, until they are handed in or thrown away.

A table's rows are stored as they were written and, beside them, as they were read and what they are to the
ledger: so any worker can go on where another one stopped. All of it goes with its table. How somebody mapped
the columns stays, and is proposed again for the next table with the same header.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "spreadsheets_wait"
down_revision = "readings_are_kept"
branch_labels = None
depends_on = None

TABLES = ("column_mappings", "spreadsheet_checks", "spreadsheet_rows", "spreadsheets")
TEXTS = postgresql.ARRAY(sa.Text())
JSON = postgresql.JSONB(astext_type=sa.Text())
MOMENT = sa.DateTime(timezone=True)
OF_SHEET = {"ondelete": "cascade"}


def upgrade() -> None:
    op.create_table(
        "spreadsheets",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("file", sa.LargeBinary(), nullable=True),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("touched_at", MOMENT, nullable=False),
        sa.Column("worksheets", TEXTS, nullable=False),
        sa.Column("worksheet", sa.Text(), nullable=True),
        sa.Column("encoding", sa.Text(), nullable=True),
        sa.Column("header_line", sa.BigInteger(), nullable=False),
        sa.Column("columns", TEXTS, nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("mapping", JSON, nullable=True),
        sa.Column("like_known", sa.Text(), nullable=False),
        sa.Column("checked_version", sa.BigInteger(), nullable=True),
        sa.Column("brings", JSON, nullable=True),
        sa.Column("batch_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("key ~ '^[A-Za-z0-9_-]{16,80}$'", name=op.f("spreadsheets_key_is_plain")),
        sa.CheckConstraint(
            "file is not null or batch_id is not null", name=op.f("spreadsheets_kept_until_handed_in")
        ),
        sa.CheckConstraint("rows >= 0", name=op.f("spreadsheets_rows_counted_from_nought")),
        sa.CheckConstraint("header_line >= 0", name=op.f("spreadsheets_header_line_from_nought")),
        sa.CheckConstraint(
            "like_known in ('appearance', 'claim', 'leave_out')",
            name=op.f("spreadsheets_like_known_is_known"),
        ),
        sa.CheckConstraint("touched_at >= begun_at", name=op.f("spreadsheets_touched_once_begun")),
        sa.CheckConstraint(
            "mapping is null or jsonb_typeof(mapping) = 'object'", name=op.f("spreadsheets_mapping_is_named")
        ),
        sa.CheckConstraint("checked_version >= 0", name=op.f("spreadsheets_versions_from_nought")),
        sa.CheckConstraint(
            "checked_version is null or mapping is not null",
            name=op.f("spreadsheets_mapped_before_checked"),
        ),
        sa.CheckConstraint("'' not in (name, worksheet, encoding)", name=op.f("spreadsheets_no_empty_text")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("spreadsheets_person_id_exists")),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("spreadsheets_batch_id_exists")),
        sa.PrimaryKeyConstraint("id", name=op.f("spreadsheets_pkey")),
        sa.UniqueConstraint("key", name=op.f("spreadsheets_one_per_key")),
    )
    op.create_index("spreadsheets_by_person_id", "spreadsheets", ["person_id"])
    op.create_index("spreadsheets_by_touched_at", "spreadsheets", ["touched_at"])
    op.create_table(
        "spreadsheet_rows",
        sa.Column("spreadsheet_id", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("cells", TEXTS, nullable=False),
        sa.CheckConstraint("line >= 1", name=op.f("spreadsheet_rows_lines_from_one")),
        sa.ForeignKeyConstraint(
            ["spreadsheet_id"],
            ["spreadsheets.id"],
            name=op.f("spreadsheet_rows_spreadsheet_id_exists"),
            **OF_SHEET,
        ),
        sa.PrimaryKeyConstraint("spreadsheet_id", "line", name=op.f("spreadsheet_rows_pkey")),
    )
    op.create_table(
        "spreadsheet_checks",
        sa.Column("spreadsheet_id", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("read", TEXTS, nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("problems", JSON, nullable=False),
        sa.Column("about", sa.Text(), nullable=True),
        sa.CheckConstraint("line >= 1", name=op.f("spreadsheet_checks_lines_from_one")),
        sa.CheckConstraint(
            "kind in ('new', 'changed', 'appearance', 'older', 'unchanged', 'refused')",
            name=op.f("spreadsheet_checks_kind_is_known"),
        ),
        sa.CheckConstraint(
            "jsonb_typeof(problems) = 'array'", name=op.f("spreadsheet_checks_problems_are_listed")
        ),
        sa.CheckConstraint(
            "(coalesce(kind, '') = 'refused') = (problems <> '[]')",
            name=op.f("spreadsheet_checks_refused_for_a_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["spreadsheet_id"],
            ["spreadsheets.id"],
            name=op.f("spreadsheet_checks_spreadsheet_id_exists"),
            **OF_SHEET,
        ),
        sa.PrimaryKeyConstraint("spreadsheet_id", "line", name=op.f("spreadsheet_checks_pkey")),
    )
    op.create_index("spreadsheet_checks_by_kind", "spreadsheet_checks", ["spreadsheet_id", "kind", "line"])
    op.create_table(
        "column_mappings",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("header", sa.Text(), nullable=False),
        sa.Column("mapping", JSON, nullable=False),
        sa.Column("used_at", MOMENT, nullable=False),
        sa.CheckConstraint("header ~ '^[0-9a-f]{64}$'", name=op.f("column_mappings_header_is_hashed")),
        sa.CheckConstraint("jsonb_typeof(mapping) = 'object'", name=op.f("column_mappings_mapping_is_named")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("column_mappings_person_id_exists")),
        sa.PrimaryKeyConstraint("id", name=op.f("column_mappings_pkey")),
        sa.UniqueConstraint("person_id", "header", name="column_mappings_one_per_header"),
    )


def downgrade() -> None:
    # What waits is somebody's work; how columns were mapped is only convenience.
    if op.get_bind().scalar(sa.select(sa.exists().select_from(sa.table("spreadsheets")))):
        raise RuntimeError("spreadsheets holds rows, which a downgrade would lose")
    for table in TABLES:
        op.drop_table(table)
