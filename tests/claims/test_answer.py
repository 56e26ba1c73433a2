"""A claim as JSON: the cells of its row in the CSV, as programs want them, and a few facts more."""

import csv
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from app.answers.queries import measure_texts
from app.claims.answer import ClaimAnswer, ClaimColumns, claim_answer
from app.claims.approved import ApprovedClaim, Attribution, Document
from app.claims.forms import CLAIM_COLUMNS
from app.claims.queries import approved_claims
from app.claims.words import Nature, Qualifier, Standing
from app.dates import read_date, read_period
from tests.factories import PlaceFactory, RevisionFactory, SourceFactory
from tests.visiting import FOUNDING

UNITS = {"killed": "persons"}


def a_claim(**given) -> ApprovedClaim:
    source = Attribution("nis", "The Service", "rok", "South Korea", reliability="B", stance="opponent")
    values = {
        "ref": "nis-1",
        "deployment": "nk-russia",
        "measure": "killed",
        "nature": Nature.TOTAL,
        "source": source,
        "said_on": read_date("2025-01-13"),
        "point": 300,
        "qualifier": Qualifier.ABOUT,
        "as_of": read_date("2025-01"),
    }
    return ApprovedClaim(**values | given)


def test_the_columns_of_the_csv_come_first_in_their_order():
    assert tuple(ClaimColumns.__annotations__) == CLAIM_COLUMNS
    answer = claim_answer(a_claim(), UNITS)
    assert tuple(answer)[: len(CLAIM_COLUMNS)] == CLAIM_COLUMNS
    assert set(answer) == set(ClaimAnswer.__annotations__)


def test_what_is_not_known_is_null_and_standing_is_written_out():
    answer = claim_answer(a_claim(), UNITS)
    assert (answer["low"], answer["point"], answer["high"]) == (None, 300, None)
    assert (answer["as_of"], answer["said_on"], answer["period"]) == ("2025-01", "2025-01-13", None)
    assert (answer["standing"], answer["standing_reason"], answer["standing_on"]) == ("good", None, None)
    assert (answer["title"], answer["place"], answer["recorded_at"]) == (None, None, None)


def test_all_that_is_known_of_a_claim_is_told():
    answer = claim_answer(
        a_claim(
            nature=Nature.INCREMENT,
            as_of=None,
            period=read_period("2025-01/2025-02-03"),
            document=Document("The Paper", "A briefing", "https://example.org/a", "en"),
            standing=Standing.RETRACTED,
            standing_reason="withdrawn",
            standing_on=date(2025, 6, 1),
            place="kursk-oblast",
            place_name="Kursk Oblast",
            recorded_at=datetime(2026, 1, 15, 9, 30, tzinfo=UTC),
            revision=3,
            appearances=2,
        ),
        UNITS,
    )
    told = {
        "period": "2025-01/2025-02-03",
        "publisher": "The Paper",
        "url": "https://example.org/a",
        "standing": "retracted",
        "standing_reason": "withdrawn",
        "standing_on": "2025-06-01",
        "place": "Kursk Oblast",
        "place_slug": "kursk-oblast",
        "source": "The Service",
        "source_slug": "nis",
        "family": "rok",
        "reliability": "B",
        "stance": "opponent",
        "unit": "persons",
        "appearances": 2,
        "revision": 3,
        "recorded_at": "2026-01-15T09:30:00Z",
        "page": "/claims/nis-1",
    }
    assert {name: answer[name] for name in told} == told


@pytest.mark.parametrize(
    ("nature", "figure", "written", "unit"),
    [
        (Nature.SHARE, Decimal("12.5"), "12.5", "%"),
        (Nature.SHARE, 12, "12", "%"),
        (Nature.TOTAL, 10**15, "1000000000000000", "persons"),
        (Nature.STANCE, None, "null", None),
    ],
)
def test_a_figure_is_a_number_in_its_unit(nature, figure, written, unit):
    answer = claim_answer(replace(a_claim(), nature=nature, point=figure), UNITS)
    assert json.dumps(answer["point"]) == written
    assert answer["unit"] == unit


def test_every_cell_of_the_founding_ledger_comes_back(founding_site):
    """The answer, written as cells, is the row that was imported."""
    with founding_site.app.state.new_session() as session:
        units = {one.slug: one.unit for one in measure_texts(session).values()}
        answers = [claim_answer(claim, units) for claim in approved_claims(session, appearances=True)]
    with (FOUNDING / "claims.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["claim_ref"]: row for row in csv.DictReader(file)}
    assert len(answers) == len(rows)
    for answer in answers:
        row = rows[answer["claim_ref"]] | {"standing": rows[answer["claim_ref"]]["standing"] or "good"}
        cells = {name: "" if answer[name] is None else str(answer[name]) for name in row}
        assert cells == row


def test_a_stored_claim_is_told_as_it_counts(session):
    revision = RevisionFactory(
        source=SourceFactory(slug="nis", name="The Service"),
        place=PlaceFactory(slug="kursk", name="Kursk"),
        approved=True,
    )
    [claim] = approved_claims(session)
    answer = claim_answer(claim, {text.slug: text.unit for text in measure_texts(session).values()})
    assert (answer["source_slug"], answer["family"], answer["place_slug"]) == ("nis", "nis", "kursk")
    assert answer["recorded_at"] == revision.recorded_at.isoformat().replace("+00:00", "Z")
