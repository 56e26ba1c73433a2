"""Places have other names, in other languages and scripts, and one is merged into another as sources are.

Another name may have a slug of its own, which leads to the place as its own does; one in another script has none.
A merge is a row that says into which place another one went, from which version on. Its claims move by revisions
of their own and what lay in it by descriptions of its own, so a version of the past stays as it was.
"""

import sqlalchemy as sa
from alembic import op

revision = "places_merge"
down_revision = "lists_narrowed_by_index"
branch_labels = None
depends_on = None

KNOWN_YEARS = "between '1000-01-01 00:00+00' and '2999-12-31 23:59+00'"
STANDS = {
    "place_aliases": ("id", "place_id", "name", "slug", "version"),
    "place_merges": ("id", "place_id", "into_id", "version", "number", "recorded_at", "origin", "reason",
                     "recorded_by"),
}  # fmt: skip
"""The columns of each table that no UPDATE touches."""

FUNCTIONS = r"""
-- The place under which claims about this one stand now: itself, or the one that it was merged into, and so on.
create function place_now(asked bigint) returns bigint language sql stable parallel safe as $$
  with recursive chain (id, step) as (
    select asked, 0
    union all
    select m.into_id, step + 1 from chain
    join place_merges m on m.place_id = chain.id and m.replaced_version is null and m.into_id is not null
    where step < 1000)
  select id from chain order by step desc limit 1
$$;

-- The names, other names among them, of all that was merged into a place, one after the other.
create function names_merged_into_place(asked bigint) returns text language sql stable parallel safe as $$
  with recursive parts (id) as (
    select place_id from place_merges where into_id = asked and replaced_version is null
    union
    select m.place_id from parts join place_merges m on m.into_id = parts.id and m.replaced_version is null)
  select string_agg(named.name, ' ' order by named.name) from parts
  cross join lateral (
    select name from places p where p.id = parts.id
    union
    select name from place_descriptions d where d.place_id = parts.id and d.replaced_version is null
    union
    select name from place_aliases a where a.place_id = parts.id and a.replaced_version is null) named
$$;

-- A name and a slug lead to one place: no other name of one is the name, the address or another name of a second.
create function names_lead_to_one_place() returns trigger language plpgsql as $$
declare
  broken text;
begin
  if tg_table_name = 'places' then
    select a.name into broken from added a
    join place_aliases o on o.place_id <> a.id and o.replaced_version is null
      and (o.name = a.name or o.slug = a.slug) limit 1;
  elsif tg_table_name = 'place_descriptions' then
    select a.name into broken from added a
    join place_aliases o on o.name = a.name and o.place_id <> a.place_id and o.replaced_version is null limit 1;
  else
    select a.name into broken from added a
    where a.replaced_version is null and (
      exists (select from places p where p.id <> a.place_id and (p.name = a.name or p.slug = a.slug))
      or exists (select from place_descriptions d where d.name = a.name and d.place_id <> a.place_id)
      or exists (select from place_aliases o
                 where o.slug = a.slug and o.place_id <> a.place_id and o.replaced_version is null))
    limit 1;
  end if;
  if broken is not null then
    raise exception '% would lead to two places', broken
      using errcode = 'unique_violation', constraint = tg_table_name || '_lead_to_one_place';
  end if;
  return null;
end $$;

create function merges_of_places_end_somewhere() returns trigger language plpgsql as $$
declare
  broken text;
begin
  with recursive chain (start, at) as (
    select place_id, into_id from added where replaced_version is null and into_id is not null
    union
    select chain.start, m.into_id from chain
    join place_merges m on m.place_id = chain.at and m.replaced_version is null and m.into_id is not null
    where chain.at <> chain.start)
  select p.slug into broken from chain join places p on p.id = chain.start where chain.at = chain.start limit 1;
  if broken is not null then
    raise exception 'the place % would be merged into itself', broken
      using errcode = 'check_violation', constraint = 'place_merges_never_in_a_circle';
  end if;
  -- Waits for claims that are being entered at this moment, which hold their place by a foreign key.
  perform from places where id in (select place_id from added) order by id for update;
  select c.ref into broken
  from added a
  join claim_revisions r on r.place_id = a.place_id and may_count(r.verdict, r.replaced_version)
  join claims c on c.id = r.claim_id
  where a.replaced_version is null and a.into_id is not null
  limit 1;
  if broken is not null then
    raise exception 'the claim % would be left about a place that is merged into another', broken
      using errcode = 'check_violation', constraint = 'place_merges_leave_no_claim';
  end if;
  select p.slug into broken
  from added a
  join place_descriptions d on d.whole_id = a.place_id and d.replaced_version is null
  join places p on p.id = d.place_id
  where a.replaced_version is null and a.into_id is not null
  limit 1;
  if broken is not null then
    raise exception 'the place % would be left in a place that is merged into another', broken
      using errcode = 'check_violation', constraint = 'place_merges_leave_no_part';
  end if;
  return null;
end $$;

create function claims_name_a_place_that_stands() returns trigger language plpgsql as $$
declare
  broken text;
begin
  if not exists (select from place_merges where replaced_version is null and into_id is not null) then
    return null;
  end if;
  select c.ref into broken
  from place_merges m
  join added a on a.place_id = m.place_id and may_count(a.verdict, a.replaced_version)
  join claims c on c.id = a.claim_id
  where m.replaced_version is null and m.into_id is not null
  limit 1;
  if broken is not null then
    raise exception 'the claim % is about a place that was merged into another', broken
      using errcode = 'check_violation', constraint = 'claim_revisions_name_a_place_that_stands';
  end if;
  return null;
end $$;

create function places_lie_in_one_that_stands() returns trigger language plpgsql as $$
declare
  broken text;
begin
  select p.slug into broken
  from added a
  join place_merges m on m.place_id = a.whole_id and m.replaced_version is null and m.into_id is not null
  join places p on p.id = a.place_id
  where a.replaced_version is null
  limit 1;
  if broken is not null then
    raise exception 'the place % would lie in one that was merged into another', broken
      using errcode = 'check_violation', constraint = 'place_descriptions_lie_in_one_that_stands';
  end if;
  return null;
end $$;

-- What a place is called now, was called at first and is called besides, and likewise the places in which it lies.
create or replace function names_of_place(place bigint) returns text language sql stable parallel safe as $$
  with recursive up (id) as (
    select place
    union
    select d.whole_id from up join place_descriptions d on d.place_id = up.id
    where d.replaced_version is null and d.whole_id is not null
  )
  select string_agg(concat_ws(' ', d.name, nullif(p.name, d.name),
    (select string_agg(name, ' ' order by name) from place_aliases
     where place_id = p.id and replaced_version is null),
    names_merged_into_place(p.id)), ' ' order by p.id)
  from up join places p on p.id = up.id
  left join place_descriptions d on d.place_id = p.id and d.replaced_version is null
$$;
"""

