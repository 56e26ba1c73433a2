"""The factories make rows that the database takes, and versions that follow one another."""

import pytest
from sqlalchemy import inspect

from app.acts.queries import ledger_version
from tests import factories
from tests.factories import JudgementFactory, RevisionFactory, SourceFactory, VersionFactory

ALL = [
    made
    for made in vars(factories).values()
    if isinstance(made, type) and issubclass(made, factories.Factory) and not made._meta.abstract
]


@pytest.mark.parametrize("factory", ALL, ids=lambda factory: factory.__name__)
def test_each_factory_makes_a_row_that_the_database_takes(session, factory):
    row = factory()
    assert session.get(type(row), inspect(row).identity) is row


@pytest.mark.parametrize("nature", ["total", "increment", "event", "level", "plan", "share", "stance"])
def test_a_revision_of_each_nature_is_complete_by_itself(session, nature):
    revision = RevisionFactory(nature=nature, approved=True)
    assert revision.approved_version == ledger_version(session)


def test_an_approved_revision_replaces_the_one_before(session):
    first = RevisionFactory(approved=True)
    second = RevisionFactory(claim_id=first.claim_id, point=80, approved=True)
    session.refresh(first)
    assert (first.number, second.number) == (1, 2)
    assert first.replaced_version == second.approved_version > first.approved_version


def test_an_open_revision_leaves_the_current_one_alone(session):
    first = RevisionFactory(approved=True)
    RevisionFactory(claim_id=first.claim_id)
    session.refresh(first)
    assert first.replaced_version is None


def test_what_is_no_column_of_a_source_describes_it(session):
    source = SourceFactory(slug="nis", name="NIS", reliability="B")
    description = session.query(factories.models.SourceDescription).filter_by(source_id=source.id).one()
    assert (source.slug, description.name, description.reliability) == ("nis", "NIS", "B")


def test_a_judgement_can_be_approved_and_another_one_replaces_it(session):
    first = JudgementFactory(approved=True)
    JudgementFactory(claim_id=first.claim_id, standing="good", approved=True)
    session.refresh(first)
    assert first.replaced_version == ledger_version(session)
    assert issubclass(JudgementFactory, VersionFactory)
