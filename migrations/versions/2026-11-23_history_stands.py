"""Rules that no CHECK can hold: history stands, versions only rise, claims that name one another agree.

Nothing that counts is deleted or overwritten, also not by SQL typed by hand. What may change once (a
verdict, the version at which something ceased to count) may change once, and only under a version that the
same transaction made: a reading at a version of the past stays as it was. Rules across rows are checked once
per statement, over all rows it added, so that a large import pays for them once. A rule that is broken names
itself as a constraint would: the table, then the trigger.
"""

import sqlalchemy as sa
from alembic import op

revision = "history_stands"
down_revision = "the_ledger"
branch_labels = None
depends_on = None

DECISION = ("verdict", "decided_by", "decided_at", "decision_reason", "approved_alone", "overridden",
            "approved_version")  # fmt: skip

MAY_CHANGE = {
    "acts": (),
    "batches": (),
    "claim_revisions": (*DECISION, "replaced_version"),
    "claims": (),
    "deployment_descriptions": ("replaced_version",),
    "deployments": (),
    "documents": (),
    "families": ("name",),
    "judgements": (*DECISION, "replaced_version"),
    "ledger": ("version",),
    "measure_descriptions": ("replaced_version",),
    "measures": (),
    "operations": ("name",),
    "people": ("display_name", "role", "named_in_public", "password_hash", "disabled_at"),
    "places": ("name",),
    "source_descriptions": ("replaced_version",),
    "sources": (),
}
"""The columns of each table that an UPDATE may touch."""

DESCRIBES = {
    "deployment_descriptions": "deployment_id",
    "measure_descriptions": "measure_id",
    "source_descriptions": "source_id",
}
DECIDED = {"claim_revisions": "claim_id", "judgements": "claim_id"}

