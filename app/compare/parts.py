"""All that the page of a comparison shows, made from one set of series."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from markupsafe import Markup

from app.answers.parameters import BadParameter, BadParameters, address_of
from app.answers.queries import Holding
from app.charts.frame import symbol_swatch
from app.claims.summaries import Subject
from app.compare.drawing import comparison_svg
from app.compare.figures import comparison_figure
from app.compare.parameters import Asked, Counted
from app.compare.plan import plan_comparison
from app.compare.series import SENT, Series, Value, absolute, days_since, last_day, per_sent
from app.compare.wording import comparison_in_words, in_numbers, title_in_words, unit_in_words
from app.languages.spoken import _, known, pgettext
from app.readings.choices import Choices
from app.readings.reading import read_measure
from app.readings.results import Point


@dataclass(frozen=True, slots=True)
class ValueRow:
    """One line of the table of all values."""

    on: date
    day: int  # since the start of the deployment
    low: str
    selected: str
    high: str
    note: str  # derived, strained, or why there is no value
    href: str  # why the numbers are what they are on that day


@dataclass(frozen=True, slots=True)
class SeriesRows:
    """One series in the legend and the tables."""

    key: str
    words: str
    swatch: Markup
    label: str
    name: str  # of the deployment
    unit: str
    href: str  # the page of the measure under the same choices
    without_href: str  # the comparison without it
    headline: ValueRow
    contested: int
    rows: tuple[ValueRow, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What `templates/compare/show.html` puts together."""

    title: str
    summary: str
    drawing: Markup
    figure: Markup  # JSON for a script element
    series: tuple[SeriesRows, ...]


def compare(asked: Asked, holdings: dict[str, Holding]) -> Comparison:
    """The comparison that was asked for, from what the ledger held.

    Raises BadParameters, which names every series that the ledger does not know.
    """
    check_series(asked.subjects, holdings)
    series = series_of(asked, holdings)
    plan = plan_comparison(series, asked.by, asked.counted)
    words = [one.words for one in plan.drawn]
    title, summary = title_in_words(series), comparison_in_words(series, words, asked.counted)
    return Comparison(
        title=title,
        summary=summary,
        drawing=comparison_svg(plan, title=title, summary=summary),
        figure=comparison_figure(plan, title=title, counted=asked.counted, why=_why(asked.choices)),
        series=tuple(_rows(one.series, one.slot, one.words, asked) for one in plan.drawn),
    )


def wanted_of(asked: Asked) -> list[Subject]:
    """What has to be loaded for a comparison: its series, and what they are divided by."""
    wanted = list(asked.subjects)
    if asked.counted is Counted.PER_SENT:
        wanted += [(deployment, SENT) for deployment, _ in asked.subjects]
    return wanted


def series_of(asked: Asked, holdings: dict[str, Holding]) -> list[Series]:
    """The series of a comparison, in the order in which they were asked for; check_series comes first."""
    readings = _Sent(holdings, asked.choices)
    return [_series(subject, holdings[subject[0]], asked, readings) for subject in asked.subjects]


def check_series(subjects: Sequence[Subject], holdings: dict[str, Holding]) -> None:
    """Refuse series about what the ledger did not hold: raises BadParameters."""
    errors = []
    for deployment, measure in subjects:
        held = holdings.get(deployment)
        written = f"{deployment}/{measure}"
        if held is None:
            errors.append(_nothing(written, _("there is no deployment “%(name)s”", name=deployment)))
        elif measure not in held.measures:
            errors.append(_nothing(written, _("there is no measure “%(name)s”", name=measure)))
    if errors:
        raise BadParameters(errors)


def _nothing(written: str, why: str) -> BadParameter:
    return BadParameter("series", _("“%(value)s”: %(reason)s", value=written, reason=why))


class _Sent:
    """The number sent by each deployment, read once: from its start, whatever `since` is."""

    def __init__(self, holdings: dict[str, Holding], choices: Choices) -> None:
        self._holdings = holdings
        self._choices = _from_the_start(choices)
        self._read: dict[str, tuple[Point, ...]] = {}

    def of(self, deployment: str) -> tuple[Point, ...]:
        """Nothing where there is no such measure."""
        if deployment not in self._read:
            claims = self._holdings[deployment].claims
            there = SENT in claims.measures
            self._read[deployment] = read_measure(claims, SENT, self._choices).points if there else ()
        return self._read[deployment]


def _from_the_start(choices: Choices) -> Choices:
    return replace(choices, since=None, on=None)


def _series(subject: Subject, held: Holding, asked: Asked, sent: _Sent) -> Series:
    deployment, measure = subject
    reading = read_measure(held.claims, measure, asked.choices)
    per = asked.counted is Counted.PER_SENT
    return Series(
        deployment=deployment,
        name=held.name,
        label=known(held.measures[measure].label),
        reading=reading,
        values=per_sent(reading.points, sent.of(deployment)) if per else absolute(reading.points),
        until=last_day(reading),
    )


def _why(choices: Choices) -> Callable[[str, str, date], str]:
    def address(deployment: str, measure: str, on: date) -> str:
        return address_of(f"/deployments/{deployment}/{measure}/why", replace(choices, on=on))

    return address


def _rows(series: Series, slot: int, words: str, asked: Asked) -> SeriesRows:
    subject = (series.deployment, series.measure)
    path = f"/deployments/{series.deployment}/{series.measure}"
    headline = series.headline or Value(series.on, None, None, None)
    shown = [value for value in series.values if value.on <= series.until]
    return SeriesRows(
        key="/".join(subject),
        words=words,
        swatch=symbol_swatch(slot),
        label=series.label,
        name=series.name,
        unit=unit_in_words(series, asked.counted),
        href=address_of(path, asked.choices),
        without_href=asked.without(subject),
        headline=_row(series, replace(headline, on=series.on), asked),
        contested=len(series.reading.contested),
        rows=tuple(_row(series, value, asked) for value in shown),
    )


def _row(series: Series, value: Value, asked: Asked) -> ValueRow:
    notes = [pgettext("of a value", "derived")] if value.derived else []
    notes += [pgettext("of a value", "strained")] if value.strained else []
    notes += [_("no value")] if value.is_gap else []
    is_open = value.low is not None and value.high is None
    return ValueRow(
        on=value.on,
        day=days_since(series.reading.deployment.starts_on, value.on),
        low=_cell(value.low),
        selected=_cell(value.selected),
        high=pgettext("no ceiling", "open") if is_open else _cell(value.high),
        note=", ".join(notes),
        href=_why(asked.choices)(series.deployment, series.measure, value.on),
    )


def _cell(figure: float | None) -> str:
    return "–" if figure is None else in_numbers(figure)
