"""A measure as files: the same numbers as its page and the API, under the same choices."""

import csv
import json
import math
from io import StringIO
from xml.etree import ElementTree as ET

import pytest

from app.downloads.views import ZOOM
from tests.charts.pictures import SVG
from tests.downloads.pixels import inked, pixels_of, size_of
from tests.factories import DeploymentFactory, MeasureFactory
from tests.visiting import counted_statements

SENT = "/deployments/nk-troops-russia/sent"
ENDINGS = ("csv", "json", "svg", "png", "zip")
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


@pytest.mark.parametrize("asked", [*CHOICES, "?theme=dark", "?size=card", "?width=700&since=2025-01-01"])
def test_the_svg_is_well_formed_and_says_under_which_choices_it_was_drawn(founding_site, asked):
    answer = founding_site.get(f"{SENT}.svg{asked}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/svg+xml"
    assert "style-src 'sha256-" in answer.headers["content-security-policy"]
    picture = ET.fromstring(answer.content)  # noqa: S314 - our own
    said = " ".join(element.text or "" for element in picture.iter(f"{SVG}text"))
    for choice in ("known_on=2025-04-01", "since=2025-01-01", "tolerance=20"):
        assert (choice in said.replace(" ", "")) is (choice in asked)


@pytest.mark.parametrize(("asked", "size"), [("", None), ("?width=640", None), ("?size=card", (1200, 630))])
def test_the_png_is_the_svg_in_pixels(founding_site, asked, size):
    svg = ET.fromstring(founding_site.get(f"{SENT}.svg{asked}").content)  # noqa: S314 - our own
    drawn = tuple(math.ceil(float(svg.get(side)) * ZOOM) for side in ("width", "height"))
    answer = founding_site.get(f"{SENT}.png{asked}")
    assert answer.headers["content-type"] == "image/png"
    assert size_of(answer.content) == (size or drawn)


def test_the_png_is_drawn_and_not_empty(founding_site):
    assert inked(founding_site.get(f"{SENT}.png?width=640").content) > 50_000


def test_a_dark_picture_is_dark(founding_site):
    light, dark = (
        pixels_of(founding_site.get(f"{SENT}.png?size=card&theme={theme}").content)[0][:3]
        for theme in ("light", "dark")
    )
    assert sum(light) > 700
    assert sum(dark) < 100


@pytest.mark.parametrize(
    ("asked", "field", "said"),
    [
        ("?theme=blue", "theme", "“blue” is none of light, dark"),
        ("?size=huge", "size", "“huge” is none of page, card"),
        ("?width=12", "width", "“12” is no whole number from 640 to 1600"),
        ("?width=9999999999", "width", "is no whole number from 640 to 1600"),
        ("?width=\u0667\u0660\u0660", "width", "is no whole number"),
        ("?width=800&size=card", "width", "goes with no card"),
        ("?theme=dark&theme=light", "theme", "is given 2 times"),
        ("?colour=red", "colour", "is not a parameter here"),
        ("?known_on=yesterday", "known_on", "“yesterday” is not a day"),
    ],
)
@pytest.mark.parametrize("ending", ["svg", "png"])
def test_a_picture_that_cannot_be_is_refused_by_name(founding_site, ending, asked, field, said):
    answer = founding_site.get(f"{SENT}.{ending}{asked}")
    assert answer.status_code == 422
    assert f"<code>{field}</code>" in answer.text
    assert said in answer.text


def test_all_that_is_wrong_with_an_address_is_named_at_once(founding_site):
    answer = founding_site.get(f"{SENT}.svg?theme=blue&tolerance=much&colour=red")
    assert answer.status_code == 422
    assert all(f"<code>{name}</code>" in answer.text for name in ("theme", "tolerance", "colour"))


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("asked", ["?view=methods", "?utm_source=x", "?version=99", "?source=nobody"])
def test_every_file_refuses_what_it_does_not_know(founding_site, ending, asked):
    assert founding_site.get(f"{SENT}.{ending}{asked}").status_code == 422


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_file_of_nothing_names_what_is_near(founding_site, ending):
    answer = founding_site.get(f"/deployments/nk-troops-russia/sant.{ending}")
    assert answer.status_code == 404
    assert 'href="/deployments/nk-troops-russia/sent"' in answer.text
    other = founding_site.get(f"/deployments/nk-troops-rusia/sent.{ending}")
    assert other.status_code == 404
    assert 'href="/deployments/nk-troops-russia"' in other.text


@pytest.mark.parametrize("ending", ENDINGS)
def test_who_holds_a_file_is_not_sent_it_again(founding_site, ending):
    first = founding_site.get(f"{SENT}.{ending}")
    again = founding_site.get(f"{SENT}.{ending}", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    other = founding_site.get(
        f"{SENT}.{ending}?known_on=2025-04-01", headers={"If-None-Match": first.headers["etag"]}
    )
    assert other.status_code == 200


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_file_is_open_to_all_and_has_a_name(founding_site, ending):
    answer = founding_site.get(f"{SENT}.{ending}?known_on=2025-04-01")
    assert answer.headers["access-control-allow-origin"] == "*"
    way = "attachment" if ending in {"csv", "zip"} else "inline"
    name = f"nk-troops-russia-sent-2025-04-01.{ending}"
    assert answer.headers["content-disposition"] == f'{way}; filename="{name}"'


@pytest.mark.parametrize("ending", ENDINGS)
def test_its_head_can_be_asked_for(founding_site, ending):
    head, whole = (founding_site.request(verb, f"{SENT}.{ending}") for verb in ("HEAD", "GET"))
    assert head.status_code == 200
    assert head.headers["etag"] == whole.headers["etag"]
    assert head.headers["content-type"] == whole.headers["content-type"]


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_file_is_read_in_a_fixed_number_of_questions(founding_site, ending):
    with counted_statements(founding_site.app.state.engine) as sent:
        founding_site.get(f"{SENT}.{ending}")
    assert len(sent) <= 6


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_measure_of_which_nobody_said_anything_is_a_file_too(visit, site, ending):
    DeploymentFactory(slug="troops")
    MeasureFactory(slug="csv")
    assert site.get(f"/deployments/troops/csv.{ending}").status_code == 200
    visit("/deployments/troops/csv")
