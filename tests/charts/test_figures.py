"""The interactive figure, by its series."""

import json
import re
from math import log10

import plotly.graph_objects as go
import pytest

from app.charts.figures import figure_json
from app.charts.palette import DARK, LIGHT, SLOTS
from app.charts.parts import chart_parts
from app.charts.plan import Scale
from app.claims.words import Standing
from tests.charts.pictures import arrows, chart_of, figure_of, founding_chart, symbols, traces
from tests.readings.build import increment, level, plan, source, total


def test_a_stated_figure_is_one_symbol_at_its_day_and_number():
    assert symbols(figure_of(chart_of(total("a", "about 3000", "2024-10-23")))) == [("2024-10-23", 3000)]


def test_a_range_is_a_bar_between_its_bounds_and_nothing_stands_in_its_middle():
    figure = figure_of(chart_of(total("a", "between 2000 3000", "2024-10-23")))
    assert symbols(figure) == [("2024-10-23", 2000), ("2024-10-23", 3000)]
    (bar,) = [trace for trace in traces(figure, "marks") if trace["mode"] == "lines"]
    assert (bar["x"], bar["y"]) == (("2024-10-23", "2024-10-23", None), (2000, 3000, None))


def test_a_floor_has_an_arrow_up_a_ceiling_one_down_and_a_figure_none():
    claims = (
        total("a", "at_least 3000", "2024-10-23"),
        total("b", "nearly 11000", "2024-10-24"),
        total("c", "5000", "2024-10-25"),
        total("d", "between 1 2", "2024-10-26"),
    )
    assert arrows(figure_of(chart_of(*claims))) == [("2024-10-23", 3000, "up"), ("2024-10-24", 11000, "down")]


def test_an_imprecise_as_of_has_a_whisker_over_its_days():
    figure = figure_of(chart_of(total("a", "3000", "2024-12", said="2025-02-01")))
    (whisker,) = [trace for trace in traces(figure, "marks") if trace["mode"] == "lines"]
    assert (whisker["x"][:2], whisker["y"][:2]) == (("2024-12-01", "2024-12-31"), (3000, 3000))


def test_a_contested_claim_is_hollow():
    claims = total("a", "3000", "2024-10-23"), total("b", "9000", "2024-10-24")
    found = {
        trace["customdata"][0][0]: trace["marker"]["symbol"]
        for trace in traces(figure_of(chart_of(*claims, contested={"b"})), "marks")
        if "customdata" in trace
    }
    assert found == {"/claims/a": "circle", "/claims/b": "circle-open"}


def test_an_increment_lies_over_its_period_on_an_axis_of_its_own():
    figure = figure_of(chart_of(increment("a", "between 1000 3000", "2025-01/2025-02")))
    assert symbols(figure) == []
    box, bars = (trace for trace in traces(figure, "marks", axis="y2") if trace["mode"] == "lines")
    assert box["fill"] == "toself"
    assert bars["x"] == ("2025-01-01", "2025-02-28", None) * 2
    assert bars["y"] == (1000, 1000, None, 3000, 3000, None)


def test_plans_and_claims_set_aside_stand_below_the_axes():
    claims = (
        plan("a", "500000", "2024-10-23"),
        total("b", "3200", "2025-06-15", standing=Standing.SET_ASIDE),
        total("c", "600", "2025-04-30"),
    )
    figure = figure_of(chart_of(*claims))
    assert symbols(figure) == [("2025-04-30", 600)]
    assert len(symbols(figure, axis="y3")) == 2
    assert figure["layout"]["yaxis"]["range"][1] < 1000


def test_a_familys_totals_are_a_line_of_steps():
    figure = figure_of(chart_of(total("a", "3000", "2024-10-23"), total("b", "10000", "2024-11-05")))
    (line,) = traces(figure, "line")
    assert line["line"]["shape"] == "hv"
    assert line["x"] == ("2024-10-23", "2024-11-05", "2024-11-05")
    assert line["y"] == (3000, 10000, 10000)


def test_hover_says_who_when_and_how_much_and_a_click_knows_the_claim():
    figure = figure_of(chart_of(total("nis", "about 3000", "2024-10-23", by=source("nis"))))
    (trace,) = [trace for trace in traces(figure, "marks") if "customdata" in trace]
    address, words = trace["customdata"][0]
    assert address == "/claims/nis"
    assert (
        words.replace("<br>", " ") == "NIS: about 3,000 sent, as of 23 October 2024, said on 23 October 2024"
    )


