"""The same statement entered twice becomes one claim with an appearance; and such pairs are found.

A merge is a batch whose rows only mean something together: of one claim a revision that repeats the other, of
each claim that named it one that names the other instead. So such a batch is decided as one, and while it waits
the rule that nothing names an appearance looks at what would stand once all of it counts.

Claims that say the same are kept beside the ledger, as the words of the search are: in a table that triggers
keep in step, so that finding them costs nothing however many claims there are.
"""

import sqlalchemy as sa
from alembic import op

revision = "claims_merge"
down_revision = "lists_have_indexes"
branch_labels = None
depends_on = None

FUNCTIONS = r"""
-- Whether a revision that counts is replaced by one of the same batch, which is decided as one.
create function moves_with(claim bigint, given text, batch bigint) returns boolean stable parallel safe
return batch is not null and given is not distinct from 'approved' and exists (
  select from claim_revisions o join batches b on b.id = o.batch_id
  where o.claim_id = claim and o.batch_id = batch and o.verdict is null and b.as_one);

create function batches_are_decided_as_one() returns trigger language plpgsql as $$
begin
  if exists (select from batches where id = new.batch_id and as_one) and exists (
    select from claim_revisions r where r.batch_id = new.batch_id and r.verdict is distinct from new.verdict
    union all
    select from judgements j where j.batch_id = new.batch_id and j.verdict is distinct from new.verdict
  ) then
    raise exception 'of batch % some is decided otherwise, or not at all', new.batch_id
      using errcode = 'integrity_constraint_violation', constraint = tg_table_name || '_' || tg_name;
  end if;
  return null;
end $$;

-- By which a statement is known again: the same source, measure, nature, place, days and figure; or the same
-- measure, nature, days and words. The words have to be a few, or they say nothing.
create function statement_digest(r claim_revisions, kind text) returns uuid stable parallel safe return
  case when coalesce(r.as_of_days, r.period_days) is null then null
  when kind = 'figure' then md5(concat_ws('|', r.deployment_id, r.measure_id, r.nature,
    coalesce(r.place_id, 0), lower(coalesce(r.as_of_days, r.period_days)) - date '1000-01-01',
    upper(coalesce(r.as_of_days, r.period_days)) - date '1000-01-01', r.source_id,
    coalesce(trim_scale(r.low)::text, '-'), coalesce(trim_scale(r.point)::text, '-'),
    coalesce(trim_scale(r.high)::text, '-')))::uuid
  when char_length(r.wording) >= 20 then md5(concat_ws('|', r.deployment_id, r.measure_id, r.nature,
    lower(coalesce(r.as_of_days, r.period_days)) - date '1000-01-01',
    upper(coalesce(r.as_of_days, r.period_days)) - date '1000-01-01',
    regexp_replace(lower(r.wording), '\W+', ' ', 'g')))::uuid
  end;

-- What is alike is about the same measure and days, so of those that changed all are looked at anew.
create function claims_alike_are_known() returns trigger language plpgsql as $$
begin
  if not exists (select from changed where approved_version is not null) then
    return null;
  end if;
  if exists (select from alike) then
    delete from alike a using changed x where a.claim_id = x.claim_id;
    delete from alike where claim_id in (select m.claim_id from SUBJECTS t cross join lateral (
      select c.claim_id from claim_revisions c where MEMBERS offset 0) m);
  end if;
  insert into alike (claim_id, kind, digest)
  select claim_id, kind, digest from (
    select m.claim_id, k.kind, k.digest, count(*) over (partition by k.kind, k.digest) as times
    from SUBJECTS t
    cross join lateral (
      select c.claim_id, statement_digest(c, 'figure') as figure, statement_digest(c, 'wording') as wording
      from claim_revisions c where MEMBERS offset 0) m
    cross join lateral (values ('figure', m.figure), ('wording', m.wording)) as k (kind, digest)
    where k.digest is not null) known
  where times > 1;
  return null;
end $$;
""".replace(
    "SUBJECTS",
    """(select distinct deployment_id, measure_id, coalesce(as_of_days, period_days) as days from changed
      where approved_version is not null and coalesce(as_of_days, period_days) is not null)""",
).replace(
    "MEMBERS",
    """c.deployment_id = t.deployment_id and c.measure_id = t.measure_id
        and coalesce(c.as_of_days, c.period_days) = t.days
        and c.approved_version is not null and c.replaced_version is null and c.repeat_of_id is null""",
)

