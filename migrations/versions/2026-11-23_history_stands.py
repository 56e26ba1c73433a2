"""Rules that no CHECK can hold: history stands, versions only rise, claims that name one another agree.

Nothing that counts is deleted or overwritten, also not by SQL typed by hand. What may change once (a
verdict, the version at which something ceased to count) may change once. Rules across rows are checked
once per statement, over all rows it added, so that a large import pays for them once.
"""

import sqlalchemy as sa
from alembic import op

revision = "history_stands"
down_revision = "the_ledger"
branch_labels = None
depends_on = None

FIXED = ("acts", "batches", "claims", "deployments", "documents", "measures", "sources")
"""Tables whose rows never change at all."""

NAMED = ("families", "operations", "people", "places")
"""Tables whose rows may be renamed, but never go."""

CLOSED_ONCE = ("deployment_descriptions", "measure_descriptions", "source_descriptions")
DECIDED_ONCE = ("claim_revisions", "judgements")
NUMBERED = {
    "claim_revisions": "claim_id",
    "deployment_descriptions": "deployment_id",
    "judgements": "claim_id",
    "measure_descriptions": "measure_id",
    "source_descriptions": "source_id",
}

FUNCTIONS = r"""
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'rows of % stand as they were written: % is refused', tg_table_name, lower(tg_op)
    using errcode = 'integrity_constraint_violation', constraint = tg_table_name || '_stand';
end $$;

-- Only the columns given to the trigger may change, and each only from empty.
create function refuse_rewrite() returns trigger language plpgsql as $$
declare
  before jsonb := to_jsonb(old);
  after jsonb := to_jsonb(new);
  free text[] := tg_argv;
begin
  if after - free is distinct from before - free or exists (
    select from unnest(free) as name
    where before -> name <> 'null' and before -> name <> 'false' and after -> name <> before -> name
  ) then
    raise exception 'a row of % is decided and closed once, and otherwise stands', tg_table_name
      using errcode = 'integrity_constraint_violation', constraint = tg_table_name || '_stand';
  end if;
  return new;
end $$;

create function versions_rise_by_one() returns trigger language plpgsql as $$
begin
  if new.version <> old.version + 1 then
    raise exception 'the ledger version goes from % to %', old.version, old.version + 1
      using errcode = 'integrity_constraint_violation', constraint = 'ledger_version_rises_by_one';
  end if;
  return new;
end $$;

create function acts_take_the_version() returns trigger language plpgsql as $$
begin
  if new.version <> (select version from ledger) then
    raise exception 'act carries version %, the ledger stands at %', new.version, (select version from ledger)
      using errcode = 'integrity_constraint_violation', constraint = 'acts_take_the_ledger_version';
  end if;
  return new;
end $$;

create function numbers_follow() returns trigger language plpgsql as $$
declare
  broken bigint;
begin
  execute format(
    'select a.%1$I from added a where a.number > 1 and not exists
       (select from %2$I b where b.%1$I = a.%1$I and b.number = a.number - 1) limit 1',
    tg_argv[0], tg_table_name) into broken;
  if broken is not null then
    raise exception 'a number is left out in % of % %', tg_table_name, tg_argv[0], broken
      using errcode = 'integrity_constraint_violation', constraint = tg_table_name || '_numbers_follow';
  end if;
  return null;
end $$;

-- The last day that an event, increment or total covers; an as-of is cut to the day it was said.
create function last_day_counted(nature text, as_of_days daterange, period_days daterange, said_day date)
  returns date immutable parallel safe return
  case nature
    when 'total' then least(upper(as_of_days) - 1, said_day)
    when 'increment' then upper(period_days) - 1
    when 'event' then upper(period_days) - 1
  end;

create function claims_end_after_the_start() returns trigger language plpgsql as $$
declare
  broken record;
begin
  select c.ref, d.starts_on into broken
  from added a
  join deployment_descriptions d on d.deployment_id = a.deployment_id and d.replaced_version is null
  join claims c on c.id = a.claim_id
  where a.repeat_of_id is null
    and last_day_counted(a.nature, a.as_of_days, a.period_days, a.said_day) < d.starts_on
  limit 1;
  if found then
    raise exception 'claim % ends before its deployment starts on %', broken.ref, broken.starts_on
      using errcode = 'check_violation', constraint = 'claim_revisions_end_after_the_start';
  end if;
  return null;
end $$;

create function deployments_start_before_their_claims_end() returns trigger language plpgsql as $$
declare
  broken record;
begin
  select c.ref, d.starts_on into broken
  from added d
  join claim_revisions r on r.deployment_id = d.deployment_id and r.replaced_version is null
  join claims c on c.id = r.claim_id
  where d.replaced_version is null
    and r.repeat_of_id is null
    and coalesce(r.verdict, 'approved') = 'approved'
    and last_day_counted(r.nature, r.as_of_days, r.period_days, r.said_day) < d.starts_on
  limit 1;
  if found then
    raise exception 'claim % ends before %', broken.ref, broken.starts_on
      using errcode = 'check_violation', constraint = 'deployment_descriptions_start_before_claims_end';
  end if;
  return null;
end $$;

-- The revision of a claim that counts, or that waits for its first verdict.
create function standing_revision(claim bigint) returns setof claim_revisions
  stable parallel safe rows 1 begin atomic
  select r.* from claim_revisions r
  where r.claim_id = claim and (r.verdict is null or r.verdict = 'approved') order by r.number desc limit 1;
end;

create function claims_name_one_another_rightly() returns trigger language plpgsql as $$
declare
  broken record;
begin
  -- An appearance is no claim: nothing repeats, restates or is part of one.
  select c.ref, t.ref as named into broken
  from added a
  cross join lateral unnest(array[a.repeat_of_id, a.supersedes_id, a.part_of_id]) as target
  cross join lateral standing_revision(target) s
  join claims c on c.id = a.claim_id
  join claims t on t.id = target
  where s.repeat_of_id is not null
  limit 1;
  if not found then
    select t.ref, c.ref as named into broken
    from added a
    join claim_revisions r on a.claim_id in (r.repeat_of_id, r.supersedes_id, r.part_of_id)
    join claims c on c.id = a.claim_id
    join claims t on t.id = r.claim_id
    where a.repeat_of_id is not null and a.number > 1
      and r.replaced_version is null and coalesce(r.verdict, 'approved') = 'approved'
    limit 1;
  end if;
  if found then
    raise exception 'claim % names %, which is an appearance', broken.ref, broken.named
      using errcode = 'check_violation', constraint = 'claim_revisions_name_claims';
  end if;

  select c.ref, t.ref as named into broken
  from added a
  cross join lateral standing_revision(a.supersedes_id) s
  join claims c on c.id = a.claim_id
  join claims t on t.id = s.claim_id
  where a.supersedes_id is not null and a.repeat_of_id is null and (
    s.source_id <> a.source_id or s.deployment_id <> a.deployment_id or s.measure_id <> a.measure_id
    or lower(s.said_days) > a.said_day
    or (s.nature <> 'plan' and not coalesce(s.as_of_days, s.period_days) && coalesce(a.as_of_days, a.period_days)))
  limit 1;
  if found then
    raise exception 'claim % cannot restate %', broken.ref, broken.named
      using errcode = 'check_violation', constraint = 'claim_revisions_restate_the_same',
      hint = 'the same source, deployment and measure, said earlier, about the same days or a plan';
  end if;

  with recursive chain (start, at, kind) as (
    select a.claim_id, a.supersedes_id, 'supersedes' from added a where a.supersedes_id is not null
    union
    select a.claim_id, a.part_of_id, 'part_of' from added a where a.part_of_id is not null
    union
    select chain.start, case kind when 'supersedes' then s.supersedes_id else s.part_of_id end, kind
    from chain cross join lateral standing_revision(chain.at) s
    where chain.at <> chain.start
      and case kind when 'supersedes' then s.supersedes_id else s.part_of_id end is not null
  )
  select c.ref, chain.kind into broken
  from chain join claims c on c.id = chain.start where chain.at = chain.start limit 1;
  if found then
    raise exception 'claim % comes back to itself by %', broken.ref, broken.kind
      using errcode = 'check_violation', constraint = 'claim_revisions_never_in_a_circle';
  end if;
  return null;
end $$;
"""


