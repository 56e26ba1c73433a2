"""Claims are found by the names of what they name, without the names being written into each of them.

The words of a claim held the names of its source, place, deployment and measure. So a source that was called
otherwise, or that another was merged into, had the words of all its claims written anew in the request: some
seconds for ten thousand. Now the words of a claim hold marks (`=s13`) that stand for them, and the words of each
name stand once in `name_words`. A question that a name answers asks for its mark as well. A new name costs one
row, and is found in the moment in which it counts. What hundreds of names answer is asked of the columns beside
the words, since no index helps there.
"""

# ruff: noqa: S608 - SQL is put together from parts of this file

from pathlib import Path
from runpy import run_path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "names_found_apart"
down_revision = "likenesses_are_found"
branch_labels = None
depends_on = None

# Marks weigh as names did: who and where the most, the deployment and the measure the least.
_WORDS = """select r.claim_id, r.said_day, r.repeat_of_id is not null,
    concat('''=s', r.source_id, ''':1A ', '''=p' || r.place_id || ''':2A ', '''=d', r.deployment_id, ''':3 ',
      '''=m', r.measure_id, ''':4')::tsvector
    || words_of_claim(c.ref, r.wording, d.title, d.publisher, d.language, r.note,
      concat_ws(' ', trim_scale(r.low), trim_scale(r.point), trim_scale(r.high))),
    r.source_id, r.place_id, r.deployment_id, r.measure_id
  from CLAIMS r
  join claims c on c.id = r.claim_id
  left join documents d on d.id = r.document_id
  where r.approved_version is not null and r.replaced_version is null"""
_NAMING = ("source_id", "place_id", "deployment_id", "measure_id")
_INTO = f"insert into claim_texts (claim_id, said_day, is_appearance, words, {', '.join(_NAMING)})"
_OVER = ", ".join(["words = excluded.words", *(f"{column} = excluded.{column}" for column in _NAMING)])
_NEW = (_INTO, _WORDS, _OVER)

FUNCTIONS = r"""
-- The words of what these are called, and of what leads to them: other names, names that were merged into them,
-- the names of the places in which they lie.
create function write_name_words(of_kind text, owners bigint[]) returns void language sql as $$
  insert into name_words (kind, id, words)
  select of_kind, o.id, to_tsvector('simple', fold(coalesce(case of_kind
    when 'source' then concat_ws(' ',
      (select name from source_descriptions where source_id = o.id and replaced_version is null),
      (select string_agg(name, ' ' order by name) from source_aliases
       where source_id = o.id and replaced_version is null),
      names_merged_into(o.id))
    when 'place' then case
      when exists (select from place_descriptions where place_id = o.id and replaced_version is null)
      then names_of_place(o.id) else (select name from places where id = o.id) end
    when 'deployment' then (
      select name from deployment_descriptions where deployment_id = o.id and replaced_version is null)
    when 'measure' then (
      select label from measure_descriptions where measure_id = o.id and replaced_version is null)
    end, '')))
  from (select distinct unnest(owners) as id) o where o.id is not null
  on conflict (kind, id) do update set words = excluded.words where name_words.words <> excluded.words;
$$;

-- How many claims the rarest of these terms may find, by what the database knows of words, looking for none.
create function claims_expected(terms text[]) returns double precision language plpgsql as $$
declare
  term text;
  plan json;
  fewest double precision;
begin
  foreach term in array terms loop
    execute format('explain (format json) select from claim_texts where words @@ %L::tsquery', term) into plan;
    fewest := least(fewest, (plan -> 0 -> 'Plan' ->> 'Plan Rows')::double precision);
  end loop;
  return fewest;
end $$;

create function names_are_found() returns trigger language plpgsql as $$
declare
  of_kind text := tg_argv[0];
  owners bigint[];
begin
  execute format('select array_agg(%I) from changed', tg_argv[1]) into owners;
  if of_kind = 'place' and tg_table_name <> 'places' then
    owners := places_within(owners);
  elsif of_kind = 'source' then  -- names are found under the source that another was merged into
    owners := owners || array(
      select source_id from source_merges union select into_id from source_merges where into_id is not null);
  end if;
  perform write_name_words(of_kind, owners);
  return null;
end $$;
"""

NAMED = (
    ("source_descriptions", "source", "source_id"),
    ("deployment_descriptions", "deployment", "deployment_id"),
    ("measure_descriptions", "measure", "measure_id"),
    ("place_descriptions", "place", "place_id"),
    ("places", "place", "id"),
    ("source_aliases", "source", "source_id"),
    ("source_merges", "source", "source_id"),
)
"""What says how something is called: the table, of which kind, and the column that says of what."""

_ALL_AT_ONCE = "r.approved_version >= $1{} $query$ using first_version;\n    execute by_words"
_IN_ORDER = " order by r.said_day, r.claim_id"
"""Where all words are written at once, those of claims said after each other stand beside each other."""

