"""Claims by their words, and names, over the real index of the database."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from app.models import ClaimText, SourceDescription
from app.review.actions import decide
from app.search.asked import read_words
from app.search.queries import MARK, RANKED, UNMARK, find_claims, find_named, tsquery
from tests.factories import (
    NOW,
    ClaimFactory,
    DeploymentFactory,
    MeasureFactory,
    PersonFactory,
    PlaceFactory,
    RevisionFactory,
    SourceDescriptionFactory,
    SourceDocumentFactory,
    SourceFactory,
    new_version,
)
from tests.rules import update_by_hand


def claim(ref: str, *, document=None, language=None, title=None, **values):
    """A claim that counts, under this claim_ref, read in a document where it has a language or title."""
    if language or title:
        document = SourceDocumentFactory(language=language, title=title)
    values = {"deployment": None, "measure": None} | values
    return RevisionFactory(claim=ClaimFactory(ref=ref), document=document, approved=True, **values)


def refs(session, typed: str) -> list[str]:
    return [found.claim.ref for found in find_claims(session, read_words(typed)).found]


def test_a_claim_is_found_by_each_of_its_words(session):
    claim(
        "a",
        source=SourceFactory(name="Rustem Umerov"),
        place=PlaceFactory(name="Kursk Oblast"),
        measure=MeasureFactory(label="Dispatched"),
        deployment=DeploymentFactory(name="Volunteers in Ruritania"),
        title="Five units expected",
        wording="fifteen thousand in all",
        note="Spoken at night",
        point=15000,
    )
    claim("b")
    for typed in ("umerov", "oblast", "dispatched", "Ruritania", "UNITS", "fifteen", "night", "15,000"):
        assert refs(session, typed) == ["a"], typed
    assert refs(session, "umerov kursk 15.000 night") == ["a"]
    assert refs(session, "umerov absent") == []


@pytest.mark.parametrize(
    ("language", "wording", "typed"),
    [
        ("en", "soldiers were wounded", "soldier wound"),
        ("it", "quasi 11.000 soldati nordcoreani", "soldato nordcoreano"),
        ("ru", "северокорейских солдат", "солдаты"),
        ("uk", "північнокорейських солдатів", "солдатів"),
        ("ko", "북한군 병력", "북한*"),
        ("fr", "les soldats blessés", "soldat blesse"),
        (None, "Andriy Yérmak", "yermak"),
    ],
)
def test_words_are_found_by_the_stems_of_the_document_s_language(session, language, wording, typed):
    claim("a", language=language, wording=wording)
    claim("b", wording="something else")
    assert refs(session, typed) == ["a"]


def test_phrases_beginnings_and_what_is_not_wanted(session):
    claim("a", wording="nearly 11,000 in total")
    claim("b", wording="in total nearly 3,000 of 11,000")
    assert refs(session, "nearly 11,000 total") == []  # a figure by itself is looked for among the figures
    assert refs(session, '"nearly 11,000"') == ["a"]
    assert sorted(refs(session, "tot*")) == ["a", "b"]
    assert refs(session, 'total -"nearly 3,000"') == ["a"]


def test_words_that_say_nothing_need_not_be_there(session):
    claim("a", wording="soldiers killed")
    assert refs(session, "the soldiers who were killed") == ["a"]
    claim("b", wording="the")
    assert refs(session, "the") == ["b"]


def test_a_word_that_nothing_holds_is_taken_as_a_beginning(session):
    claim("a", wording="Ruritanian volunteers")
    answer = find_claims(session, read_words("volunteers rurit"))
    assert [found.claim.ref for found in answer.found] == ["a"]
    assert answer.is_begun
    assert not find_claims(session, read_words("volunteers")).is_begun


def test_who_said_it_weighs_more_than_a_note_and_a_claim_more_than_its_appearance(session):
    claim("noted", note="as Umerov said")
    said = claim("said", source=SourceFactory(name="Umerov"))
    RevisionFactory(
        claim=ClaimFactory(ref="printed"),
        repeat_of_id=said.claim_id,
        deployment_id=said.deployment_id,
        measure_id=said.measure_id,
        source_id=said.source_id,
        approved=True,
    )
    assert refs(session, "umerov") == ["said", "printed", "noted"]


def test_what_was_found_is_marked_and_nothing_else_is(session):
    claim("a", language="en", wording="many soldiers <b>", title="On soldiers", note="A soldier said so")
    [found] = find_claims(session, read_words("soldier")).found
    assert found.wording == f"many {MARK}soldiers{UNMARK} <b>"
    assert found.title == f"On {MARK}soldiers{UNMARK}"
    assert MARK in found.note


def test_only_what_counts_is_found_and_by_what_it_says_today(session):
    first = claim("a", wording="old words")
    RevisionFactory(claim=ClaimFactory(ref="open"), wording="old words")
    assert refs(session, "old") == ["a"]
    RevisionFactory(claim_id=first.claim_id, wording="new words", approved=True)
    assert refs(session, "old") == []
    assert refs(session, "new") == ["a"]


def test_a_verdict_makes_a_claim_found(session):
    revision = RevisionFactory(claim=ClaimFactory(ref="a"), wording="late words")
    assert session.scalars(select(ClaimText)).all() == []
    decide(session, revision, "approved", by=PersonFactory(role="reviewer"), at=NOW)
    assert refs(session, "late") == ["a"]


def test_a_source_that_is_renamed_is_found_by_its_new_name(session):
    source = SourceFactory(name="Ministry of War")
    claim("a", source=source)
    version = new_version()
    today = session.scalars(select(SourceDescription).where(SourceDescription.source_id == source.id)).one()
    update_by_hand(session, today, replaced_version=version)
    SourceDescriptionFactory(source_id=source.id, number=2, name="Ministry of Defence", version=version)
    assert refs(session, "defence") == ["a"]
    assert refs(session, "war") == []
    [named] = find_named(session, read_words("war"))
    assert (named.name, named.about) == ("Ministry of Defence", "Ministry of War")


def test_names_are_found_by_parts_of_their_words(session):
    DeploymentFactory(slug="troops", name="North Korean troops in Russia")
    SourceFactory(slug="nis", name="National Intelligence Service")
    PlaceFactory(slug="kursk-oblast", name="Kursk Oblast")
    found = {(one.kind, one.slug) for typed in ("korean russ", "intelligence", "kur") for one in
             find_named(session, read_words(typed))}  # fmt: skip
    assert found == {("deployment", "troops"), ("source", "nis"), ("place", "kursk-oblast")}
    assert find_named(session, read_words("100%_\\")) == []


def test_more_than_can_be_ranked_is_said_so(session):
    source, deployment, measure = SourceFactory(), DeploymentFactory(), MeasureFactory()
    first = claim("a", source=source, deployment=deployment, measure=measure, wording="common")
    session.execute(
        text("""
          insert into claims (ref) select 'c' || n from generate_series(1, :many) n"""),
        {"many": RANKED},
    )
    session.execute(
        text("""
          insert into claim_texts (
            claim_id, said_day, is_appearance, words, source_id, deployment_id, measure_id)
          select c.id, t.said_day, false, t.words, t.source_id, t.deployment_id, t.measure_id
          from claims c, claim_texts t
          where c.ref ~ '^c[0-9]+$' and t.claim_id = :first"""),
        {"first": first.claim_id},
    )
    answer = find_claims(session, read_words("common"), page=25)
    assert (answer.number, answer.more) == (RANKED, True)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.text(max_size=60))
def test_no_question_is_too_odd_for_the_database(session, typed):
    words = read_words(typed)
    assert find_claims(session, words).number == 0
    assert find_named(session, words) is not None
    query = tsquery(session, words.terms)
    assert query is None or session.scalar(
        text("select cast(:query as tsquery) is not null"), {"query": query}
    )
