"""What looks like a slip in a claim. Warnings never block; who passes one over writes why, in public."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from app.claims.approved import ApprovedClaim, Figure
from app.claims.numerals import numeral_pattern, read_numeral
from app.claims.words import Nature, Standing
from app.dates import Days
from app.languages.spoken import _, count, pgettext

TIMES_TOO_LARGE = 8
"""From this many times another figure on, a digit may have been typed too many or too few."""

SMALLEST_COMPARED = 10
"""Below it, no figure is large enough to say anything about digits."""

LONG_BEFORE_DAYS = 180

NEVER_ABOVE = (
    ("killed", "casualties"), ("wounded", "casualties"), ("killed", "losses"), ("wounded", "losses"),
    ("casualties", "losses"), ("killed", "sent"), ("wounded", "sent"), ("casualties", "sent"),
    ("losses", "sent"), ("returned", "sent"), ("present", "sent"),
)  # fmt: skip
"""Measures of which the first can never be above the second (method, sections 1 and 10)."""

CODES = (
    "extra_digit", "missing_digit", "below_an_earlier_total", "above_a_later_total", "above_another_measure",
    "below_another_measure", "more_than_sent", "future_date", "as_of_long_before_said", "period_after_said",
    "published_before_said", "figure_not_in_wording",
)  # fmt: skip
"""Every code that a warning can have."""


@dataclass(frozen=True, slots=True)
class Warned:
    """One warning: a stable code, the field it is about, and a sentence for whoever enters or reviews."""

    code: str
    field: str
    sentence: str


class Bounds(NamedTuple):
    """A reading on one day: counts in the measure's unit; `high` None is open, `selected` None no figure."""

    low: int | None
    selected: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Known:
    """What a claim is held against: the ledger without it, read on the last day that the claim covers."""

    today: date
    own: Bounds | None = None  # of the claim's own measure
    others: Mapping[str, Bounds] = field(default_factory=dict)  # of the deployment's other measures, by slug
    same_source: Sequence[ApprovedClaim] = ()  # totals of the same source and measure, among others


def warnings_of(claim: ApprovedClaim, known: Known) -> tuple[Warned, ...]:
    """What looks like a slip, in the order of CODES; pure."""
    found = [
        *_digits(claim, known),
        *_earlier_and_later(claim, known),
        *_other_measures(claim, known),
        *_dates(claim, known),
        *_wording(claim),
    ]
    return tuple(sorted(found, key=lambda one: CODES.index(one.code)))


def _floor(claim: ApprovedClaim) -> Figure | None:
    return claim.low if claim.low is not None else claim.point


def _ceiling(claim: ApprovedClaim) -> Figure | None:
    return claim.high if claim.high is not None else claim.point


def _digits(claim: ApprovedClaim, known: Known) -> Iterator[Warned]:
    stated = [figure for figure in (claim.point, claim.low, claim.high) if figure is not None]
    if known.own is None or not stated or claim.nature in {Nature.SHARE, Nature.PLAN, Nature.STANCE}:
        return
    value, own = stated[0], known.own
    above = own.selected if own.selected is not None else own.high
    if above is None:
        above = own.low
    if above is not None and above >= SMALLEST_COMPARED and value >= TIMES_TOO_LARGE * above:
        yield Warned(
            "extra_digit",
            _figure_field(claim),
            _(
                "%(value)s is %(times)s times the reading of that day, %(reading)s: a digit too many?",
                value=count(value),
                times=value // above,
                reading=count(above),
            ),
        )
    below = own.selected if own.selected is not None else own.low
    whole = claim.nature in {Nature.TOTAL, Nature.LEVEL} and claim.counts_from is None and claim.place is None
    if whole and below and value >= 1 and below >= SMALLEST_COMPARED and value * TIMES_TOO_LARGE <= below:
        yield Warned(
            "missing_digit",
            _figure_field(claim),
            _(
                "%(value)s is a small part of the reading of that day, %(reading)s: is a digit missing?",
                value=count(value),
                reading=count(below),
            ),
        )


def _figure_field(claim: ApprovedClaim) -> str:
    return next(name for name in ("point", "low", "high") if getattr(claim, name) is not None)


def _earlier_and_later(claim: ApprovedClaim, known: Known) -> Iterator[Warned]:
    if not _is_plain_total(claim):
        return
    others = [
        other
        for other in known.same_source
        if _is_plain_total(other)
        and other.place == claim.place
        and other.standing is Standing.GOOD
        and other.repeat_of is None
        and other.ref not in {claim.ref, claim.supersedes}
    ]
    ceiling, floor = _ceiling(claim), _floor(claim)
    earlier = [
        (least, other)
        for other in others
        if _ends_before(other, claim) and (least := _floor(other)) is not None
        if ceiling is not None and least > ceiling
    ]
    if earlier:
        least, other = max(earlier, key=lambda pair: pair[0])
        yield Warned(
            "below_an_earlier_total",
            _figure_field(claim),
            _(
                "%(source)s gave %(figure)s as of %(day)s already (%(ref)s).",
                source=claim.source.name,
                figure=count(least),
                day=_as_of(other),
                ref=other.ref,
            ),
        )
    later = [
        (most, other)
        for other in others
        if _ends_before(claim, other) and (most := _ceiling(other)) is not None
        if floor is not None and most < floor
    ]
    if later:
        most, other = min(later, key=lambda pair: pair[0])
        yield Warned(
            "above_a_later_total",
            _figure_field(claim),
            _(
                "%(source)s gave only %(figure)s as of %(day)s (%(ref)s).",
                source=claim.source.name,
                figure=count(most),
                day=_as_of(other),
                ref=other.ref,
            ),
        )


