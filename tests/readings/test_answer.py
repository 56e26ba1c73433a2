"""The JSON of the API, to the letter."""

import json
from datetime import UTC, date, datetime, timedelta, timezone

from app.readings.answer import reading_answer, why_answer
from app.readings.reading import read_measure
from app.readings.why import why
from tests.readings.build import chosen, event, ledger, level, plan, read, source, total

CLAIMS = (
    total("t", "exact 10", "2024-10-05", measure="killed", by=source("s", family="east")),
    total("c", "exact 3", "2024-10-05", measure="killed", by=source("c", reliability="C")),
    event("e", "up_to 2", "2024-10-03", measure="killed"),
    plan("p", "50", "2024-10-04", measure="killed"),
    total("whole", "exact 4", "2024-10-05", measure="casualties"),
)


def answer(*claims, measure="killed", at=datetime(2026, 11, 22, 10, tzinfo=UTC), **choices):
    return reading_answer(read(*claims, measure=measure, **choices), version=12, last_changed_at=at)


def test_an_answer_has_every_part_under_its_name():
    found = answer(*CLAIMS, known_on="2024-10-06")
    assert found == {
        "rule_set": "1",
        "version": 12,
        "deployment": "d",
        "measure": "killed",
        "kind": "flow",
        "unit": "persons",
        "starts_on": "2024-10-01",
        "choices": {
            "known_on": "2024-10-06",
            "version": None,
            "since": None,
            "on": None,
            "tolerance": "rounding",
            "precedence": "graded",
            "source": [],
            "family": [],
            "lowest_grade": None,
            "stance": [],
            "place": None,
        },
        "data_through": "2024-10-05",
        "last_changed_at": "2026-11-22T10:00:00Z",
        "points": [
            {"on": "2024-10-01", "low": 0, "selected": None, "high": 10, "derived": False, "strained": False},
            {"on": "2024-10-05", "low": 10, "selected": 10, "high": 10, "derived": False, "strained": False},
            {
                "on": "2024-10-06",
                "low": 10,
                "selected": 10,
                "high": None,
                "derived": False,
                "strained": False,
            },
        ],
        "accepted": ["s:events", "t"],
        "contested": [
            {
                "claim_ref": "c",
                "witness": ["t"],
                "robust": True,
                "sentence": "exactly 10 by 5 October means at least 10; "
                "exactly 3 by 5 October cannot also be true.",
            }
        ],
        "latest": [
            {
                "family": "c",
                "claim_ref": "c",
                "as_of": "2024-10-05",
                "said_on": "2024-10-05",
                "age_days": 0,
                "contested": True,
            },
            {
                "family": "east",
                "claim_ref": "t",
                "as_of": "2024-10-05",
                "said_on": "2024-10-05",
                "age_days": 0,
                "contested": False,
            },
        ],
        "headline": {
            "on": "2024-10-05",
            "low": 10,
            "selected": 10,
            "high": 10,
            "lowest": 3,
            "highest": 10,
            "families": 2,
            "contested": 1,
            "sentence": "10 by 5 October 2024; selected: 10. "
            "Latest statements: 3 to 10 (2 families, 1 contested).",
        },
        "events": [{"source": "s", "points": [{"on": "2024-10-03", "low": 0, "point": 0, "high": 2}]}],
        "plans": ["p"],
        "checks": [
            {
                "rule": "killed <= casualties",
                "from": "2024-10-05",
                "to": "2024-10-05",
                "sentence": "On 5 October 2024 the readings of killed and casualties cannot all be right: "
                "at least 10 killed, but at most 4 killed or wounded.",
            }
        ],
    }
    assert json.loads(json.dumps(found)) == found


def test_choices_come_back_under_the_names_of_their_parameters():
    found = answer(
        *CLAIMS,
        sources={"s", "c"},
        families={"east"},
        stances={"own"},
        lowest_grade="C",
        tolerance="20",
        precedence="latest",
        since="2024-10-02",
        on="2024-10-03",
        place="kursk",
        version=7,
    )["choices"]
    assert found == {
        "known_on": None,
        "version": 7,
        "since": "2024-10-02",
        "on": "2024-10-03",
        "tolerance": "20",
        "precedence": "latest",
        "source": ["c", "s"],
        "family": ["east"],
        "lowest_grade": "C",
        "stance": ["own"],
        "place": "kursk",
    }


def test_a_gap_between_levels_is_three_nulls():
    found = answer(level("l", "at_least 5", "2024-10-03"), measure="present", valid_days=2)
    assert [(p["on"], p["low"], p["selected"], p["high"]) for p in found["points"]] == [
        ("2024-10-01", None, None, None),
        ("2024-10-03", 5, 5, None),
        ("2024-10-05", None, None, None),
    ]
    assert found["kind"] == "level"


def test_moments_are_written_in_utc_and_never_changed_is_null():
    noon = datetime(2026, 11, 22, 12, tzinfo=timezone(timedelta(hours=2)))
    assert answer(*CLAIMS, at=noon)["last_changed_at"] == "2026-11-22T10:00:00Z"
    assert answer(*CLAIMS, at=None)["last_changed_at"] is None


def test_an_empty_reading_is_an_answer_too():
    found = answer(measure="sent")
    assert (found["data_through"], found["accepted"], found["latest"]) == (None, [], [])
    assert found["points"] == [
        {"on": "2024-10-01", "low": 0, "selected": None, "high": None, "derived": False, "strained": False}
    ]


def test_why_is_answered_with_claims_and_arithmetic():
    given = ledger(*CLAIMS)
    found = why_answer(why(given, "killed", chosen(), date(2024, 10, 5)), version=12)
    assert found["low"] == {
        "value": 10,
        "claims": ["t"],
        "sentence": "exactly 10 by 5 October 2024 (S) means at least 10.",
    }
    assert set(found) == {
        "rule_set",
        "version",
        "deployment",
        "measure",
        "unit",
        "choices",
        "on",
        "low",
        "selected",
        "high",
        "derived",
        "strained",
        "contested",
    }
    assert [item["claim_ref"] for item in found["contested"]] == ["c"]


def test_the_same_question_gets_the_same_answer():
    given = ledger(*CLAIMS)
    once, twice = (read_measure(given, "killed", chosen()) for _ in range(2))
    assert once == twice
