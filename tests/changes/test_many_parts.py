"""What an act touched that touched a great many claims."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.changes import affected, parts, queries
from app.changes.affected import touched_subjects
from app.changes.asked import Asked
from app.changes.parts import keys_of
from app.changes.queries import list_acts
from app.claims.views import names_of
from tests.factories import ClaimFactory, JudgementFactory, RevisionFactory, current_session, new_version
from tests.visiting import closing_engine

_SLUGS = text("""
  select d.slug as deployment, m.slug as measure, s.slug as source from claim_revisions r
  join deployments d on d.id = r.deployment_id join measures m on m.id = r.measure_id
  join sources s on s.id = r.source_id where r.claim_id = :claim and r.number = 1""")


def all_keys(session, version, rows):
    keys = []
    while page := keys_of(session, version, after=keys[-1] if keys else None, limit=rows):
        keys += page
    return keys


def test_parts_that_are_walked_are_those_that_are_sorted(founding_url, monkeypatch):
    with closing_engine(founding_url) as engine, Session(engine) as session:
        sorted_keys = all_keys(session, 1, 1000)
        monkeypatch.setattr(parts, "SORTED", -1)
        assert all_keys(session, 1, 37) == sorted_keys
    assert {key.noun for key in sorted_keys} >= {"deployment", "measure", "source", "claim"}


def test_a_great_import_is_told_by_what_it_approved(founding_url, monkeypatch):
    with closing_engine(founding_url) as engine, Session(engine) as session:
        told = touched_subjects(session, 1)
        monkeypatch.setattr(affected, "MOST_TOLD_APART", -1)
        assert touched_subjects(session, 1) == told
    assert told


@pytest.mark.parametrize("name", ["deployment", "measure", "source"])
def test_acts_about_a_busy_thing_are_those_about_a_quiet_one(session, monkeypatch, name):
    first = RevisionFactory(claim=ClaimFactory(ref="a"), approved=True)
    same = {"deployment_id": first.deployment_id, "measure_id": first.measure_id}
    RevisionFactory(claim_id=first.claim_id, source_id=first.source_id, point=7, approved=True, **same)
    RevisionFactory(claim=ClaimFactory(ref="b"), approved=True)
    JudgementFactory(claim_id=first.claim_id, approved=True)
    new_version()
    found = current_session().execute(_SLUGS, {"claim": first.claim_id}).one()
    asked = Asked(**{name: getattr(found, name)})
    listed = [act.id for act in list_acts(session, asked, names_of([], []), rows=50).acts]
    monkeypatch.setattr(queries, "BUSY", -1)
    assert [act.id for act in list_acts(session, asked, names_of([], []), rows=50).acts] == listed
    assert len(listed) >= 3