ALSO_BY_UPDATE = {"source_aliases", "source_merges"}
REBUILD = """
  drop index claim_texts_by_words;
  truncate claim_texts;
  {into} {words}{order};
  create index claim_texts_by_words on claim_texts using gin (words)"""
_BEFORE = run_path(str(Path(__file__).with_name("2026-11-23_what_follows_is_written_together.py")))
_OLD: tuple[str, str, str] = (_BEFORE["_INTO"], _BEFORE["_WORDS"], "words = excluded.words")
"""How the words were written: into which columns, which words, and over what was there."""

_LARGE = "set local work_mem = '64MB'; set local maintenance_work_mem = '256MB'"


def upgrade() -> None:
    op.create_table(
        "name_words",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("words", postgresql.TSVECTOR(), nullable=False),
        sa.CheckConstraint(
            "kind in ('source', 'place', 'deployment', 'measure')", name=op.f("name_words_kind_is_known")
        ),
        sa.PrimaryKeyConstraint("kind", "id", name=op.f("name_words_pkey")),
    )
    op.create_index("name_words_by_words", "name_words", ["words"], postgresql_using="gin")
    _run(FUNCTIONS)
    for kind in ("source", "place", "deployment", "measure"):
        _run(f"select write_name_words('{kind}', array(select id from {kind}s))")
    _take_words(_OLD, _NEW)
    for noun in ("source", "deployment", "measure", "place"):
        op.execute(f"drop trigger found_by_new_names on {noun}_descriptions")
    for table in ALSO_BY_UPDATE:
        for act in ("insert", "update"):
            op.execute(f"drop trigger found_after_{act} on {table}")
    op.execute("drop function claims_are_found_by_new_names")
    for table, kind, column in NAMED:
        for act in ("insert", "update") if table in ALSO_BY_UPDATE else ("insert",):
            op.execute(
                f"create trigger names_found_after_{act} after {act} on {table}"
                " referencing new table as changed for each statement"
                f" execute function names_are_found('{kind}', '{column}')"
            )
    for column in _NAMING:
        op.add_column("claim_texts", sa.Column(column, sa.BigInteger(), nullable=True))
    _rebuild(_NEW)
    for column in _NAMING:
        if column != "place_id":
            op.alter_column("claim_texts", column, nullable=False)


def _run(script: str) -> None:
    op.get_bind().exec_driver_sql(script, execution_options={"no_parameters": True})


def _take_words(before: tuple[str, ...], after: tuple[str, ...]) -> None:
    """Make the words otherwise from now on, whatever else was changed in what keeps them."""
    for function, claims in (("claims_are_found", "changed"), ("write_derived", "claim_revisions")):
        written = op.get_bind().scalar(
            sa.text("select pg_get_functiondef(cast(:name as regproc))").bindparams(name=function)
        )
        for old, new in zip(before, after, strict=True):
            if old.replace("CLAIMS", claims) not in written:
                raise RuntimeError(f"{function} does not make the words of claims as was expected")
            written = written.replace(old.replace("CLAIMS", claims), new.replace("CLAIMS", claims))
        orders = ("", _IN_ORDER) if after == _NEW else (_IN_ORDER, "")
        written = written.replace(*(_ALL_AT_ONCE.format(order) for order in orders))
        _run(written)


def _rebuild(parts: tuple[str, ...]) -> None:
    for statement in _LARGE.split(";"):
        _run(statement)
    for statement in REBUILD.format(
        into=parts[0], words=parts[1].replace("CLAIMS", "claim_revisions"), order=_IN_ORDER
    ).split(";"):
        _run(statement)
    _run("analyze claim_texts")


def downgrade() -> None:
    _take_words(_NEW, _OLD)
    for table, _kind, _column in NAMED:
        for act in ("insert", "update") if table in ALSO_BY_UPDATE else ("insert",):
            op.execute(f"drop trigger names_found_after_{act} on {table}")
    op.execute("drop function names_are_found, write_name_words, claims_expected")
    op.drop_table("name_words")
    script = _BEFORE["with_parts"](_BEFORE["FUNCTIONS"])
    begun = script.index("create or replace function claims_are_found_by_new_names()")
    _run(script[begun:])
    for noun in ("source", "deployment", "measure"):
        _found_by_new_names("found_by_new_names", "insert", f"{noun}_descriptions",
                            f"'{noun}_id', '{_BEFORE['NAMED'][noun]}'")  # fmt: skip
    _found_by_new_names("found_by_new_names", "insert", "place_descriptions", "'place_id'")
    for table, column in (("source_aliases", "source_id"), ("source_merges", "into_id")):
        for act in ("insert", "update"):
            _found_by_new_names(f"found_after_{act}", act, table, f"'{column}'")
    for column in _NAMING:
        op.drop_column("claim_texts", column)
    _rebuild(_OLD)


def _found_by_new_names(trigger: str, act: str, table: str, arguments: str) -> None:
    op.execute(
        f"create trigger {trigger} after {act} on {table} referencing new table as changed"
        f" for each statement execute function claims_are_found_by_new_names({arguments})"
    )
