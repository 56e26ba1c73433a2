"""Readings for other programs: page, API and terminal give the same numbers from the same function."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from fastapi.testclient import TestClient

from app.cli import main
from app.settings import read_settings
from tests.visiting import Visit

READINGS = "/api/v1/deployments/nk-troops-russia/readings"
MUSTER = Path(sys.executable).with_name("muster")


@pytest.fixture
def muster_read(founding_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Result]]:
    """Types `muster read …` where the founding ledger is."""
    monkeypatch.setenv("DATABASE_URL", founding_url)
    read_settings.cache_clear()
    yield lambda *words: CliRunner().invoke(main, ["read", *words])
    monkeypatch.undo()
    read_settings.cache_clear()


def test_the_founding_contradiction_is_found_by_itself(founding_site: TestClient) -> None:
    answer = founding_site.get(f"{READINGS}/sent").json()
    assert answer["rule_set"] == "1"
    assert answer["version"] == 1
    assert answer["kind"] == "flow"
    assert answer["unit"] == "persons"
    assert answer["starts_on"] == "2024-10-01"
    contested = {item["claim_ref"]: item for item in answer["contested"]}
    assert set(contested) == {"seed-total-a-202503", "diplomat-10000-202410"}
    seed = contested["seed-total-a-202503"]
    assert seed["witness"] == ["msmt-11000-20250529", "jcs-3000-20250327"]
    assert seed["robust"] is True
    assert "make at least 14,000; nearly 11,000 by 27 March cannot also be true." in seed["sentence"]


def test_an_answer_has_the_fields_that_interface_names(founding_site: TestClient) -> None:
    answer = founding_site.get(f"{READINGS}/killed?known_on=2025-09-03").json()
    assert set(answer) == {
        *("rule_set", "version", "deployment", "measure", "kind", "unit", "starts_on", "choices"),
        *("data_through", "last_changed_at", "points", "accepted", "contested", "latest", "headline"),
        *("events", "plans", "checks"),
    }
    assert answer["points"][0]["on"] == "2024-10-01"
    assert set(answer["points"][0]) == {"on", "low", "selected", "high", "derived", "strained"}
    assert answer["headline"]["selected"] == 2000
    assert answer["choices"]["known_on"] == "2025-09-03"
    assert all(point["on"] <= "2025-09-03" for point in answer["points"])
    assert [line["source"] for line in answer["events"]] == ["ukraine-special-operations-forces"]


@pytest.mark.parametrize(
    ("measure", "query", "words"),
    [
        ("sent", "", []),
        ("killed", "known_on=2025-06-01", ["--known-on", "2025-06-01"]),
        ("casualties", "tolerance=20&precedence=latest", ["--tolerance", "20", "--precedence", "latest"]),
        ("sent", "family=us-government&family=nato", ["--family", "us-government", "--family", "nato"]),
        ("present", "place=kursk-oblast", ["--place", "kursk-oblast"]),
        ("sent", "since=2025-01-01", ["--since", "2025-01-01"]),
    ],
)
def test_the_terminal_gives_exactly_what_the_api_answers(
    founding_site: TestClient, muster_read: Callable[..., Result], measure: str, query: str, words: list[str]
) -> None:
    by_api = founding_site.get(f"{READINGS}/{measure}?{query}").text
    by_terminal = muster_read("nk-troops-russia", measure, "--json", *words)
    assert by_terminal.exit_code == 0
    assert by_terminal.stdout == by_api + "\n"


@pytest.mark.parametrize("query", ["", "?known_on=2025-01-01", "?tolerance=0", "?since=2025-01-01"])
def test_the_page_shows_the_numbers_of_the_api(founding_site: TestClient, browse: Visit, query: str) -> None:
    headline = founding_site.get(f"{READINGS}/sent{query}").json()["headline"]
    page = browse(f"/deployments/nk-troops-russia/sent{query}")
    low, selected, high = (dd.get_text(" ", strip=True) for dd in page.main.select(".trio dd")[:3])
    assert low == f"{headline['low']:,}"
    assert selected.split()[0] == f"{headline['selected']:,}"
    assert high == ("open" if headline["high"] is None else f"{headline['high']:,}")
    assert headline["sentence"].split(" Latest")[0] in page.text


def test_the_terminal_says_a_reading_in_words(founding_url: str) -> None:
    """In a process of its own, as a shell starts it."""
    done = subprocess.run(
        [MUSTER, "read", "nk-troops-russia", "sent"],
        env=os.environ | {"DATABASE_URL": founding_url},
        capture_output=True,
        text=True,
        check=True,
    )
    said = done.stdout
    assert "Between 14,500 and 15,500 by 13 December 2025; selected: 15,000." in said
    assert "2025-02-28          14,000        14,000        15,400  derived" in said
    assert "seed-total-a-202503 (robust)" in said


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["nk-troops-russia", "sent", "--tolerance", "7"], "“7” is none of rounding, 0, 5, 10, 20"),
        (["nk-troops-russia", "sent", "--source", "nobody"], "there is no source “nobody”"),
        (["nk-troops-russia", "sent", "--place", "moon"], "there is no place “moon”"),
        (["nk-troops-russia", "sent", "--version", "99"], "“99” is still to come"),
        (["nk-troops-russia", "lost"], "there is no measure “lost”"),
        (["nowhere", "sent"], "there is no deployment “nowhere”"),
    ],
)
def test_the_terminal_names_what_it_cannot_read(
    muster_read: Callable[..., Result], words: list[str], reason: str
) -> None:
    refused = muster_read(*words)
    assert refused.exit_code == 1
    assert reason in refused.stderr
    assert not refused.stdout


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("known_on=2025-02", "known_on"),
        ("version=99", "version"),
        ("family=nobody", "family"),
        ("stance=friend", "stance"),
        ("utm_source=mail", "utm_source"),
    ],
)
def test_a_bad_value_or_an_unknown_parameter_is_a_422_that_names_it(
    founding_site: TestClient, query: str, field: str
) -> None:
    answer = founding_site.get(f"{READINGS}/sent?{query}")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_what_is_not_there_is_a_404_as_problem_details(founding_site: TestClient) -> None:
    for path in (
        f"{READINGS}/nothing",
        "/api/v1/deployments/nowhere/readings/sent",
        f"{READINGS}/nothing/why",
    ):
        answer = founding_site.get(path)
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == 404


def test_a_known_answer_is_not_sent_again(founding_site: TestClient) -> None:
    first = founding_site.get(f"{READINGS}/sent")
    again = founding_site.get(f"{READINGS}/sent", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert not again.content
    other = founding_site.get(
        f"{READINGS}/sent?tolerance=0", headers={"If-None-Match": first.headers["etag"]}
    )
    assert other.status_code == 200
    assert first.headers["access-control-allow-origin"] == "*"


def test_why_names_the_claims_in_order_with_the_arithmetic(founding_site: TestClient) -> None:
    answer = founding_site.get(f"{READINGS}/sent/why?on=2025-02-28").json()
    assert answer["on"] == "2025-02-28"
    assert answer["low"]["value"] == 14000
    assert answer["low"]["claims"] == ["msmt-11000-20250529", "jcs-3000-20250327"]
    assert "14,000" in answer["low"]["sentence"]
    assert answer["selected"]["value"] == 14000
    assert answer["derived"] is True
    assert answer["high"]["value"] == 15400


def test_why_needs_a_day(founding_site: TestClient) -> None:
    answer = founding_site.get(f"{READINGS}/sent/why")
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["on"]


def test_an_answer_is_the_same_json_whoever_asks(founding_site: TestClient) -> None:
    one, other = (founding_site.get(f"{READINGS}/sent") for _ in range(2))
    assert json.loads(one.text) == other.json()
    assert one.headers["etag"] == other.headers["etag"]


@pytest.mark.parametrize("name", ["source", "family", "place"])
def test_a_slug_that_no_database_could_hold_is_a_422(founding_site: TestClient, name: str) -> None:
    for address in (
        f"{READINGS}/sent",
        "/deployments/nk-troops-russia/sent",
        "/deployments/nk-troops-russia",
    ):
        assert founding_site.get(f"{address}?{name}=%00").status_code == 422


@pytest.mark.parametrize("part", ["", "/why?on=2025-02-28"])
def test_a_deployment_that_no_database_could_hold_is_a_404(founding_site: TestClient, part: str) -> None:
    for address in ("/deployments/%00/sent", "/api/v1/deployments/%00/readings/sent"):
        assert founding_site.get(address + part).status_code == 404
