"""Comparisons as files: the series of the page, the numbers of the API."""

import csv
from io import BytesIO, StringIO
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import pytest

from app.downloads.comparisons import COLUMNS
from tests.charts.pictures import SVG
from tests.downloads.pixels import inked, size_of
from tests.visiting import counted_statements

NK = "nk-troops-russia"
TWO = f"?series={NK}/casualties&series={NK}/killed"
ENDINGS = ("csv", "json", "svg", "png", "zip")
ASKED = [
    TWO,
    f"{TWO}&known_on=2025-04-01",
    f"{TWO}&since=2025-01-01&by=days",
    f"{TWO}&tolerance=20&scale=absolute",
]


def rows_of(text):
    return list(csv.DictReader(StringIO(text, newline="")))


def number(cell):
    return None if cell == "" else float(cell)


@pytest.mark.parametrize("asked", ASKED)
def test_each_series_has_the_points_of_its_reading(founding_site, asked):
    rows = rows_of(founding_site.get(f"/compare.csv{asked}").text)
    assert {row["measure"] for row in rows} == {"casualties", "killed"}
    choices = (
        asked.removeprefix(TWO).replace("&by=days", "").replace("&scale=absolute", "").replace("&", "?", 1)
    )
    for measure in ("casualties", "killed"):
        points = founding_site.get(f"/api/v1/deployments/{NK}/readings/{measure}{choices}").json()["points"]
        own = [row for row in rows if row["measure"] == measure]
        assert [
            (row["on"], number(row["low"]), number(row["selected"]), number(row["high"])) for row in own
        ] == [(point["on"], point["low"], point["selected"], point["high"]) for point in points]


def test_the_claims_behind_its_numbers_are_those_of_the_measures(founding_site):
    rows = rows_of(founding_site.get(f"/compare.csv{TWO}").text)
    alone = [
        row
        for measure in ("casualties", "killed")
        for row in rows_of(founding_site.get(f"/deployments/{NK}/{measure}.csv").text)
    ]
    shared = ("on", "low_claims", "selected_claims", "high_claims", "measure", "unit", "version")
    assert [[row[name] for name in shared] for row in rows] == [
        [row[name] for name in shared] for row in alone
    ]


def test_per_1000_sent_names_the_claims_of_both(founding_site):
    rows = rows_of(founding_site.get(f"/compare.csv?series={NK}/casualties&scale=per_sent").text)
    sent = rows_of(founding_site.get(f"/deployments/{NK}/sent.csv").text)
    own = rows_of(founding_site.get(f"/deployments/{NK}/casualties.csv").text)
    told = [row for row in rows if row["selected"]]
    assert told
    for row in told:
        of_sent = [one for one in sent if one["on"] <= row["on"]][-1]
        of_own = [one for one in own if one["on"] <= row["on"]][-1]
        assert float(row["selected"]) == 1000 * int(of_own["selected"]) / int(of_sent["selected"])
        assert set(row["selected_claims"].split()) == {
            *of_own["selected_claims"].split(), *of_sent["selected_claims"].split()
        }  # fmt: skip
    assert told[0]["unit"] == "persons per 1,000 sent"
    assert all(not row["selected_claims"] for row in rows if not row["selected"])


@pytest.mark.parametrize("asked", ASKED)
def test_the_json_says_the_same_and_what_is_contested(founding_site, asked):
    answer = founding_site.get(f"/compare.json{asked}").json()
    rows = rows_of(founding_site.get(f"/compare.csv{asked}").text)
    points = [point for series in answer["series"] for point in series["points"]]
    assert [(row["on"], row["day"]) for row in rows] == [(point["on"], str(point["day"])) for point in points]
    for series in answer["series"]:
        reading = founding_site.get(f"/deployments/{NK}/{series['measure']}.json?since=2025-01-01")
        if "since" in asked:
            assert series["contested"] == reading.json()["contested"]


