"""Invariants of the database itself: its schema is what the migrations make, and all of its rules are on.

What the migrations make is seen by running them, in a schema of their own that is rolled back at once. So
no list of rules has to be kept, and a new migration is checked as soon as it is there.
"""

from collections.abc import Iterator

from alembic import command
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from app.keeping.finding import Advance, Invariant, asked
from app.migrate import alembic_config
from app.schema import current_revision, known_revisions, newest_revision

SCRATCH = "muster_check"
"""The schema in which the migrations run; it is never committed."""

Rule = tuple[str, str, str]
"""What kind of thing it is, the table that it is of, and its name."""

# Read with the schema alone in the search path, so that both are spelled without its name.
_RULES = """
  with tables as (
    select oid, relname from pg_class
    where relnamespace = current_schema()::regnamespace and relkind = 'r' and relname <> 'alembic_version')
  select 'table', relname, relname, ''::text from tables
  union all
  select 'column', relname, attname,
    concat_ws(' ', format_type(atttypid, atttypmod), case when attnotnull then 'not null' end,
      case when attcollation <> 100 then (select collname from pg_collation l where l.oid = attcollation) end,
      attidentity::text, attgenerated::text, pg_get_expr(adbin, adrelid))
  from tables join pg_attribute a on attrelid = tables.oid and attnum > 0 and not attisdropped
  left join pg_attrdef on adrelid = tables.oid and adnum = attnum
  union all
  select 'rule', relname, conname, pg_get_constraintdef(c.oid)
  from tables join pg_constraint c on conrelid = tables.oid where contype in ('c', 'f', 'p', 'u', 'x')
  union all
  select 'trigger', relname, tgname, pg_get_triggerdef(t.oid)
  from tables join pg_trigger t on tgrelid = tables.oid where not tgisinternal
  union all
  select 'index', relname, i.indexrelid::regclass::text,
    pg_get_indexdef(i.indexrelid) || case when indisvalid then '' else ' (invalid)' end
  from tables join pg_index i on indrelid = tables.oid
  union all
  select 'function', '', p.oid::regprocedure::text, pg_get_functiondef(p.oid)
  from pg_proc p where pronamespace = current_schema()::regnamespace and prokind = 'f'
    and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
"""

_ADDED_MATTERS = ("rule", "trigger")
"""What is worth a word when it is not ours: it may refuse or change rows. An index more is welcome."""


def find_outdated(connection: Connection, _: Advance) -> Iterator[str]:
    """Whether the schema is that of the newest migration."""
    current, newest = current_revision(connection), newest_revision()
    if current is None:
        yield "The database holds nothing of Muster"
    elif current not in known_revisions():
        yield f"The schema, {current}, is not known to this Muster, which knows up to {newest}"
    elif current != newest:
        yield f"The schema is at {current}, and this Muster needs {newest}: muster migrate brings it there"


def find_changed(connection: Connection, _: Advance) -> Iterator[str]:
    """Tables, columns, rules, triggers, indexes and functions that are not as the migrations make them."""
    with connection.begin_nested() as aside:
        try:
            found = _rules_in(connection, "public")
            _migrate(connection)
            changed = list(_differences(connection, found, _rules_in(connection, SCRATCH)))
        except ProgrammingError as error:
            changed = [f"The rules of the schema could not be compared: {error.orig}"]
        aside.rollback()
    yield from changed


def _differences(connection: Connection, found: dict[Rule, str], expected: dict[Rule, str]) -> Iterator[str]:
    """What differs, in a sentence each; the connection is in the schema that the migrations made."""
    for rule in sorted(expected.keys() | found.keys()):
        kind, table, name = rule
        what = f"The {kind} {name}" + (f" of {table}" if table and kind != "table" else "")
        if rule not in found:
            yield f"{what} is missing"
        elif rule not in expected:
            if kind in _ADDED_MATTERS and ("table", table, table) in expected:
                yield f"{what} is not Muster's: {_brief(found[rule])}"
        elif found[rule] != expected[rule] and _respelled(connection, rule, found[rule]) != _respelled(
            connection, rule, expected[rule]
        ):
            yield f"{what} is not as the migrations make it: {_brief(found[rule])}"