NAMES_OF_PLACE = r"""
create or replace function names_of_place(place bigint) returns text language sql stable parallel safe as $$
  with recursive up (id) as (
    select place
    union
    select d.whole_id from up join place_descriptions d on d.place_id = up.id
    where d.replaced_version is null and d.whole_id is not null
  )
  select string_agg(concat_ws(' ', d.name, nullif(p.name, d.name)), ' ' order by p.id)
  from up join places p on p.id = up.id
  left join place_descriptions d on d.place_id = p.id and d.replaced_version is null
$$;
"""
"""As it was."""

REWORDED = {
    "write_name_words": (
        ("""case
      when exists (select from place_descriptions where place_id = o.id and replaced_version is null)
      then names_of_place(o.id) else (select name from places where id = o.id) end""",
         "names_of_place(o.id)"),
    ),
    "names_are_found": (
        ("owners := places_within(owners);",
         """owners := places_within(owners || array(  -- likewise names of places
      select place_id from place_merges union select into_id from place_merges where into_id is not null));"""),
    ),
}  # fmt: skip
"""Of the functions that keep the words of names, what is written otherwise."""

ADDED = "referencing new table as added for each statement execute function"
CHANGED = "referencing new table as changed for each statement execute function"
EACH_ROW = "for each row execute function"


