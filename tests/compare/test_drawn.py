"""The chart of a comparison: plan, drawing, figure and words."""

import json
from dataclasses import replace
from datetime import date

import plotly.graph_objects as go

from app.charts.frame import touching
from app.compare.drawing import comparison_svg
from app.compare.figures import comparison_figure
from app.compare.labels import end_labels
from app.compare.parameters import By, Counted
from app.compare.plan import plan_comparison, position, short_words
from app.compare.series import Series, absolute, last_day, per_sent
from app.compare.wording import comparison_in_words, in_numbers, title_in_words
from tests.readings.build import increment, read, total
from tests.readings.test_founding_ledger import troops

LABELS = {"killed": "Killed", "wounded": "Wounded", "sent": "Sent"}


def series(reading, *, deployment="d", name="Troops", sent=None) -> Series:
    values = absolute(reading.points) if sent is None else per_sent(reading.points, sent.points)
    label = LABELS[reading.measure.slug]
    return Series(deployment, name, label, reading, values, last_day(reading))


def killed(**choices):
    return series(
        read(
            total("k1", "exact 100", "2024-10-11", measure="killed"),
            total("k2", "exact 300", "2024-10-31", measure="killed"),
            **choices,
        )
    )


def plan_of(*given, by=By.DATE, counted=Counted.ABSOLUTE):
    return plan_comparison(given, by, counted)


def why(deployment, measure, on) -> str:
    return f"/why/{deployment}/{measure}/{on}"


def figure_of(plan, counted=Counted.ABSOLUTE) -> dict:
    return json.loads(comparison_figure(plan, title="T", counted=counted, why=why))


def traces(figure, part) -> list[dict]:
    return [trace for trace in figure["data"] if trace["meta"]["part"] == part]


def test_every_value_of_a_figure_is_one_that_plotly_takes():
    """Pages make figures without Plotly."""
    for by in By:
        kept = figure_of(plan_of(killed(), by=by))
        checked = go.Figure(kept)  # raises ValueError where a value is none of Plotly's
        assert len(checked.data) == len(kept["data"])


def test_a_line_holds_each_value_until_the_next():
    (drawn,) = plan_of(killed()).drawn
    start = date(2024, 10, 1).toordinal()
    assert [(one.first - start, one.last - start, one.value) for one in drawn.line] == [
        (10, 30, 100),
        (30, 30, 300),
    ]
    assert (drawn.end.last, drawn.end.value) == (date(2024, 10, 31).toordinal(), 300)


def test_by_days_every_deployment_begins_at_zero():
    later = series(
        read(total("w", "exact 50", "2025-01-21", measure="wounded"), starts_on=date(2025, 1, 1)),
        deployment="e",
        name="Engineers",
    )
    one, other = plan_of(killed(), later, by=By.DAYS).drawn
    assert [held.first for held in one.held] == [0, 10, 11, 30]  # the ceiling rises a day later
    assert (other.held[0].first, other.end.last) == (0, 20)
    assert position(later, date(2025, 1, 1), By.DAYS) == 0


def test_gaps_are_left_out_of_what_is_drawn():
    sent = read(total("s", "exact 1000", "2024-10-21"))
    shares = series(read(total("k1", "exact 100", "2024-10-11", measure="killed")), sent=sent)
    assert plan_of(shares, counted=Counted.PER_SENT).drawn[0].line == []
    assert comparison_in_words([shares], ["Killed"], Counted.PER_SENT) == (
        "Killed: no value on 11 October 2024: no number sent is known for that day. "
        "1 series has gaps where no number sent is known; a gap is no zero."
    )


def test_ranges_that_touch_are_drawn_together_and_open_ones_apart():
    (drawn,) = plan_of(killed()).drawn
    assert len(touching(drawn.ranges)) == 1
    floor = series(read(total("f", "at_least 5", "2024-10-11", measure="killed")))
    runs = touching(plan_of(floor).drawn[0].ranges)
    assert [run[0].high is None for run in runs] == [True]


