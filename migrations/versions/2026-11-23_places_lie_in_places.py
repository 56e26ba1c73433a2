"""A place lies in another: a village in an oblast. And a place can be renamed, from one version to another.

A description holds from its version on, as those of sources do, so that a reading at an earlier version stays
as it was. The name with which a place came into the ledger stands from now on: its address was made from it,
and files call the place so.
"""

import sqlalchemy as sa
from alembic import op

revision = "places_lie_in_places"
down_revision = "errors_are_reported"
branch_labels = None
depends_on = None

COLUMNS = ("id", "place_id", "name", "whole_id", "version", "number", "recorded_at", "origin", "reason",
           "recorded_by")  # fmt: skip

FUNCTIONS = r"""
-- From each added description the way up, as the ledger stood at its version: it never comes back. A circle is
-- closed by the newest of its descriptions, and that one is followed.
create function places_lie_in_no_circle() returns trigger language plpgsql as $$
declare
  broken text;
begin
  with recursive up (start, version, at) as (
    select place_id, version, whole_id from added where whole_id is not null
    union
    select up.start, up.version, d.whole_id
    from up join place_descriptions d on d.place_id = up.at
      and d.version <= up.version and (d.replaced_version is null or d.replaced_version > up.version)
    where d.whole_id is not null and up.at <> up.start
  )
  select p.slug into broken from up join places p on p.id = up.start where up.at = up.start limit 1;
  if broken is not null then
    raise exception 'the place % would lie in itself', broken
      using errcode = 'check_violation', constraint = 'place_descriptions_lie_in_no_circle';
  end if;
  return null;
end $$;

-- A name that one place has, or ever had, is no other place's: files and forms find places by their names.
create function places_keep_their_names() returns trigger language plpgsql as $$
declare
  broken text;
begin
  if tg_table_name = 'places' then
    select a.name into broken from added a
    join place_descriptions d on d.name = a.name and d.place_id <> a.id limit 1;
  else
    select a.name into broken from added a
    where exists (select from places p where p.name = a.name and p.id <> a.place_id)
      or exists (select from place_descriptions d where d.name = a.name and d.place_id <> a.place_id)
    limit 1;
  end if;
  if broken is not null then
    raise exception 'another place is or was called %', broken
      using errcode = 'unique_violation', constraint = tg_table_name || '_' || tg_name;
  end if;
  return null;
end $$;

-- What a place is called now and was called at first, and likewise the places in which it lies.
create function names_of_place(place bigint) returns text language sql stable parallel safe as $$
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

-- These places and all that lie in them now.
create function places_within(wholes bigint[]) returns bigint[] language sql stable parallel safe as $$
  with recursive within (id) as (
    select unnest(wholes)
    union
    select d.place_id from within join place_descriptions d on d.whole_id = within.id
    where d.replaced_version is null
  )
  select array_agg(id) from within
$$;
"""

_NAMES = """replaced_version is null), case when p.id is not null and exists (
        select from place_descriptions where place_id = p.id and replaced_version is null)
      then names_of_place(p.id) else p.name end, c.ref)"""
_OWNERS = """into owners from changed x;
  if owner = 'place_id' then
    owners := places_within(owners);
  end if;"""
_WORDS = ("replaced_version is null), p.name, c.ref)", _NAMES)
REWORDED = {
    "claims_are_found": (_WORDS,),
    "claims_are_found_by_new_names": (
        _WORDS,
        ("into owners from changed x;", _OWNERS),
        ("case owner when", "case owner when 'place_id' then r.place_id when"),
    ),
}
"""Of the functions that keep the words of claims in step, what is written otherwise: claims are found by every
name of their place, and by those of the places in which it lies."""

ADDED = "referencing new table as added for each statement execute function"
CHANGED = "referencing new table as changed for each statement execute function"