def _is_plain_total(claim: ApprovedClaim) -> bool:
    return claim.nature is Nature.TOTAL and claim.counts_from is None and claim.as_of is not None


def _ends_before(one: ApprovedClaim, other: ApprovedClaim) -> bool:
    return one.as_of is not None and other.as_of is not None and one.as_of.last < other.as_of.first


def _as_of(claim: ApprovedClaim) -> str:
    return claim.as_of.written if claim.as_of is not None else _("a day")


def _other_measures(claim: ApprovedClaim, known: Known) -> Iterator[Warned]:
    counts = {Nature.TOTAL, Nature.INCREMENT, Nature.EVENT, Nature.LEVEL}
    floor, ceiling = _floor(claim), _ceiling(claim)
    whole = claim.nature in {Nature.TOTAL, Nature.LEVEL} and claim.counts_from is None and claim.place is None
    for smaller, larger in NEVER_ABOVE:
        if smaller == claim.measure and claim.nature in counts and floor is not None:
            most = known.others[larger].high if larger in known.others else None
            if most is not None and floor > most:
                code = "more_than_sent" if larger == "sent" else "above_another_measure"
                told = _(
                    "%(figure)s %(smaller)s are more than "
                    "the reading of %(larger)s allows that day, %(most)s.",
                    figure=count(floor),
                    smaller=_people(smaller),
                    larger=_people(larger),
                    most=count(most),
                )
                yield Warned(code, _figure_field(claim), told)
        elif larger == claim.measure and whole and ceiling is not None:
            least = known.others[smaller].low if smaller in known.others else None
            if least is not None and ceiling < least:
                told = _(
                    "%(figure)s %(larger)s are fewer than the %(least)s %(smaller)s of the reading that day.",
                    figure=count(ceiling),
                    larger=_people(larger),
                    least=count(least),
                    smaller=_people(smaller),
                )
                yield Warned("below_another_measure", _figure_field(claim), told)


def _people(measure: str) -> str:
    """Whom one of these measures counts, after their number."""
    return {
        "killed": pgettext("persons counted", "killed"),
        "wounded": pgettext("persons counted", "wounded"),
        "casualties": pgettext("persons counted", "casualties"),
        "losses": pgettext("persons counted", "losses"),
        "sent": pgettext("persons counted", "sent"),
        "returned": pgettext("persons counted", "returned"),
        "present": pgettext("persons counted", "present"),
    }[measure]


def _dates(claim: ApprovedClaim, known: Known) -> Iterator[Warned]:
    dates = {"said_on": claim.said_on, "published_on": claim.published_on}
    if claim.nature is not Nature.PLAN:
        dates |= {"as_of": claim.as_of, "period": claim.period}
    for name, days in dates.items():
        if days is not None and days.first > known.today:
            yield Warned("future_date", name, _("%(day)s is still to come.", day=days.written))
    as_of, said = claim.as_of, claim.day_said
    if as_of is not None and (said - as_of.last).days > LONG_BEFORE_DAYS:
        days_between = (said - as_of.last).days
        yield Warned(
            "as_of_long_before_said",
            "as_of",
            _(
                "The figure is as of %(day)s and was said %(days)s days later.",
                day=as_of.written,
                days=days_between,
            ),
        )
    if claim.period is not None and claim.period.first > said:
        told = _("The period %(period)s begins after it was said.", period=claim.period.written)
        yield Warned("period_after_said", "period", told)
    elif claim.period is not None and _runs_past(claim.period, claim.said_on):
        told = _("The period %(period)s ends after it was said.", period=claim.period.written)
        yield Warned("period_after_said", "period", told)
    if claim.published_on is not None and claim.published_on.last < claim.said_on.first:
        yield Warned(
            "published_before_said",
            "published_on",
            _(
                "The document is of %(published_on)s; it was said on %(said_on)s.",
                published_on=claim.published_on.written,
                said_on=claim.said_on.written,
            ),
        )


def _runs_past(period: Days, said_on: Days) -> bool:
    """Whether a period that is written to the day ends after it was said; a month is a way of speaking."""
    written_to_the_day = len(period.written.partition("/")[2]) == len("2025-02-27")
    return written_to_the_day and period.last > said_on.last


def _wording(claim: ApprovedClaim) -> Iterator[Warned]:
    """The words that carry the figure, where they name numbers, name one of the claim's."""
    if not claim.wording:
        return
    text = claim.wording.casefold().replace("\u2019", "'").replace("\u00a0", " ").replace("\u202f", " ")
    named = {read_numeral(match[1], match[3]).value for match in numeral_pattern().finditer(text)}
    stated = {figure for figure in (claim.low, claim.point, claim.high) if figure is not None}
    if named and stated and not stated & named:
        listed = ", ".join(count(figure) for figure in sorted(stated))
        told = _("The wording names numbers, but not %(figures)s.", figures=listed)
        yield Warned("figure_not_in_wording", "wording", told)