FUNCTIONS = r"""
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'rows of % stand as they were written: this % is refused', tg_table_name, lower(tg_op)
    using errcode = 'integrity_constraint_violation', constraint = tg_table_name || '_' || tg_name;
end $$;

create function refuse_past_version() returns trigger language plpgsql as $$
begin
  raise exception 'a row of % begins or ceases to count at a version that this transaction did not make',
      tg_table_name
    using errcode = 'integrity_constraint_violation', constraint = tg_table_name || '_' || tg_name,
      hint = 'take the next version of the ledger first';
end $$;

-- The first version that this transaction has made; while it has made none, one that is never reached.
create function first_new_version() returns bigint stable parallel safe return
  coalesce(nullif(current_setting('muster.first_new_version', true), '')::bigint, 9223372036854775807);

create function versions_rise_by_one() returns trigger language plpgsql as $$
begin
  if new.version is distinct from old.version + 1 then
    raise exception 'the ledger version goes from % to %', old.version, old.version + 1
      using errcode = 'integrity_constraint_violation', constraint = 'ledger_rises_by_one';
  end if;
  perform set_config('muster.first_new_version', least(first_new_version(), new.version)::text, true);
  return new;
end $$;

create function versions_have_an_act() returns trigger language plpgsql as $$
begin
  if not exists (select from acts where version = new.version) then
    raise exception 'nobody is said to have made version % of the ledger', new.version
      using errcode = 'integrity_constraint_violation', constraint = 'ledger_has_an_act';
  end if;
  return null;
end $$;

create function acts_take_the_version() returns trigger language plpgsql as $$
begin
  if new.version <> (select version from ledger) then
    raise exception 'act carries version %, the ledger stands at %', new.version, (select version from ledger)
      using errcode = 'integrity_constraint_violation', constraint = 'acts_take_the_version';
  end if;
  return new;
end $$;

-- Of the rows that a statement adds PostgreSQL knows no statistics. Where a bad guess would make it look at all
-- claims for each added row, "execute" plans anew instead of keeping the plan made for one row, and "offset 0"
-- or "limit" holds it to look-ups by an index.

-- Numbers leave none out; of descriptions, each begins at the version at which the one before it ceased.
create function numbers_follow() returns trigger language plpgsql as $$
declare
  broken bigint;
begin
  execute format(
    'select a.%1$I from added a where a.number > 1 and not exists
       (select from %2$I b where b.%1$I = a.%1$I and b.number = a.number - 1 %3$s) limit 1',
    tg_argv[0], tg_table_name, case when tg_nargs = 2 then 'and b.replaced_version = a.version' end)
    into broken;
  if broken is not null then
    raise exception 'of % % something is left out in %', tg_argv[0], broken, tg_table_name
      using errcode = 'integrity_constraint_violation', constraint = tg_table_name || '_numbers_follow';
  end if;
  return null;
end $$;

-- Whatever number is higher counts later, and no two numbers at once. A first number has none before it.
create function numbers_count_in_turn() returns trigger language plpgsql as $$
declare
  broken bigint;
begin
  execute format(
    'select a.claim_id from added a join %1$I other using (claim_id)
     where a.number > %2$s and a.approved_version is not null and other.approved_version is not null
       and case when other.number < a.number
         then coalesce(other.replaced_version > a.approved_version, true)
         when other.number > a.number
         then coalesce(a.replaced_version > other.approved_version, true) end
     limit 1', tg_table_name, case tg_op when 'INSERT' then 1 else 0 end) into broken;
  if broken is not null then
    raise exception 'two of % count for claim % at once, or the older after the newer', tg_table_name, broken
      using errcode = 'integrity_constraint_violation', constraint = tg_table_name || '_' || tg_name;
  end if;
  return null;
end $$;

-- Whether a revision or judgement counts, or waits for the verdict after which it may.
create function may_count(verdict text, replaced_version bigint) returns boolean immutable parallel safe
  return replaced_version is null and (verdict is null or verdict = 'approved');

-- The last day that an event, increment or total covers; an as-of is cut to the day it was said.
create function last_day_counted(nature text, as_of_days daterange, period_days daterange, said_day date)
  returns date immutable parallel safe return
  case
    when nature = 'total' then least(upper(as_of_days) - 1, said_day)
    when nature in ('increment', 'event') then upper(period_days) - 1
  end;

create function claims_end_after_the_start() returns trigger language plpgsql as $$
declare
  broken record;
begin
  -- The earliest end of each deployment's added claims first: there are few deployments.
  select d.deployment_id, d.starts_on into broken
  from (
    select deployment_id, min(last_day_counted(nature, as_of_days, period_days, said_day)) as ends_on
    from added
    where repeat_of_id is null and may_count(verdict, replaced_version)
    group by deployment_id offset 0
  ) a
  join deployment_descriptions d on d.deployment_id = a.deployment_id and d.replaced_version is null
  where a.ends_on < d.starts_on
  limit 1;
  if found then
    raise exception 'claim % ends before its deployment starts on %', (
        select c.ref from added a join claims c on c.id = a.claim_id
        where a.deployment_id = broken.deployment_id and a.repeat_of_id is null
          and may_count(a.verdict, a.replaced_version)
          and last_day_counted(a.nature, a.as_of_days, a.period_days, a.said_day) < broken.starts_on
        limit 1), broken.starts_on
      using errcode = 'check_violation', constraint = 'claim_revisions_end_after_the_start';
  end if;
  return null;
end $$;

create function deployments_start_before_their_claims_end() returns trigger language plpgsql as $$
declare
  broken record;
begin
  -- Waits for claims that are being entered at this moment, which hold their deployment by a foreign key.
  perform from deployments where id in (select deployment_id from added) order by id for update;
  execute $query$
  select c.ref, d.starts_on
  from added d
  cross join lateral (
    select claim_id from claim_revisions r
    where r.deployment_id = d.deployment_id and may_count(r.verdict, r.replaced_version)
      and r.repeat_of_id is null
      and last_day_counted(r.nature, r.as_of_days, r.period_days, r.said_day) < d.starts_on
    limit 1
  ) r
  join claims c on c.id = r.claim_id
  where d.replaced_version is null
  limit 1 $query$ into broken;
  if broken.ref is not null then
    raise exception 'claim % ends before %', broken.ref, broken.starts_on
      using errcode = 'check_violation', constraint = 'deployment_descriptions_start_before_their_claims_end';
  end if;
  return null;
end $$;

create function claims_name_one_another_rightly() returns trigger language plpgsql
  set work_mem = '256MB' as $$  -- a set of a million added claims is to be hashed, not searched
declare
  broken record;
begin
  if not exists (select from added where num_nonnulls(repeat_of_id, supersedes_id, part_of_id) > 0) then
    return null;
  end if;
  -- One at a time: two who each name the claim of the other must not miss one another. The rest of this
  -- function sees what the one before has committed. The number spells "name".
  perform pg_advisory_xact_lock(1851878757);

  -- An appearance is no claim: nothing repeats, restates or is part of one, whichever came first.
  execute $query$
  select naming.ref, named.ref as named
  from (
    select a.claim_id as naming_id, target.id as named_id
    from added a
    cross join lateral (values (a.repeat_of_id), (a.supersedes_id), (a.part_of_id)) as target (id)
    cross join lateral (select * from claim_revisions where claim_id = target.id offset 0) s
    where may_count(a.verdict, a.replaced_version)
      and may_count(s.verdict, s.replaced_version) and s.repeat_of_id is not null
    union all
    select r.claim_id, a.claim_id
    from added a
    cross join lateral (
      select claim_id, verdict, replaced_version from claim_revisions where repeat_of_id = a.claim_id
      union all
      select claim_id, verdict, replaced_version from claim_revisions where supersedes_id = a.claim_id
      union all
      select claim_id, verdict, replaced_version from claim_revisions where part_of_id = a.claim_id
      offset 0
    ) r
    where may_count(a.verdict, a.replaced_version) and a.repeat_of_id is not null
      and may_count(r.verdict, r.replaced_version)
  ) as wrong
  join claims naming on naming.id = wrong.naming_id
  join claims named on named.id = wrong.named_id
  limit 1 $query$ into broken;
  if broken.ref is not null then
    raise exception 'claim % names %, which is an appearance', broken.ref, broken.named
      using errcode = 'check_violation', constraint = 'claim_revisions_name_claims';
  end if;

  execute $query$
  select c.ref, t.ref as named
  from added a
  join claims c on c.id = a.claim_id
  join claims t on t.id = a.supersedes_id
  cross join lateral (select * from claim_revisions where claim_id = t.id offset 0) s
  where a.repeat_of_id is null and may_count(a.verdict, a.replaced_version)
    and may_count(s.verdict, s.replaced_version)
  group by a.id, c.ref, t.ref
  having not bool_or(
    s.source_id = a.source_id and s.deployment_id = a.deployment_id and s.measure_id = a.measure_id
    and lower(s.said_days) <= a.said_day
    and (s.nature = 'plan'
      or coalesce(coalesce(s.as_of_days, s.period_days) && coalesce(a.as_of_days, a.period_days), true)))
  limit 1 $query$ into broken;
  if broken.ref is not null then
    raise exception 'claim % cannot restate %', broken.ref, broken.named
      using errcode = 'check_violation', constraint = 'claim_revisions_restate_the_same',
      hint = 'the same source, deployment and measure, said earlier, about the same days or a plan';
  end if;

  -- Each added claim is followed from name to name. It may stop at another added one that comes later in an
  -- order as good as random, because that one is followed itself: so a chain of thousands takes few steps.
  execute $query$
  with recursive chain (start, at, kind) as (
    select a.claim_id, named.id, named.kind
    from added a
    cross join lateral (values (a.supersedes_id, 's'), (a.part_of_id, 'p')) as named (id, kind)
    where may_count(a.verdict, a.replaced_version) and named.id is not null
    union
    select chain.start, case kind when 's' then r.supersedes_id else r.part_of_id end, kind
    from chain
    cross join lateral (select * from claim_revisions where claim_id = chain.at offset 0) r
    where chain.at <> chain.start and may_count(r.verdict, r.replaced_version)
      and case kind when 's' then r.supersedes_id else r.part_of_id end is not null
      and case when hashint8extended(chain.at, 0) > hashint8extended(chain.start, 0)
        then r.id not in (select id from added) else true end
  )
  select c.ref, case chain.kind when 's' then 'supersedes' else 'part_of' end as kind
  from chain join claims c on c.id = chain.start where chain.at = chain.start
  limit 1 $query$ into broken;
  if broken.ref is not null then
    raise exception 'claim % comes back to itself by %', broken.ref, broken.kind
      using errcode = 'check_violation', constraint = 'claim_revisions_never_in_a_circle';
  end if;
  return null;
end $$;
"""

