"""No rule without a test: what the database holds is compared with what the tests break.

Foreign keys and NOT NULL are read from the tables themselves, so that each new one is tested at once.
"""

from importlib import import_module
from pathlib import Path

import pytest
from sqlalchemy import Column, ForeignKeyConstraint, null, text

from app.models import Base
from tests import factories
from tests.acts.test_rules import DESCRIPTIONS
from tests.review.test_rules import SHARED
from tests.rules import refused
from tests.test_history import MAY_CHANGE

ROOMS = sorted(path.parent.name for path in Path(__file__).parent.glob("*/test_rules.py"))

OWNERS = {
    "deployment_descriptions": "deployment_id",
    "measure_descriptions": "measure_id",
    "place_descriptions": "place_id",
    "source_descriptions": "source_id",
}

IN_TABLES = {
    *(rule for room in ROOMS for rule, _ in import_module(f"tests.{room}.test_rules").BROKEN),
    *(f"{table}_{rule}" for rule, _ in SHARED for table in ("claim_revisions", "judgements")),
    *(f"{table}_{rule.format(owner=owner)}" for rule, _ in DESCRIPTIONS for table, owner in OWNERS.items()),
}
"""The rules that one row of a table of cases breaks each."""

BY_THEMSELVES = {
    "claim_revisions_end_after_the_start",
    "claim_revisions_measure_exists",
    "deployment_descriptions_start_before_their_claims_end",
    "documents_one_per_digest",
    "measures_one_per_id_kind",  # there for a foreign key; an id alone is unique already
    *(f"{model.__tablename__}_{rule}" for model in MAY_CHANGE
      for rule in ("stand", "never_emptied", "stand_as_written")),
    *(f"{table}_{rule}" for table in (*OWNERS, "claim_revisions", "judgements")
      for rule in ("closed_once", "count_from_a_new_version", "cease_at_a_new_version")),
    *(f"{table}_{rule}" for table in ("source_aliases", "source_merges", "place_aliases", "place_merges")
      for rule in ("closed_once", "count_from_a_new_version", "cease_at_a_new_version")),
    "claim_revisions_name_a_source_that_stands",
    "claim_revisions_name_a_place_that_stands",
    "proposals_decided_once",
    *(f"{table}_{rule}" for table in ("claim_revisions", "judgements")
      for rule in ("decided_once", "count_in_turn", "approved_in_turn")),
    # They refuse nothing: they keep the words of claims in step (tests/search).
    *(f"claim_revisions_found_after_{act}" for act in ("insert", "update")),
    *(f"{table}_names_found_after_insert" for table in (*OWNERS, "places")),
    *(f"{owner}_{table}_names_found_after_{act}" for owner in ("source", "place")
      for table in ("aliases", "merges") for act in ("insert", "update")),
    *(f"{table}_counted_after_{act}" for table in ("claim_revisions", "judgements")
      for act in ("insert", "update")),  # as those, the counts (tests/claims/test_counted.py)
    "deployment_descriptions_inputs_moved",
    "source_descriptions_inputs_moved",
    *(f"claim_revisions_alike_after_{act}" for act in ("insert", "update")),  # likewise claims alike
    "acts_derived_is_written",  # as those, of what was let wait (tests/search)
    "acts_tell",  # as those, to the workers (tests/cached)
    *(f"{table}_touch_voices_after_{act}" for table in ("claim_revisions", "judgements")
      for act in ("insert", "update")),  # as those, what acts touched (tests/changes)
    "acts_touched_is_counted",  # as those, of what acts touched (tests/changes)
    # The names under which it refuses are `name_claims`, `restate_the_same`, `never_in_a_circle`.
    "claim_revisions_name_one_another_rightly",
    "source_merges_end_somewhere",  # likewise `never_in_a_circle`, `leave_no_claim`
    "place_merges_end_somewhere",  # likewise, and `leave_no_part`
    "distinctions_as_they_count",  # likewise `of_what_counts`, `by_their_act`, `said_once`
    "distinctions_told_apart_is_known",  # refuses nothing: what is told apart is no longer alike
}  # fmt: skip
"""The rules that have tests of their own, in the rooms or in test_history.py."""

RULES = text("""
    select conname from pg_constraint
    where connamespace = 'public'::regnamespace and contype in ('c', 'u')
      and conrelid <> 'alembic_version'::regclass
    union
    select indexrelid::regclass::text from pg_index join pg_class on pg_class.oid = indrelid
    where indisunique and not indisprimary and relnamespace = 'public'::regnamespace
    union
    select relname || '_' || tgname from pg_trigger join pg_class on pg_class.oid = tgrelid
    where not tgisinternal
""")


def test_every_rule_is_broken_by_a_test(session):
    untested = set(session.scalars(RULES)) - IN_TABLES - BY_THEMSELVES
    assert untested == set()


def test_every_rule_that_is_broken_exists(session):
    identities = {"ledger_pkey", "claim_revisions_measure_exists"}
    assert (IN_TABLES | BY_THEMSELVES) - set(session.scalars(RULES)) - identities == set()


def some_row(session, table):
    """A row of the table that counts, where rows of it can."""
    [model] = [mapper.class_ for mapper in Base.registry.mappers if mapper.local_table is table]
    approved = {"approved": True} if table.name in {"claim_revisions", "judgements", "proposals"} else {}
    return getattr(factories, f"{model.__name__}Factory")(**approved)


def change_one(session, row, column: Column, value) -> None:
    key = next(iter(column.table.primary_key))
    session.execute(column.table.update().where(key == getattr(row, key.name)).values({column.name: value}))


# The one row of the ledger has tests of its own.
TESTED = [table for table in Base.metadata.sorted_tables if table.name != "ledger"]

REFERENCES = [
    constraint
    for table in TESTED
    for constraint in sorted(table.foreign_key_constraints, key=lambda constraint: str(constraint.name))
]

NEEDED = [
    column
    for table in TESTED
    for column in table.columns
    if not column.nullable and column.identity is None and column.computed is None
]


@pytest.mark.parametrize("reference", REFERENCES, ids=lambda reference: reference.name)
def test_nothing_refers_to_what_is_not_there(session, reference: ForeignKeyConstraint):
    row = some_row(session, reference.table)
    # The claims of a pair stand in order, so that the first of none has to come before all.
    nobody = 0 if reference.name == "distinctions_first_id_exists" else 10**9
    with refused(session, reference.name):
        change_one(session, row, next(iter(reference.columns)), nobody)


@pytest.mark.parametrize("column", NEEDED, ids=str)
def test_what_has_to_be_known_is_not_null(session, column: Column):
    row = some_row(session, column.table)
    with refused(session, column.name):
        change_one(session, row, column, null())
