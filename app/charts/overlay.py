"""The readings of successive knowledge dates over one another: older knowledge fainter.

Each line ends on the last day that its claims covered, at a numbered dot, with its range as a
bar. The numbers are those of the table, so that none has to be told by its shade.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from app.charts.axes import count_ticks
from app.charts.frame import Box, Frame, Range, Room, Stretch, dated_ticks, left_of, touching
from app.charts.plan import CountAxis, Scale
from app.charts.shapes import number, tag, text
from app.charts.wording import count, day
from app.languages.spoken import _, ngettext
from app.readings.choices import Choices
from app.readings.knowledge import Knowledge, Known
from app.readings.results import Point

_TOP, _PANEL, _RIGHT = 40, 300, 22
_FAINTEST = 0.3
_BADGE = 8.5  # radius, pixels
_BESIDE = (
    *((0, -16), (15, -13), (-15, -13), (16, 0), (0, 16), (15, 13), (-15, 13), (-16, 0)),
    *((0, -33), (27, -24), (-27, -24), (33, 0), (0, 33), (27, 24), (-27, 24), (-33, 0), (0, -50), (0, 50)),
)
"""Where the number of a line may stand, from its end, the best place first; pixels."""
_LETTER = 6.4


@dataclass(frozen=True, slots=True)
class OverlayRow:
    """One knowledge date as a row of the table."""

    number: int  # the same as on the drawing
    known: Known
    last: Point | None
    href: str


@dataclass(frozen=True, slots=True)
class Overlay:
    """What `templates/charts/knowledge.html` shows."""

    drawing: Markup
    summary: str
    rows: tuple[OverlayRow, ...]  # the oldest knowledge first


def knowledge_overlay(
    knowledge: Knowledge,
    *,
    title: str,
    axis_title: str,
    address: Callable[[Choices], str],
    name: str = "knowledge",
) -> Overlay | None:
    """Drawing and table; None where nothing was ever known.

    `title` names measure and deployment, `axis_title` what is counted; `address` gives the page under
    the choices of one knowledge date. `name` begins the ids of the drawing.
    """
    if not knowledge.known:
        return None
    rows = tuple(
        OverlayRow(place, known, known.last, address(known.choices))
        for place, known in enumerate(knowledge.known, start=1)
    )
    summary = _summary(knowledge)
    drawing = _Drawing(rows, _frame(knowledge.known, axis_title))
    svg = drawing.frame.svg(
        drawing.lines(),
        drawing.ends(),
        name=name,
        title=_("%(title)s, as known on successive days", title=title),
        summary=summary,
    )
    return Overlay(svg, summary, rows)


def _summary(knowledge: Knowledge) -> str:
    known = knowledge.known
    sentences = [
        ngettext(
            "There has been one state of knowledge, since %(first)s.",
            "The reading changed on %(num)s days from %(first)s to %(last)s.",
            max(knowledge.changed, 1),
            first=day(known[0].known_on),
            last=day(known[-1].known_on),
        )
    ]
    if knowledge.is_sample:
        sentences.append(
            _(
                "Something was said on %(said)s days; %(read)s of them, evenly spread, were read.",
                said=count(knowledge.said),
                read=count(knowledge.read),
            )
        )
    if len(known) < knowledge.changed:
        sentences.append(
            _(
                "%(shown)s are shown: the first, the last, the largest changes and some between.",
                shown=count(len(known)),
            )
        )
    return " ".join(sentences)


def _frame(known: Sequence[Known], axis_title: str) -> Frame:
    days = [point.on for one in known for point in one.points]
    days += [one.through for one in known if one.through is not None]
    first, last = min(days), max(days)
    room = max(round((last - first).days * 0.035), 2)
    highest = max(
        figure
        for one in known
        for point in one.points
        for figure in (point.drawn_low, point.selected, point.drawn_high, 1)
        if figure is not None
    )
    ticks = count_ticks(highest * 1.02, 5)
    axis = CountAxis(Scale.LINEAR, 0, max(ticks[-1], highest * 1.05), _TOP, _TOP + _PANEL, tuple(ticks))
    begin = date.fromordinal(first.toordinal() - min(room, first.toordinal() - 1))
    end = date.fromordinal(min(last.toordinal() + room, date.max.toordinal()))
    return Frame(
        first=begin.toordinal(),
        last=end.toordinal(),
        axis=axis,
        ticks=dated_ticks(begin, end),
        title=axis_title,
        left=left_of(count(tick) for tick in ticks),
        right=_RIGHT,
    )


class _Drawing:
    def __init__(self, rows: Sequence[OverlayRow], frame: Frame) -> None:
        self.rows, self.frame = rows, frame

    def strength(self, row: OverlayRow) -> float:
        """How strong the ink of a line is: the newest full, the oldest faint."""
        steps = max(len(self.rows) - 1, 1)
        return round(_FAINTEST + (1 - _FAINTEST) * (row.number - 1) / steps if len(self.rows) > 1 else 1.0, 2)

    def lines(self) -> str:
        """The band of the newest reading, then the lines, the newest on top."""
        pieces = [self._band(self.rows[-1].known)]
        for row in self.rows:
            newest = " newest" if row is self.rows[-1] else ""
            path = self.frame.steps(_line(row.known))
            if path:
                pieces.append(
                    tag("path", class_=f"overlay-line{newest}", d=path, stroke_opacity=self.strength(row))
                )
        return "".join(pieces)

    def _band(self, known: Known) -> str:
        pieces = []
        for run in touching(_ranges(known)):
            if run[0].high is None:
                floor = self.frame.steps(Stretch(one.first, one.last, one.low) for one in run)
                pieces.append(tag("path", class_="chart-floor", d=floor))
            else:
                outline = self.frame.outline(run, lambda one: one.high or 0)
                pieces.append(tag("path", class_="chart-band", d=outline))
        return "".join(pieces)

    def ends(self) -> str:
        """At the end of each line a dot with its number and, where there is room, its date; its range."""
        rows = [row for row in reversed(self.rows) if row.last is not None]
        room = self.frame.room()
        self.frame.take_line(room, _line(self.rows[-1].known))
        for row in rows:
            x, y = self._end(row)
            room.take(Box(x - 4, y - 4, x + 4, y + 4))
        return "".join(self._range(row) for row in self.rows) + "".join(self._flag(row, room) for row in rows)

    def _end(self, row: OverlayRow) -> tuple[float, float]:
        """Where a line ends, across in pixels of a plot as wide as labels are placed for."""
        last = row.last
        value = 0 if last is None else last.selected if last.selected is not None else last.low
        return self.frame.pixels(_through(row.known)), self.frame.axis.at(value or 0)

    def _range(self, row: OverlayRow) -> str:
        last, top = row.last, self.frame.axis.top - 6
        if last is None or last.low is None:
            return ""
        x, low = self.frame.x(_through(row.known)), self.frame.y(last.low)
        high = number(top) if last.high is None else self.frame.y(last.high)
        look = "overlay-range" + (" open" if last.high is None else "")
        return tag(
            "line",
            class_=look,
            x1=x,
            x2=x,
            y1=low,
            y2=high,
            stroke_opacity=round(self.strength(row) * 0.6, 2),
        )

    def _flag(self, row: OverlayRow, room: Room) -> str:
        """A dot where the line ends, tied to its number, which stands where nothing else does."""
        x, y = self._end(row)
        dx, dy = next((at for at in _BESIDE if room.is_free(_badge(x + at[0], y + at[1]))), _BESIDE[0])
        room.take(_badge(x + dx, y + dy))
        at = {"cx": number(dx), "cy": number(dy)}
        pieces = [
            tag("line", x2=number(dx), y2=number(dy)),
            tag("circle", class_="overlay-end", r=3.2),
            tag("circle", class_="overlay-badge", r=_BADGE, **at),
            text(str(row.number), class_="overlay-number", x=number(dx), y=number(dy), dy=".35em"),
            self._label(row, (x + dx, y + dy), (dx, dy), room),
        ]
        newest = " newest" if row is self.rows[-1] else ""
        return tag(
            "svg",
            tag("g", "".join(pieces), class_=f"overlay-flag{newest}"),
            x=self.frame.x(_through(row.known)),
            y=number(y),
            overflow="visible",
        )

    def _label(self, row: OverlayRow, at: tuple[float, float], moved: tuple[float, float], room: Room) -> str:
        """Date and figure beside a number; left out where they would touch anything."""
        words = _end_in_words(row)
        wide, away = len(words) * _LETTER, _BADGE + 4
        for anchor, left in (("start", at[0] + away), ("end", at[0] - away - wide)):
            if room.take_if_free(Box(left, at[1] - 8, left + wide, at[1] + 8)):
                x = moved[0] + (away if anchor == "start" else -away)
                return text(
                    words,
                    class_="chart-label chart-wide",
                    x=number(x),
                    y=number(moved[1]),
                    dy=".35em",
                    text_anchor=anchor,
                )
        return ""


def _badge(x: float, y: float) -> Box:
    return Box(x - _BADGE - 1, y - _BADGE - 1, x + _BADGE + 1, y + _BADGE + 1)


def _through(known: Known) -> int:
    """The position of the last day covered."""
    return (known.through or known.known_on).toordinal()


def _end_in_words(row: OverlayRow) -> str:
    known_on, last = day(row.known.known_on), row.last
    if last is None or last.low is None:
        value = _("no value")
    elif last.selected is not None:
        value = count(last.selected)
    elif last.high is None:
        value = _("at least %(figure)s", figure=count(last.low))
    else:
        value = _("at most %(figure)s", figure=count(last.high))
    return f"{known_on}: {value}"


def _line(known: Known) -> list[Stretch]:
    return [
        Stretch(first, last, point.selected)
        for point, first, last in _held(known)
        if point.selected is not None
    ]


def _ranges(known: Known) -> list[Range]:
    return [
        Range(first, last, point.drawn_low, point.drawn_high)
        for point, first, last in _held(known)
        if point.drawn_low is not None
    ]


def _held(known: Known) -> list[tuple[Point, int, int]]:
    """Each point with its first position and that of the next one, up to the last day covered."""
    if known.through is None:
        return []
    end = known.through.toordinal()
    shown = [point for point in known.points if point.on.toordinal() <= end]
    ends = [point.on.toordinal() for point in shown[1:]] + [end]
    return [(point, point.on.toordinal(), last) for point, last in zip(shown, ends, strict=True)]