FUNCTION_NAMES = (
    "refuse_change", "refuse_past_version", "versions_rise_by_one", "versions_have_an_act",
    "acts_take_the_version", "numbers_follow", "numbers_count_in_turn", "claims_end_after_the_start",
    "deployments_start_before_their_claims_end", "claims_name_one_another_rightly", "first_new_version",
    "last_day_counted", "may_count",
)  # fmt: skip

EACH_ROW = "for each row execute function"
ADDED = "referencing new table as added for each statement execute function"


def upgrade() -> None:
    op.execute(FUNCTIONS)
    for table, columns in MAY_CHANGE.items():
        history_stands(table, columns)
    for table, owner in DESCRIBES.items():
        guard(table, "closed_once", after_update("old.replaced_version is not null"), "refuse_change()")
        counts_from_now_on(table, "version", "replaced_version")
        guard(
            table, "numbers_follow", f"after insert on {{}} {ADDED}", f"numbers_follow('{owner}', 'gapless')"
        )
    for table, owner in DECIDED.items():
        guard(table, "decided_once", after_update(decided_again()), "refuse_change()")
        closed_again = (
            "old.replaced_version is not null and new.replaced_version is distinct from old.replaced_version"
        )
        guard(table, "closed_once", after_update(closed_again), "refuse_change()")
        counts_from_now_on(table, "approved_version", "replaced_version")
        guard(table, "numbers_follow", f"after insert on {{}} {ADDED}", f"numbers_follow('{owner}')")
        for moment in ("insert", "update"):
            name = "count_in_turn" if moment == "insert" else "approved_in_turn"
            guard(table, name, f"after {moment} on {{}} {ADDED}", "numbers_count_in_turn()")
    guard("ledger", "rises_by_one", f"before update on {{}} {EACH_ROW}", "versions_rise_by_one()")
    op.execute(
        "create constraint trigger has_an_act after update on ledger deferrable initially deferred"
        f" {EACH_ROW} versions_have_an_act()"
    )
    guard("acts", "take_the_version", f"before insert on {{}} {EACH_ROW}", "acts_take_the_version()")
    for table, name, function in (
        ("claim_revisions", "end_after_the_start", "claims_end_after_the_start()"),
        ("claim_revisions", "name_one_another_rightly", "claims_name_one_another_rightly()"),
        ("deployment_descriptions", "start_before_their_claims_end", "deployments_start_before_their_claims_end()"),
    ):  # fmt: skip
        guard(table, name, f"after insert on {{}} {ADDED}", function)


