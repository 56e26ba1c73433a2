"""Whatever the ledger holds, it can be drawn."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree as ET

from hypothesis import given, settings
from hypothesis import strategies as st

from app.charts.figures import figure_json
from app.charts.marks import chart_marks
from app.charts.plan import Scale
from app.charts.sparkline import sparkline_svg
from app.claims.words import Nature, Qualifier, Standing
from app.dates import Days, read_date
from app.readings.facts import Kind
from app.readings.outlines import outline_of
from app.readings.reading import read_measure
from tests.charts.pictures import drawing_of, drawn_marks, figure_of, subject
from tests.readings.build import ledger, plan, source
from tests.readings.strategies import START, choices, ledgers, level_claims

HUGE = 2**63 - 1

dates = st.builds(
    lambda year, month, day, precision: read_date(f"{year:04}-{month:02}-{day:02}"[: (4, 7, 10)[precision]]),
    st.integers(1, 9999),
    st.integers(1, 12),
    st.integers(1, 28),
    st.integers(0, 2),
)
numbers = st.one_of(st.none(), st.integers(0, 50), st.integers(0, HUGE))
names = st.text(min_size=1, max_size=60)


@st.composite
def claims(draw):
    """Claims of every nature, with bounds in order and whatever else the database lets through."""
    number = draw(st.integers(0, 10**6))
    nature = draw(st.sampled_from(list(Nature)))
    low, point, high = _in_order(draw(st.tuples(numbers, numbers, numbers)))
    if nature is Nature.SHARE:
        low, point, high = None, Decimal(draw(st.integers(0, 10000))) / 100, None
    elif nature is Nature.STANCE:
        low = point = high = None
    elif low is point is high is None:
        point = draw(st.integers(0, HUGE))
    as_of, said, start, end = draw(st.tuples(dates, dates, dates, dates))
    period = Days(min(start.first, end.first), max(start.last, end.last), f"{start}/{end}")
    slug = draw(st.sampled_from("abcdefghijklm"))
    by = replace(source(slug), name=draw(names), family_name=draw(names))
    return replace(
        plan(
            f"c{number}",
            "5",
            "2024-11-01",
            by=by,
        ),
        nature=nature,
        low=low,
        point=point,
        high=high,
        qualifier=None if nature is Nature.STANCE else draw(st.sampled_from(list(Qualifier))),
        said_on=said,
        as_of=as_of if nature in (Nature.TOTAL, Nature.LEVEL) else draw(st.sampled_from([None, as_of])),
        period=period if nature in (Nature.INCREMENT, Nature.EVENT) else None,
        counts_from=draw(st.sampled_from([None, start])) if nature is Nature.TOTAL else None,
        place=draw(st.sampled_from([None, None, "kursk"])),
        standing=draw(st.sampled_from([Standing.GOOD, Standing.GOOD, Standing.SET_ASIDE])),
    )


def _in_order(cells):
    stated = iter(sorted(cell for cell in cells if cell is not None))
    return [None if cell is None else next(stated) for cell in cells]


@settings(max_examples=100)
@given(
    st.lists(claims(), max_size=12, unique_by=lambda claim: claim.ref),
    st.sampled_from(list(Kind)),
    st.sampled_from(list(Scale)),
    st.dates(date(1, 1, 1), date(9999, 12, 31)),
)
def test_no_claims_make_the_drawing_fail(given, kind, scale, starts_on):
    chart = chart_marks(
        given, subject=subject(kind, starts_on), contested={claim.ref for claim in given[::3]}
    )
    assert len(chart.marks) == len(given)
    figure = figure_of(chart, scale=scale)
    assert json.loads(figure_json(figure))["layout"]["height"] > 0
    drawing = drawing_of(chart, scale=scale)
    assert len(drawn_marks(drawing)) == len(given)


@settings(max_examples=60)
@given(ledgers(), choices())
def test_no_flow_reading_makes_the_drawing_fail(given, chosen):
    drawn_with_its_reading(given, chosen, Kind.FLOW)


@settings(max_examples=30)
@given(ledgers(claims=level_claims), choices())
def test_no_level_reading_makes_the_drawing_fail(given, chosen):
    drawn_with_its_reading(given, chosen, Kind.LEVEL)


def drawn_with_its_reading(given, chosen, kind):
    measure = "present" if kind is Kind.LEVEL else "sent"
    reading = read_measure(ledger(*given, starts_on=START, measures=[measure]), measure, chosen)
    contested = {item.claim_ref for item in reading.contested}
    about = subject(kind, START, place=chosen.place)
    chart = chart_marks(given, subject=about, contested=contested, known_on=chosen.known_on)
    figure = figure_of(chart, reading=reading)
    assert all(len(trace["x"]) == len(trace["y"]) for trace in figure["data"])
    assert json.loads(figure_json(figure))["data"] is not None
    assert len(drawn_marks(drawing_of(chart, reading=reading))) == len(chart.marks)
    small = sparkline_svg(outline_of(reading, given), title="t", name="s", styles={})
    assert small is None or ET.fromstring(small) is not None  # noqa: S314 - our own
