"""Names written at the ends of the lines of a comparison, off the lines and off one another."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.charts.frame import Box
from app.compare.plan import Drawn, Plan
from app.compare.wording import in_numbers

_LETTER, _LINE, _LONGEST = 6.6, 15.0, 52
_PLACES = (("start", 0), ("end", -15), ("start", -15), ("start", 15), ("end", 15))


@dataclass(frozen=True, slots=True)
class EndLabel:
    """A text beside the end of a line."""

    words: str
    key: str  # of its series
    at: float  # the position of the line's end, and the value there
    value: float
    anchor: str  # start or end: which end of the text is at the line
    dy: int  # pixels below the line's end; negative is above


def end_labels(plan: Plan) -> list[EndLabel]:
    """One for each series whose name, or at least whose figure, finds a free place; the legend names all."""
    room = plan.frame.room()
    for one in plan.drawn:
        plan.frame.take_line(room, one.line)
    placed = []
    for one in plan.drawn:
        for label, box in _wanted(one, plan):
            if room.take_if_free(box):
                placed.append(label)
                break
    return placed


def _wanted(one: Drawn, plan: Plan) -> Iterator[tuple[EndLabel, Box]]:
    """Its labels from the fullest to the barest, each at its places from the best to the worst."""
    end = one.end
    if end is None:
        return
    x, y = plan.frame.pixels(end.last), plan.frame.axis.at(end.value)
    figure = in_numbers(end.value)
    for words in (f"{one.words} {figure}", one.words, one.series.label, figure):
        wide = len(words) * _LETTER
        for anchor, dy in _PLACES if len(words) <= _LONGEST else ():
            left = x + 10 if anchor == "start" else x - 10 - wide
            box = Box(left, y + dy - _LINE / 2, left + wide, y + dy + _LINE / 2)
            yield EndLabel(words, one.key, end.last, end.value, anchor, dy), box