def test_series_are_called_by_what_tells_them_apart():
    wounded = series(read(total("w", "5", "2024-10-11", measure="wounded")))
    elsewhere = series(read(total("k", "5", "2024-10-11", measure="killed")), deployment="e", name="Others")
    assert short_words([killed(), wounded]) == ["Killed", "Wounded"]
    assert short_words([killed(), elsewhere]) == ["Troops", "Others"]
    assert short_words([wounded, elsewhere]) == ["Wounded, Troops", "Killed, Others"]
    assert title_in_words([killed(), wounded]) == "Troops: killed and wounded"
    assert title_in_words([killed(), elsewhere]) == "Killed: Troops and Others"
    assert title_in_words([killed(), wounded, elsewhere]) == "Troops: killed and wounded; Others: killed"


def test_the_drawing_names_each_line_and_says_what_it_shows():
    plan = plan_of(killed())
    svg = comparison_svg(plan, title="Killed & more", summary="In words.")
    assert 'aria-labelledby="comparison-title comparison-desc"' in svg
    assert "Killed &amp; more" in svg
    assert "Killed 300" in svg
    assert [label.words for label in end_labels(plan)] == ["Killed 300"]


def test_the_figure_has_a_line_a_band_and_points_that_lead_to_why():
    figure = figure_of(plan_of(killed()))
    (line,) = traces(figure, "selected")
    assert (line["x"], line["y"]) == (
        ["2024-10-11", "2024-10-31", "2024-10-31", "2024-10-31"],
        [100, 100, 300, 300],
    )
    assert line["line"]["shape"] == "hv"
    assert line["meta"]["family"] == "d/killed"
    assert {trace["meta"]["scale"] for trace in traces(figure, "band")} == {"linear", "log"}
    (points,) = traces(figure, "reading")
    assert points["customdata"][1] == [
        "/why/d/killed/2024-10-11",
        "Killed, from 11 October 2024: selected 100 persons;<br>at least 100, at most 100",
    ]
    assert set(figure["layout"]["meta"]["scales"]) == {"linear", "log"}


def test_by_days_the_figure_counts_days():
    figure = figure_of(plan_of(killed(), by=By.DAYS))
    assert figure["layout"]["xaxis"]["type"] == "linear"
    assert traces(figure, "selected")[0]["x"] == [10, 30, 30, 30]
    assert "from 11 October 2024, day 10:" in traces(figure, "reading")[0]["customdata"][1][1]


def test_derived_stretches_are_drawn_apart():
    claims = [
        total("t", "exact 100", "2024-10-11", measure="killed"),
        increment("i", "exact 50", "2024-10-12/2024-10-20", measure="killed"),
        total("u", "exact 200", "2024-10-31", measure="killed"),
    ]
    figure = figure_of(plan_of(series(read(*claims))))
    (derived,) = traces(figure, "derived")
    assert (derived["x"], derived["y"]) == (["2024-10-20", "2024-10-20", "2024-10-31"], [100, 150, 150])


def test_nothing_claimed_draws_an_empty_chart():
    empty = series(read(measure="sent"))
    svg = comparison_svg(plan_of(empty), title="T", summary="S")
    assert "chart-title" in svg
    assert traces(figure_of(plan_of(empty)), "selected") == []


def test_different_units_are_told_to_be_different():
    reading = read(total("c", "5", "2024-10-11", measure="sent"))
    items = series(replace(reading, measure=replace(reading.measure, unit="items")))
    assert comparison_in_words([killed(), items], ["Killed", "Sent"], Counted.ABSOLUTE).endswith(
        "The series count different things, persons and items: their heights say nothing about one another."
    )
    assert plan_of(killed(), items).frame.title == "Persons or items"


def test_small_shares_keep_their_decimals():
    assert [in_numbers(figure) for figure in (0, 12000, 1234.5, 133.333, 40.0, 9.876, 0.125)] == [
        "0",
        "12,000",
        "1,234",
        "133.3",
        "40",
        "9.88",
        "0.12",
    ]


def test_what_was_known_on_a_day_ends_there():
    early = killed(known_on="2024-10-20")
    assert early.until == date(2024, 10, 11)
    assert [value.selected for value in early.values if value.on <= early.until][-1] == 100


def test_the_founding_ledger_in_words():
    words = comparison_in_words([series(troops("sent"))], ["Sent"], Counted.ABSOLUTE)
    assert words == "Sent: selected 15,000 persons; at least 14,500, at most 15,500, on 13 December 2025."
