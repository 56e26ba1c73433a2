"""Deviations drawn: dots beside the zero line, bands through them, the edge for what lies beyond."""

import pytest

from app.charts.deviations import deviations, measure_slots, signed
from app.readings.fared import source_fared
from tests.readings.build import chosen, ledger, source, total

A, B = source("a", family="fa"), source("b", family="fb")
THEIRS = total("theirs", "about 1000", "2025-01-31", by=B)


def drawn(*claims):
    fared = source_fared([ledger(*claims)], "a", chosen())
    names = {(part.deployment, part.measure): part.measure.capitalize() for part in fared.measures}
    return deviations(fared, names, title="Figures of A")


@pytest.mark.parametrize(
    ("percent", "words"),
    [(0.0, "0 %"), (12.4, "+12 %"), (-25.0, "−25 %"), (0.3, "+0.3 %"), (-0.04, "0 %"), (1233.3, "+1,233 %")],
)
def test_a_percentage_carries_its_sign(percent, words):
    assert signed(percent) == words


def test_each_figure_says_in_words_where_it_lies():
    chart = drawn(THEIRS, total("own", "exact 1250", "2025-01-31", by=A))
    assert (
        "Sent: 1,250 as of 31 January 2025; the others 1,000: +25 %, outside the band of the others"
        in chart.drawing
    )
    assert 'class="chart-marks f1 contested"' in chart.drawing
    assert chart.summary == (
        "1 figure on 31 January 2025: 1 above what the others gave, 0 below, 0 equal. "
        "The median deviation is +25 %."
    )


def test_what_lies_beyond_the_edge_stands_there_with_its_number():
    chart = drawn(THEIRS, total("own", "exact 5000", "2025-01-31", by=A))
    assert ">+400 %</text>" in chart.drawing
    assert '-up"' in chart.drawing
    assert "deviation-median" not in chart.drawing


def test_figures_of_one_day_stand_side_by_side():
    chart = drawn(
        THEIRS,
        total("one", "exact 900", "2025-01-31", by=A),
        total("other", "exact 1100", "2025-01-31", said="2025-02-02", by=A),
    )
    assert "translate(-6.5 0)" in chart.drawing
    assert "translate(6.5 0)" in chart.drawing


def test_nothing_to_compare_is_nothing_drawn():
    assert drawn(total("own", "exact 5000", "2025-01-31", by=A)) is None


def test_each_measure_has_a_symbol_those_with_most_figures_first():
    killed = [total(f"k{day}", f"exact {day}", f"2025-01-0{day}", measure="killed", by=A) for day in (1, 2)]
    others = [total("t", "exact 5", "2025-01-01", measure="killed", by=B), THEIRS]
    fared = source_fared([ledger(*killed, *others, total("s", "exact 9", "2025-01-31", by=A))], "a", chosen())
    assert measure_slots(fared) == {("d", "killed"): 1, ("d", "sent"): 2}
