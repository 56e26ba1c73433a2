"""Readers report errors, without an account; editors answer each once.

Both stand as they were written, like the ledger's history. A report holds nothing of who sent it: its digest
is of the form's key, which says nothing, and of what was sent, so that a double click reports once.
"""

import sqlalchemy as sa
from alembic import op

revision = "errors_are_reported"
down_revision = "acts_are_told"
branch_labels = None
depends_on = None

KINDS = "'figure', 'source', 'date', 'document', 'duplicate', 'other'"
KNOWN_YEARS = "between '1000-01-01 00:00+00' and '2999-12-31 23:59+00'"
COLUMNS = {
    "error_reports": ("id", "digest", "about", "title", "claim_id", "deployment_id", "measure_id", "source_id",
                      "kind", "words", "url", "version", "reported_at"),
    "report_answers": ("id", "report_id", "outcome", "words", "claim_id", "answered_by", "answered_at"),
}  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "error_reports",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("claim_id", sa.BigInteger(), nullable=True),
        sa.Column("deployment_id", sa.BigInteger(), nullable=True),
        sa.Column("measure_id", sa.BigInteger(), nullable=True),
        sa.Column("source_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("digest ~ '^[0-9a-f]{64}$'", name=op.f("error_reports_content_is_hashed")),
        sa.CheckConstraint("about ~ '^/([^/]|$)'", name=op.f("error_reports_about_is_a_path")),
        sa.CheckConstraint("char_length(about) <= 4000", name=op.f("error_reports_about_is_not_too_long")),
        sa.CheckConstraint(f"kind in ({KINDS})", name=op.f("error_reports_kind_is_known")),
        sa.CheckConstraint("char_length(words) <= 2000", name=op.f("error_reports_words_are_not_too_long")),
        sa.CheckConstraint("url ~* '^https?://'", name=op.f("error_reports_url_is_a_web_address")),
        sa.CheckConstraint("char_length(url) <= 4000", name=op.f("error_reports_url_is_not_too_long")),
        sa.CheckConstraint("version >= 0", name=op.f("error_reports_versions_from_nought")),
        sa.CheckConstraint(f"reported_at {KNOWN_YEARS}", name=op.f("error_reports_reported_in_known_years")),
        sa.CheckConstraint("'' not in (title, words)", name=op.f("error_reports_no_empty_text")),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("error_reports_claim_id_exists")),
        sa.ForeignKeyConstraint(
            ["deployment_id"], ["deployments.id"], name=op.f("error_reports_deployment_id_exists")
        ),
        sa.ForeignKeyConstraint(
            ["measure_id"], ["measures.id"], name=op.f("error_reports_measure_id_exists")
        ),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("error_reports_source_id_exists")),
        sa.PrimaryKeyConstraint("id", name=op.f("error_reports_pkey")),
        sa.UniqueConstraint("digest", name=op.f("error_reports_one_per_digest")),
    )
    op.create_index("error_reports_by_reported_at", "error_reports", ["reported_at", "id"])
    op.create_table(
        "report_answers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("claim_id", sa.BigInteger(), nullable=True),
        sa.Column("answered_by", sa.BigInteger(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "outcome in ('acted_on', 'no_error')", name=op.f("report_answers_outcome_is_known")
        ),
        sa.CheckConstraint("char_length(words) <= 2000", name=op.f("report_answers_words_are_not_too_long")),
        sa.CheckConstraint(
            "claim_id is null or outcome = 'acted_on'", name=op.f("report_answers_claim_only_if_acted_on")
        ),
        sa.CheckConstraint(f"answered_at {KNOWN_YEARS}", name=op.f("report_answers_answered_in_known_years")),
        sa.CheckConstraint("'' not in (words)", name=op.f("report_answers_no_empty_text")),
        sa.ForeignKeyConstraint(
            ["report_id"], ["error_reports.id"], name=op.f("report_answers_report_id_exists")
        ),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("report_answers_claim_id_exists")),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["people.id"], name=op.f("report_answers_answered_by_exists")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("report_answers_pkey")),
        sa.UniqueConstraint("report_id", name=op.f("report_answers_one_per_report_id")),
    )
    op.create_index("report_answers_by_answered_at", "report_answers", ["answered_at", "id"])
    for table, columns in COLUMNS.items():
        old, new = (f"row({', '.join(f'{row}.{column}' for column in columns)})" for row in ("old", "new"))
        for name, timing in (
            ("stand", f"before delete on {table} for each row"),
            ("never_emptied", f"before truncate on {table} for each statement"),
            ("stand_as_written", f"after update on {table} for each row when ({old} is distinct from {new})"),
        ):
            op.execute(f"create trigger {name} {timing} execute function refuse_change()")


def downgrade() -> None:
    for table in reversed(COLUMNS):
        if op.get_bind().scalar(sa.select(sa.exists().select_from(sa.table(table)))):
            raise RuntimeError(f"{table} holds rows, which a downgrade would lose")
        op.drop_table(table)
