"""The tables of the method, as data: the arithmetic uses them, and the page of the method shows them.

A change of any of them is a new rule set, and gets a new RULE_SET.
"""

from dataclasses import dataclass
from types import MappingProxyType

from app.claims.words import Nature, Qualifier
from app.languages.spoken import N_
from app.readings.choices import Tolerance

RULE_SET = "1"


@dataclass(frozen=True, slots=True)
class NatureRule:
    """What a nature says and whether it moves a reading (method, section 1); both are for `known`."""

    nature: Nature
    says: str
    moves: str


NATURES = (
    NatureRule(
        Nature.TOTAL,
        N_(
            "so many, counted from the start of the deployment (or from `counts_from`) up to and including"
            " a day"
        ),
        N_("yes"),
    ),
    NatureRule(Nature.INCREMENT, N_("so many more over a whole period, as this source counts"), N_("yes")),
    NatureRule(
        Nature.EVENT,
        N_("one incident or batch: part of what happened in the period"),
        N_("as a floor only (section 8)"),
    ),
    NatureRule(
        Nature.LEVEL,
        N_("so many are there on a day"),
        N_("yes (measures of kind `level` only, section 9)"),
    ),
    NatureRule(Nature.PLAN, N_("so many are to come"), N_("never; listed and marked on the chart apart")),
    NatureRule(Nature.SHARE, N_("a percentage of something"), N_("never; listed")),
    NatureRule(Nature.STANCE, N_("a denial or an acknowledgement without a number"), N_("never; listed")),
)


@dataclass(frozen=True, slots=True)
class QualifierRule:
    """Which cells a qualifier fills, and how it is read (method, sections 2, 3 and 6)."""

    qualifier: Qualifier
    stored: tuple[str, ...]  # of low, point and high
    rounding_percent: int | None = None  # of the figure, at tolerance `rounding`; None: by its digits
    always_exact: bool = False  # no tolerance is ever applied
    floor_percent: int = 0  # where only high is stored: this share of it is the floor
    value: str | None = None  # the cell that gives the selected line its figure where there is no point


_RULES = (
    QualifierRule(Qualifier.EXACT, ("point",), always_exact=True),
    QualifierRule(Qualifier.STATED, ("point",)),
    QualifierRule(Qualifier.ABOUT, ("point",), rounding_percent=10),
    QualifierRule(Qualifier.NEARLY, ("high",), floor_percent=90, value="high"),
    QualifierRule(Qualifier.AT_LEAST, ("low",), value="low"),
    QualifierRule(Qualifier.MORE_THAN, ("low",), value="low"),
    QualifierRule(Qualifier.UP_TO, ("high",)),
    QualifierRule(Qualifier.FEWER_THAN, ("high",)),
    QualifierRule(Qualifier.BETWEEN, ("low", "high")),
)
QUALIFIERS = MappingProxyType({rule.qualifier: rule for rule in _RULES})

PERCENT = MappingProxyType(
    {Tolerance.NONE: 0, Tolerance.FIVE: 5, Tolerance.TEN: 10, Tolerance.TWENTY: 20},
)
"""Percent of the figure; `rounding` goes by the qualifier and the digits instead."""

ROUNDING_AT_MOST_PERCENT = 10
"""Half a unit of the last non-zero digit counts, but never more than this share of the figure."""

WIDEST = Tolerance.TWENTY
"""The tolerance at which a contradiction must still stand to be called robust."""

RELIABILITY = MappingProxyType({grade: rank for rank, grade in enumerate("ABCDEF")})
UNGRADED_RELIABILITY = "F"
UNGRADED_CREDIBILITY = 6

LATEST_WITHIN_DAYS = 180
"""How much older than the headline day a latest statement may be (method, section 7)."""

SUSPECT_FROM = 3
"""From how many lone contradictions on a claim is named as a suspect; the method says `many`."""


def reliability_rank(grade: str | None) -> int:
    """0 for A to 5 for F; a source without a grade cannot be judged, which is F."""
    return RELIABILITY[grade or UNGRADED_RELIABILITY]


def credibility_rank(credibility: int | None) -> int:
    """1 to 6; none cannot be judged, which is 6."""
    return UNGRADED_CREDIBILITY if credibility is None else credibility
