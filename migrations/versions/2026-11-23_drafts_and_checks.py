"""The desk: drafts that save themselves, forms that are handed in once, and who may give a verdict.

A draft is nobody's history and may go. A submission keeps the key that a form carried, so that a double
click enters one claim. The log gets an index by what acts were about: when a deployment was last checked,
and what happened to a claim, are asked on every page.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "drafts_and_checks"
down_revision = "people_sign_in"
branch_labels = None
depends_on = None

DECIDED = ("claim_revisions", "judgements")
TABLES = ("submissions", "drafts")

FUNCTIONS = r"""
create function decided_by_a_reviewer() returns trigger language plpgsql as $$
begin
  if not exists (
    select from people
    where id = new.decided_by and role in ('reviewer', 'administrator') and disabled_at is null
  ) then
    raise exception 'person % is no reviewer, and gives no verdict', new.decided_by
      using errcode = 'integrity_constraint_violation', constraint = tg_table_name || '_' || tg_name;
  end if;
  return null;
end $$;

-- What counts names only what counts: nothing approved is left hanging on a claim that is rejected later.
create function names_what_counts() returns trigger language plpgsql as $$
begin
  if exists (
    select from (values (new.repeat_of_id), (new.supersedes_id), (new.part_of_id)) as named (id)
    where id is not null and not exists (
      select from claim_revisions r
      where r.claim_id = named.id and r.approved_version is not null and r.replaced_version is null)
  ) then
    raise exception 'claim % names a claim that is not approved', new.claim_id
      using errcode = 'check_violation', constraint = 'claim_revisions_name_what_counts';
  end if;
  return null;
end $$;
"""


def upgrade() -> None:
    op.execute(FUNCTIONS)
    op.create_index("acts_by_subject", "acts", ["subject", "kind", "at"])
    for table in DECIDED:
        op.create_check_constraint(
            op.f(f"{table}_refused_by_another"),
            table,
            "verdict not in ('sent_back', 'rejected') or decided_by <> recorded_by",
        )
        op.execute(
            f"create trigger decided_by_a_reviewer after update on {table} for each row"
            " when (old.verdict is null and new.verdict in ('approved', 'sent_back', 'rejected'))"
            " execute function decided_by_a_reviewer()"
        )
    op.execute(
        "create trigger name_what_counts after update on claim_revisions for each row"
        " when (old.verdict is null and new.verdict = 'approved'"
        " and num_nonnulls(new.repeat_of_id, new.supersedes_id, new.part_of_id) > 0)"
        " execute function names_what_counts()"
    )
    op.create_table(
        "drafts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("claim_id", sa.BigInteger(), nullable=True),
        sa.Column("based_on", sa.BigInteger(), nullable=True),
        sa.Column("values", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("saves", sa.BigInteger(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("'' not in (act)", name=op.f("drafts_no_empty_text")),
        sa.CheckConstraint(
            "based_on >= 1 and (based_on is null or claim_id is not null)",
            name=op.f("drafts_based_on_a_revision"),
        ),
        sa.CheckConstraint("jsonb_typeof(values) = 'object'", name=op.f("drafts_values_are_named")),
        sa.CheckConstraint("key ~ '^[A-Za-z0-9_-]{16,80}$'", name=op.f("drafts_key_is_plain")),
        sa.CheckConstraint("octet_length(values::text) <= 2000000", name=op.f("drafts_values_fit_a_form")),
        sa.CheckConstraint("saved_at >= begun_at", name=op.f("drafts_saved_once_begun")),
        sa.CheckConstraint("saves >= 1", name=op.f("drafts_saved_from_one")),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("drafts_claim_id_exists")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("drafts_person_id_exists")),
        sa.PrimaryKeyConstraint("id", name=op.f("drafts_pkey")),
        sa.UniqueConstraint("person_id", "key", name=op.f("drafts_one_per_person_id_key")),
    )
    op.create_index(
        "drafts_one_per_claim",
        "drafts",
        ["person_id", "claim_id", "act"],
        unique=True,
        postgresql_where=sa.text("claim_id is not null"),
    )
    op.create_table(
        "submissions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision_id", sa.BigInteger(), nullable=True),
        sa.Column("judgement_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("digest ~ '^[0-9a-f]{64}$'", name=op.f("submissions_content_is_hashed")),
        sa.CheckConstraint("key ~ '^[A-Za-z0-9_-]{16,80}$'", name=op.f("submissions_key_is_plain")),
        sa.CheckConstraint(
            "num_nonnulls(revision_id, judgement_id) <= 1", name=op.f("submissions_made_one_thing")
        ),
        sa.ForeignKeyConstraint(
            ["judgement_id"], ["judgements.id"], name=op.f("submissions_judgement_id_exists")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("submissions_person_id_exists")),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["claim_revisions.id"], name=op.f("submissions_revision_id_exists")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("submissions_pkey")),
        sa.UniqueConstraint("person_id", "key", name=op.f("submissions_one_per_person_id_key")),
    )


def downgrade() -> None:
    # A submission only keeps a form from being entered twice; a draft is somebody's work.
    if op.get_bind().scalar(sa.select(sa.exists().select_from(sa.table("drafts")))):
        raise RuntimeError("drafts holds rows, which a downgrade would lose")
    for table in TABLES:
        op.drop_table(table)
    op.execute("drop function decided_by_a_reviewer, names_what_counts cascade")
    for table in DECIDED:
        op.drop_constraint(op.f(f"{table}_refused_by_another"), table, type_="check")
    op.drop_index("acts_by_subject", "acts")
