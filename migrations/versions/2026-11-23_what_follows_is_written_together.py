"""What follows from many claims is written together, once, by joins: their words, and which are alike.

The words of 100,000 claims took 8 of the 22 seconds of their import: names were looked up for each claim, the
function that makes words was called instead of written into the statement, and a full index grew word by word.
Which claims are alike took 18 more, since each portion was compared with all before it.

Now names are made once for each source, place, deployment and measure, and joined. An import says with the
setting `muster.derived` that this may wait, and asks for it itself when it is done; were it to forget, it is
written before its transaction ends, because every version that counts has an act, and the act sees to it. Where
there were no words before, their index is built over all of them.

A description that changes no name (a grade, a first day) leaves the words as they are.
"""

# ruff: noqa: S608 - SQL is put together from parts of this file

import sqlalchemy as sa
from alembic import op

revision = "derived_together"
down_revision = "claims_merge"
branch_labels = None
depends_on = None

# `offset 0`: names are made here, once for each, and not for each claim that they are joined to.
_WORDS = """select r.claim_id, r.said_day, r.repeat_of_id is not null,
    words_of_claim(concat_ws(' ', s.words, p.words, c.ref), r.wording, d.title, d.publisher, d.language, r.note,
      concat_ws(' ', e.name, m.label, trim_scale(r.low), trim_scale(r.point), trim_scale(r.high)))
  from CLAIMS r
  join claims c on c.id = r.claim_id
  left join documents d on d.id = r.document_id
  left join (
    select t.source_id, concat_ws(' ', t.name,
        (select string_agg(o.name, ' ' order by o.name) from source_aliases o
         where o.source_id = t.source_id and o.replaced_version is null),
        case when exists (select from source_merges g where g.into_id = t.source_id and g.replaced_version is null)
          then names_merged_into(t.source_id) end) as words
    from source_descriptions t where t.replaced_version is null offset 0) s on s.source_id = r.source_id
  left join (
    select l.id, case when exists (
        select from place_descriptions n where n.place_id = l.id and n.replaced_version is null)
      then names_of_place(l.id) else l.name end as words
    from places l offset 0) p on p.id = r.place_id
  left join deployment_descriptions e on e.deployment_id = r.deployment_id and e.replaced_version is null
  left join measure_descriptions m on m.measure_id = r.measure_id and m.replaced_version is null
  where r.approved_version is not null and r.replaced_version is null"""
_INTO = "insert into claim_texts (claim_id, said_day, is_appearance, words)"
_OVER = """on conflict (claim_id) do update set said_day = excluded.said_day,
    is_appearance = excluded.is_appearance, words = excluded.words"""

