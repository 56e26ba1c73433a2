"""Sources have other names and are merged; what moves readings is proposed by one and decided by another.

A merge is a row that says into which source another one went, from which version on. Its claims move by
revisions of their own, so every query goes on to read `claim_revisions.source_id`, and a version of the past
stays as it was. No claim that counts, or may come to count, is left under a source that was merged.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "sources_merge"
down_revision = "places_lie_in_places"
branch_labels = None
depends_on = None

KNOWN_YEARS = "between '1000-01-01 00:00+00' and '2999-12-31 23:59+00'"
DECISION = ("verdict", "decided_by", "decided_at", "decision_reason", "approved_alone", "version")
STANDS = {
    "source_aliases": ("id", "source_id", "name", "version"),
    "source_merges": ("id", "source_id", "into_id", "version", "number", "recorded_at", "origin", "reason",
                      "recorded_by"),
    "proposals": ("id", "noun", "slug", "act", "content", "shown", "reason", "recorded_by", "recorded_at"),
}  # fmt: skip
"""The columns of each table that no UPDATE touches."""

FUNCTIONS = r"""
-- The source under which claims of this one stand now: itself, or the one that it was merged into, and so on.
create function source_now(asked bigint) returns bigint language sql stable parallel safe as $$
  with recursive chain (id, step) as (
    select asked, 0
    union all
    select m.into_id, step + 1 from chain
    join source_merges m on m.source_id = chain.id and m.replaced_version is null and m.into_id is not null
    where step < 1000)
  select id from chain order by step desc limit 1
$$;

-- The names, other names among them, of all that was merged into a source, one after the other.
create function names_merged_into(asked bigint) returns text language sql stable parallel safe as $$
  with recursive parts (id) as (
    select source_id from source_merges where into_id = asked and replaced_version is null
    union
    select m.source_id from parts join source_merges m on m.into_id = parts.id and m.replaced_version is null)
  select string_agg(named.name, ' ' order by named.name) from parts
  cross join lateral (
    select name from source_descriptions d where d.source_id = parts.id and d.replaced_version is null
    union
    select name from source_aliases a where a.source_id = parts.id and a.replaced_version is null) named
$$;

-- A name leads to one source: none is the name of one and another name of a second.
create function names_lead_to_one_source() returns trigger language plpgsql as $$
declare
  taken text;
begin
  select a.name into taken
  from added a
  join source_descriptions d on d.name = a.name and d.replaced_version is null
  join source_aliases o on o.name = a.name and o.replaced_version is null and o.source_id <> d.source_id
  where a.replaced_version is null
  limit 1;
  if found then
    raise exception '% is the name of one source and another name of a second', taken
      using errcode = 'unique_violation', constraint = tg_table_name || '_lead_to_one_source';
  end if;
  return null;
end $$;

create function merges_end_somewhere() returns trigger language plpgsql as $$
declare
  broken text;
begin
  with recursive chain (start, at) as (
    select source_id, into_id from added where replaced_version is null and into_id is not null
    union
    select chain.start, m.into_id from chain
    join source_merges m on m.source_id = chain.at and m.replaced_version is null and m.into_id is not null
    where chain.at <> chain.start)
  select s.slug into broken from chain join sources s on s.id = chain.start where chain.at = chain.start
  limit 1;
  if broken is not null then
    raise exception 'the source % would be merged into itself', broken
      using errcode = 'check_violation', constraint = 'source_merges_never_in_a_circle';
  end if;
  -- Waits for claims that are being entered at this moment, which hold their source by a foreign key.
  perform from sources where id in (select source_id from added) order by id for update;
  select c.ref into broken
  from added a
  join claim_revisions r on r.source_id = a.source_id and may_count(r.verdict, r.replaced_version)
  join claims c on c.id = r.claim_id
  where a.replaced_version is null and a.into_id is not null
  limit 1;
  if broken is not null then
    raise exception 'the claim % would be left under a source that is merged into another', broken
      using errcode = 'check_violation', constraint = 'source_merges_leave_no_claim';
  end if;
  return null;
end $$;

create function claims_name_a_source_that_stands() returns trigger language plpgsql as $$
declare
  broken text;
begin
  if not exists (select from source_merges where replaced_version is null and into_id is not null) then
    return null;
  end if;
  select c.ref into broken
  from source_merges m
  join added a on a.source_id = m.source_id and may_count(a.verdict, a.replaced_version)
  join claims c on c.id = a.claim_id
  where m.replaced_version is null and m.into_id is not null
  limit 1;
  if broken is not null then
    raise exception 'the claim % names a source that was merged into another', broken
      using errcode = 'check_violation', constraint = 'claim_revisions_name_a_source_that_stands';
  end if;
  return null;
