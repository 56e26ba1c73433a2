"""What a reading is given: a deployment, its measures, and the approved claims about them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from app.claims.approved import ApprovedClaim


class Kind(StrEnum):
    """Whether figures of a measure add up or replace one another (method, section 1)."""

    FLOW = "flow"
    LEVEL = "level"


class UnknownMeasure(LookupError):
    """A reading was asked of a measure that is not among the measures passed in."""


class MixedDeployments(ValueError):
    """Claims about another deployment were passed in; to count them here would be wrong."""


@dataclass(frozen=True, slots=True)
class DeploymentFacts:
    """What the arithmetic needs to know of a deployment."""

    slug: str
    starts_on: date  # the first day on which anybody can have been counted
    level_valid_days: int = 120  # for how many days a level holds, its own day included


@dataclass(frozen=True, slots=True)
class MeasureFacts:
    """What the arithmetic needs to know of a measure."""

    slug: str
    kind: Kind
    unit: str = "persons"


@dataclass(frozen=True, slots=True)
class DeploymentClaims:
    """A deployment with its measures and claims, the claims in any order.

    Appearances may be among the claims: they are passed over. Build it with `of`.
    """

    deployment: DeploymentFacts
    measures: Mapping[str, MeasureFacts]  # by slug
    claims: Mapping[str, Sequence[ApprovedClaim]]  # by the slug of the measure

    @classmethod
    def of(
        cls,
        deployment: DeploymentFacts,
        measures: Iterable[MeasureFacts],
        claims: Iterable[ApprovedClaim],
    ) -> "DeploymentClaims":
        """Claims sorted by measure.

        Raises MixedDeployments when a claim is about another deployment, and UnknownMeasure
        when its measure is not among those given.
        """
        by_slug = {measure.slug: measure for measure in measures}
        by_measure: defaultdict[str, list[ApprovedClaim]] = defaultdict(list)
        for claim in claims:
            if claim.deployment != deployment.slug:
                raise MixedDeployments(f"{claim.ref} is about {claim.deployment}, not {deployment.slug}")
            if claim.measure not in by_slug:
                raise UnknownMeasure(claim.measure)
            by_measure[claim.measure].append(claim)
        return cls(deployment, MappingProxyType(by_slug), MappingProxyType(dict(by_measure)))

    def about(self, measure: str) -> Sequence[ApprovedClaim]:
        """The claims and appearances of one measure; none where nobody claimed anything."""
        return self.claims.get(measure, ())