FUNCTIONS = r"""
-- An index over no rows is built faster over all of them at once than it grows.
create function write_derived() returns void language plpgsql as $$
declare
  first_version bigint := first_new_version();
  by_words text;
begin
  if coalesce(current_setting('muster.derived_waits', true), '') = '' then
    return;
  end if;
  perform set_config('muster.derived_waits', '', true);
  delete from claim_texts t using claim_revisions x
  where t.claim_id = x.claim_id and x.replaced_version >= first_version and not exists (
    select from claim_revisions r
    where r.claim_id = x.claim_id and r.approved_version is not null and r.replaced_version is null);
  if not exists (select from claim_texts) then
    by_words := pg_get_indexdef('claim_texts_by_words'::regclass);
    drop index claim_texts_by_words;
    execute $query$ INTO WORDS_OF_ALL and r.approved_version >= $1 $query$ using first_version;
    execute by_words;
    analyze claim_texts;
  else
    execute $query$ INTO WORDS_OF_ALL and r.approved_version >= $1 OVER $query$ using first_version;
  end if;
  execute $query$
    create temporary table members_alike on commit drop as
    with touched as (
      select distinct deployment_id, measure_id, coalesce(as_of_days, period_days) as days
      from claim_revisions where approved_version >= $1 or replaced_version >= $1)
    select c.id, c.claim_id, count(*) over (partition by c.deployment_id, c.measure_id, t.days) > 1 as may_be
    from claim_revisions c
    join touched t on t.deployment_id = c.deployment_id and t.measure_id = c.measure_id
      and t.days = coalesce(c.as_of_days, c.period_days)
    where c.approved_version is not null and c.replaced_version is null and c.repeat_of_id is null
  $query$ using first_version;
  delete from alike a using claim_revisions x
  where a.claim_id = x.claim_id and x.replaced_version >= first_version;
  delete from alike a using members_alike m where a.claim_id = m.claim_id;
  insert into alike (claim_id, kind, digest)
  select claim_id, kind, digest from (
    select c.claim_id, k.kind, k.digest, count(*) over (partition by k.kind, k.digest) as times
    from members_alike m join claim_revisions c on c.id = m.id
    cross join lateral (values ('figure', statement_digest(c, 'figure')),
      ('wording', statement_digest(c, 'wording'))) as k (kind, digest)
    where m.may_be and k.digest is not null) known
  where times > 1;
  drop table members_alike;
end $$;

create function derived_is_written() returns trigger language plpgsql as $$
begin
  perform write_derived();
  return null;
end $$;

-- Planned anew each time: what is right for one row is wrong for a million.
create or replace function claims_are_found() returns trigger language plpgsql as $$
begin
  if current_setting('muster.derived', true) = 'together' then
    perform set_config('muster.derived_waits', 'yes', true);
    return null;
  end if;
  if tg_op = 'UPDATE' then
    delete from claim_texts t using changed x
    where t.claim_id = x.claim_id and x.replaced_version is not null and not exists (
      select from claim_revisions r
      where r.claim_id = x.claim_id and r.approved_version is not null and r.replaced_version is null);
  end if;
  if exists (select from changed where approved_version is not null and replaced_version is null) then
    execute $query$ INTO WORDS_OF_CHANGED OVER $query$;
  end if;
  return null;
end $$;

create or replace function claims_are_found_by_new_names() returns trigger language plpgsql as $$
declare
  owner text := tg_argv[0];
  owners bigint[];
begin
  if tg_nargs = 2 then  -- the column of the name: who is called as before needs no new words
    execute format('select array_agg(x.%1$I) from changed x where not exists (
        select from %2$I b where b.%1$I = x.%1$I and b.number = x.number - 1 and b.%3$I = x.%3$I)',
      owner, tg_table_name, tg_argv[1]) into owners;
  else
    execute format('select array_agg(x.%I) from changed x', owner) into owners;
  end if;
  owner := case owner when 'into_id' then 'source_id' else owner end;
  if owner = 'place_id' then
    owners := places_within(owners);
  end if;
  if owners is not null then
    execute format($query$ INTO WORDS_OF_ALL and r.%I = any ($1) OVER $query$, owner) using owners;
  end if;
  return null;
end $$;
"""
PARTS = {
    "INTO": _INTO,
    "WORDS_OF_ALL": _WORDS.replace("CLAIMS", "claim_revisions"),
    "WORDS_OF_CHANGED": _WORDS.replace("CLAIMS", "changed"),
    "OVER": _OVER,
}
NAMED = {"source": "name", "deployment": "name", "measure": "label"}
_BEGIN = "begin\n  if not exists (select from changed where approved_version is not null) then"
_WAITS = f"""begin
  if current_setting('muster.derived', true) = 'together' then
    perform set_config('muster.derived_waits', 'yes', true);
    return null;
  end if;{_BEGIN.removeprefix("begin")}"""
"""How what keeps claims that are alike begins, before and now."""


def with_parts(script: str) -> str:
    """The script with what several statements share written out."""
    for name, part in PARTS.items():
        script = script.replace(f" {name} ", f" {part} ")
    return script


def upgrade() -> None:
    # Immutable, it could not be written into a statement, because concat_ws() is called stable.
    op.execute("alter function words_of_claim stable")
    op.get_bind().exec_driver_sql(with_parts(FUNCTIONS), execution_options={"no_parameters": True})
    _begin_alike(_BEGIN, _WAITS)
    for noun, name in NAMED.items():
        _named_by(noun, f"'{noun}_id', '{name}'")
    op.execute(
        "create constraint trigger derived_is_written after insert on acts deferrable initially deferred"
        " for each row when (new.version is not null) execute function derived_is_written()"
    )


