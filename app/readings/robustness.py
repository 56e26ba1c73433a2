"""Is a finding robust to the method: the headline under every tolerance and both precedences at once.

All variants answer for one day, the reader's headline day: figures of different days would differ
for a reason that has nothing to do with the method. Only what a headline needs is computed, no
witnesses and no points.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.languages.spoken import _, ngettext, pgettext
from app.readings.candidates import Candidate
from app.readings.choices import Choices, Precedence, Tolerance
from app.readings.facts import DeploymentClaims, Kind, UnknownMeasure
from app.readings.latest import data_through, headline_day
from app.readings.reading import Readings
from app.readings.wording import number

AT_ONCE = 500
"""Claims of one measure up to which all variants are computed with its page. Of 2,000 claims all ten take
half a second together (one reading: 0.05 s), so a larger measure shows them where a reader asks."""


@dataclass(frozen=True, slots=True)
class Variant:
    """The headline under one tolerance and one precedence.

    Counts are in the measure's unit. Of a flow `low` is a number, `high` None is open and `selected`
    None that there is no figure yet; where all three are None there is no value on the day.
    """

    choices: Choices  # the reader's own with this method; with `on` where its headline day would differ
    low: int | None
    selected: int | None
    high: int | None
    derived: bool
    strained: bool
    contested: int  # how many candidates are ruled out
    is_chosen: bool  # the reader's own tolerance and precedence


@dataclass(frozen=True, slots=True)
class Robustness:
    """One day's figures under every tolerance and both precedences."""

    on: date
    variants: tuple[Variant, ...]  # by precedence, then tolerance, both in the order of their words
    sentence: str

    @property
    def chosen(self) -> Variant:
        """The variant that the reader is looking at."""
        return next(variant for variant in self.variants if variant.is_chosen)

    @property
    def selected(self) -> tuple[int, ...]:
        """The different selected figures, the lowest first; none where no variant has one."""
        return tuple(sorted({one.selected for one in self.variants if one.selected is not None}))

    @property
    def is_same(self) -> bool:
        """Whether every variant gives the same selected figure."""
        return len({one.selected for one in self.variants}) == 1


def is_quick(ledger: DeploymentClaims, measure: str) -> bool:
    """Whether the variants may be computed with the page, and need no asking for."""
    return len(ledger.about(measure)) <= AT_ONCE


def robustness(ledger: DeploymentClaims, measure: str, choices: Choices) -> Robustness:
    """The headline of a measure under every tolerance and both precedences, other choices unchanged.

    Raises UnknownMeasure where the deployment has no such measure.
    """
    if measure not in ledger.measures:
        raise UnknownMeasure(measure)
    asked = {method: _Asked(ledger, measure, method) for method in _methods(choices)}
    day = asked[choices].headline_day()
    variants = tuple(one.variant(day, is_chosen=method == choices) for method, one in asked.items())
    return Robustness(day, variants, _in_words(variants))


def _methods(choices: Choices) -> Iterator[Choices]:
    for precedence in Precedence:
        for tolerance in Tolerance:
            yield replace(choices, tolerance=tolerance, precedence=precedence)


class _Asked:
    """One measure under one method."""

    def __init__(self, ledger: DeploymentClaims, measure: str, choices: Choices) -> None:
        self._readings, self._measure, self._choices = Readings(ledger, choices), measure, choices
        self._starts_on = ledger.deployment.starts_on
        self._is_flow = ledger.measures[measure].kind is Kind.FLOW

    def headline_day(self) -> date:
        return headline_day(self._choices, data_through(self._sorted()[0]), self._starts_on)

    def variant(self, day: date, *, is_chosen: bool) -> Variant:
        point = self._readings.point(self._measure, day)
        return Variant(
            choices=self._choices if self.headline_day() == day else replace(self._choices, on=day),
            low=point.low,
            selected=point.selected,
            high=point.high,
            derived=point.derived,
            strained=point.strained,
            contested=self._sorted()[1],
            is_chosen=is_chosen,
        )

    def _sorted(self) -> tuple[Sequence[Candidate], int]:
        """The accepted claims, and how many are contested."""
        if self._is_flow:
            acceptance = self._readings.flow(self._measure).acceptance
            return acceptance.accepted, len(acceptance.contested)
        levels = self._readings.levels(self._measure)
        return levels.accepted, len(levels.contested)