def guard(table: str, name: str, timing: str, function: str) -> None:
    """Create a trigger; `timing` holds {} where the table is to be named."""
    op.execute(f"create trigger {name} {timing.format(table)} {function}")


def after_update(condition: str) -> str:
    """The timing of a trigger that costs nothing unless a change meets `condition`."""
    return f"after update on {{}} for each row when ({condition}) execute function"


def history_stands(table: str, may_change: tuple[str, ...]) -> None:
    """No row goes, and of a row only these columns ever change."""
    guard(table, "stand", f"before delete on {{}} {EACH_ROW}", "refuse_change()")
    guard(
        table, "never_emptied", "before truncate on {} for each statement execute function", "refuse_change()"
    )
    standing = [
        # 100 equals 100.00, but a figure stands as it was written.
        f"{{0}}.{column['name']}" + ("::text" if isinstance(column["type"], sa.Numeric) else "")
        for column in sa.inspect(op.get_bind()).get_columns(table)
        if column["name"] not in may_change
    ]
    old, new = (f"row({', '.join(standing)})".format(row) for row in ("old", "new"))
    guard(table, "stand_as_written", after_update(f"{old} is distinct from {new}"), "refuse_change()")


def decided_again() -> str:
    """Whether an update changes a decision that was made, or part of one that is still to be made."""
    old, new = (f"row({', '.join(f'{row}.{column}' for column in DECISION)})" for row in ("old", "new"))
    return (
        f"(old.verdict is not null or new.verdict is null) and {old} is distinct from {new}"
        " or old.overridden is not null and new.overridden is distinct from old.overridden"
    )


def counts_from_now_on(table: str, first: str, last: str) -> None:
    """What begins or ceases to count does so at a version that the same transaction makes."""
    begun = f"least(new.{first}, new.{last}) < first_new_version()"
    guard(
        table,
        "count_from_a_new_version",
        f"after insert on {{}} for each row when ({begun}) execute function",
        "refuse_past_version()",
    )
    changed = " or ".join(
        f"new.{column} is distinct from old.{column} and new.{column} < first_new_version()"
        for column in (first, last)
    )
    guard(table, "cease_at_a_new_version", after_update(changed), "refuse_past_version()")


def downgrade() -> None:
    for table in MAY_CHANGE:
        if op.get_bind().scalar(sa.select(sa.exists().select_from(sa.table(table)))):
            raise RuntimeError(
                f"{table} holds rows, whose history would stand unguarded; export the ledger first"
            )
    for name in FUNCTION_NAMES:
        op.execute(f"drop function {name} cascade")
