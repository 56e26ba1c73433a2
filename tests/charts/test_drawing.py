"""The server's drawing, in outline."""

import re

import brotli
import pytest

from app.charts.drawing import running_total_svg
from app.charts.legend import chart_key, family_legend
from app.charts.plan import NOTHING_YET
from app.charts.sparkline import sparkline_svg
from app.readings.choices import Choices
from app.readings.outlines import MARKS_AT_MOST, outline_of
from app.readings.reading import read_measure
from tests.charts.pictures import (
    SVG,
    chart_of,
    drawing_of,
    drawn_marks,
    figure_of,
    founding_chart,
    of_class,
    stance,
    symbols,
)
from tests.readings.build import increment, ledger, source, total
from tests.readings.founding import deployment


def test_every_claim_is_one_mark_with_its_words():
    chart = founding_chart()
    marks = drawn_marks(drawing_of(chart))
    told = sorted(mark.find(f"{SVG}title").text for mark in marks)
    assert told == sorted(mark.words for mark in chart.marks)


def test_it_is_an_image_with_a_name_and_a_description():
    drawing = drawing_of(founding_chart(), name="sent")
    named = {element.get("id"): element.text for element in drawing.iter() if element.get("id")}
    assert drawing.get("role") == "img"
    title, description = drawing.get("aria-labelledby").split()
    assert named[title] == "Sent"
    assert named[description].startswith("44 claims by 23 sources")


def test_ids_begin_with_its_name_and_are_unique_and_all_that_it_refers_to_is_there():
    drawing = drawing_of(founding_chart(), name="sent")
    ids = [element.get("id") for element in drawing.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert all(one.startswith("sent-") for one in ids)
    assert {element.get("href")[1:] for element in drawing.iter(f"{SVG}use")} <= set(ids)


def test_it_holds_neither_script_nor_colours_of_its_own():
    svg = running_total_svg(founding_chart(), title="Sent")
    assert "<script" not in svg
    assert re.search(r"#[0-9a-f]{6}\b", svg) is None


def test_it_is_as_small_as_a_page_can_bear():
    reading = read_measure(deployment("nk-troops-russia"), "sent", Choices())
    svg = running_total_svg(founding_chart(), title="Sent", reading=reading)
    assert len(brotli.compress(svg.encode())) < 12_000


def test_symbols_stand_where_the_figure_has_them():
    chart = chart_of(total("a", "100", "2024-10-11"), total("b", "50", "2024-10-21"))
    uses = [use for mark in drawn_marks(drawing_of(chart)) for use in mark.findall(f"{SVG}use")]
    heights = [float(use.get("y")) for use in uses]
    figure = figure_of(chart)
    assert len(uses) == len(symbols(figure))
    high, low = heights
    foot = float(of_class(drawing_of(chart), "chart-base")[0].get("y1"))
    assert foot - high == pytest.approx(2 * (foot - low), abs=0.2)


def test_arrows_point_away_from_floors_and_ceilings():
    chart = chart_of(total("a", "at_least 5", "2024-10-11"), total("b", "up_to 9", "2024-10-12"))
    uses = [use.get("href") for mark in drawn_marks(drawing_of(chart)) for use in mark.findall(f"{SVG}use")]
    assert [use.split("-")[1] for use in uses if "up" in use or "down" in use] == ["up", "down"]


def test_what_somebody_typed_is_escaped():
    svg = running_total_svg(chart_of(total("a", "5", "2024-10-11", by=source("<x onload=1>"))), title="<b>")
    assert "<b>" not in svg
    assert "<X ONLOAD" not in svg


def test_an_empty_axis_says_so():
    drawing = drawing_of(chart_of(stance("a", "2024-10-11")))
    assert NOTHING_YET in [element.text for element in drawing.iter(f"{SVG}text")]


def test_a_crowded_drawing_leaves_out_the_words_of_its_marks_but_no_mark():
    claims = [total(f"c{i}", str(i), f"2025-01-{i % 28 + 1:02}") for i in range(500)]
    marks = drawn_marks(drawing_of(chart_of(*claims)))
    assert len(marks) == 500
    assert all(mark.find(f"{SVG}title") is None for mark in marks)


def small(*claims):
    outline = outline_of(read_measure(ledger(*claims), "sent", Choices()), claims)
    return sparkline_svg(outline, title="Sent", name="s", styles={})


def test_a_sparkline_has_a_dot_for_each_number_on_the_axis_and_a_name():
    svg = small(total("a", "5", "2024-10-11"), increment("b", "3", "2024-10-11/2024-10-12"))
    assert svg.count("<circle") == 1
    assert "Sent. 1 stated figure. Between 5 and 8 by 12 October 2024; selected: 5." in svg
    assert small(increment("b", "3", "2024-10-11/2024-10-12")) is None


def test_a_sparkline_of_thousands_stays_small_and_says_so():
    svg = small(*(total(f"c{i}", str(i), f"2025-01-{i % 28 + 1:02}") for i in range(500)))
    assert svg.count("<circle") == MARKS_AT_MOST
    assert "150 of 500 stated figures are drawn." in svg


def test_the_legend_names_each_family_once_and_the_rest_together():
    claims = [total(f"c{i}", "5", "2024-11-01", by=source(f"s{i:02}")) for i in range(11)]
    legend = family_legend(chart_of(*claims))
    assert [item.name for item in legend][-2:] == ["S07", "3 other families"]
    assert sum(item.claims for item in legend) == 11


def test_the_key_explains_what_occurs_and_nothing_else():
    chart = chart_of(total("a", "5", "2024-10-11"))
    assert [item.words for item in chart_key(chart)] == ["a stated figure"]
    chart = chart_of(total("a", "at_least 5", "2024-10-11"), total("b", "up_to 7", "2024-10-12"))
    assert [item.words for item in chart_key(chart)] == ["at least", "at most"]
