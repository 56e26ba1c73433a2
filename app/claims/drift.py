"""How what an outlet printed differs from the claim that it repeats.

An appearance keeps what was printed, the wrong number, category or place included; here the
differences are named, one by one, in words.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from app.charts.wording import days_in_words, figure_in_words
from app.claims.approved import ApprovedClaim
from app.claims.words import Nature
from app.languages.spoken import _, known


@dataclass(frozen=True, slots=True)
class Drift:
    """One thing that an outlet printed differently: what, how it stands in the claim, and in print."""

    what: str
    claimed: str
    printed: str


def drift(claim: ApprovedClaim, printed: ApprovedClaim, labels: Mapping[str, str]) -> list[Drift]:
    """The differences in what is counted, how much, where and when, in that order; none is an empty list.

    `labels` names the measures by their slugs. Who said it and the day of the statement are the
    claim's own in every appearance, so they cannot differ.
    """
    pairs = (
        (
            _("Measure"),
            known(labels.get(claim.measure, claim.measure)),
            known(labels.get(printed.measure, printed.measure)),
        ),
        (_("Nature"), known(claim.nature.value), known(printed.nature.value)),
        (_("Figure"), _figure(claim), _figure(printed)),
        (_("Place"), _place(claim), _place(printed)),
        (_("Day or period"), _days(claim), _days(printed)),
        (_("Counted from"), _counts_from(claim), _counts_from(printed)),
    )
    return [Drift(what, claimed, print_) for what, claimed, print_ in pairs if claimed != print_]


def _figure(claim: ApprovedClaim) -> str:
    figure = figure_in_words(claim)
    return f"{figure} %" if claim.nature is Nature.SHARE else figure or _("no number")


def _place(claim: ApprovedClaim) -> str:
    return claim.place_name or _("no place named")


def _days(claim: ApprovedClaim) -> str:
    if claim.period is not None:
        return days_in_words(claim.period)
    return days_in_words(claim.as_of) if claim.as_of is not None else _("no day named")


def _counts_from(claim: ApprovedClaim) -> str:
    return days_in_words(claim.counts_from) if claim.counts_from is not None else _("the start")
