"""A comparison as files: all series in one table, with the claims behind each number, and the picture."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from app.answers.parameters import (
    PARAMETERS,
    BadParameter,
    BadParameters,
    not_a_parameter,
    write_choices,
)
from app.answers.queries import Holding
from app.answers.views import as_json
from app.charts.asked import said_by
from app.charts.frame import symbol_swatch
from app.charts.palette import Theme
from app.claims.approved import ApprovedClaim
from app.compare.drawing import comparison_plot
from app.compare.parameters import Asked, Counted, read_asked
from app.compare.parts import series_of
from app.compare.plan import plan_comparison, short_words
from app.compare.series import SENT, Series, Value, days_since
from app.compare.wording import comparison_in_words, title_in_words, unit_in_words
from app.downloads.looks import Pairs
from app.downloads.packages import claims_behind
from app.downloads.pictures import MARGIN, Stamp, close, say_sources
from app.downloads.sheets import TITLE, WORDS, Entry, Sheet
from app.downloads.tables import as_csv, names, truth
from app.downloads.words import choices_in_words
from app.languages.catalogues import ENGLISH
from app.languages.spoken import _, language_now, speaking
from app.readings.answer import Json, choices_answer, contested_answer
from app.readings.behind import Behind, behind

_OWN = ("series", "by", "scale")

COLUMNS = (
    "on", "day", "low", "selected", "high", "derived", "strained",
    "low_claims", "selected_claims", "high_claims",
    "deployment", "measure", "kind", "unit", "rule_set", "version", "known_on", "choices",
)  # fmt: skip
"""As for one measure, and the days since the start of the deployment. Numbers per 1,000 sent are not rounded;
the claims behind them are those of the count and those of the number sent."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What was asked for, what the ledger held of it, and the series."""

    asked: Asked
    holdings: dict[str, Holding]
    series: Sequence[Series]

    @property
    def title(self) -> str:
        """What stands side by side."""
        return title_in_words(self.series)

    @property
    def summary(self) -> str:
        """The headline of each series, and what cannot be compared."""
        return comparison_in_words(self.series, short_words(self.series), self.asked.counted)

    @property
    def version(self) -> int:
        """Of the ledger, that was read."""
        return self.holdings[self.series[0].deployment].version

    @property
    def rule_set(self) -> str:
        """By which it was read."""
        return self.series[0].reading.rule_set

    def claims(self) -> list[ApprovedClaim]:
        """Those that the readings use or contest, by claim_ref."""
        found = {
            claim.ref: claim
            for one in self.series
            for claim in claims_behind(self.holdings[one.deployment].claims, one.reading)
        }
        return [found[ref] for ref in sorted(found)]


def read_strictly(parameters: Pairs) -> Asked:
    """The comparison that the address of a file asks for; raises BadParameters, also for the unknown."""
    unknown = [
        not_a_parameter(name)
        for name in dict.fromkeys(name for name, _value in parameters)
        if name not in (*_OWN, *PARAMETERS)
    ]
    try:
        asked = read_asked(parameters)
    except BadParameters as bad:
        raise BadParameters([*unknown, *bad.errors]) from None
    if not asked.subjects:
        unknown.append(BadParameter("series", _("is needed here: a deployment and a measure as one/other")))
    if unknown:
        raise BadParameters(unknown)
    return asked


def compared(asked: Asked, holdings: dict[str, Holding]) -> Compared:
    """The series of a comparison, from what the ledger held of them."""
    return Compared(asked, holdings, series_of(asked, holdings))


def comparison_csv(shown: Compared) -> bytes:
    """One row for each day on which a series changes; the series follow one another. In English."""
    with speaking(ENGLISH):
        return as_csv(COLUMNS, (row for one in shown.series for row in _rows(shown, one)))


def _rows(shown: Compared, series: Series) -> Iterator[list[object]]:
    held, choices = shown.holdings[series.deployment], shown.asked.choices
    _reading, points = behind(held.claims, series.measure, choices)
    sent = _sent(shown, series)
    for value in series.values:
        low, selected, high = _claims(value, _at(points, value.on), _at(sent, value.on))
        yield [
            value.on.isoformat(),
            days_since(series.reading.deployment.starts_on, value.on),
            value.low,
            value.selected,
            value.high,
            truth(holds=value.derived),
            truth(holds=value.strained),
            low,
            selected,
            high,
            series.deployment,
            series.measure,
            series.reading.measure.kind,
            unit_in_words(series, shown.asked.counted),
            series.reading.rule_set,
            held.version,
            choices.known_on,
            urlencode(write_choices(choices)),
        ]