end $$;
"""

_NAME = """(select name from source_descriptions where source_id = r.source_id
      and replaced_version is null)"""
_NAMES = """concat_ws(' ', (select name from source_descriptions where source_id = r.source_id
      and replaced_version is null),
      (select string_agg(o.name, ' ' order by o.name) from source_aliases o
       where o.source_id = r.source_id and o.replaced_version is null),
      case when exists (select from source_merges m where m.into_id = r.source_id and m.replaced_version is null)
        then names_merged_into(r.source_id) end)"""
# What a merge changes is how claims of the source that remains are found.
_OWNERS = "into owners from changed x;"
_OWNERS_OF_MERGES = f"{_OWNERS}\n  if owner = 'into_id' then owner := 'source_id'; end if;"
KEEP_WORDS = ("claims_are_found", "claims_are_found_by_new_names")
"""The functions that keep the words of claims in step."""

ADDED = "referencing new table as added for each statement execute function"
CHANGED = "referencing new table as changed for each statement execute function"
EACH_ROW = "for each row execute function"


def upgrade() -> None:
    op.create_table(
        "source_aliases",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("replaced_version", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("char_length(name) <= 300", name=op.f("source_aliases_name_is_short")),
        sa.CheckConstraint("replaced_version > version", name=op.f("source_aliases_replaced_later")),
        sa.CheckConstraint("'' not in (name)", name=op.f("source_aliases_no_empty_text")),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("source_aliases_source_id_exists")),
        sa.ForeignKeyConstraint(["version"], ["acts.version"], name=op.f("source_aliases_version_exists")),
        sa.ForeignKeyConstraint(
            ["replaced_version"], ["acts.version"], name=op.f("source_aliases_replaced_version_exists")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("source_aliases_pkey")),
    )
    current = {"postgresql_where": sa.text("replaced_version is null")}
    op.create_index("source_aliases_one_current_per_name", "source_aliases", ["name"], unique=True, **current)
    op.create_index("source_aliases_by_source", "source_aliases", ["source_id"])
    op.create_table(
        "source_merges",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("into_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("replaced_version", sa.BigInteger(), nullable=True),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("recorded_by", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("into_id <> source_id", name=op.f("source_merges_into_another")),
        sa.CheckConstraint("number >= 1", name=op.f("source_merges_numbered_from_one")),
        sa.CheckConstraint(
            "origin in ('command_line', 'upload', 'api', 'desk')", name=op.f("source_merges_origin_is_known")
        ),
        sa.CheckConstraint(f"recorded_at {KNOWN_YEARS}", name=op.f("source_merges_recorded_in_known_years")),
        sa.CheckConstraint("'' not in (reason)", name=op.f("source_merges_no_empty_text")),
        sa.CheckConstraint("replaced_version > version", name=op.f("source_merges_replaced_later")),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("source_merges_source_id_exists")),
        sa.ForeignKeyConstraint(["into_id"], ["sources.id"], name=op.f("source_merges_into_id_exists")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["people.id"], name=op.f("source_merges_recorded_by_exists")
        ),
        sa.ForeignKeyConstraint(["version"], ["acts.version"], name=op.f("source_merges_version_exists")),
        sa.ForeignKeyConstraint(
            ["replaced_version"], ["acts.version"], name=op.f("source_merges_replaced_version_exists")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("source_merges_pkey")),
        sa.UniqueConstraint("source_id", "number", name=op.f("source_merges_one_per_source_id_number")),
    )
    op.create_index("source_merges_one_current", "source_merges", ["source_id"], unique=True, **current)
    op.create_index("source_merges_by_into", "source_merges", ["into_id"], **current)
    _create_proposals()
    op.execute(FUNCTIONS)
    for table, columns in STANDS.items():
        _history_stands(table, columns)
    for table in ("source_aliases", "source_merges"):
        _guard(table, "closed_once", _after_update("old.replaced_version is not null"), "refuse_change()")
        _counts_from_now_on(table)
    _guard(
        "source_merges",
        "numbers_follow",
        f"after insert on {{}} {ADDED}",
        "numbers_follow('source_id', 'gapless')",
    )
    _guard("source_merges", "end_somewhere", f"after insert on {{}} {ADDED}", "merges_end_somewhere()")
    decided = ", ".join
    old, new = (f"row({decided(f'{row}.{column}' for column in DECISION)})" for row in ("old", "new"))
    _guard(
        "proposals",
        "decided_once",
        _after_update(f"(old.verdict is not null or new.verdict is null) and {old} is distinct from {new}"),
        "refuse_change()",
    )
    for table in ("source_aliases", "source_descriptions"):
        _guard(table, "lead_to_one_source", f"after insert on {{}} {ADDED}", "names_lead_to_one_source()")
    _guard(
        "claim_revisions",
        "name_a_source_that_stands",
        f"after insert on {{}} {ADDED}",
        "claims_name_a_source_that_stands()",
    )
    _reword(_NAME, _NAMES, *KEEP_WORDS)
    _reword(_OWNERS, _OWNERS_OF_MERGES, KEEP_WORDS[1])
    for table, owner in (("source_aliases", "source_id"), ("source_merges", "into_id")):
        for act in ("insert", "update"):
            _guard(
                table,
                f"found_after_{act}",
                f"after {act} on {{}} {CHANGED}",
                f"claims_are_found_by_new_names('{owner}')",
            )


def _create_proposals() -> None:
    rules = {
        "slug_is_plain": "slug ~ '^[a-z0-9][a-z0-9-]*$' and char_length(slug) <= 300",
        "noun_is_known": "noun in ('deployment', 'measure', 'source')",
        "act_is_known": "act in ('describe', 'merge', 'separate')",
        "only_sources_are_merged": "act = 'describe' or noun = 'source'",
        "content_is_named": "jsonb_typeof(content) = 'object'",
        "shown_from_nought": "shown >= 0",
        "verdict_is_known": "verdict in ('approved', 'rejected', 'withdrawn')",
        "verdict_has_reviewer_and_time": "num_nulls(verdict, decided_by, decided_at) in (0, 3)",
        "approved_at_a_version": "(version is not null) = (verdict is not distinct from 'approved')",
        "four_eyes": "verdict is distinct from 'approved' or decided_by <> recorded_by or approved_alone",
        "alone_only_if_approved": "not approved_alone or verdict is not distinct from 'approved'",
        "withdrawn_by_its_author": "verdict is distinct from 'withdrawn' or decided_by = recorded_by",
        "refused_by_another": "verdict is distinct from 'rejected' or decided_by <> recorded_by",
        "refusal_has_a_reason": "verdict is distinct from 'rejected' or decision_reason is not null",
        "reason_given_with_a_verdict": "decision_reason is null or verdict is not null",
        "decided_once_recorded": f"decided_at >= recorded_at and decided_at {KNOWN_YEARS}",
        "recorded_in_known_years": f"recorded_at {KNOWN_YEARS}",
        "no_empty_text": "'' not in (reason, decision_reason)",
    }
    op.create_table(
        "proposals",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("noun", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("shown", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.Column("approved_alone", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"proposals_{name}")) for name, rule in rules.items()),
        sa.ForeignKeyConstraint(["recorded_by"], ["people.id"], name=op.f("proposals_recorded_by_exists")),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name=op.f("proposals_decided_by_exists")),
        sa.ForeignKeyConstraint(["version"], ["acts.version"], name=op.f("proposals_version_exists")),
        sa.PrimaryKeyConstraint("id", name=op.f("proposals_pkey")),
    )
    op.create_index(
        "proposals_one_open",
        "proposals",
        ["noun", "slug"],
        unique=True,
        postgresql_where=sa.text("verdict is null"),
    )
    op.create_index("proposals_by_recorded_at", "proposals", ["recorded_at", "id"])


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


def _reword(before: str, after: str, *functions: str) -> None:
    """Take `after` for `before` in the functions that keep the words, whatever else was changed in them."""
    for name in functions:
        written = op.get_bind().scalar(
            sa.text("select pg_get_functiondef(cast(:name as regproc))"), {"name": name}
        )
        if before not in written:
            raise RuntimeError(f"{name} does not look sources up as this migration expects")
        op.get_bind().exec_driver_sql(
            written.replace(before, after), execution_options={"no_parameters": True}
        )


def downgrade() -> None:
    for table in STANDS:
        if op.get_bind().scalar(sa.select(sa.exists().select_from(sa.table(table)))):
            raise RuntimeError(f"{table} holds rows, which a downgrade would lose")
    _reword(_NAMES, _NAME, *KEEP_WORDS)
    _reword(_OWNERS_OF_MERGES, _OWNERS, KEEP_WORDS[1])
    op.execute("drop trigger lead_to_one_source on source_descriptions")
    op.execute("drop trigger name_a_source_that_stands on claim_revisions")
    for table in STANDS:
        op.drop_table(table)
    op.execute(
        "drop function claims_name_a_source_that_stands, merges_end_somewhere, names_lead_to_one_source,"
        " names_merged_into, source_now"
    )
