"""The part of a source's page that says how it fared: figures put into words and rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from app.answers.parameters import address_of
from app.answers.queries import MeasureText
from app.charts.deviations import Deviations, Subject, deviations, measure_slots, signed
from app.charts.frame import symbol_swatch
from app.charts.wording import count, day, many
from app.readings.fared import Fared, FigureFared, MeasureFared, Score
from app.readings.revised import Revised

LISTED = 200
"""Figures that the table beside the chart lists, those said last."""


@dataclass(frozen=True, slots=True)
class FaredRow:
    """The measures of a source over some of its figures, in words; empty where there is nothing to say."""

    name: str
    swatch: Markup | None  # None: over all, or nothing drawn
    href: str | None  # the chart of the measure
    others_href: str | None  # the chart as the others alone give it
    figures: int
    accepted: str
    inside: str
    deviation: str
    of: str  # how many figures the deviation is of
    revised: str
    moved_for: str


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """One figure of the source beside the others."""

    figure: FigureFared
    measure: str
    href: str  # the page of the claim
    others: str  # low, selected and high of the others, in words
    inside: str
    deviation: str


@dataclass(frozen=True, slots=True)
class FaredParts:
    """What `templates/sources/fared.html` shows."""

    several: bool  # more than one measure

    family: str
    over_all: FaredRow
    groups: tuple[
        tuple[str, tuple[FaredRow, ...]], ...
    ]  # by deployment; its name is empty where there is one
    chart: Deviations | None
    compared: tuple[ComparedRow, ...]  # the latest as-of first
    compared_in_all: int


def fared_parts(
    fared: Fared,
    *,
    name: str,
    family: str,
    measures: Mapping[str, MeasureText],
    deployments: Mapping[str, str],
) -> FaredParts | None:
    """Rows, chart and table; None where the source gave no total or level of a whole.

    `name` and `family` are the source's, `deployments` their names by slug.
    """
    if not fared.measures:
        return None
    several = len({part.deployment for part in fared.measures}) > 1
    names = {_subject(part): _name(part, measures, deployments if several else {}) for part in fared.measures}
    slots = measure_slots(fared)
    figures = sorted(fared.figures, key=lambda one: (one.as_of, one.said), reverse=True)
    return FaredParts(
        several=len(fared.measures) > 1,
        family=family,
        over_all=_row(fared.score, "All together"),
        groups=tuple(
            (
                deployments[deployment] if several else "",
                tuple(_measure_row(part, measures[part.measure].label, slots) for part in parts),
            )
            for deployment, parts in groupby(fared.measures, key=lambda part: part.deployment)
        ),
        chart=deviations(fared, names, title=f"Figures of {name} beside those of the others"),
        compared=tuple(_compared(one, names) for one in figures[:LISTED]),
        compared_in_all=len(figures),
    )


def _subject(part: MeasureFared) -> Subject:
    return part.deployment, part.measure


def _name(part: MeasureFared, measures: Mapping[str, MeasureText], deployments: Mapping[str, str]) -> str:
    label = measures[part.measure].label
    return f"{label} ({deployments[part.deployment]})" if deployments else label


def _measure_row(part: MeasureFared, label: str, slots: Mapping[Subject, int]) -> FaredRow:
    path = f"/deployments/{part.deployment}/{part.measure}"
    slot = slots.get(_subject(part))
    return _row(
        part.score,
        label,
        swatch=None if slot is None else symbol_swatch(slot),
        href=path,
        others_href=None if part.others is None else address_of(path, part.others),
    )


def _row(
    score: Score,
    name: str,
    *,
    swatch: Markup | None = None,
    href: str | None = None,
    others_href: str | None = None,
) -> FaredRow:
    return FaredRow(
        name=name,
        swatch=swatch,
        href=href,
        others_href=others_href,
        figures=score.figures,
        accepted=f"{count(score.accepted)} of {count(score.figures)}",
        inside=f"{count(score.inside)} of {count(score.comparable)}" if score.comparable else "",
        deviation="" if score.deviation is None else signed(score.deviation),
        of=many(score.compared, "figure") if score.compared else "",
        revised=revised_in_words(score),
        moved_for="" if score.moved_for is None else many(score.moved_for, "day"),
    )


def revised_in_words(score: Score) -> str:
    """What became of its own figures; empty where each stands alone."""
    sentences = []
    if score.restated:
        sentences.append(
            _ways("Restated", score.restated, score.restated_up, score.restated_down, score.restated_by)
        )
        if score.settled_after is not None:
            sentences.append(f"Settled after {_days(score.settled_after)}.")
    if score.moved_on:
        sentences.append(_ways("Moved on", score.moved_on, score.moved_up, score.moved_down, score.moved_by))
    if score.largest is not None:
        sentences.append(_largest(score.largest))
    return " ".join(sentences)


def _ways(verb: str, pairs: int, up: int, down: int, by: float | None) -> str:
    """In words: `Moved on 3 times: 2 up, 1 down, by +20 % at the median.`."""
    ways = [(up, "up"), (down, "down"), (pairs - up - down, "unchanged")]
    told = ", ".join(f"{count(number)} {way}" for number, way in ways if number)
    median = "" if by is None else f", by {signed(by)} at the median of the changes"
    times = "once" if pairs == 1 else f"{count(pairs)} times"
    return f"{verb} {times}: {told}{median}."


def _largest(largest: Revised) -> str:
    before, after = count(largest.earlier.value), count(largest.later.value)
    return f"The largest change is from {before} to {after} ({signed(largest.percent or 0)})."


def _days(days: float) -> str:
    return many(int(days), "day") if days == int(days) else f"{days:.1f} days"


def _compared(one: FigureFared, names: Mapping[Subject, str]) -> ComparedRow:
    inside = {True: "inside", False: "outside", None: "not comparable"}
    return ComparedRow(
        figure=one,
        measure=names[one.deployment, one.measure],
        href=f"/claims/{one.claim_ref}",
        others=_others_in_words(one),
        inside=inside[one.inside],
        deviation="" if one.deviation is None else signed(one.deviation),
    )


def _others_in_words(one: FigureFared) -> str:
    """`at least 360, selected 400, no ceiling`; what the others say nothing about is left out."""
    if one.inside is None or one.low is None:
        return ""
    bounds = [
        *([f"at least {count(one.low)}"] if one.low else []),
        *([_selected_in_words(one)] if one.selected is not None else []),
        *([f"at most {count(one.high)}"] if one.high is not None else []),
    ]
    return ", ".join(bounds)


def _selected_in_words(one: FigureFared) -> str:
    """`selected 400`, with its day where that is another one."""
    of = "" if one.selected_on is None or one.selected_on == one.as_of else f" of {day(one.selected_on)}"
    return f"selected {count(one.selected or 0)}{of}"
