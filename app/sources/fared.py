"""The part of a source's page that says how it fared: figures put into words and rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from markupsafe import Markup

from app.answers.parameters import address_of
from app.answers.queries import MeasureText
from app.charts.deviations import Deviations, Subject, deviations, measure_slots, signed
from app.charts.frame import symbol_swatch
from app.charts.wording import count, day
from app.languages.spoken import _, known, ngettext, pgettext
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
        over_all=_row(fared.score, _("All together")),
        groups=tuple(
            (
                deployments[deployment] if several else "",
                tuple(_measure_row(part, known(measures[part.measure].label), slots) for part in parts),
            )
            for deployment, parts in groupby(fared.measures, key=lambda part: part.deployment)
        ),
        chart=deviations(
            fared, names, title=_("Figures of %(source)s beside those of the others", source=name)
        ),
        compared=tuple(_compared(one, names) for one in figures[:LISTED]),
        compared_in_all=len(figures),
    )


def _subject(part: MeasureFared) -> Subject:
    return part.deployment, part.measure


def _name(part: MeasureFared, measures: Mapping[str, MeasureText], deployments: Mapping[str, str]) -> str:
    label = known(measures[part.measure].label)
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
        accepted=_some_of(score.accepted, score.figures),
        inside=_some_of(score.inside, score.comparable) if score.comparable else "",
        deviation="" if score.deviation is None else signed(score.deviation),
        of=ngettext("%(num)s figure", "%(num)s figures", score.compared) if score.compared else "",
        revised=revised_in_words(score),
        moved_for="" if score.moved_for is None else ngettext("%(num)s day", "%(num)s days", score.moved_for),
    )


def _some_of(some: int, in_all: int) -> str:
    return _("%(some)s of %(in_all)s", some=count(some), in_all=count(in_all))


def revised_in_words(score: Score) -> str:
    """What became of its own figures; empty where each stands alone."""
    sentences = []
    if score.restated:
        ways = _ways(score.restated, score.restated_up, score.restated_down, score.restated_by)
        sentences.append(
            ngettext(
                "Restated once: %(ways)s.", "Restated %(num)s times: %(ways)s.", score.restated, ways=ways
            )
        )
        if score.settled_after is not None:
            sentences.append(_("Settled after %(days)s.", days=_days(score.settled_after)))
    if score.moved_on:
        ways = _ways(score.moved_on, score.moved_up, score.moved_down, score.moved_by)
        sentences.append(
            ngettext(
                "Moved on once: %(ways)s.", "Moved on %(num)s times: %(ways)s.", score.moved_on, ways=ways
            )
        )
    if score.largest is not None:
        sentences.append(_largest(score.largest))
    return " ".join(sentences)


def _ways(pairs: int, up: int, down: int, by: float | None) -> str:
    """In words: `2 up, 1 down, by +20 % at the median of the changes`."""
    same = pairs - up - down
    told = [
        *([_("%(number)s up", number=count(up))] if up else []),
        *([_("%(number)s down", number=count(down))] if down else []),
        *([_("%(number)s unchanged", number=count(same))] if same else []),
        *([_("by %(percent)s at the median of the changes", percent=signed(by))] if by is not None else []),
    ]
    return ", ".join(told)


def _largest(largest: Revised) -> str:
    return _(
        "The largest change is from %(before)s to %(after)s (%(percent)s).",
        before=count(largest.earlier.value),
        after=count(largest.later.value),
        percent=signed(largest.percent or 0),
    )


def _days(days: float) -> str:
    if days == int(days):
        return ngettext("%(num)s day", "%(num)s days", int(days))
    return _("%(days)s days", days=count(Decimal(f"{days:.1f}")))


def _compared(one: FigureFared, names: Mapping[Subject, str]) -> ComparedRow:
    inside = {
        True: pgettext("of a band", "inside"),
        False: pgettext("of a band", "outside"),
        None: _("not comparable"),
    }
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
        *([_("at least %(figure)s", figure=count(one.low))] if one.low else []),
        *([_selected_in_words(one)] if one.selected is not None else []),
        *([_("at most %(figure)s", figure=count(one.high))] if one.high is not None else []),
    ]
    return ", ".join(bounds)


def _selected_in_words(one: FigureFared) -> str:
    """`selected 400`, with its day where that is another one."""
    selected = count(one.selected or 0)
    if one.selected_on is None or one.selected_on == one.as_of:
        return _("selected %(figure)s", figure=selected)
    return _("selected %(figure)s of %(day)s", figure=selected, day=day(one.selected_on))
