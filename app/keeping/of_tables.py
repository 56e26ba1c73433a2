"""Invariants of every table: its rules hold for the rows that it has, and its numbers go on.

Taken from the models, so that a new table is checked as soon as it is there. PostgreSQL checks all of this as
rows are written; but constraints can be dropped and made again, and foreign keys be passed over.
"""

# ruff: noqa: S608 - SQL is put together from names and rules of our own tables

from collections.abc import Iterator

from sqlalchemy import CheckConstraint, Connection, ForeignKeyConstraint, Table

from app.keeping.finding import Advance, Invariant, label, stream
from app.models import Base


def _key(table: Table) -> str:
    return next(iter(table.primary_key)).name


def find_broken_checks(connection: Connection, _: Advance) -> Iterator[str]:
    """Rows that break a CHECK of their table; one pass over each table."""
    for table in Base.metadata.sorted_tables:
        rules = [
            f"case when ({rule.sqltext}) is false then '{rule.name}' end"
            for rule in sorted(table.constraints, key=lambda rule: str(rule.name))
            if isinstance(rule, CheckConstraint)
        ]
        if not rules:
            continue
        for name, rule in stream(connection, f"""
            select {label(table.name, _key(table))}, broken.rule
            from {table.name} t
            cross join lateral unnest(array[{", ".join(rules)}]) as broken (rule)
            where broken.rule is not null"""):  # fmt: skip
            words = str(rule).removeprefix(f"{table.name}_").replace("_", " ")
            yield f"{name} breaks the rule “{words}” ({rule})"


def find_dangling(connection: Connection, _: Advance) -> Iterator[str]:
    """Rows that refer to a row that is not there."""
    for table in Base.metadata.sorted_tables:
        for reference in sorted(table.foreign_key_constraints, key=lambda rule: str(rule.name)):
            yield from (str(row[0]) for row in stream(connection, _dangling(table, reference)))


def _dangling(table: Table, reference: ForeignKeyConstraint) -> str:
    same = " and ".join(
        f"o.{element.column.name} = t.{column.name}"
        for column, element in zip(reference.columns, reference.elements, strict=True)
    )
    first = next(iter(reference.columns)).name
    given = " and ".join(f"t.{column.name} is not null" for column in reference.columns)
    other = reference.referred_table.name
    return f"""
      select {label(table.name, _key(table))}
        || format(' refers by {first} to %s, which is not among {other}', t.{first})
      from {table.name} t
      where {given} and not exists (select from {other} o where {same})"""


def find_stale(connection: Connection, _: Advance) -> Iterator[str]:
    """Rows whose computed columns are not what their functions give today."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if column.computed is None:
                continue
            computed = str(column.computed.sqltext)
            for (sentence,) in stream(connection, f"""
                select {label(table.name, _key(table))} || ' has a {column.name} that is not {computed}'
                from {table.name} t where t.{column.name} is distinct from ({computed})"""):  # fmt: skip
                yield str(sentence)
    # Reckoned by the server's own function: a digest that our function gets wrong would be wrong twice.
    for (sentence,) in stream(
        connection,
        r"""
        select 'Row ' || id || ' of documents has a digest that is not the SHA-256 of its parts'
        from documents where digest <> sha256(convert_to(concat_ws(E'\x1f', coalesce(publisher, ''),
          coalesce(title, ''), coalesce(url, ''), coalesce(language, '')), 'UTF8'))""",
    ):
        yield str(sentence)


def find_used_numbers(connection: Connection, _: Advance) -> Iterator[str]:
    """Tables whose next row would get the number of one that is there."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if column.identity is None:
                continue
            ask = f"select pg_get_serial_sequence('public.{table.name}', '{column.name}')"
            sequence = connection.exec_driver_sql(ask).scalar()
            if sequence is None:
                yield f"The table {table.name} has lost the sequence of its {column.name}"
                continue
            following, most = connection.exec_driver_sql(f"""
                select last_value + case when is_called then 1 else 0 end,
                  coalesce((select max({column.name}) from {table.name}), 0) from {sequence}""").one()
            if following <= most:
                yield (
                    f"The next row of {table.name} would get the number {following}, "
                    f"and numbers up to {most} are taken"
                )


OF_TABLES = (
    Invariant("rows-obey-their-rules", "Every row obeys the rules of its table.", find_broken_checks),
    Invariant("nothing-dangles", "What a row refers to is there.", find_dangling),
    Invariant(
        "computed-columns-are-fresh",
        "Days and digests that are computed from what was written are what they would be today.",
        find_stale,
    ),
    Invariant("numbers-go-on", "The next row of a table gets a number that is not taken.", find_used_numbers),
)
"""Invariants of every table."""
