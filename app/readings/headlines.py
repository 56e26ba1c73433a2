"""The headline: the reading on one day, beside what families said last (method, section 7)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from app.readings.facts import Kind
from app.readings.results import Headline, LatestStatement, Point
from app.readings.sentences import reading_in_words, statements_in_words


def headline(point: Point, latest: Sequence[LatestStatement], kind: Kind, since: date | None) -> Headline:
    """The values of one day with both sentences; `point` is the reading on the headline day."""
    silent = Headline(
        on=point.on,
        low=point.low,
        selected=point.selected,
        high=point.high,
        derived=point.derived,
        strained=point.strained,
        lowest=min((statement.lowest for statement in latest), default=None),
        highest=max((statement.highest for statement in latest), default=None),
        families=len(latest),
        contested=sum(statement.contested for statement in latest),
        sentence="",
        statements="",
    )
    return replace(
        silent, sentence=reading_in_words(silent, kind, since), statements=statements_in_words(silent)
    )
