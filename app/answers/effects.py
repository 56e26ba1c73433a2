"""What a claim would do to the reading: before and after, in numbers and in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.claims.approved import ApprovedClaim
from app.claims.forms import ClaimRow, Problem
from app.claims.likeness import Likeness
from app.claims.models import Revision
from app.claims.warnings import Warned
from app.readings.choices import Choices
from app.readings.facts import DeploymentClaims
from app.readings.results import Check, Contested, Point
from app.review.models import Judgement
from app.sources.actions import NewSource


@dataclass(frozen=True, slots=True)
class Move:
    """The reading on one day (or on its two headline days) without a change and with it."""

    before: Point | None  # None: there was nothing to read
    after: Point | None

    @property
    def is_still(self) -> bool:
        """Whether low, selected and high stay as they were."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class MeasureEffect:
    """What changes in the reading of one measure of one deployment, at default choices."""

    deployment: str
    measure: str
    headline: Move  # each on its own headline day, `Point.on`
    day: date | None  # the last day that the claim covers; None where several claims change
    on_day: Move | None
    caused: tuple[Contested, ...]  # contradictions that are new, with their sentences
    resolved: tuple[Contested, ...]  # contradictions that are gone
    caused_checks: tuple[Check, ...]  # runs of days on which measures newly cannot both be right
    resolved_checks: tuple[Check, ...]
    sentence: str  # the whole in words


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change does: to its own measure first, then to those that draw on it where they move."""

    measures: tuple[MeasureEffect, ...]

    @property
    def is_none(self) -> bool:
        """Whether no reading moves and no contradiction comes or goes."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Weighed:
    """All that is said beside the form before anything is saved."""

    problems: tuple[
        Problem, ...
    ] = ()  # what is wrong with the row, or still missing; then nothing else is said
    claim: ApprovedClaim | None = None
    effect: Effect | None = None
    warned: tuple[Warned, ...] = ()
    alike: tuple[Likeness, ...] = ()


def effect_on(
    before: DeploymentClaims, after: DeploymentClaims, measure: str, day: date | None, choices: Choices
) -> MeasureEffect:
    """What changes in one measure between two states of a deployment; pure."""
    raise NotImplementedError


def effect_of(session: Session, changed: Sequence[ApprovedClaim], choices: Choices = Choices()) -> Effect:
    """What would change if these claims, new or in place of those of the same ref, counted as they stand."""
    raise NotImplementedError


def weigh(session: Session, row: ClaimRow, *, at: datetime, new_source: NewSource | None = None) -> Weighed:
    """Weigh a row as it stands in a form, new or a correction: its effect, warnings and likenesses."""
    raise NotImplementedError


def weigh_revision(session: Session, revision: Revision, *, at: datetime) -> Weighed:
    """Weigh a revision that waits for its verdict."""
    raise NotImplementedError


def effect_of_judgement(session: Session, judgement: Judgement) -> Effect:
    """What a judgement that waits for its verdict would change."""
    raise NotImplementedError


@dataclass(frozen=True, slots=True)
class NewContradiction:
    """A contradiction that recent acts caused."""

    deployment: str
    measure: str
    contested: Contested
    version: int  # of the ledger, the newest that changed this measure


def new_contradictions(session: Session, since: datetime) -> list[NewContradiction]:
    """Contradictions at default choices that the ledger holds now and did not hold at the moment `since`."""
    raise NotImplementedError