def _sent(shown: Compared, series: Series) -> Sequence[Behind]:
    """What the figures of a series are divided by; nothing where they are counts."""
    claims = shown.holdings[series.deployment].claims
    if shown.asked.counted is not Counted.PER_SENT or SENT not in claims.measures:
        return ()
    return behind(claims, SENT, replace(shown.asked.choices, since=None, on=None))[1]


def _at(points: Sequence[Behind], day: date) -> Behind | None:
    place = bisect_right(points, day, key=lambda one: one.point.on)
    return points[place - 1] if place else None


def _claims(value: Value, own: Behind | None, sent: Behind | None) -> tuple[str, str, str]:
    """The claims behind low, selected and high, a space between them; none where there is no number."""
    divided_by = () if sent is None else sent.selected
    told = [
        (value.low, own and own.low),
        (value.selected, own and own.selected),
        (value.high, own and own.high),
    ]
    low, selected, high = (
        "" if number is None else names(tuple(dict.fromkeys((*(claims or ()), *divided_by))))
        for number, claims in told
    )
    return low, selected, high


def comparison_json(shown: Compared) -> bytes:
    """The answer as it is given: for programs, so in English whatever the address says."""
    spoken = language_now()
    with speaking(ENGLISH):
        shown = compared(shown.asked, shown.holdings) if spoken != ENGLISH else shown
        return as_json(comparison_answer(shown)).encode()


def comparison_answer(shown: Compared) -> Json:
    """The same as JSON, with what is contested in each series."""
    return {
        "rule_set": shown.rule_set,
        "version": shown.version,
        "by": shown.asked.by.value,
        "scale": shown.asked.counted.value,
        "choices": choices_answer(shown.asked.choices),
        "series": [_series_answer(shown, one) for one in shown.series],
    }


def _series_answer(shown: Compared, series: Series) -> Json:
    starts_on, reading = series.reading.deployment.starts_on, series.reading
    return {
        "deployment": series.deployment,
        "measure": series.measure,
        "kind": str(reading.measure.kind),
        "unit": unit_in_words(series, shown.asked.counted),
        "starts_on": starts_on.isoformat(),
        "points": [
            {
                "on": value.on.isoformat(),
                "day": days_since(starts_on, value.on),
                "low": value.low,
                "selected": value.selected,
                "high": value.high,
                "derived": value.derived,
                "strained": value.strained,
            }
            for value in series.values
        ],
        "headline": {"on": series.on.isoformat(), "sentence": reading.headline.sentence},
        "contested": [contested_answer(item) for item in reading.contested],
    }


def comparison_picture(shown: Compared, stamp: Stamp, theme: Theme, width: int) -> str:
    """The chart of a comparison as an SVG file that says all that has to be said with it."""
    plan = plan_comparison(shown.series, shown.asked.by, shown.asked.counted)
    sheet = Sheet(width, MARGIN, theme, y=MARGIN)
    sheet.say(shown.title, TITLE)
    sheet.gap(4)
    sheet.say(shown.summary, WORDS)
    sheet.gap(10)
    sheet.put(comparison_plot(plan, width=round(sheet.room)))
    sheet.gap(8)
    sheet.legend(
        [
            Entry(symbol_swatch(one.slot), f"{one.words}, {unit_in_words(one.series, shown.asked.counted)}")
            for one in plan.drawn
        ]
    )
    said = [claim for one in shown.series for claim in _said(shown, one)]
    say_sources(sheet, said)
    close(sheet, stamp, choices_in_words(shown.asked.choices), shown.version, shown.rule_set)
    return sheet.finish(title=shown.title, summary=shown.summary)


def _said(shown: Compared, series: Series) -> list[ApprovedClaim]:
    about = shown.holdings[series.deployment].about(series.measure)
    return said_by(about, shown.asked.choices.known_on)


def at_version(asked: Asked, version: int) -> Asked:
    """The same comparison, where its numbers stay what they are."""
    return replace(asked, choices=replace(asked.choices, version=version))