def _begin_alike(before: str, after: str) -> None:
    written = op.get_bind().scalar(
        sa.text("select pg_get_functiondef(cast('claims_alike_are_known' as regproc))")
    )
    if before not in written:
        raise RuntimeError(f"claims_alike_are_known does not hold “{before}”")
    written = written.replace(before, after)
    op.get_bind().exec_driver_sql(written, execution_options={"no_parameters": True})


def _named_by(noun: str, arguments: str) -> None:
    op.execute(f"drop trigger found_by_new_names on {noun}_descriptions")
    op.execute(
        f"create trigger found_by_new_names after insert on {noun}_descriptions"
        " referencing new table as changed for each statement"
        f" execute function claims_are_found_by_new_names({arguments})"
    )


# What the functions were before, as search, places_lie_in_places and sources_merge put them together.
_BEFORE = """select r.claim_id, r.said_day, r.repeat_of_id is not null, words_of_claim(
    concat_ws(' ', concat_ws(' ', (select name from source_descriptions where source_id = r.source_id
      and replaced_version is null),
      (select string_agg(o.name, ' ' order by o.name) from source_aliases o
       where o.source_id = r.source_id and o.replaced_version is null),
      case when exists (select from source_merges m where m.into_id = r.source_id and m.replaced_version is null)
        then names_merged_into(r.source_id) end), case when p.id is not null and exists (
        select from place_descriptions where place_id = p.id and replaced_version is null)
      then names_of_place(p.id) else p.name end, c.ref),
    r.wording, d.title, d.publisher, d.language, r.note,
    concat_ws(' ', (select name from deployment_descriptions where deployment_id = r.deployment_id
      and replaced_version is null), (select label from measure_descriptions where measure_id = r.measure_id
      and replaced_version is null), trim_scale(r.low), trim_scale(r.point), trim_scale(r.high)))"""
_JOINED_BEFORE = """join claims c on c.id = r.claim_id
  left join places p on p.id = r.place_id
  left join documents d on d.id = r.document_id
  where r.approved_version is not null and r.replaced_version is null"""

FUNCTIONS_BEFORE = f"""
create or replace function claims_are_found() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    delete from claim_texts t using changed x
    where t.claim_id = x.claim_id and x.replaced_version is not null and not exists (
      select from claim_revisions r
      where r.claim_id = x.claim_id and r.approved_version is not null and r.replaced_version is null);
  end if;
  insert into claim_texts (claim_id, said_day, is_appearance, words)
  {_BEFORE} from changed r {_JOINED_BEFORE}
  {_OVER};
  return null;
end $$;

create or replace function claims_are_found_by_new_names() returns trigger language plpgsql as $$
declare
  owner text := tg_argv[0];
  owners bigint[];
begin
  select array_agg((to_jsonb(x) ->> owner)::bigint) into owners from changed x;
  if owner = 'into_id' then owner := 'source_id'; end if;
  if owner = 'place_id' then
    owners := places_within(owners);
  end if;
  insert into claim_texts (claim_id, said_day, is_appearance, words)
  {_BEFORE} from claim_revisions r {_JOINED_BEFORE}
    and case owner when 'place_id' then r.place_id when 'source_id' then r.source_id \
when 'deployment_id' then r.deployment_id
        else r.measure_id end = any (owners)
  {_OVER};
  return null;
end $$;
"""


def downgrade() -> None:
    op.execute("drop trigger derived_is_written on acts")
    for noun in NAMED:
        _named_by(noun, f"'{noun}_id'")
    op.get_bind().exec_driver_sql(FUNCTIONS_BEFORE, execution_options={"no_parameters": True})
    _begin_alike(_WAITS, _BEGIN)
    op.execute("drop function derived_is_written, write_derived")
    op.execute("alter function words_of_claim immutable")
