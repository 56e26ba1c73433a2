"""The example ledger, and whose licence a demonstration may state."""

from sqlalchemy.orm import Session

from app.ledger.demo import EXAMPLE, holds_nothing_else, import_example
from tests.factories import NOW, DeploymentFactory, used_in
from tests.visiting import closing_engine


def test_the_examples_licence_holds_for_the_example_alone(empty_database):
    with closing_engine(empty_database) as engine:
        assert import_example(engine, EXAMPLE, at=NOW.replace(year=2027)) is not None
        assert import_example(engine, EXAMPLE, at=NOW.replace(year=2027)) is None
        assert holds_nothing_else(engine, EXAMPLE)
        with Session(engine) as session, session.begin(), used_in(session):
            DeploymentFactory(slug="somebody-elses")
        assert not holds_nothing_else(engine, EXAMPLE)
