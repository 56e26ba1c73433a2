"""Comparisons in words: figures, what a line says from a day on, and the chart as text."""

from collections.abc import Sequence
from decimal import Decimal

from app.charts.wording import count, day, listed
from app.compare.parameters import By, Counted
from app.compare.series import Series, Value, days_since
from app.languages.spoken import _, known, ngettext, pgettext
from app.pages import in_a_sentence

_WHOLE_FROM, _ONE_DECIMAL_FROM = 1000, 10


def in_numbers(figure: float) -> str:
    """A count as `12,000`; a share as `133.3`, the smaller it is the more decimals."""
    if figure == int(figure) or figure >= _WHOLE_FROM:
        return count(round(figure))
    return count(Decimal(f"{figure:.1f}" if figure >= _ONE_DECIMAL_FROM else f"{figure:.2f}"))


def value_in_words(value: Value, unit: str) -> str:
    """`selected 600 persons; at least 540, at most 660`."""
    if value.is_gap:
        return _("no value")
    parts = []
    if value.selected is not None:
        selected = f"{in_numbers(value.selected)} {unit}"
        parts.append(
            _("selected %(figure)s (derived)", figure=selected)
            if value.derived
            else _("selected %(figure)s", figure=selected)
        )
    if value.low is not None:
        low = in_numbers(value.low)
        parts.append(
            _("at least %(low)s, no ceiling", low=low)
            if value.high is None
            else _("at least %(low)s, at most %(high)s", low=low, high=in_numbers(value.high))
        )
    told = "; ".join(parts)
    return _("%(told)s (strained)", told=told) if value.strained else told


def unit_in_words(series: Series, counted: Counted) -> str:
    """What a figure of a series counts: `persons`, `persons per 1,000 sent`."""
    unit = known(series.reading.measure.unit)
    return _("%(unit)s per 1,000 sent", unit=unit) if counted is Counted.PER_SENT else unit


def when_in_words(series: Series, value: Value, by: By) -> str:
    """`from 30 April 2025`; by days since the start also which day that is."""
    if by is By.DATE:
        return pgettext("a day", "from %(day)s", day=day(value.on))
    since = count(days_since(series.reading.deployment.starts_on, value.on))
    return _("from %(day)s, day %(number)s", day=day(value.on), number=since)


def title_in_words(series: Sequence[Series]) -> str:
    """What stands side by side: the measures of one deployment, the deployments of one measure, or both."""
    deployments = dict.fromkeys(one.name for one in series)
    measures = dict.fromkeys(one.label for one in series)
    if len(deployments) == 1:
        return f"{series[0].name}: {listed([in_a_sentence(label) for label in measures])}"
    if len(measures) == 1:
        return f"{series[0].label}: {listed(list(deployments))}"
    return "; ".join(
        f"{name}: {listed([in_a_sentence(one.label) for one in series if one.name == name])}"
        for name in deployments
    )


def comparison_in_words(series: Sequence[Series], words: Sequence[str], counted: Counted) -> str:
    """The headline of each series, and what cannot be set side by side."""
    sentences = [_headline_in_words(one, called, counted) for one, called in zip(series, words, strict=True)]
    return " ".join([*sentences, *_warnings(series, counted)])


def _headline_in_words(series: Series, called: str, counted: Counted) -> str:
    value = series.headline
    if value is None or value.is_gap:
        if counted is Counted.PER_SENT and _counts(series):
            return _(
                "%(series)s: no value on %(day)s: no number sent is known for that day.",
                series=called,
                day=day(series.on),
            )
        return _("%(series)s: no value on %(day)s.", series=called, day=day(series.on))
    told = value_in_words(value, unit_in_words(series, counted))
    return _("%(series)s: %(value)s, on %(day)s.", series=called, value=told, day=day(series.on))


def _counts(series: Series) -> bool:
    headline = series.reading.headline
    return headline.low is not None or headline.selected is not None


def _warnings(series: Sequence[Series], counted: Counted) -> list[str]:
    units = list(dict.fromkeys(one.reading.measure.unit for one in series))
    warnings = []
    if len(units) > 1:
        warnings.append(
            _(
                "The series count different things, %(units)s: their heights say nothing about one another.",
                units=listed([known(unit) for unit in units]),
            )
        )
    gaps = sum(one.has_gaps for one in series)
    if counted is Counted.PER_SENT and gaps:
        warnings.append(
            ngettext(
                "%(num)s series has gaps where no number sent is known; a gap is no zero.",
                "%(num)s series have gaps where no number sent is known; a gap is no zero.",
                gaps,
            )
        )
    return warnings
