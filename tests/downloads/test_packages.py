"""Everything in one file: what is in it agrees with what is given one by one."""

import csv
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from sqlalchemy.orm import Session

from app.accounts.models import COMMAND_LINE
from app.ledger.actions import import_ledger
from tests.visiting import FOUNDING, IMPORTED_AT, closing_engine

CHARTS = "/deployments/nk-troops-russia"


def package_of(answer):
    with ZipFile(BytesIO(answer.content)) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def rows_of(content):
    return list(csv.DictReader(StringIO(content.decode(), newline="")))


@pytest.mark.parametrize("asked", ["", "?known_on=2025-04-01"])
@pytest.mark.parametrize("measure", ["sent", "casualties"])
def test_each_file_is_the_one_that_is_given_alone(founding_site, measure, asked):
    files = package_of(founding_site.get(f"{CHARTS}/{measure}.zip{asked}"))
    for name, ending in (("reading.csv", "csv"), ("reading.json", "json"), ("chart.svg", "svg")):
        assert files[name] == founding_site.get(f"{CHARTS}/{measure}.{ending}{asked}").content


@pytest.mark.parametrize("measure", ["sent", "casualties", "killed", "present"])
def test_it_holds_every_claim_that_the_reading_uses_or_contests(founding_site, measure):
    files = package_of(founding_site.get(f"{CHARTS}/{measure}.zip"))
    answer = founding_site.get(f"/api/v1{CHARTS}/readings/{measure}").json()
    refs = {row["claim_ref"] for row in rows_of(files["claims.csv"])}
    named = {*answer["accepted"], *(one["claim_ref"] for one in answer["contested"])}
    assert {name for name in named if ":" not in name} <= refs
    behind = {
        ref
        for row in rows_of(files["reading.csv"])
        for name in ("low_claims", "selected_claims", "high_claims")
        for ref in row[name].split()
    }
    assert {ref for ref in behind if ":" not in ref} <= refs


def test_of_a_derived_claim_it_holds_the_parts(founding_site):
    answer = founding_site.get(f"/api/v1{CHARTS}/readings/casualties").json()
    derived = [name for name in answer["accepted"] if ":casualties:" in name]
    assert derived
    rows = rows_of(package_of(founding_site.get(f"{CHARTS}/casualties.zip"))["claims.csv"])
    assert {"killed", "wounded"} <= {row["measure"] for row in rows}


def test_its_claims_are_those_of_the_ledger_to_the_letter(founding_site):
    with (FOUNDING / "claims.csv").open(encoding="utf-8", newline="") as file:
        ledger = {row["claim_ref"]: row for row in csv.DictReader(file)}
    for row in rows_of(package_of(founding_site.get(f"{CHARTS}/sent.zip"))["claims.csv"]):
        own = ledger[row["claim_ref"]]
        assert row == dict.fromkeys(row, "") | own | {"standing": own["standing"] or "good"}


def test_its_claims_can_be_imported_where_deployment_and_measures_are_known(founding_site, server, tmp_path):
    (tmp_path / "claims.csv").write_bytes(
        package_of(founding_site.get(f"{CHARTS}/casualties.zip"))["claims.csv"]
    )
    for name in ("deployments.csv", "measures.csv", "sources.csv"):
        (tmp_path / name).write_bytes((FOUNDING / name).read_bytes())
    url = server.make_migrated()
    with closing_engine(url) as engine, Session(engine) as session, session.begin():
        report = import_ledger(session, tmp_path, by=COMMAND_LINE, at=IMPORTED_AT)
    assert not report.is_refused
    server.drop(url)


def test_the_readme_says_what_it_is_from_whom_and_how_to_cite_it(founding_site):
    text = package_of(founding_site.get(f"{CHARTS}/sent.zip?known_on=2025-04-01"))["README.txt"].decode()
    assert text.startswith("Sent: North Korean combat troops in Russia\n===")
    assert "As known on 1 April 2025" in text
    assert "version 1 of the ledger, by rule set 1" in " ".join(text.split())
    assert f"http://testserver{CHARTS}/sent?known_on=2025-04-01&version=1" in text
    assert "CC BY 4.0" in text
    assert all(f"\n{name}\n" in text for name in ("reading.csv", "claims.csv", "reading.json", "chart.svg"))
    assert all(len(line) <= 90 for line in text.splitlines() if not line.startswith("http"))


def test_equal_readings_make_equal_packages(founding_site):
    assert founding_site.get(f"{CHARTS}/sent.zip").content == founding_site.get(f"{CHARTS}/sent.zip").content