def _respelled(connection: Connection, rule: Rule, definition: str) -> str:
    """A rule, trigger or function as PostgreSQL spells it when it is made anew from its own spelling.

    That differs in its brackets from what a migration wrote, and is what a restored database has.
    """
    kind, table, name = rule
    remade = {
        "rule": (
            f'alter table "{table}" drop constraint "{name}" cascade; '
            f'alter table "{table}" add constraint "{name}" {definition}'
        ),
        "trigger": f'drop trigger "{name}" on "{table}"; {definition}',
        "function": definition,
    }.get(kind)
    if remade is None:
        return definition
    with connection.begin_nested() as attempt:
        try:
            connection.exec_driver_sql(remade, execution_options={"no_parameters": True})
            definition = _rules_in(connection, SCRATCH)[rule]
        except DBAPIError:
            pass
        attempt.rollback()
    return definition


def _migrate(connection: Connection) -> None:
    """Run the migrations in a schema of their own."""
    connection.execute(text(f"create schema {SCRATCH}"))
    connection.execute(text(f"set local search_path = {SCRATCH}"))
    usual = connection.dialect.default_schema_name
    try:
        # Where a migration looks that asks which columns there are.
        connection.dialect.default_schema_name = SCRATCH
        command.upgrade(alembic_config(connection), "head")
    finally:
        connection.dialect.default_schema_name = usual


def _rules_in(connection: Connection, schema: str) -> dict[Rule, str]:
    connection.execute(text(f"set local search_path = {schema}"))
    rows = connection.exec_driver_sql(_RULES, execution_options={"no_parameters": True})
    # The definitions of functions and indexes name their schema whatever the search path is.
    return {
        (kind, table, name): definition.replace(f"{schema}.", "") for kind, table, name, definition in rows
    }


def _brief(definition: str) -> str:
    plain = " ".join(definition.split())
    return plain if len(plain) <= 160 else f"{plain[:160]} …"  # noqa: PLR2004 - a line or two at a terminal


OF_SCHEMA = (
    Invariant("schema-is-current", "The schema is that of the newest migration.", find_outdated),
    Invariant(
        "rules-are-there",
        "Tables, rules, triggers, indexes and functions are as the migrations make them.",
        find_changed,
    ),
    Invariant(
        "rules-are-on",
        "No trigger is switched off, foreign keys included.",
        asked("""
          select format('The trigger %s of %s is switched off', tgname, tgrelid::regclass)
          from pg_trigger t join pg_class c on c.oid = tgrelid
          where relnamespace = 'public'::regnamespace and tgenabled not in ('O', 'A')
            and not tgisinternal""", """
          select format('The rule %s of %s is switched off', conname, tgrelid::regclass)
          from pg_trigger t join pg_class c on c.oid = tgrelid join pg_constraint k on k.oid = tgconstraint
          where relnamespace = 'public'::regnamespace and tgenabled not in ('O', 'A') and tgisinternal
          group by conname, tgrelid"""),
    ),
    Invariant(
        "letters-are-kept",
        "The database is UTF-8, and sorts as it did when its indexes were made.",
        asked("""
          select format('The database is encoded as %s, not as UTF8', pg_encoding_to_char(encoding))
          from pg_database
          where datname = current_database() and pg_encoding_to_char(encoding) <> 'UTF8'""", """
          select format('The database was made with version %s of its collation %s, and the machine has %s: '
            'reindex it, then ALTER DATABASE ... REFRESH COLLATION VERSION',
            datcollversion, datcollate, coalesce(pg_database_collation_actual_version(oid), 'none'))
          from pg_database where datname = current_database()
            and datcollversion is not null
            and datcollversion is distinct from pg_database_collation_actual_version(oid)"""),
    ),
)  # fmt: skip
"""Invariants of the database itself."""
