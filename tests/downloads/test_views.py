"""A measure as files: the same numbers as its page and the API, under the same choices."""

import csv
import json
from io import StringIO

import pytest

SENT = "/deployments/nk-troops-russia/sent"
API = "/api/v1/deployments/nk-troops-russia/readings"
CHOICES = (
    "",
    "?known_on=2025-04-01",
    "?tolerance=20&precedence=latest",
    "?since=2025-01-01&tolerance=0",
    "?family=south-korean-government",
    "?place=kursk-oblast",
    "?known_on=2020-01-01",
)


def rows_of(answer):
    return list(csv.DictReader(StringIO(answer.text, newline="")))


def number(cell):
    return int(cell) if cell else None


@pytest.mark.parametrize("asked", CHOICES)
@pytest.mark.parametrize("measure", ["sent", "casualties", "present"])
def test_the_csv_holds_the_points_of_the_api(founding_site, measure, asked):
    api = founding_site.get(f"{API}/{measure}{asked}").json()
    rows = rows_of(founding_site.get(f"/deployments/nk-troops-russia/{measure}.csv{asked}"))
    told = [
        {
            "on": row["on"],
            **{name: number(row[name]) for name in ("low", "selected", "high")},
            **{name: row[name] == "true" for name in ("derived", "strained")},
        }
        for row in rows
    ]
    assert told == api["points"]
    for row in rows:
        assert (row["unit"], row["rule_set"], row["version"]) == (api["unit"], api["rule_set"], "1")
        assert row["known_on"] == (api["choices"]["known_on"] or "")


@pytest.mark.parametrize("asked", ["", "?known_on=2025-04-01", "?since=2025-01-01"])
@pytest.mark.parametrize("measure", ["sent", "casualties", "present"])
def test_each_number_carries_the_claims_that_why_names(founding_site, measure, asked):
    for row in rows_of(founding_site.get(f"/deployments/nk-troops-russia/{measure}.csv{asked}")):
        query = f"{asked}&on={row['on']}" if asked else f"?on={row['on']}"
        why = founding_site.get(f"{API}/{measure}/why{query}").json()
        for name in ("low", "selected", "high"):
            assert row[f"{name}_claims"].split() == why[name]["claims"]


@pytest.mark.parametrize("asked", CHOICES)
def test_the_json_is_exactly_what_the_api_answers(founding_site, asked):
    assert founding_site.get(f"{SENT}.json{asked}").content == founding_site.get(f"{API}/sent{asked}").content


def test_the_json_is_json(founding_site):
    answer = founding_site.get(f"{SENT}.json")
    assert answer.headers["content-type"] == "application/json"
    assert json.loads(answer.text)["measure"] == "sent"