def upgrade() -> None:
    op.create_table(
        "place_descriptions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("whole_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("replaced_version", sa.BigInteger(), nullable=True),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("recorded_by", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("'' not in (name, reason)", name=op.f("place_descriptions_no_empty_text")),
        sa.CheckConstraint(
            "origin in ('command_line', 'upload', 'api', 'desk')",
            name=op.f("place_descriptions_origin_is_known"),
        ),
        sa.CheckConstraint(
            "recorded_at between '1000-01-01 00:00+00' and '2999-12-31 23:59+00'",
            name=op.f("place_descriptions_recorded_in_known_years"),
        ),
        sa.CheckConstraint("char_length(name) <= 300", name=op.f("place_descriptions_name_is_short")),
        sa.CheckConstraint("number >= 1", name=op.f("place_descriptions_numbered_from_one")),
        sa.CheckConstraint("replaced_version > version", name=op.f("place_descriptions_replaced_later")),
        sa.CheckConstraint("whole_id <> place_id", name=op.f("place_descriptions_lies_in_another")),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("place_descriptions_place_id_exists")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["people.id"], name=op.f("place_descriptions_recorded_by_exists")
        ),
        sa.ForeignKeyConstraint(
            ["replaced_version"], ["acts.version"], name=op.f("place_descriptions_replaced_version_exists")
        ),
        sa.ForeignKeyConstraint(
            ["version"], ["acts.version"], name=op.f("place_descriptions_version_exists")
        ),
        sa.ForeignKeyConstraint(["whole_id"], ["places.id"], name=op.f("place_descriptions_whole_id_exists")),
        sa.PrimaryKeyConstraint("id", name=op.f("place_descriptions_pkey")),
        sa.UniqueConstraint("place_id", "number", name=op.f("place_descriptions_one_per_place_id_number")),
    )
    op.create_index("place_descriptions_by_name", "place_descriptions", ["name"])
    op.create_index(
        "place_descriptions_by_whole",
        "place_descriptions",
        ["whole_id"],
        postgresql_where=sa.text("whole_id is not null"),
    )
    op.create_index(
        "place_descriptions_one_current",
        "place_descriptions",
        ["place_id"],
        unique=True,
        postgresql_where=sa.text("replaced_version is null"),
    )
    op.create_index(
        "claim_revisions_by_place",
        "claim_revisions",
        ["place_id", "said_day", "claim_id"],
        postgresql_where=sa.text(
            "place_id is not null and approved_version is not null and replaced_version is null"
        ),
    )
    op.execute(FUNCTIONS)
    _reword()
    for name, timing in _triggers():
        op.execute(f"create trigger {name} {timing}")
    # Until now a place's name could be written anew, though nothing did: from now on it stands.
    op.execute("drop trigger stand_as_written on places")
    op.execute(_stands("places", ("id", "slug", "name")))


def _triggers() -> tuple[tuple[str, str], ...]:
    changed = " or ".join(
        f"new.{column} is distinct from old.{column} and new.{column} < first_new_version()"
        for column in ("version", "replaced_version")
    )
    each_row = "on place_descriptions for each row"
    past = "execute function refuse_past_version()"
    change = "execute function refuse_change()"
    begun = "least(new.version, new.replaced_version) < first_new_version()"
    added = f"after insert on place_descriptions {ADDED}"
    return (
        ("stand", f"before delete {each_row} {change}"),
        ("never_emptied", f"before truncate on place_descriptions for each statement {change}"),
        ("stand_as_written", f"after update {each_row} when ({_differ(COLUMNS)}) {change}"),
        ("closed_once", f"after update {each_row} when (old.replaced_version is not null) {change}"),
        ("count_from_a_new_version", f"after insert {each_row} when ({begun}) {past}"),
        ("cease_at_a_new_version", f"after update {each_row} when ({changed}) {past}"),
        ("numbers_follow", f"{added} numbers_follow('place_id', 'gapless')"),
        ("lie_in_no_circle", f"{added} places_lie_in_no_circle()"),
        ("keep_their_names", f"{added} places_keep_their_names()"),
        ("keep_their_names", f"after insert on places {ADDED} places_keep_their_names()"),
        (
            "found_by_new_names",
            f"after insert on place_descriptions {CHANGED} claims_are_found_by_new_names('place_id')",
        ),
    )


def _reword(*, back: bool = False) -> None:
    """Write the functions of the search anew; nothing is lost if somebody else has changed the rest of them."""
    for name, pairs in REWORDED.items():
        written = op.get_bind().scalar(
            sa.text("select pg_get_functiondef(cast(:name as regproc))"), {"name": name}
        )
        for before, after in pairs:
            old, new = (after, before) if back else (before, after)
            if old not in written:
                raise RuntimeError(f"{name} does not hold “{old}”")
            written = written.replace(old, new)
        op.get_bind().exec_driver_sql(written, execution_options={"no_parameters": True})


def _differ(columns: tuple[str, ...]) -> str:
    old, new = (f"row({', '.join(f'{row}.{column}' for column in columns)})" for row in ("old", "new"))
    return f"{old} is distinct from {new}"


def _stands(table: str, columns: tuple[str, ...]) -> str:
    return (
        f"create trigger stand_as_written after update on {table} for each row"
        f" when ({_differ(columns)}) execute function refuse_change()"
    )


def downgrade() -> None:
    if op.get_bind().scalar(sa.select(sa.exists().select_from(sa.table("place_descriptions")))):
        raise RuntimeError("place_descriptions holds rows, which a downgrade would lose")
    op.execute("drop trigger stand_as_written on places")
    op.execute(_stands("places", ("id", "slug")))
    op.drop_index("claim_revisions_by_place", "claim_revisions")
    op.drop_table("place_descriptions")
    _reword(back=True)
    op.execute("drop trigger keep_their_names on places")
    op.execute(
        "drop function places_keep_their_names, places_lie_in_no_circle, names_of_place, places_within"
    )
