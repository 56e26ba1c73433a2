"""Pictures that stand by themselves: what they say, and that they need nothing else."""

import re
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree as ET

import pytest

from app.answers.queries import Holding, MeasureText, Question
from app.charts.asked import title_of
from app.charts.palette import DARK, LIGHT
from app.downloads.pictures import CARD, Stamp, measure_card, measure_picture
from app.downloads.style import policy_of, style_of
from app.readings.choices import Choices
from app.readings.facts import DeploymentClaims
from tests.charts.pictures import SVG
from tests.readings.build import source, total
from tests.readings.founding import deployment

STAMP = Stamp(
    date(2026, 11, 23), "https://muster.example/deployments/a/sent?since=2025-01-01", "https://muster.example"
)
HOSTILE = '<script>alert(1)</script>&"\'<image href="https://elsewhere.example/x.png"/>]]>\x00'


def asked_of(ledger, measure="sent", name="North Korean combat troops", label="Sent", **choices):
    facts = ledger.measures[measure]
    text = MeasureText(measure, label, facts.kind, facts.unit, None)
    return Question(Holding(1, None, name, ledger, {measure: text}), text, Choices(**choices), None, None)


def founding(**more):
    return asked_of(deployment("nk-troops-russia"), **more)


def hostile():
    ledger = deployment("nk-troops-russia")
    claim = replace(total("a", "100", "2024-11-01", by=source(HOSTILE)), deployment=ledger.deployment.slug)
    one = DeploymentClaims.of(ledger.deployment, ledger.measures.values(), [claim])
    return asked_of(one, name=HOSTILE, label=HOSTILE)


def read(svg):
    return ET.fromstring(svg)  # noqa: S314 - our own


def words_of(svg):
    return " ".join(element.text or "" for element in read(svg).iter(f"{SVG}text"))


def drawn_as(kind, asked, theme=LIGHT):
    return measure_card(asked, STAMP, theme) if kind == "card" else measure_picture(asked, STAMP, theme, 1000)


KINDS = ("page", "card")


def test_it_says_title_reading_sources_choices_date_and_address():
    asked = founding(known_on=date(2025, 4, 1))
    words = words_of(measure_picture(asked, STAMP, LIGHT, 1000))
    assert words.startswith(title_of(asked))
    assert asked.reading().headline.sentence in words
    assert "sources of" in words
    assert "South Korean government" in words
    assert "As known on 1 April 2025, at default choices." in words
    assert "Made by Muster on 23 November 2026 from version 1 of the ledger, by rule set 1." in words
    assert STAMP.address in words


def test_choices_are_named():
    words = words_of(measure_picture(founding(since=date(2025, 1, 1)), STAMP, LIGHT, 1000))
    assert "With all that has been said; since 2025-01-01." in words


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("measure", ["sent", "casualties", "present", "containers"])
def test_it_needs_nothing_from_elsewhere(kind, measure):
    svg = drawn_as(kind, founding(measure=measure))
    picture = read(svg)
    references = [value for one in picture.iter() for name, value in one.items() if name.endswith("href")]
    assert all(value.startswith("#") for value in references)
    assert {value[1:] for value in references} <= {one.get("id") for one in picture.iter()}
    assert not {one.tag.removeprefix(SVG) for one in picture.iter()} & {
        "script",
        "image",
        "foreignObject",
        "a",
    }
    assert not [name for one in picture.iter() for name in one.keys() if name.startswith("on")]  # noqa: SIM118
    assert "url(" not in svg
    assert "var(" not in svg
    assert "@" not in style_of(LIGHT)


@pytest.mark.parametrize("kind", KINDS)
def test_what_somebody_typed_stays_text(kind):
    svg = drawn_as(kind, hostile())
    names = {one.tag.removeprefix(SVG) for one in read(svg).iter()}
    assert not names & {"script", "image"}
    assert "<script>alert(1)</script>" in read(svg).find(f"{SVG}title").text


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_drawn_beyond_the_edges(kind):
    """A name of any length is broken or shortened: no text begins outside, and the lines fit the height."""
    asked = asked_of(deployment("nk-troops-russia"), name="Verylongname" * 30, label="Sent " * 60)
    picture = read(drawn_as(kind, asked))
    height = float(picture.get("height"))
    assert all(0 <= float(one.get("y")) <= height for one in picture.findall(f"{SVG}text"))
    assert picture.get("viewBox") == f"0 0 {picture.get('width')} {picture.get('height')}"


def test_a_card_has_the_shape_of_a_preview():
    picture = read(measure_card(founding(), STAMP, LIGHT))
    assert (int(picture.get("width")), int(picture.get("height"))) == CARD


def test_a_card_says_what_was_chosen_when_it_was_made_and_where():
    words = words_of(measure_card(founding(known_on=date(2025, 4, 1), since=date(2025, 1, 1)), STAMP, LIGHT))
    assert words.startswith("North Korean combat troops, as known on 1 April 2025, since 2025-01-01 Sent")
    assert "families · 23 November 2026 · muster.example" in words


def test_it_is_as_wide_as_was_asked_for():
    assert read(measure_picture(founding(), STAMP, LIGHT, 700)).get("width") == "700"


def test_light_and_dark_differ_only_in_their_colours():
    light, dark = (measure_picture(founding(), STAMP, theme, 1000) for theme in (LIGHT, DARK))
    assert light != dark
    assert light.replace(style_of(LIGHT), "") == dark.replace(style_of(DARK), "")
    assert DARK.paper in dark


def test_the_style_is_the_pages_own_with_its_colours_written_out():
    style = style_of(LIGHT)
    assert f".chart-lines .chart-band,.chart-swatch .chart-band{{fill:{LIGHT.band}" in style
    assert f".f1{{color:{LIGHT.family(1)}}}" in style
    assert ".chart-tools" not in style
    assert re.search(r"--[a-z]", style) is None


def test_the_policy_of_a_picture_allows_its_own_style_and_nothing_else():
    assert policy_of(LIGHT).startswith("default-src 'none'; style-src 'sha256-")
    assert policy_of(LIGHT) != policy_of(DARK)
