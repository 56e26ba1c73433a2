"""Charts in few words, and what is asked of figures and drawings."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree as ET

from app.charts.drawing import running_total_svg
from app.charts.figures import running_total_figure
from app.charts.marks import Subject, chart_marks
from app.claims.words import Nature, Qualifier
from app.readings.facts import Kind
from tests.readings.build import START, plan
from tests.readings.founding import deployment

SVG = "{http://www.w3.org/2000/svg}"


def subject(kind=Kind.FLOW, starts_on=START, **more) -> Subject:
    return Subject("sent", "persons", kind, starts_on, **more)


def chart_of(*claims, kind=Kind.FLOW, starts_on=START, place=None, valid_days=120, **more):
    about = subject(kind, starts_on, place=place, level_valid_days=valid_days)
    return chart_marks(claims, subject=about, **more)


def founding_chart(measure="sent", name="nk-troops-russia", **more):
    """The chart of one measure of the founding ledger."""
    ledger = deployment(name)
    facts = ledger.measures[measure]
    about = Subject(measure, facts.unit, facts.kind, ledger.deployment.starts_on)
    return chart_marks(ledger.about(measure), subject=about, **more)


def share(ref, percent, said, **cells):
    number = Decimal(str(percent))
    return replace(plan(ref, "5", said, **cells), nature=Nature.SHARE, point=number)


def stance(ref, said, **cells):
    return replace(plan(ref, "5", said, **cells), nature=Nature.STANCE, point=None, qualifier=None)


def between(claim, low, high):
    return replace(claim, low=low, point=None, high=high, qualifier=Qualifier.BETWEEN)


def figure_of(chart, **more):
    return running_total_figure(chart, title="Sent", **more)


def traces(figure, part, *, family=None, axis=None):
    """The traces of one part of a figure, as dictionaries."""
    found = [dict(trace) for trace in figure["data"] if trace["meta"]["part"] == part]
    found = [trace for trace in found if family is None or trace["meta"]["family"] == family]
    for trace in found:
        trace.update(x=tuple(trace["x"]), y=tuple(trace["y"]))
    return [trace for trace in found if axis is None or trace.get("yaxis", "y") == axis]


def symbols(figure, *, family=None, axis="y"):
    """Day and number of every symbol that somebody's claim put on an axis."""
    return [
        (day, number)
        for trace in traces(figure, "marks", family=family, axis=axis)
        if "customdata" in trace
        for day, number in zip(trace["x"], trace["y"], strict=True)
    ]


def arrows(figure, *, axis="y"):
    """Day, number and direction of every arrow."""
    return [
        (day, number, "up" if angle % 360 == 180 else "down")
        for trace in traces(figure, "marks", axis=axis)
        if trace.get("marker", {}).get("symbol") == "arrow-down"
        for day, number, angle in zip(trace["x"], trace["y"], trace["marker"]["angle"], strict=True)
    ]


def drawing_of(chart, **more) -> ET.Element:
    """The drawing, parsed strictly."""
    return ET.fromstring(running_total_svg(chart, title="Sent", **more))  # noqa: S314 - our own


def of_class(drawing, name):
    return [element for element in drawing.iter() if name in element.get("class", "").split()]


def drawn_marks(drawing):
    """One group for each claim."""
    return [mark for group in of_class(drawing, "chart-marks") for mark in group.findall(f"{SVG}g")]


def day(text) -> date:
    return date.fromisoformat(text)
