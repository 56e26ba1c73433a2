"""People sign in: what they sign in with, and what keeps others from guessing it.

Of every secret only a hash is kept. Sign-ins, one-time links, known browsers and failures come and go; API
tokens stay, so that a person can still be told what a program of theirs was allowed to do.
"""

import sqlalchemy as sa
from alembic import op

revision = "people_sign_in"
down_revision = "version_nought"
branch_labels = None
depends_on = None

TABLES = ("failed_sign_ins", "known_browsers", "one_time_links", "sign_ins", "api_tokens")
PEOPLE_RULES = {
    "people_command_line_stays_as_it_is": "name <> 'command-line' or num_nonnulls(password_hash, disabled_at) = 0",
    "people_password_is_hashed": "starts_with(password_hash, '$argon2id$')",
}
STANDING = ("id", "token_hash", "beginning", "person_id", "name", "scopes", "created_at", "expires_at")
"""The columns of an API token that never change."""


def upgrade() -> None:
    for name, rule in PEOPLE_RULES.items():
        op.create_check_constraint(op.f(name), "people", rule)
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("beginning", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scopes", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("'' not in (name, beginning)", name=op.f("api_tokens_no_empty_text")),
        sa.CheckConstraint(
            "expires_at > created_at and expires_at <= created_at + interval '366 days'",
            name=op.f("api_tokens_expire_within_a_year"),
        ),
        sa.CheckConstraint("scopes <@ array['claims', 'imports']", name=op.f("api_tokens_scopes_are_known")),
        sa.CheckConstraint("token_hash ~ '^[0-9a-f]{64}$'", name=op.f("api_tokens_token_is_hashed")),
        sa.CheckConstraint("cardinality(scopes) > 0", name=op.f("api_tokens_have_a_scope")),
        sa.CheckConstraint("last_used_at >= created_at", name=op.f("api_tokens_used_once_created")),
        sa.CheckConstraint("revoked_at >= created_at", name=op.f("api_tokens_revoked_once_created")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("api_tokens_person_id_exists")),
        sa.PrimaryKeyConstraint("id", name=op.f("api_tokens_pkey")),
        sa.UniqueConstraint("token_hash", name=op.f("api_tokens_one_per_token_hash")),
    )
    op.create_index(
        "api_tokens_one_live_per_name",
        "api_tokens",
        ["person_id", "name"],
        unique=True,
        postgresql_where=sa.text("revoked_at is null"),
    )
    op.create_table(
        "known_browsers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("token_hash ~ '^[0-9a-f]{64}$'", name=op.f("known_browsers_token_is_hashed")),
        sa.CheckConstraint("last_seen_at >= first_seen_at", name=op.f("known_browsers_seen_once_known")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("known_browsers_person_id_exists")),
        sa.PrimaryKeyConstraint("id", name=op.f("known_browsers_pkey")),
    )
    op.create_index(op.f("known_browsers_by_person_id"), "known_browsers", ["person_id"], unique=False)
    op.create_index(
        "known_browsers_one_per_person", "known_browsers", ["token_hash", "person_id"], unique=True
    )
    op.create_table(
        "one_time_links",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("purpose in ('invite', 'reset')", name=op.f("one_time_links_purpose_is_known")),
        sa.CheckConstraint("token_hash ~ '^[0-9a-f]{64}$'", name=op.f("one_time_links_token_is_hashed")),
        sa.CheckConstraint("expires_at > created_at", name=op.f("one_time_links_expire_later")),
        sa.CheckConstraint(
            "used_at >= created_at and used_at < expires_at", name=op.f("one_time_links_used_in_time")
        ),
        sa.ForeignKeyConstraint(["created_by"], ["people.id"], name=op.f("one_time_links_created_by_exists")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("one_time_links_person_id_exists")),
        sa.PrimaryKeyConstraint("id", name=op.f("one_time_links_pkey")),
        sa.UniqueConstraint("token_hash", name=op.f("one_time_links_one_per_token_hash")),
    )
    op.create_index(
        "one_time_links_one_open_per_person",
        "one_time_links",
        ["person_id"],
        unique=True,
        postgresql_where=sa.text("used_at is null"),
    )
    op.create_table(
        "sign_ins",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("signed_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("browser", sa.Text(), nullable=True),
        sa.Column("network", sa.Text(), nullable=True),
        sa.CheckConstraint("'' not in (browser, network)", name=op.f("sign_ins_no_empty_text")),
        sa.CheckConstraint("token_hash ~ '^[0-9a-f]{64}$'", name=op.f("sign_ins_token_is_hashed")),
        sa.CheckConstraint("expires_at > signed_in_at", name=op.f("sign_ins_expire_later")),
        sa.CheckConstraint("last_seen_at >= signed_in_at", name=op.f("sign_ins_seen_once_signed_in")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("sign_ins_person_id_exists")),
        sa.PrimaryKeyConstraint("id", name=op.f("sign_ins_pkey")),
        sa.UniqueConstraint("token_hash", name=op.f("sign_ins_one_per_token_hash")),
    )
    op.create_index(op.f("sign_ins_by_person_id"), "sign_ins", ["person_id"], unique=False)
    op.create_table(
        "failed_sign_ins",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("network", sa.Text(), nullable=True),
        sa.Column("browser_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("'' not in (network)", name=op.f("failed_sign_ins_no_empty_text")),
        sa.CheckConstraint("account ~ '^[0-9a-f]{64}$'", name=op.f("failed_sign_ins_account_is_hashed")),
        sa.ForeignKeyConstraint(
            ["browser_id"],
            ["known_browsers.id"],
            name=op.f("failed_sign_ins_browser_id_exists"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("failed_sign_ins_pkey")),
    )
    op.create_index(op.f("failed_sign_ins_by_account_at"), "failed_sign_ins", ["account", "at"], unique=False)
    op.create_index(op.f("failed_sign_ins_by_at"), "failed_sign_ins", ["at"], unique=False)
    op.create_index(op.f("failed_sign_ins_by_network_at"), "failed_sign_ins", ["network", "at"], unique=False)
    tokens_stand()


def tokens_stand() -> None:
    """No API token goes, and what it may do stays what it was; once revoked it stays revoked."""
    old, new = (", ".join(f"{row}.{column}" for column in STANDING) for row in ("old", "new"))
    for name, timing in {
        "stand": "before delete on api_tokens for each row",
        "never_emptied": "before truncate on api_tokens for each statement",
        "stand_as_written": f"after update on api_tokens for each row when (row({old}) is distinct from row({new}))",
        "revoked_once": "after update on api_tokens for each row"
        " when (old.revoked_at is not null and new.revoked_at is distinct from old.revoked_at)",
    }.items():
        op.execute(f"create trigger {name} {timing} execute function refuse_change()")


def downgrade() -> None:
    if op.get_bind().scalar(sa.select(sa.exists().select_from(sa.table("api_tokens")))):
        raise RuntimeError("api_tokens holds rows, which a downgrade would lose")
    for table in TABLES:
        op.drop_table(table)
    for name in PEOPLE_RULES:
        op.drop_constraint(op.f(name), "people", type_="check")