@pytest.mark.parametrize("asked", [*ASKED, f"{TWO}&theme=dark&width=700", f"?series={NK}/present"])
def test_its_pictures_say_what_they_show(founding_site, asked):
    answer = founding_site.get(f"/compare.svg{asked}")
    assert "style-src 'sha256-" in answer.headers["content-security-policy"]
    picture = ET.fromstring(answer.content)  # noqa: S314 - our own
    said = "".join(element.text or "" for element in picture.iter(f"{SVG}text"))
    assert "North Korean combat troops in Russia" in said
    assert f"/compare?series={NK}%2F" in said
    assert "Made by Muster on" in said
    assert "var(" not in answer.text


def test_its_png_is_drawn(founding_site):
    png = founding_site.get(f"/compare.png{TWO}&width=640").content
    assert size_of(png)[0] == 960
    assert inked(png) > 30_000


def test_its_package_holds_the_same_files_and_the_claims(founding_site):
    with ZipFile(BytesIO(founding_site.get(f"/compare.zip{TWO}").content)) as package:
        files = {name: package.read(name) for name in package.namelist()}
    assert list(files) == ["README.txt", "comparison.csv", "claims.csv", "comparison.json", "chart.svg"]
    assert files["comparison.csv"] == founding_site.get(f"/compare.csv{TWO}").content
    assert files["comparison.json"] == founding_site.get(f"/compare.json{TWO}").content
    refs = {row["claim_ref"] for row in rows_of(files["claims.csv"].decode())}
    behind = {ref for row in rows_of(files["comparison.csv"].decode()) for ref in row["low_claims"].split()}
    assert {ref for ref in behind if ":" not in ref} <= refs
    assert "version=1" in files["README.txt"].decode()


@pytest.mark.parametrize(
    ("asked", "field", "said"),
    [
        ("", "series", "is needed here"),
        (f"{TWO}&colour=red", "colour", "is not a parameter here"),
        (f"{TWO}&sort=day", "sort", "is not a parameter here"),
        (f"?series={NK}/nothing", "series", "there is no measure “nothing”"),
        ("?series=nowhere/sent", "series", "there is no deployment “nowhere”"),
        (f"{TWO}&by=week", "by", "“week” is none of"),
        (f"{TWO}&version=7", "version", "is still to come"),
    ],
)
@pytest.mark.parametrize("ending", ENDINGS)
def test_what_cannot_be_compared_is_refused_by_name(founding_site, ending, asked, field, said):
    answer = founding_site.get(f"/compare.{ending}{asked}")
    assert answer.status_code == 422
    assert f"<code>{field}</code>" in answer.text
    assert said in answer.text


@pytest.mark.parametrize("ending", ["svg", "png"])
def test_a_card_shows_one_measure_alone(founding_site, ending):
    assert founding_site.get(f"/compare.{ending}{TWO}&size=card").status_code == 422


@pytest.mark.parametrize("ending", ENDINGS)
def test_who_holds_it_is_not_sent_it_again(founding_site, ending):
    first = founding_site.get(f"/compare.{ending}{TWO}&known_on=2025-04-01")
    assert first.headers["access-control-allow-origin"] == "*"
    name = f'filename="compare-{NK}-casualties-and-1-more-2025-04-01.{ending}"'
    assert name in first.headers["content-disposition"]
    again = founding_site.get(
        f"/compare.{ending}{TWO}&known_on=2025-04-01", headers={"If-None-Match": first.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("ending", ENDINGS)
def test_it_is_read_in_a_fixed_number_of_questions(founding_site, ending):
    with counted_statements(founding_site.app.state.engine) as sent:
        founding_site.get(f"/compare.{ending}{TWO}")
    assert len(sent) <= 6


def test_the_page_leads_to_its_files(browse):
    links = browse(f"/compare{TWO}&theme=x").links
    for ending in ENDINGS:
        assert any(link.startswith(f"/compare.{ending}?series=") for link in links)


def test_every_column_is_told_in_the_readme(founding_site):
    with ZipFile(BytesIO(founding_site.get(f"/deployments/{NK}/sent.zip").content)) as package:
        text = package.read("README.txt").decode()
    assert all(name in text for name in ("low", "selected", "high", "derived", "strained", "low_claims"))
    assert {"on", "day"} <= set(COLUMNS)
