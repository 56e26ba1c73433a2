"""One claim as it is drawn."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from app.charts.families import FamilyStyle
from app.charts.wording import claim_in_words
from app.claims.approved import ApprovedClaim, Figure
from app.claims.words import Nature
from app.languages.spoken import N_


class Lane(StrEnum):
    """Where a mark stands."""

    AXIS = "axis"  # on the measure's own axis
    SPAN = "span"  # over a period of its own
    ASIDE = "aside"  # beside the axes


class Aside(StrEnum):
    """The rows beside the axes, from top to bottom, by what the page calls them in English."""

    PLANS = N_("Plans")
    SHARES = N_("Shares, in percent")
    STANCES = N_("Statements without a number")
    SET_ASIDE = N_("Set aside or retracted")


ROWS = {Nature.PLAN: Aside.PLANS, Nature.SHARE: Aside.SHARES, Nature.STANCE: Aside.STANCES}


@dataclass(frozen=True)  # without slots, so that what is asked of it more than once is computed once
class Mark:
    """One claim as it is drawn. Counts are in the measure's unit, percent for a share."""

    claim: ApprovedClaim
    lane: Lane
    row: Aside | None  # of a mark beside the axes
    first: date  # first day that its as-of allows, or of its period; equals `on` for a known day
    on: date  # the last of these days: where the mark stands
    style: FamilyStyle
    contested: bool
    part: bool  # about a part of the theatre, where the chart is of all of it
    noun: str  # what is counted, as it follows a number
    depth: int = 0  # how many marks stand in front of it at the very same place
    company: tuple["Mark", ...] = ()  # the others at that place

    @property
    def words(self) -> str:
        """Who, how much, when. Of a thousand marks most are never asked for theirs."""
        return claim_in_words(self.claim, self.noun)

    @cached_property
    def values(self) -> list[Figure]:
        """The numbers that were stated, lowest first."""
        stated = (self.claim.low, self.claim.point, self.claim.high)
        return sorted({value for value in stated if value is not None})

    @property
    def opens_up(self) -> bool:
        """A floor without a ceiling: an arrow up."""
        return self.claim.low is not None and self.claim.high is None

    @property
    def opens_down(self) -> bool:
        """A ceiling without a floor: an arrow down."""
        return self.claim.high is not None and self.claim.low is None