def upgrade() -> None:
    op.create_table(
        "place_aliases",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("replaced_version", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "slug ~ '^[a-z0-9][a-z0-9-]*$' and char_length(slug) <= 300",
            name=op.f("place_aliases_slug_is_plain"),
        ),
        sa.CheckConstraint("char_length(name) <= 300", name=op.f("place_aliases_name_is_short")),
        sa.CheckConstraint("replaced_version > version", name=op.f("place_aliases_replaced_later")),
        sa.CheckConstraint("'' not in (name)", name=op.f("place_aliases_no_empty_text")),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("place_aliases_place_id_exists")),
        sa.ForeignKeyConstraint(["version"], ["acts.version"], name=op.f("place_aliases_version_exists")),
        sa.ForeignKeyConstraint(
            ["replaced_version"], ["acts.version"], name=op.f("place_aliases_replaced_version_exists")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("place_aliases_pkey")),
    )
    current = {"postgresql_where": sa.text("replaced_version is null")}
    op.create_index("place_aliases_one_current_per_name", "place_aliases", ["name"], unique=True, **current)
    op.create_index("place_aliases_by_place", "place_aliases", ["place_id"])
    op.create_index("place_aliases_by_slug", "place_aliases", ["slug"], **current)
    op.create_table(
        "place_merges",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=False),
        sa.Column("into_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("replaced_version", sa.BigInteger(), nullable=True),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("recorded_by", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("into_id <> place_id", name=op.f("place_merges_into_another")),
        sa.CheckConstraint("number >= 1", name=op.f("place_merges_numbered_from_one")),
        sa.CheckConstraint(
            "origin in ('command_line', 'upload', 'api', 'desk')", name=op.f("place_merges_origin_is_known")
        ),
        sa.CheckConstraint(f"recorded_at {KNOWN_YEARS}", name=op.f("place_merges_recorded_in_known_years")),
        sa.CheckConstraint("'' not in (reason)", name=op.f("place_merges_no_empty_text")),
        sa.CheckConstraint("replaced_version > version", name=op.f("place_merges_replaced_later")),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("place_merges_place_id_exists")),
        sa.ForeignKeyConstraint(["into_id"], ["places.id"], name=op.f("place_merges_into_id_exists")),
        sa.ForeignKeyConstraint(["recorded_by"], ["people.id"], name=op.f("place_merges_recorded_by_exists")),
        sa.ForeignKeyConstraint(["version"], ["acts.version"], name=op.f("place_merges_version_exists")),
        sa.ForeignKeyConstraint(
            ["replaced_version"], ["acts.version"], name=op.f("place_merges_replaced_version_exists")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("place_merges_pkey")),
        sa.UniqueConstraint("place_id", "number", name=op.f("place_merges_one_per_place_id_number")),
    )
    op.create_index("place_merges_one_current", "place_merges", ["place_id"], unique=True, **current)
    op.create_index("place_merges_by_into", "place_merges", ["into_id"], **current)
    _proposals_of(
        "noun in ('deployment', 'measure', 'source', 'place')",
        ("only_sources_are_merged", "acts_suit_their_noun"),
        "case noun when 'source' then true when 'place' then act in ('merge', 'separate')"
        " else act = 'describe' end",
    )
    _run(FUNCTIONS)
    _reword()
    for table, columns in STANDS.items():
        _history_stands(table, columns)
        _guard(table, "closed_once", _after_update("old.replaced_version is not null"), "refuse_change()")
        _counts_from_now_on(table)
        for act in ("insert", "update"):
            _guard(
                table,
                f"names_found_after_{act}",
                f"after {act} on {{}} {CHANGED}",
                "names_are_found('place', 'place_id')",
            )
    added = f"after insert on {{}} {ADDED}"
    _guard("place_merges", "numbers_follow", added, "numbers_follow('place_id', 'gapless')")
    _guard("place_merges", "end_somewhere", added, "merges_of_places_end_somewhere()")
    for table in ("places", "place_aliases", "place_descriptions"):
        _guard(table, "lead_to_one_place", added, "names_lead_to_one_place()")
    _guard("place_descriptions", "lie_in_one_that_stands", added, "places_lie_in_one_that_stands()")
    _guard("claim_revisions", "name_a_place_that_stands", added, "claims_name_a_place_that_stands()")


