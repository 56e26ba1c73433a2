"""Citations keep the result that they cite, so that years later the page shows the numbers that were quoted.

The result stands as text and not as jsonb: its digest is of these very bytes, and jsonb would order and space
them anew. Append-only like the ledger's history. A row says nothing of who cited.
"""

import sqlalchemy as sa
from alembic import op

revision = "citations"
down_revision = "documents_gone"
branch_labels = None
depends_on = None

KINDS = "'reading', 'why', 'comparison', 'deployment', 'claim', 'claims'"
KNOWN_YEARS = "between '1000-01-01 00:00+00' and '2999-12-31 23:59+00'"


def upgrade() -> None:
    op.create_table(
        "citations",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("version_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rule_set", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("publisher", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("cited_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("key ~ '^[a-z2-7]{16}$'", name=op.f("citations_key_is_plain")),
        sa.CheckConstraint(f"kind in ({KINDS})", name=op.f("citations_kind_is_known")),
        sa.CheckConstraint("address like '/%'", name=op.f("citations_address_is_a_path")),
        sa.CheckConstraint("version >= 0", name=op.f("citations_versions_from_nought")),
        sa.CheckConstraint("octet_length(result) <= 2000000", name=op.f("citations_result_is_not_too_large")),
        sa.CheckConstraint(
            "digest = encode(sha256(convert_to(result, 'UTF8')), 'hex')",
            name=op.f("citations_digest_is_of_the_result"),
        ),
        sa.CheckConstraint(f"cited_at {KNOWN_YEARS}", name=op.f("citations_cited_in_known_years")),
        sa.CheckConstraint(f"version_at {KNOWN_YEARS}", name=op.f("citations_version_in_known_years")),
        sa.CheckConstraint(
            "'' not in (rule_set, title, sentence, publisher)", name=op.f("citations_no_empty_text")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("citations_pkey")),
        sa.UniqueConstraint("key", name=op.f("citations_one_per_key")),
    )
    for name, timing in (
        ("stand", "before delete on citations for each row"),
        ("never_emptied", "before truncate on citations for each statement"),
        (
            "stand_as_written",
            "after update on citations for each row when (row(" + _each("old") + ") is distinct from row("
            + _each("new") + "))",
        ),
    ):  # fmt: skip
        op.execute(f"create trigger {name} {timing} execute function refuse_change()")


COLUMNS = ("id", "key", "kind", "address", "version", "version_at", "rule_set", "title", "sentence",
           "publisher", "result", "digest", "cited_at")  # fmt: skip


def _each(row: str) -> str:
    return ", ".join(f"{row}.{column}" for column in COLUMNS)


def downgrade() -> None:
    if op.get_bind().scalar(sa.select(sa.exists().select_from(sa.table("citations")))):
        raise RuntimeError("citations holds rows, which a downgrade would lose")
    op.drop_table("citations")
