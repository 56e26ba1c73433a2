"""A reading on a chart: what is stated, what is derived and what is disputed look different."""

import json

import pytest

from app.charts.figures import figure_json
from app.charts.layers import reading_layers
from app.charts.plan import Scale
from app.readings.choices import Choices
from app.readings.facts import Kind
from app.readings.reading import read_measure
from tests.charts.pictures import chart_of, day, drawing_of, figure_of, founding_chart, of_class, traces
from tests.readings.build import event, increment, level, read, total
from tests.readings.founding import deployment

ARTICLE = (
    total("initial", "more_than 11000", "2024-12-31", said="2025-03-27"),
    increment("more", "3000", "2025-01/2025-02", said="2025-03-27"),
    total("total", "nearly 11000", "2025-03-27"),
)


@pytest.fixture(scope="module")
def article():
    """Worked example A: initial and more are accepted, total is contested."""
    return read(*ARTICLE)


def drawn(reading, *claims, **more):
    chart = chart_of(*claims, contested={item.claim_ref for item in reading.contested})
    return figure_of(chart, reading=reading, **more)


def shown(found):
    return [trace for trace in found if trace.get("visible") is not False]


def test_an_open_band_fades_out_below_an_arrow_and_has_no_ceiling(article):
    figure = drawn(article, *ARTICLE)
    assert traces(figure, "band") == []
    open_band = shown(traces(figure, "open band"))
    fills = [trace for trace in open_band if trace.get("fill") == "toself"]
    alphas = [float(trace["fillcolor"].rstrip(")").split("@")[1]) for trace in fills]
    assert alphas == sorted(alphas, reverse=True)
    (arrow,) = [trace for trace in open_band if trace["mode"] == "markers"]
    assert arrow["marker"]["symbol"] == "arrow-up"
    assert arrow["customdata"][0][1].startswith("No claim sets a ceiling")
    assert max(y for trace in fills for y in trace["y"]) <= figure["layout"]["yaxis"]["range"][1]


def test_each_closed_segment_is_a_closed_trace_of_its_own():
    claims = [level("a", "10", "2025-01-01"), level("b", "20", "2025-06-01")]
    reading = read(*claims, valid_days=10)
    chart = chart_of(*claims, kind=Kind.LEVEL, valid_days=10)
    bands = shown(traces(figure_of(chart, reading=reading), "band"))
    assert len(bands) == 2
    assert all((trace["x"][0], trace["y"][0]) == (trace["x"][-1], trace["y"][-1]) for trace in bands)
    assert all(None not in trace["y"] for trace in bands)


def test_derived_stretches_are_dashed_and_others_solid(article):
    figure = drawn(article, *ARTICLE)
    (solid,), (dashed,) = traces(figure, "selected"), traces(figure, "derived")
    assert "dash" not in solid["line"]
    assert dashed["line"]["dash"]
    assert solid["y"][-1] == 11000
    assert dashed["y"] == (11000, 14000, 14000)  # it rises from the step before it
    assert dashed["x"][:2] == ("2025-02-28", "2025-02-28")


def test_strained_stretches_are_marked():
    claims = total("n", "about 4700", "2025-04-30"), total("u", "more_than 5000", "2025-03-28")
    reading = read(*claims)
    (under,) = traces(drawn(reading, *claims), "strained")
    assert set(under["y"]) == {4700}
    assert under["line"]["color"].startswith("var(--contested@")


def test_a_contested_figure_hangs_by_a_thread_from_the_band_it_misses(article):
    (thread,) = traces(drawn(article, *ARTICLE), "disagreement")
    assert thread["x"][:2] == ("2025-03-27", "2025-03-27")
    assert thread["y"][:2] == (11000, 13700)


def test_the_sums_of_each_source_are_a_line_of_their_own_with_its_range():
    claims = (
        event("a", "5", "2024-11-03"),
        event("b", "between 2 4", "2024-11-05"),
        total("t", "50", "2024-12-01"),
    )
    reading = read(*claims)
    figure = drawn(reading, *claims)
    range_, line = traces(figure, "events")
    assert line["line"]["dash"]
    assert line["y"][:2] == (5, 7)
    assert max(range_["y"]) == 9


def test_pointing_at_the_reading_says_its_bounds_and_leads_to_why(article):
    figure = drawn(article, *ARTICLE, why=lambda on: f"/why?on={on}")
    (points,) = traces(figure, "reading")
    told = {address: words.replace("<br>", " ") for address, words in points["customdata"]}
    assert told["/why?on=2025-02-28"] == (
        "From 28 February 2025: selected 14,000 (derived); at least 13,700, no ceiling, "
        "as the accepted claims imply."
    )


@pytest.mark.parametrize("scale", list(Scale))
def test_nothing_of_a_band_is_below_a_logarithmic_axis(scale):
    reading = read_measure(deployment("nk-troops-russia"), "sent", Choices())
    figure = figure_of(founding_chart(), reading=reading, scale=scale)
    bands = [*shown(traces(figure, "band")), *shown(traces(figure, "open band"))]
    lowest = min(y for trace in bands for y in trace["y"] if y is not None)
    assert lowest == (0 if scale is Scale.LINEAR else 10 ** figure["layout"]["yaxis"]["range"][0])


def test_the_other_scale_is_there_for_the_script(article):
    figure = drawn(article, *ARTICLE)
    found = {(trace["meta"]["scale"], trace["visible"]) for trace in traces(figure, "open band")}
    assert found == {("linear", True), ("log", False)}


def test_the_founding_reading_is_drawn_as_the_method_says():
    reading = read_measure(deployment("nk-troops-russia"), "sent", Choices())
    contested = {item.claim_ref for item in reading.contested}
    figure = figure_of(founding_chart(contested=contested), reading=reading)
    (derived,) = traces(figure, "derived")
    assert 14000 in derived["y"]
    threads = traces(figure, "disagreement")
    assert sum(len(thread["x"]) for thread in threads) == 3 * len(contested) == 6


def test_a_reading_that_accepted_nothing_is_not_drawn():
    reading = read(total("a", "5", "2024-11-01"), lowest_grade="A")
    assert reading_layers(reading).closed == reading_layers(reading).open == ()


def test_the_band_goes_a_little_beyond_the_last_claim_but_never_beyond_what_was_known():
    claims = total("a", "5", "2025-06-01"), total("b", "3", "2024-11-01")
    assert reading_layers(read(*claims)).until > day("2025-06-02")
    assert reading_layers(read(*claims, known_on="2025-06-02")).until == day("2025-06-02")


def test_the_drawing_shows_band_line_and_disagreement_as_three_things(article):
    drawing = drawing_of(chart_of(*ARTICLE, contested={"total"}), reading=article)
    for name in (
        "chart-fade",
        "chart-floor",
        "chart-selected",
        "chart-derived",
        "chart-tether",
        "chart-open",
    ):
        assert of_class(drawing, name), name
    (hollow,) = of_class(drawing, "contested")
    assert len(hollow) == 1


def test_its_json_is_sound(article):
    assert json.loads(figure_json(drawn(article, *ARTICLE)))["data"]
