"""Round numbers on the axis of counts, months and days on the axis of time."""

from collections.abc import Sequence
from datetime import date, timedelta
from math import ceil, floor, log10
from typing import NamedTuple

from app.languages.formats import written_day
from app.languages.spoken import language_now

_DAY = timedelta(days=1)
_MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 6000, 12000)
_DAY_STEPS = (1, 2, 7, 14)
_BY_DAY_UP_TO = 62  # days for which an axis names days and not months
_POWERS_WITH_TICKS_BETWEEN = 4


class DayTick(NamedTuple):
    """A day that the axis names: `label` above, the year below where it is new."""

    on: date
    label: str
    year: str
    sparse: bool  # kept where the chart is as narrow as a phone
    year_again: bool = False  # the year is new only where the others are left out


def round_step(highest: float, about: int) -> int:
    """The distance between ticks, 1, 2 or 5 times a power of ten, for about so many of them."""
    rough = max(highest, 1) / max(about, 1)
    power = 10 ** floor(log10(rough))
    return max(1, next(int(m * power) for m in (1, 2, 5, 10) if m * power >= rough * 0.999))


def count_ticks(highest: float, about: int = 5) -> list[int]:
    """From zero to the first tick at or above `highest`."""
    step = round_step(highest, about)
    return [step * i for i in range(max(1, ceil(highest / step)) + 1)]


def log_ticks(lowest: float, highest: float) -> list[int]:
    """Powers of ten around what is drawn, with 2 and 5 between them where few powers are."""
    bottom, top = floor(log10(max(lowest, 1))), max(1, ceil(log10(max(highest, 2))))
    powers = [10**i for i in range(bottom, max(top, bottom + 1) + 1)]
    if len(powers) > _POWERS_WITH_TICKS_BETWEEN:
        return powers
    between = [m * p for p in powers[:-1] for m in (1, 2, 5)]
    return [*between, powers[-1]]


def day_ticks(first: date, last: date, *, width: int, narrow: int) -> list[DayTick]:
    """Days to name between two days, without labels that touch at `width` pixels.

    Those marked sparse do not touch at `narrow` pixels either. Nothing is named outside the two.
    """
    span = max((last - first).days, 1)
    if span <= _BY_DAY_UP_TO:
        return _ticks_by_day(first, last, span, width, narrow)
    months = span / 30.44
    step = _fitting(_MONTH_STEPS, months, width, room=46)
    sparse = next(
        (s for s in _MONTH_STEPS if s % step == 0 and s >= _fitting(_MONTH_STEPS, months, narrow, 46)), 12000
    )
    at = first.year * 12 + first.month - 1 + (first.day > 1)
    end = last.year * 12 + last.month - 1
    numbers = [n for n in range(at, end + 1) if n % step == 0]
    days = [date(n // 12, n % 12 + 1, 1) for n in numbers]
    keep = [n % sparse == 0 for n in numbers]
    if step >= _MONTH_STEPS[4]:  # whole years
        return [DayTick(d, str(d.year), "", k) for d, k in zip(days, keep, strict=True)]
    language = language_now()
    return _with_years(
        [(d, written_day(d, "short month alone", language), k) for d, k in zip(days, keep, strict=True)]
    )


def _fitting(steps: Sequence[int], units: float, width: int, room: int) -> int:
    return next((s for s in steps if units / s * room <= width), steps[-1])


def _ticks_by_day(first: date, last: date, span: int, width: int, narrow: int) -> list[DayTick]:
    step = _fitting(_DAY_STEPS, span, width, 52)
    sparse = _fitting([step * i for i in (1, 2, 4, 8)], span, narrow, 52)
    offsets = range(0, span + 1, step)
    days = [(first + i * _DAY, i % sparse == 0) for i in offsets if first + i * _DAY <= last]
    language = language_now()
    return _with_years([(d, written_day(d, "short of year", language), k) for d, k in days])


def _with_years(ticks: list[tuple[date, str, bool]]) -> list[DayTick]:
    """The year below the first tick of each year, and below its first sparse one."""
    named: list[DayTick] = []
    years: set[int] = set()
    sparse_years: set[int] = set()
    for on, label, sparse in ticks:
        again = on.year in years
        new = not again or (sparse and on.year not in sparse_years)
        named.append(DayTick(on, label, str(on.year) if new else "", sparse, year_again=new and again))
        years.add(on.year)
        if sparse:
            sparse_years.add(on.year)
    return named
