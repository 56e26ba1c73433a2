"""Pictures of a reading: the chart with its title, the reading in a sentence, sources, date and address."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.answers.queries import Question
from app.charts.asked import chart_of, title_of
from app.charts.drawing import running_total_plot
from app.charts.here import rules_chosen
from app.charts.legend import chart_key, family_legend
from app.charts.mark import Lane
from app.charts.marks import Chart
from app.charts.palette import Theme
from app.charts.summary import chart_summary
from app.charts.wording import count, day
from app.claims.approved import ApprovedClaim
from app.downloads.sheets import (
    CARD_SMALL,
    CARD_TITLE,
    CARD_WORDS,
    FAINT,
    SMALL,
    TITLE,
    WORDS,
    Entry,
    Sheet,
    fitting,
)
from app.downloads.words import by_family, choices_in_words, made_in_words, number_of_sources
from app.languages.spoken import _, known

MARGIN = 28
CARD = (1200, 630)
"""The shape in which other sites show a link."""

_CARD_MARGIN, _CARD_SCALE, _CARD_PANEL = 56, 1.5, 142
_SOURCE_LINES = 4


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a picture says of itself."""

    made_on: date
    address: str  # in full, of the page that shows the same
    site: str  # of the whole site, in full


def measure_picture(asked: Question, stamp: Stamp, theme: Theme, width: int) -> str:
    """The chart of a measure as an SVG file that says all that has to be said with it."""
    reading = asked.reading()
    chart = chart_of(asked, reading)
    sheet = Sheet(width, MARGIN, theme, y=MARGIN)
    sheet.say(title_of(asked), TITLE)
    sheet.gap(4)
    sheet.say(f"{reading.headline.sentence} {reading.headline.statements}", WORDS)
    sheet.gap(10)
    sheet.put(running_total_plot(chart, width=round(sheet.room), reading=reading))
    sheet.gap(8)
    sheet.legend([Entry(item.swatch, f"{item.name} ({count(item.claims)})") for item in family_legend(chart)])
    sheet.legend([Entry(item.swatch, item.words) for item in chart_key(chart, reading)])
    say_sources(sheet, [mark.claim for mark in chart.marks])
    close(sheet, stamp, choices_in_words(asked.choices), asked.holding.version, reading.rule_set)
    return sheet.finish(title=title_of(asked), summary=chart_summary(chart, reading))


def say_sources(sheet: Sheet, claims: Sequence[ApprovedClaim]) -> None:
    """The source line: who made the claims, as far as there is room."""
    sheet.gap(6)
    sheet.rule()
    sheet.gap(10)
    if claims:
        told = fitting(by_family(claims), SMALL, sheet.room - 60, _SOURCE_LINES)
        sheet.say(f"{number_of_sources(claims)}: {told}.", SMALL, at_most=_SOURCE_LINES + 1)


def close(sheet: Sheet, stamp: Stamp, chosen: str, version: int, rule_set: str) -> None:
    """The last lines of a picture: what was chosen, when it was made, and the address of the page."""
    sheet.say(chosen, SMALL)
    sheet.gap(4)
    sheet.say(made_in_words(stamp.made_on, version=version, rule_set=rule_set), FAINT)
    sheet.say(stamp.address, FAINT)
    sheet.gap(MARGIN - 8)


def measure_card(asked: Question, stamp: Stamp, theme: Theme) -> str:
    """The same for the preview of a link: few words, large, and only what stands on the measure's axis."""
    reading = asked.reading()
    chart = chart_of(asked, reading)
    wide, tall = CARD
    sheet = Sheet(wide, _CARD_MARGIN, theme, y=44)
    sheet.say(_card_head(asked), CARD_SMALL, at_most=1)
    sheet.say(known(asked.measure.label), CARD_TITLE, at_most=1)
    sheet.gap(2)
    sheet.say(reading.headline.sentence, CARD_WORDS, at_most=2)
    on_axis = replace(chart, drawn=tuple(chart.on_lane(Lane.AXIS)))
    plot = running_total_plot(
        on_axis, width=round(sheet.room / _CARD_SCALE), reading=reading, panel=_CARD_PANEL
    )
    sheet.y = tall - 72 - plot.height * _CARD_SCALE
    sheet.put(plot, scale=_CARD_SCALE)
    sheet.y = tall - 62
    sheet.say(_card_foot(chart, stamp), CARD_SMALL, at_most=1)
    return sheet.finish(title=title_of(asked), summary=chart_summary(chart, reading), height=tall)


def _card_head(asked: Question) -> str:
    """The deployment, and what was chosen."""
    known_on = asked.choices.known_on
    as_known = [_("as known on %(day)s", day=day(known_on))] if known_on else []
    return ", ".join([asked.holding.name, *as_known, *rules_chosen(asked.choices)])


def _card_foot(chart: Chart, stamp: Stamp) -> str:
    """Sources, the day it was made, and where."""
    claims = [mark.claim for mark in chart.marks]
    parts = [number_of_sources(claims)] if claims else []
    return " · ".join([*parts, day(stamp.made_on), stamp.site.partition("://")[2]])