def _proposals_of(nouns: str, names: tuple[str, str], acts: str) -> None:
    """What may be proposed of what; the second of the rules is called otherwise from now on."""
    op.drop_constraint("proposals_noun_is_known", "proposals")
    op.drop_constraint(f"proposals_{names[0]}", "proposals")
    op.create_check_constraint(op.f("proposals_noun_is_known"), "proposals", nouns)
    op.create_check_constraint(op.f(f"proposals_{names[1]}"), "proposals", acts)


def _run(script: str) -> None:
    op.get_bind().exec_driver_sql(script, execution_options={"no_parameters": True})


def _guard(table: str, name: str, timing: str, function: str) -> None:
    """Create a trigger; `timing` holds {} where the table is to be named."""
    op.execute(f"create trigger {name} {timing.format(table)} {function}")


def _after_update(condition: str) -> str:
    return f"after update on {{}} for each row when ({condition}) execute function"


def _history_stands(table: str, columns: tuple[str, ...]) -> None:
    """No row goes, and these columns of one stay as they were written."""
    old, new = (f"row({', '.join(f'{row}.{column}' for column in columns)})" for row in ("old", "new"))
    _guard(table, "stand", f"before delete on {{}} {EACH_ROW}", "refuse_change()")
    _guard(
        table, "never_emptied", "before truncate on {} for each statement execute function", "refuse_change()"
    )
    _guard(table, "stand_as_written", _after_update(f"{old} is distinct from {new}"), "refuse_change()")


def _counts_from_now_on(table: str) -> None:
    """What begins or ceases to hold does so at a version that the same transaction makes."""
    begun = "least(new.version, new.replaced_version) < first_new_version()"
    _guard(
        table,
        "count_from_a_new_version",
        f"after insert on {{}} for each row when ({begun}) execute function",
        "refuse_past_version()",
    )
    ceased = "new.replaced_version is distinct from old.replaced_version and new.replaced_version < first_new_version()"
    _guard(table, "cease_at_a_new_version", _after_update(ceased), "refuse_past_version()")


def _reword(*, back: bool = False) -> None:
    for name, pairs in REWORDED.items():
        written = op.get_bind().scalar(
            sa.text("select pg_get_functiondef(cast(:name as regproc))"), {"name": name}
        )
        for before, after in pairs:
            old, new = (after, before) if back else (before, after)
            if old not in written:
                raise RuntimeError(f"{name} does not hold “{old}”")
            written = written.replace(old, new)
        _run(written)


def downgrade() -> None:
    for table in STANDS:
        if op.get_bind().scalar(sa.select(sa.exists().select_from(sa.table(table)))):
            raise RuntimeError(f"{table} holds rows, which a downgrade would lose")
    _proposals_of(
        "noun in ('deployment', 'measure', 'source')",
        ("acts_suit_their_noun", "only_sources_are_merged"),
        "act = 'describe' or noun = 'source'",
    )
    op.execute("drop trigger name_a_place_that_stands on claim_revisions")
    op.execute("drop trigger lie_in_one_that_stands on place_descriptions")
    for table in ("places", "place_descriptions"):
        op.execute(f"drop trigger lead_to_one_place on {table}")
    _reword(back=True)
    _run(NAMES_OF_PLACE)
    for table in STANDS:
        op.drop_table(table)
    op.execute(
        "drop function claims_name_a_place_that_stands, merges_of_places_end_somewhere, names_lead_to_one_place,"
        " names_merged_into_place, place_now, places_lie_in_one_that_stands"
    )
