"""What the script asks while somebody types, and the fragment that it is answered."""

import json

from bs4 import BeautifulSoup
from sqlalchemy import func, select

from app.models import Revision, Submission
from tests.claims.entering import a_ledger
from tests.desk.filled import a_claim, filled


def weighed(desk, status=200, **fields: str):
    """The parts of the fragment by the name of their place, and what is filled in."""
    answer = desk.site.post("/desk/weigh", data=filled(**fields))
    assert answer.status_code == status
    soup = BeautifulSoup(answer.text, "html.parser")
    parts = {
        one["data-into"]: " ".join(one.get_text(" ").split())
        for one in soup.find_all(attrs={"data-into": True})
    }
    return parts, json.loads(soup.find(attrs={"data-fills": True})["data-fills"])


def test_a_form_is_weighed_as_it_is_typed(desk, signed_in, session):
    a_claim(session)
    signed_in()
    parts, fills = weighed(desk, url="https://example.org/a?utm_source=b")
    assert parts["summary"].endswith("low 270 becomes 360, selected 300 becomes 400, high open becomes 400.")
    assert parts["figure"] == "Read as nearly , at most 400 ."
    assert parts["document"] == "A document that is new to the ledger."
    assert parts["source"] == "Known. Reliability not graded."
    assert parts["warnings"] == ""
    assert fills["url"] == "https://example.org/a"
    assert {name: fills[name] for name in ("qualifier", "low", "point", "high", "figure_read")} == {
        "qualifier": "nearly", "low": "", "point": "", "high": "400", "figure_read": "nearly 400",
    }  # fmt: skip


def test_weighing_stores_nothing(desk, signed_in, session):
    a_ledger()
    signed_in()
    weighed(desk)
    for model in (Revision, Submission):
        assert session.scalar(select(func.count()).select_from(model)) == 0


def test_an_empty_form_says_what_is_still_to_be_written(desk, signed_in):
    a_ledger()
    signed_in()
    empty = dict.fromkeys(("source", "said_on", "nature", "figure", "as_of", "measure", "deployment"), "")
    parts, _ = weighed(desk, **empty)
    assert parts["summary"].startswith("Still to be written: Source, Said on, Deployment, Measure")


def test_a_wrong_cell_is_said_while_it_is_typed(desk, signed_in):
    a_ledger()
    signed_in()
    parts, fills = weighed(desk, as_of="2025-13", figure="hundreds")
    assert "As of : “2025-13” is not a day of the calendar." in parts["effect"]
    assert "“hundreds” names no number" in parts["figure"]
    assert "qualifier" not in fills


def test_figures_by_hand_are_not_filled_over(desk, signed_in):
    a_ledger()
    signed_in()
    parts, fills = weighed(desk, point="390", qualifier="about")
    assert "The figures that you entered by hand are kept." in parts["figure"]
    assert "point" not in fills


def test_an_appearance_moves_nothing_and_says_why(desk, signed_in, session):
    ref = a_claim(session)
    signed_in()
    parts, _ = weighed(desk, act="add-appearance", claim_ref=ref)
    assert "no reading moves, because an appearance adds nothing to any total" in parts["effect"]
    assert parts["summary"] == "No reading moves."
    assert parts["alike"] == ""


def test_a_plan_moves_nothing_and_says_why(desk, signed_in, session):
    a_claim(session)
    signed_in()
    parts, _ = weighed(desk, nature="plan", as_of="2026-06")
    assert "no reading moves, because a plan never counts in one" in parts["effect"]


def test_a_warning_is_told_while_it_is_typed(desk, signed_in, session):
    a_claim(session)
    signed_in()
    parts, _ = weighed(desk, figure="40,000")
    assert "a digit too many?" in parts["warnings"]
    assert parts["summary"].endswith("to look at.")


def test_hostile_forms_are_answered_calmly(desk, signed_in, session):
    a_claim(session)
    signed_in()
    for fields in (
        {"source": "\x00"},
        {"figure": "9" * 100_000},
        {"url": "http://[" + "x" * 100_000},
        {"figure": "1," * 149},
        {"note": "<script>" * 10_000},
        {"deployment": "x" * 100_000, "measure": "'; drop table claims; --"},
        {"saves": "9" * 1000, "shown": "-1", "key": "<b>"},
    ):
        parts, _ = weighed(desk, **fields)
        assert "summary" in parts
    answer = desk.site.post("/desk/weigh", data=filled(publisher="</div><script>alert(1)</script>'\""))
    assert "<script>" not in answer.text


def test_only_forms_of_ours_are_weighed(desk, signed_in):
    signed_in()
    assert desk.site.post("/desk/weigh", data=filled(act="retract", claim_ref="one")).status_code == 422
    assert desk.site.post("/desk/weigh", data=filled(act="correct", claim_ref="a b")).status_code == 404