def test_claims_at_the_same_place_are_told_together():
    claims = [total(f"c{i}", "11000", "2024-12-31", by=source(f"s{i}")) for i in range(7)]
    figure = figure_of(chart_of(*claims))
    told = [words for trace in traces(figure, "marks") for _, words in trace["customdata"]]
    assert all("and 2 more claims at this point" in words for words in told)


def test_what_somebody_typed_is_text_and_no_markup():
    figure = figure_of(chart_of(total("a", "5", "2024-10-23", by=source("</script><b>x"))))
    told = str(figure_json(figure))
    assert "<" not in told
    assert "&lt;B&gt;X" in json.loads(told)["data"][-1]["customdata"][0][1].replace("<br>", "")


def test_the_figure_survives_its_json():
    chart = founding_chart()
    figure = figure_of(chart)
    read = json.loads(figure_json(figure))
    assert len(read["data"]) == len(figure["data"])
    assert read["layout"]["height"] == figure["layout"]["height"]


def test_the_page_gets_names_of_colours_and_a_file_gets_colours():
    chart = founding_chart()
    assert re.search(r"#[0-9a-f]{6}", str(figure_json(figure_of(chart)))) is None
    for theme in (LIGHT, DARK):
        told = str(figure_json(figure_of(chart, theme=theme)))
        assert "var(" not in told
        assert theme.family(1) in told


def test_a_family_keeps_its_colour_on_every_chart_of_its_deployment():
    order = list(founding_chart().families)
    assert [style.slot for style in order if style.slot] == sorted(
        style.slot for style in order if style.slot
    )
    alone = founding_chart("casualties", families=order)
    slots = {style.slug: style.slot for style in order}
    assert all(style.slot == slots.get(style.slug, 0) for style in alone.families)


def test_more_than_eight_families_share_the_neutral_style():
    claims = [total(f"c{i}", "5", f"2024-11-{i + 1:02}", by=source(f"s{i:02}")) for i in range(12)]
    figure = figure_of(chart_of(*claims))
    keys = {trace["meta"]["family"] for trace in traces(figure, "marks")}
    assert len(keys) == SLOTS + 1
    assert len(symbols(figure, family="*")) == 4


def test_only_what_the_small_bundle_draws_is_used():
    assert {trace["type"] for trace in figure_of(founding_chart())["data"]} == {"scatter"}


def test_a_logarithmic_axis_begins_above_zero_and_zeros_are_counted():
    chart = chart_of(total("a", "0", "2024-10-23"), total("b", "400", "2024-11-23"))
    figure = figure_of(chart, scale=Scale.LOG)
    foot, head = figure["layout"]["yaxis"]["range"]
    assert figure["layout"]["yaxis"]["type"] == "log"
    assert 0 <= foot < log10(400) < head
    assert figure["layout"]["meta"]["zeros"] == 1
    assert min(figure["layout"]["yaxis"]["tickvals"]) > 0


def test_both_scales_are_told_to_the_script():
    scales = figure_of(chart_of(total("a", "3000", "2024-10-23")))["layout"]["meta"]["scales"]
    assert scales["linear"]["range"][0] == 0
    assert 10 ** scales["log"]["range"][0] <= 3000 <= 10 ** scales["log"]["range"][1]


def test_a_level_that_expired_leaves_a_gap():
    claims = level("a", "5", "2025-01-01"), level("b", "6", "2025-12-01")
    (line,) = traces(figure_of(chart_of(*claims)), "line")
    assert line["y"] == (5, 6, 6)  # as a flow
    (line,) = traces(figure_of(founding_chart("present")), "line", family="us-government")[:1]
    assert None in line["y"] or len(line["y"]) > 2


@pytest.mark.parametrize("measure", ["sent", "casualties", "killed", "present", "captured", "missing"])
def test_figure_and_drawing_are_equally_tall(measure):
    chart = founding_chart(measure)
    drawing = chart_parts(chart, title="t", figure="/figure").drawing
    assert f'height="{figure_of(chart)["layout"]["height"]}"' in drawing


def test_names_of_lines_do_not_touch_marks_or_one_another():
    labels = traces(figure_of(founding_chart()), "label")
    texts = [trace["text"][0] for trace in labels if trace["visible"]]
    assert "South Korean government 15,000" in texts
    assert len(texts) == len(set(texts))


def test_every_value_of_a_figure_is_one_that_plotly_takes():
    """Pages make figures without Plotly."""
    for measure in ("sent", "present", "casualties"):
        kept = json.loads(figure_json(figure_of(founding_chart(measure))))
        checked = go.Figure(kept)  # raises ValueError where a value is none of Plotly's
        assert len(checked.data) == len(kept["data"])
