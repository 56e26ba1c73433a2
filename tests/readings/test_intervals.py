"""From words to bounds, every case worked out by hand."""

import pytest

from app.claims.words import Qualifier
from app.readings.choices import Tolerance
from app.readings.intervals import Figures, Interval, interval, last_digit_unit, own_value

ROUNDING = Tolerance.ROUNDING


def point(number: int, qualifier: Qualifier = Qualifier.STATED, tolerance: Tolerance = ROUNDING) -> Interval:
    return interval(Figures(None, number, None, qualifier), tolerance)


@pytest.mark.parametrize(
    ("number", "low", "high"),
    [
        (11_000, 10_500, 11_500),
        (4_700, 4_650, 4_750),
        (4_000, 3_600, 4_400),  # half a unit is 500, a tenth is 400
        (300, 270, 330),
        (137, 137, 137),
        (137_450, 137_445, 137_455),
        (10, 9, 11),
        (50, 45, 55),
        (7, 7, 7),
        (0, 0, 0),
    ],
)
def test_rounding_is_half_a_unit_of_the_last_digit_and_at_most_a_tenth(number, low, high):
    assert point(number) == Interval(low, high)


@pytest.mark.parametrize(
    ("tolerance", "low", "high"),
    [
        (Tolerance.ROUNDING, 990, 1_210),
        (Tolerance.NONE, 1_100, 1_100),
        (Tolerance.FIVE, 1_045, 1_155),
        (Tolerance.TEN, 990, 1_210),
        (Tolerance.TWENTY, 880, 1_320),
    ],
)
def test_about_is_a_tenth_when_rounding_and_otherwise_what_the_reader_chose(tolerance, low, high):
    assert point(1_100, Qualifier.ABOUT, tolerance) == Interval(low, high)


def test_a_fraction_is_rounded_outwards():
    assert point(13, Qualifier.ABOUT) == Interval(11, 15)  # 13 - 1.3 and 13 + 1.3
    assert point(7, tolerance=Tolerance.FIVE) == Interval(6, 8)
    assert point(1, tolerance=Tolerance.TWENTY) == Interval(0, 2)


def test_large_figures_stay_exact():
    number = 10**17 + 1
    assert point(number, Qualifier.ABOUT) == Interval(9 * 10**16, 11 * 10**16 + 2)


@pytest.mark.parametrize("tolerance", list(Tolerance))
def test_an_exact_count_has_no_tolerance(tolerance):
    assert point(1_000, Qualifier.EXACT, tolerance) == Interval(1_000, 1_000)


@pytest.mark.parametrize("tolerance", list(Tolerance))
@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        (Figures(None, None, 11_000, Qualifier.NEARLY), Interval(9_900, 11_000)),
        (Figures(None, None, 15, Qualifier.NEARLY), Interval(13, 15)),  # 13.5 rounded down
        (Figures(None, None, 11_000, Qualifier.UP_TO), Interval(0, 11_000)),
        (Figures(None, None, 11_000, Qualifier.FEWER_THAN), Interval(0, 11_000)),
        (Figures(3_000, None, None, Qualifier.AT_LEAST), Interval(3_000, None)),
        (Figures(3_000, None, None, Qualifier.MORE_THAN), Interval(3_000, None)),
        (Figures(3_000, 3_000, None, Qualifier.AT_LEAST), Interval(3_000, None)),
        (Figures(2, None, 4, Qualifier.BETWEEN), Interval(2, 4)),
        (Figures(900, 1_000, 1_100, Qualifier.STATED), Interval(900, 1_100)),
    ],
)
def test_a_stated_bound_needs_no_tolerance(figures, expected, tolerance):
    assert interval(figures, tolerance) == expected


def test_a_claim_without_figures_is_refused_loudly():
    with pytest.raises(ValueError, match="without any figure"):
        interval(Figures(None, None, None, Qualifier.STATED), ROUNDING)


@pytest.mark.parametrize(
    ("figures", "value"),
    [
        (Figures(None, 5, None, Qualifier.ABOUT), 5),
        (Figures(3, 4, None, Qualifier.AT_LEAST), 4),
        (Figures(3, None, None, Qualifier.AT_LEAST), 3),
        (Figures(3, None, None, Qualifier.MORE_THAN), 3),
        (Figures(None, None, 9, Qualifier.NEARLY), 9),
        (Figures(None, None, 9, Qualifier.UP_TO), None),
        (Figures(None, None, 9, Qualifier.FEWER_THAN), None),
        (Figures(2, None, 9, Qualifier.BETWEEN), None),
    ],
)
def test_the_line_gets_a_claims_own_figure_or_none(figures, value):
    assert own_value(figures) == value


def test_the_unit_of_the_last_digit():
    assert [last_digit_unit(number) for number in (0, 7, 10, 4_700, 11_000)] == [1, 1, 10, 100, 1_000]


def test_intervals_meet_where_a_number_lies_in_both():
    assert Interval(1, 3).meets(Interval(3, None))
    assert Interval(3, None).meets(Interval(1, 3))
    assert Interval(5, None).meets(Interval(9, None))
    assert not Interval(1, 3).meets(Interval(4, 9))
    assert not Interval(4, 9).meets(Interval(1, 3))