FILL = """
  insert into alike (claim_id, kind, digest)
  select claim_id, kind, digest from (
    select c.claim_id, k.kind, k.digest, count(*) over (partition by k.kind, k.digest) as times
    from claim_revisions c
    cross join lateral (values ('figure', statement_digest(c, 'figure')),
      ('wording', statement_digest(c, 'wording'))) as k (kind, digest)
    where c.approved_version is not null and c.replaced_version is null and c.repeat_of_id is null
      and k.digest is not null) known
  where times > 1"""

_NAMED = "and may_count(s.verdict, s.replaced_version) and s.repeat_of_id is not null"
_NAMING = "a.repeat_of_id is not null\n      and may_count(r.verdict, r.replaced_version)"
NAMING = (
    (_NAMED, f"{_NAMED} and not moves_with(s.claim_id, s.verdict, a.batch_id)"),
    (_NAMING, f"{_NAMING} and not moves_with(r.claim_id, r.verdict, a.batch_id)"),
)
"""In the rule that claims name one another rightly, what is written otherwise."""


def upgrade() -> None:
    op.add_column(
        "batches", sa.Column("as_one", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.execute("drop trigger stand_as_written on batches")
    op.execute(_stands("batches", ("id", "name", "origin", "recorded_at", "recorded_by", "as_one")))
    op.create_table(
        "alike",
        sa.Column("claim_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("digest", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind in ('figure', 'wording')", name=op.f("alike_kind_is_known")),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("alike_claim_id_exists")),
        sa.PrimaryKeyConstraint("claim_id", "kind", name=op.f("alike_pkey")),
    )
    op.create_index("alike_by_digest", "alike", ["digest", "kind", "claim_id"])
    op.create_index(
        "claim_revisions_by_statement",
        "claim_revisions",
        ["deployment_id", "measure_id", sa.text("coalesce(as_of_days, period_days)")],
        postgresql_where=sa.text(
            "approved_version is not null and replaced_version is null and repeat_of_id is null"
        ),
    )
    op.execute(FUNCTIONS)
    op.execute(FILL)
    _write_anew(NAMING)
    for act in ("insert", "update"):
        op.execute(
            f"create trigger alike_after_{act} after {act} on claim_revisions"
            " referencing new table as changed for each statement execute function claims_alike_are_known()"
        )
    for table in ("claim_revisions", "judgements"):
        op.execute(
            f"create constraint trigger decided_as_one after update on {table} deferrable initially deferred"
            " for each row when (old.verdict is null and new.verdict is not null and new.batch_id is not null)"
            " execute function batches_are_decided_as_one()"
        )


def _write_anew(pairs: tuple[tuple[str, str], ...]) -> None:
    """Take one text for another in the rule of names, whatever else was changed in it."""
    found = sa.text("select pg_get_functiondef(cast('claims_name_one_another_rightly' as regproc))")
    written = op.get_bind().scalar(found)
    for before, after in pairs:
        if before not in written:
            raise RuntimeError(f"the rule of names does not hold “{before}”")
        written = written.replace(before, after)
    op.get_bind().exec_driver_sql(written, execution_options={"no_parameters": True})


def _stands(table: str, columns: tuple[str, ...]) -> str:
    old, new = (f"row({', '.join(f'{row}.{column}' for column in columns)})" for row in ("old", "new"))
    return (
        f"create trigger stand_as_written after update on {table} for each row"
        f" when ({old} is distinct from {new}) execute function refuse_change()"
    )


def downgrade() -> None:
    if op.get_bind().scalar(sa.text("select exists (select from batches where as_one)")):
        raise RuntimeError("batches hold merges, of which a downgrade would not know that they are one")
    for table in ("claim_revisions", "judgements"):
        op.execute(f"drop trigger decided_as_one on {table}")
    for act in ("insert", "update"):
        op.execute(f"drop trigger alike_after_{act} on claim_revisions")
    _write_anew(tuple((after, before) for before, after in NAMING))
    op.execute(
        "drop function claims_alike_are_known, statement_digest, batches_are_decided_as_one, moves_with"
    )
    op.drop_index("claim_revisions_by_statement", "claim_revisions")
    op.drop_table("alike")
    op.execute("drop trigger stand_as_written on batches")
    op.drop_column("batches", "as_one")
    op.execute(_stands("batches", ("id", "name", "origin", "recorded_at", "recorded_by")))
