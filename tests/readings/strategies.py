"""Small ledgers of every shape that the method knows, drawn by Hypothesis."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st

from app.claims.words import Qualifier, Standing
from app.dates import read_date, read_period
from app.readings.choices import Choices, Precedence, Tolerance
from tests.readings.build import event, increment, level, source, total

START = date(2024, 10, 3)
LAST = 12  # days

SOURCES = (
    source("anna", reliability="B", family="east", stance="own"),
    source("boris", reliability="B", family="west", stance="third"),
    source("clara", reliability="C", family="west"),
    source("dora", reliability=None, family="dora", stance="third"),
)

days = st.integers(0, LAST).map(lambda number: START + timedelta(days=number))
numbers = st.sampled_from([0, 1, 3, 7, 10, 11, 12, 20, 25, 30, 40, 50, 60, 100])


@st.composite
def words(draw):
    """A qualifier with the figures that fit it, now and then more cells than needed."""
    qualifier = draw(st.sampled_from(list(Qualifier)))
    low, point, high = sorted(draw(st.tuples(numbers, numbers, numbers)))
    cells = {
        Qualifier.NEARLY: {"high": high},
        Qualifier.AT_LEAST: {"low": low},
        Qualifier.MORE_THAN: {"low": low},
        Qualifier.UP_TO: {"high": high},
        Qualifier.FEWER_THAN: {"high": high},
        Qualifier.BETWEEN: {"low": low, "high": high},
    }.get(qualifier, {"point": point})
    if draw(st.integers(0, 9)) == 0:
        cells = {**cells, "point": point}
    return " ".join([*(f"{name}={value}" for name, value in cells.items()), qualifier])


@st.composite
def said(draw, not_before):
    """A full day, or a month with the day that its document was published."""
    day = draw(st.one_of(st.just(not_before), days.filter(lambda day: day >= not_before)))
    if draw(st.integers(0, 7)) == 0:
        return {"said": f"{day:%Y-%m}", "published_on": day.isoformat()}
    return {"said": day.isoformat()}


@st.composite
def common(draw):
    return {
        "by": draw(st.sampled_from(SOURCES)),
        "credibility": draw(st.sampled_from([None, 2, 2, 3])),
    }


places = st.sampled_from(
    [
        {},
        {},
        {},
        {},
        {"place": "kursk"},
        {"place": "sudzha", "place_wholes": ("sudzha-raion", "kursk")},
        {"place": "belgorod"},
    ]
)
"""The theatre, an oblast, a town in one of its raions, another oblast."""


@st.composite
def flow_claims(draw, ref):
    kind = draw(st.sampled_from(["total", "total", "total", "increment", "increment", "counted", "event"]))
    cells = {**draw(common()), **draw(places)}
    one, other = sorted((draw(days), draw(days)))
    if kind == "total":
        stated = other.isoformat() if draw(st.integers(0, 5)) else draw(st.sampled_from(["2024-10", "2024"]))
        return total(ref, draw(words()), stated, **draw(said(other)), **cells)
    if kind == "counted":
        counts_from = draw(st.sampled_from([one.isoformat(), "2024-10", "2024"]))
        return total(
            ref, draw(words()), other.isoformat(), counts_from=counts_from, **draw(said(other)), **cells
        )
    period = f"{one}/{other}" if draw(st.integers(0, 7)) else f"{one}/2024-10"
    make = increment if kind == "increment" else event
    return make(ref, draw(words()), period, **draw(said(one)), **cells)


@st.composite
def ledgers(draw, min_size=0, max_size=9, claims=flow_claims):
    """Claims with everything that can keep one out of a reading, or in it twice."""
    size = draw(st.integers(min_size, max_size))
    found = [draw(claims(f"c{number}")) for number in range(size)]
    for number, claim in enumerate(found):
        fate = draw(st.integers(0, 24))
        earlier = found[draw(st.integers(0, number - 1))].ref if number else None
        if fate == 0 and earlier:
            found[number] = replace(claim, supersedes=earlier)
        elif fate == 1:
            found[number] = replace(claim, standing=Standing.SET_ASIDE)
        elif fate == 2:
            found[number] = replace(claim, standing=Standing.RETRACTED, standing_on=draw(days))
        elif fate in (3, 4) and earlier:
            found[number] = replace(claim, part_of=earlier)
    return found


@st.composite
def choices(draw, *, plain=False):
    if plain:
        return Choices(precedence=draw(st.sampled_from(list(Precedence))))
    return Choices(
        known_on=draw(st.one_of(st.none(), days)),
        tolerance=draw(st.sampled_from(list(Tolerance))),
        precedence=draw(st.sampled_from(list(Precedence))),
        families=draw(st.sampled_from([frozenset(), frozenset(), frozenset({"west"})])),
        sources=draw(st.sampled_from([frozenset(), frozenset(), frozenset({"anna", "boris", "dora"})])),
        stances=draw(st.sampled_from([frozenset(), frozenset(), frozenset({"third"})])),
        lowest_grade=draw(st.sampled_from([None, None, "C"])),
        since=draw(st.one_of(st.none(), st.none(), days)),
        place=draw(st.sampled_from([None, None, None, "kursk", "sudzha"])),
    )


@st.composite
def level_claims(draw, ref):
    day = draw(days)
    stated = day.isoformat() if draw(st.integers(0, 4)) else draw(st.sampled_from(["2024-10", "2024"]))
    cells = {**draw(common()), **draw(places)}
    return level(ref, draw(words()), stated, **draw(said(day)), **cells)


def appearance(claim, ref, period="2024-10-04/2024-10-05"):
    """The same statement in another outlet, with another figure, date and standing."""
    return replace(
        claim,
        ref=ref,
        repeat_of=claim.ref,
        low=None,
        point=999,
        high=None,
        qualifier=Qualifier.EXACT,
        as_of=read_date("2024-10-04") if claim.as_of else None,
        period=read_period(period) if claim.period else None,
        supersedes=claim.ref,
    )