def _in_words(variants: Sequence[Variant]) -> str:
    """How far the selected figure and its bounds depend on the method."""
    values = [one.low for one in variants if one.low is not None]
    if not values:
        return _("No tolerance and no precedence gives a value for this day.")
    return f"{_selected_in_words(variants)} {_bounds_in_words(variants)}"


def _selected_in_words(variants: Sequence[Variant]) -> str:
    figures = [one.selected for one in variants if one.selected is not None]
    if not figures:
        return _("No tolerance and no precedence gives a selected figure.")
    lowest, highest = min(figures), max(figures)
    without = len(variants) - len(figures)
    if lowest == highest:
        if not without:
            return _(
                "The selected figure is %(figure)s under all %(many)s.",
                figure=number(lowest),
                many=_spelt(len(variants)),
            )
        return _(
            "The selected figure is %(figure)s wherever there is one; %(silent)s.",
            figure=number(lowest),
            silent=_silent(without, len(variants)),
        )
    chosen = next(one for one in variants if one.is_chosen).selected
    told = [
        _(
            "The selected figure lies between %(lowest)s and %(highest)s",
            lowest=number(lowest),
            highest=number(highest),
        )
    ]
    if chosen is not None:
        told.append(_give(figures.count(chosen), len(variants), chosen))
    if without:
        told.append(_silent(without, len(variants)))
    return f"{'; '.join(told)}."


def _give(some: int, all_of_them: int, figure: int) -> str:
    return ngettext(
        "%(some)s of the %(all)s gives %(figure)s",
        "%(some)s of the %(all)s give %(figure)s",
        some,
        some=_spelt(some),
        all=_spelt(all_of_them),
        figure=number(figure),
    )


def _silent(some: int, all_of_them: int) -> str:
    return ngettext(
        "%(some)s of the %(all)s gives none",
        "%(some)s of the %(all)s give none",
        some,
        some=_spelt(some),
        all=_spelt(all_of_them),
    )


def _bounds_in_words(variants: Sequence[Variant]) -> str:
    """What holds under every one: the lowest floor, and the highest ceiling if all have one."""
    with_value = [one for one in variants if one.low is not None]
    low = number(min(one.low for one in with_value if one.low is not None))
    highs = [one.high for one in with_value if one.high is not None]
    every = len(with_value) == len(variants)
    where = _("under every one") if every else _("wherever there is a value")
    if not highs:
        return _("At least %(low)s %(where)s; none of them sets a ceiling.", low=low, where=where)
    if len(highs) < len(with_value):
        return _("At least %(low)s %(where)s; not all of them set a ceiling.", low=low, where=where)
    return _(
        "At least %(low)s and at most %(high)s %(where)s.", low=low, high=number(max(highs)), where=where
    )


def _spelt(of_ten: int) -> str:
    """How many of the ten variants, from one on, in a word."""
    return (
        pgettext("of the ten ways to read", "one"),
        pgettext("of the ten ways to read", "two"),
        pgettext("of the ten ways to read", "three"),
        pgettext("of the ten ways to read", "four"),
        pgettext("of the ten ways to read", "five"),
        pgettext("of the ten ways to read", "six"),
        pgettext("of the ten ways to read", "seven"),
        pgettext("of the ten ways to read", "eight"),
        pgettext("of the ten ways to read", "nine"),
        pgettext("of the ten ways to read", "ten"),
    )[of_ten - 1]
