"""Which family has which colour and shape: the same on every chart of a deployment."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.charts.palette import SLOTS, SYMBOLS
from app.claims.approved import ApprovedClaim
from app.claims.summaries import VoiceTally
from app.claims.words import Nature

OTHERS = "*"
"""The key of all families beyond the eight that have a colour; no slug looks like it."""


@dataclass(frozen=True, slots=True)
class Family:
    """Sources that do not corroborate one another, by slug and name."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class FamilyTally:
    """How much of a deployment's ledger one family fills."""

    family: Family
    figures: int  # its claims that carry a number of a flow or level; plans, shares, stances apart
    first_said: date


@dataclass(frozen=True, slots=True)
class FamilyStyle:
    """A family as it is drawn. Slot 0 is the neutral one that all further families share."""

    slug: str
    name: str
    slot: int

    @property
    def key(self) -> str:
        """What it is told apart by on a chart: its slug, or one word for all without a colour."""
        return self.slug if self.slot else OTHERS

    @property
    def symbol(self) -> str:
        """Plotly's name of its shape."""
        return SYMBOLS[self.slot]


_WITHOUT_NUMBER = {Nature.PLAN, Nature.SHARE, Nature.STANCE}


def tally_families(claims: Iterable[ApprovedClaim]) -> list[FamilyTally]:
    """One tally per family of these claims, appearances left out; no particular order."""
    figures: dict[Family, int] = {}
    first: dict[Family, date] = {}
    for claim in claims:
        if claim.repeat_of is None:
            family = Family(claim.source.family, claim.source.family_name)
            figures[family] = figures.get(family, 0) + (claim.nature not in _WITHOUT_NUMBER)
            first[family] = min(first.get(family, claim.day_said), claim.day_said)
    return [FamilyTally(family, figures[family], first[family]) for family in figures]


def rank_families(tallies: Iterable[FamilyTally]) -> list[Family]:
    """Families in the order in which they take colours.

    Counts are compared by their powers of two, so that a family changes its colour when its
    part of the ledger has doubled, and not with each claim; then who spoke first; then the slug.
    """
    ranked = sorted(tallies, key=lambda t: (-t.figures.bit_length(), t.first_said, t.family.slug))
    return [tally.family for tally in ranked]


def family_order_of(voices: Iterable[VoiceTally]) -> list[Family]:
    """The same by what the sources of a deployment say, as counted by the database."""
    figures: dict[Family, int] = {}
    first: dict[Family, date] = {}
    for voice in voices:
        family = Family(voice.family, voice.family_name)
        figures[family] = figures.get(family, 0) + voice.figures
        first[family] = min(first.get(family, voice.first_said), voice.first_said)
    return rank_families(FamilyTally(family, figures[family], first[family]) for family in figures)


def family_order(claims: Iterable[ApprovedClaim]) -> list[Family]:
    """The families of these claims as rank_families orders them; give it all of a deployment."""
    return rank_families(tally_families(claims))


def family_styles(families: Sequence[Family]) -> Mapping[str, FamilyStyle]:
    """By slug: the first eight have a slot of their own, all others share slot 0."""
    return {
        family.slug: FamilyStyle(family.slug, family.name, place if place <= SLOTS else 0)
        for place, family in enumerate(families, start=1)
    }
