"""Citing a view, and what a citation shows while ledger and rules move on."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest
import rispy
from fastapi.testclient import TestClient
from limits import parse_many
from pybtex.database import parse_string
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.answers.parameters import BadParameter, BadParameters
from app.api.limits import Asking
from app.citations.actions import cite as cite_view
from app.citations.cited import cited_view
from app.citations.models import Citation
from app.citations.shown import asked_today, told_in_words
from app.claims.words import Qualifier
from app.database import connect
from app.readings import intervals, reading, rules
from tests.citations.conftest import SENT
from tests.factories import (
    NOW,
    DeploymentFactory,
    JudgementFactory,
    RevisionFactory,
    SourceDescriptionFactory,
    SourceFactory,
    used_in,
)
from tests.visiting import counted_statements

VIEWS = [
    SENT,
    f"{SENT}?tolerance=10&sort=-said",
    f"{SENT}/why?on=2025-02-01",
    f"{SENT}/why",
    "/compare?series=troops/sent&by=days",
    "/deployments/troops",
    "/claims/first",
    "/claims?measure=sent",
    "/sources/ours",
]


def stored(visit, path):
    return json.loads(visit(f"{path}/result.json", checked=False).response.text)


@pytest.mark.parametrize("of", VIEWS)
def test_every_view_is_asked_about_cited_once_and_shown(ledger, visit, cite, session, of):
    asked = visit(f"/cite?{_encoded(of)}")
    assert "Make a permanent address" in asked.text
    path = cite(of)
    assert cite(of) == path
    assert session.scalar(select(func.count()).select_from(Citation)) == 1
    shown = visit(path)
    assert "Nothing has been revised since" in shown.text
    assert shown.heading.startswith("Citation: ")
    assert "its citation" in visit(f"/cite?{_encoded(of)}").text


def _encoded(of):
    return f"of={of.replace('&', '%26')}"


def test_a_citation_names_every_choice_with_the_version_and_keeps_the_result(ledger, visit, cite, session):
    path = cite(f"{SENT}?tolerance=20&utm_source=mail")
    citation = session.scalars(select(Citation)).one()
    assert citation.address == f"{SENT}?version={citation.version}&tolerance=20"
    assert citation.title == "Sent: Troops abroad"
    assert citation.digest == sha256(citation.result.encode()).hexdigest()
    result = stored(visit, path)
    assert result["readings"][0]["answer"]["headline"]["selected"] == 10_000
    assert [claim["claim_ref"] for claim in result["claims"]] == ["second", "first"]


def test_other_choices_are_another_citation(ledger, cite):
    assert len({cite(of) for of in (SENT, f"{SENT}?tolerance=20", f"{SENT}?known_on=2025-03-01")}) == 3


def test_the_same_view_at_another_version_is_another_citation(ledger, cite):
    before = cite(SENT)
    SourceDescriptionFactory()
    assert cite(SENT) != before


@pytest.mark.parametrize(
    ("of", "status"),
    [
        ("", 422),
        ("https://elsewhere.example/claims", 422),
        ("//elsewhere.example/claims", 422),
        ("/\\elsewhere.example", 422),
        ("/login", 422),
        ("/compare", 422),
        ("/claims?nature=guess", 422),
        (f"{SENT}?tolerance=7", 422),
        (f"{SENT}?version=999999", 422),
        ("/claims?version=x", 422),
        ("/deployments/nowhere", 404),
        ("/deployments/troops/nothing", 404),
        ("/claims/nobody", 404),
        ("/sources/nobody", 404),
        ("/claims/%00", 404),
        ("http://[", 422),
    ],
)
def test_what_cannot_be_cited_is_refused_by_name(ledger, visit, site, session, of, status):
    answer = site.post("/citations", data={"of": of})
    assert answer.status_code == status
    assert session.scalar(select(func.count()).select_from(Citation)) == 0


def test_no_page_of_another_site_makes_a_reader_cite(ledger, visit, site):
    answer = site.post("/citations", data={"of": SENT}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


def test_an_unknown_citation_is_said_to_be_none(visit):
    for path in ("/citations/abc", "/citations/%00", "/citations/abc.bib", "/citations/abc/result.json"):
        assert visit(path, status=404).heading == "Not found"


def test_the_formats_lead_back_to_the_citation(ledger, visit, cite):
    path = cite(SENT)
    endings = ("txt", "bib", "json", "ris")
    texts = {ending: visit(f"{path}.{ending}", checked=False).response for ending in endings}
    address = f"http://testserver{path}"
    assert texts["txt"].text.endswith(f"{address}\n")
    [entry] = parse_string(texts["bib"].text, "bibtex").entries.values()
    assert entry.fields["url"] == address
    assert texts["json"].json()[0]["URL"] == address
    assert rispy.loads(texts["ris"].text)[0]["urls"] == [address]
    assert texts["bib"].headers["etag"]


def test_the_numbers_stand_when_the_ledger_moves_on(ledger, visit, cite, session):
    path = cite(SENT)
    before = stored(visit, path)
    ledger.correct("first", point=12_000)
    RevisionFactory(
        **ledger.shared,
        source=SourceFactory(name="Third"),
        point=5_000,
        as_of="2025-01-01",
        said_on="2025-01-01",
        approved=True,
    )
    JudgementFactory(
        claim=ledger.claims["second"], standing="set_aside", standing_reason="copy_error", approved=True
    )
    shown = visit(path)
    assert stored(visit, path) == before
    assert "What was cited Between 9,000 and 11,000 by 1 February 2025; selected: 10,000." in shown.text
    assert "The numbers have been revised since" in shown.text
    assert "selected 10,000 when cited, 12,000 today" in shown.text
    assert "Came : Third, 5,000" in shown.text
    assert "Corrected : Our ministry, 12,000" in shown.text
    assert "Set aside : Their service" in shown.text
    assert "the rules by themselves" not in shown.text
    assert any(link.startswith("/changes?deployment=troops&measure=sent&from=") for link in shown.links)


@pytest.fixture
def other_rules(monkeypatch):
    """A rule set by which every rounded figure may be off by a third."""

    def apply():
        for room in (rules, reading):
            monkeypatch.setattr(room, "RULE_SET", "2")
        wider = dict(rules.QUALIFIERS)
        wider[Qualifier.STATED] = replace(rules.QUALIFIERS[Qualifier.STATED], rounding_percent=33)
        monkeypatch.setattr(intervals, "QUALIFIERS", wider)

    return apply


def test_the_numbers_stand_when_the_rules_and_the_ledger_change(ledger, visit, cite, session, other_rules):
    path = cite(SENT)
    before = stored(visit, path)
    drawn = visit(path).main.find("svg", class_="chart-drawing")
    other_rules()
    shown = visit(path)
    assert stored(visit, path) == before
    assert "What was cited Between 9,000 and 11,000 by 1 February 2025" in shown.text
    assert shown.main.find("svg", class_="chart-drawing") == drawn
    assert "lowest 9,000 when cited, 6,700 today" in shown.text
    assert "read from the very same claims" in shown.text
    ledger.correct("first", point=12_000)
    shown = visit(path)
    assert stored(visit, path) == before
    assert "What was cited Between 9,000 and 11,000 by 1 February 2025" in shown.text
    assert "lowest 9,000 when cited, 8,040 today" in shown.text
    assert "By the rules alone" in shown.text
    citation = session.scalars(select(Citation)).one()
    today = asked_today(session, citation, told_in_words(session, citation))
    [by_rules] = today.by_rules.readings
    assert [(move.before, move.after) for move in by_rules.moves if move.is_one] == [
        ("9,000", "6,700"),
        ("11,000", "13,300"),
    ]


def test_a_citation_is_the_same_in_every_language(ledger, visit, site, session):
    """Whoever cites in Italian gets the citation that there is, and reads it in Italian."""
    paths = [
        site.post(f"{prefix}/citations", data={"of": of}).headers["location"].removeprefix(prefix)
        for prefix, of in (("", SENT), ("/it", SENT), ("/it", f"/it{SENT}"))
    ]
    assert len(set(paths)) == session.scalar(select(func.count()).select_from(Citation)) == 1
    assert session.scalars(select(Citation.sentence)).one().startswith("Between 9,000 and 11,000")
    shown = visit(f"/it{paths[0]}")
    assert "Tra 9.000 e 11.000" in shown.main.select_one(".cited-result .headline").get_text()
    assert "Da allora nulla è stato rivisto" in shown.text
    assert "Between" not in shown.main.select_one(".cited-result").get_text()
    assert shown.main.select_one(".reference")["lang"] == "en"
    files = {visit(f"{prefix}{paths[0]}.txt", checked=False).response.text for prefix in ("", "/it")}
    assert len(files) == 1


def test_a_citation_of_other_rules_is_shown_as_it_was_stored(ledger, visit, cite, other_rules):
    path = cite(SENT)
    other_rules()
    headline = visit(f"/it{path}").main.select_one(".cited-result .headline")
    assert headline["lang"] == "en"
    assert "Between 9,000 and 11,000" in headline.get_text()


def test_a_question_that_can_be_asked_no_more_still_shows_its_answer(ledger, visit, cite, monkeypatch):
    path = cite(f"{SENT}?tolerance=20")
    monkeypatch.setattr("app.citations.shown.cited_view", _refuse)
    shown = visit(path)
    assert "This can no longer be asked" in shown.text
    assert "selected: 10,000" in shown.text


def _refuse(session, of, language):
    raise BadParameters([BadParameter("tolerance", "“20” is none of them")])


def test_a_comparison_per_sent_is_revised_when_only_the_number_sent_is(ledger, visit, cite, session):
    path = cite("/compare?series=troops/sent&scale=per_sent")
    ledger.correct("first", point=20_000)
    assert "revised since" in visit(path).text
    assert "Nothing has been revised" not in visit(path).text


def test_a_result_too_large_is_refused_with_what_could_be_cited(ledger, visit, site, monkeypatch):
    monkeypatch.setattr("app.citations.actions.LARGEST_RESULT", 100)
    answer = site.post("/citations", data={"of": SENT})
    assert answer.status_code == 409
    assert "a citation keeps at most 100" in answer.text


def test_claims_beyond_what_is_kept_are_left_to_the_log(ledger, visit, cite, monkeypatch):
    monkeypatch.setattr("app.citations.kept.MOST_CLAIMS", 1)
    path = cite(SENT)
    assert stored(visit, path)["claims"] is None
    assert "selected: 10,000" in visit(path).text


def test_citing_is_let_through_only_so_often(ledger, visit, site, monkeypatch):
    monkeypatch.setitem(site.app.state.limits.items, Asking.CITING, parse_many("2/minute"))
    reader = TestClient(site.app, client=("192.0.2.9", 50000), follow_redirects=False)
    answers = [reader.post("/citations", data={"of": SENT}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [303, 303, 429]
    assert int(answers[-1].headers["retry-after"]) > 0


def test_two_who_cite_at_once_get_the_same_citation(empty_database):
    """The second waits for the first, whose citation it then finds."""
    engine = connect(empty_database)
    with Session(engine) as session, used_in(session):
        RevisionFactory(deployment=DeploymentFactory(slug="troops"), approved=True)
        session.commit()
    with Session(engine) as first, Session(engine) as second, ThreadPoolExecutor(1) as other:
        cited = cited_view(first, "/deployments/troops")
        kept = cite_view(first, cited, publisher="Muster", at=NOW)
        again = other.submit(cite_view, second, cited, publisher="Muster", at=NOW + timedelta(days=1))
        first.commit()
        assert again.result(timeout=60).id == kept.id
        assert again.result().cited_at == NOW
        second.commit()
    engine.dispose()


def test_the_page_of_a_citation_asks_a_fixed_number_of_questions(ledger, visit, cite, engine):
    path = cite(SENT)
    ledger.correct("first", point=12_000)
    with counted_statements(engine) as statements:
        visit(path, checked=False)
    assert 10 <= len(statements) <= 25


def test_what_became_of_a_source_since_is_told(ledger, visit, cite):
    path = cite("/sources/ours")
    assert "1 claim in its name. Accepted: 1 of 1 figure." in visit(path).text
    RevisionFactory(
        **ledger.shared,
        source=ledger.sources["first"],
        point=9_500,
        qualifier="stated",
        as_of="2025-01-20",
        said_on="2025-02-05",
        approved=True,
    )
    shown = visit(path)
    assert "Something has been revised since" in shown.text
    assert "Claims: 1 as cited, 2 today." in shown.text
    assert "1 claim in its name." in shown.text