def guard(table: str, name: str, timing: str, call: str) -> None:
    """Create one trigger; its name says what it sees to."""
    op.execute(f"create trigger {name} {timing} on {table} {call}")


def upgrade() -> None:
    op.execute(FUNCTIONS)
    each, all_rows = "for each row execute function", "for each statement execute function"
    for table in FIXED:
        guard(table, "stands", "before update or delete", f"{each} refuse_change()")
    for table in NAMED:
        guard(table, "stands", "before delete", f"{each} refuse_change()")
    for table in CLOSED_ONCE:
        guard(table, "stands", "before delete", f"{each} refuse_change()")
        guard(table, "closed_once", "before update", f"{each} refuse_rewrite('replaced_version')")
    columns = (
        "'verdict', 'decided_by', 'decided_at', 'decision_reason', 'approved_alone', 'overridden',"
        " 'approved_version', 'replaced_version'"
    )
    for table in DECIDED_ONCE:
        guard(table, "stands", "before delete", f"{each} refuse_change()")
        guard(table, "decided_once", "before update", f"{each} refuse_rewrite({columns})")
    for table in (*FIXED, *NAMED, *CLOSED_ONCE, *DECIDED_ONCE, "ledger"):
        guard(table, "never_emptied", "before truncate", f"{all_rows} refuse_change()")
    for table, column in NUMBERED.items():
        guard(
            table,
            "numbers_follow",
            "after insert",
            f"referencing new table as added {all_rows} numbers_follow('{column}')",
        )
    guard("ledger", "stands", "before delete", f"{each} refuse_change()")
    guard("ledger", "rises", "before update", f"{each} versions_rise_by_one()")
    guard("acts", "takes_the_version", "before insert", f"{each} acts_take_the_version()")
    added = f"referencing new table as added {all_rows}"
    guard("claim_revisions", "end_after_the_start", "after insert", f"{added} claims_end_after_the_start()")
    guard("claim_revisions", "name_one_another", "after insert", f"{added} claims_name_one_another_rightly()")
    guard(
        "deployment_descriptions",
        "start_before_their_claims_end",
        "after insert",
        f"{added} deployments_start_before_their_claims_end()",
    )
    op.execute("insert into ledger (single, version) values (true, 0)")
    op.execute(
        "insert into people (name, display_name, role, pseudonym, named_in_public, created_at)"
        " values ('command-line', 'Command line', 'administrator', 'command-line', true, now())"
    )


def downgrade() -> None:
    if op.get_bind().scalar(sa.text("select exists(select from claims)")):
        raise RuntimeError("the ledger holds claims, whose history would stand unguarded; export it first")
    for name in (
        "refuse_change", "refuse_rewrite", "versions_rise_by_one", "acts_take_the_version", "numbers_follow",
        "claims_end_after_the_start", "deployments_start_before_their_claims_end",
        "claims_name_one_another_rightly", "standing_revision", "last_day_counted",
    ):  # fmt: skip
        op.execute(f"drop function {name} cascade")
    op.execute("truncate ledger, people cascade")
