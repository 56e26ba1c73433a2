"""What an act touched that touched a great many claims."""

import pytest
from sqlalchemy import inspect, select, text
from sqlalchemy.orm import Session

from app.acts.queries import ledger_version
from app.changes import parts
from app.changes.affected import touched_subjects
from app.changes.asked import Asked
from app.changes.models import Touch, TouchedVoice
from app.changes.parts import first_keys, keys_of, number_touched
from app.changes.queries import list_acts
from app.claims.views import names_of
from tests.factories import (
    ClaimFactory,
    DeploymentDescriptionFactory,
    JudgementFactory,
    MeasureFactory,
    RevisionFactory,
    SourceDescriptionFactory,
    current_session,
    new_version,
)
from tests.visiting import closing_engine

_SLUGS = text("""
  select d.slug as deployment, m.slug as measure, s.slug as source from claim_revisions r
  join deployments d on d.id = r.deployment_id join measures m on m.id = r.measure_id
  join sources s on s.id = r.source_id where r.claim_id = :claim and r.number = 1""")


def all_keys(session, version, rows):
    keys = []
    number = number_touched(session, version)
    while page := keys_of(session, version, number, after=keys[-1] if keys else None, limit=rows):
        keys += page
    return keys


def test_parts_of_a_great_act_are_walked_in_the_order_in_which_they_came_in(founding_url, monkeypatch):
    with closing_engine(founding_url) as engine, Session(engine) as session:
        sorted_keys = all_keys(session, 1, 1000)
        first = first_keys(session, [1], limit=300)
        monkeypatch.setattr(parts, "SORTED", -1)
        walked = all_keys(session, 1, 37)
        assert walked == all_keys(session, 1, 1000)
        assert first_keys(session, [1], limit=300) == {1: (walked[:300], first[1][1])}
        entered = session.scalars(text("select ref from claims order by id")).all()
    assert sorted(walked) == sorted_keys
    assert [key.ref for key in walked if key.noun == "claim"] == entered
    assert {key.noun for key in sorted_keys} >= {"deployment", "measure", "source", "claim"}


def everything_that_acts_do(approve, judge, ledger):
    """A claim, an appearance of it, a correction that moves it elsewhere, a judgement, descriptions."""
    approve("a")
    approve("b", repeat_of=approve.claims["a"], place=None)
    approve("a", measure=MeasureFactory(slug="back"), point=7)
    judge("a")
    for factory in (SourceDescriptionFactory, DeploymentDescriptionFactory):
        owner = ledger.source if factory is SourceDescriptionFactory else ledger.deployment
        name = "source_id" if factory is SourceDescriptionFactory else "deployment_id"
        factory(**{name: owner.id}, version=new_version())


def test_what_is_counted_when_an_act_is_committed_is_what_it_touched(session, approve, judge, ledger):
    everything_that_acts_do(approve, judge, ledger)
    versions = range(1, ledger_version(session) + 1)
    counted = [(touched_subjects(session, one), number_touched(session, one)) for one in versions]
    assert session.scalars(select(Touch)).all() == []
    session.execute(text("set constraints all immediate"))
    assert session.scalars(select(Touch.version).order_by(Touch.version)).all() == list(versions)
    assert [(touched_subjects(session, one), number_touched(session, one)) for one in versions] == counted
    assert {len(subjects) for subjects, _number in counted} == {0, 1, 2}


@pytest.mark.parametrize("name", ["deployment", "measure", "source"])
def test_acts_about_a_thing_are_those_that_touched_a_claim_or_an_appearance_about_it(session, name):
    first = RevisionFactory(claim=ClaimFactory(ref="a"), approved=True)
    same = {"deployment_id": first.deployment_id, "measure_id": first.measure_id}
    spoken = {"source_id": first.source_id, **same}
    again = RevisionFactory(claim_id=first.claim_id, point=7, approved=True, **spoken)
    elsewhere = RevisionFactory(claim=ClaimFactory(ref="b"), approved=True)
    judged = JudgementFactory(claim_id=first.claim_id, approved=True)
    carried = RevisionFactory(repeat_of_id=first.claim_id, approved=True, **spoken)
    new_version()
    found = current_session().execute(_SLUGS, {"claim": first.claim_id}).one()
    listed = list_acts(session, Asked(**{name: getattr(found, name)}), names_of([], []), rows=50).acts
    touching = [one.approved_version for one in (carried, judged, again, first)]
    assert [
        act.version for act in listed if act.version in {*touching, elsewhere.approved_version}
    ] == touching
    known = select(TouchedVoice).order_by(*TouchedVoice.__table__.primary_key)
    as_written = [inspect(one).identity for one in session.scalars(known)]
    session.execute(text("select know_touched_voices()"))
    assert [inspect(one).identity for one in session.scalars(known)] == as_written
