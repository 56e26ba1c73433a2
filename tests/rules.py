"""How a rule of the database is broken in a test, and how its refusal is recognised: by its name."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

Breaking = tuple[str, Callable[[], object]]
"""The name of a rule, and something that the database refuses because of that rule alone."""


@contextmanager
def refused(session: Session, rule: str) -> Iterator[None]:
    """What is done inside is refused by `rule`; the session can go on afterwards.

    NOT NULL has no name: there `rule` is the column.
    """
    with pytest.raises(DBAPIError) as error, session.begin_nested():
        yield
    refusal = error.value.orig.diag
    assert (refusal.constraint_name or refusal.column_name or refusal.message_primary) == rule


def insert_copies(session: Session, row: object, *changes: dict[str, object]) -> None:
    """One INSERT of copies of `row`, each with its changes, as if typed: no factory helps."""
    table = type(row).__table__
    copied = {
        column.name: getattr(row, column.name)
        for column in table.columns
        if column.computed is None and column.identity is None
    }
    session.execute(table.insert().values([copied | changed for changed in changes]))


def update_by_hand(session: Session, row: object, **changes: object) -> None:
    """One UPDATE of `row`, as if typed."""
    table = type(row).__table__
    session.execute(table.update().where(table.c.id == row.id).values(changes))


def each_broken(rules: list[Breaking]) -> pytest.MarkDecorator:
    """A test is run with the name of each rule and what breaks it."""
    return pytest.mark.parametrize(
        ("rule", "attempt"), [pytest.param(rule, attempt, id=rule) for rule, attempt in rules]
    )
