"""Casualties that nobody summed: killed and wounded that one source gave together (method, section 10)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from app.claims.approved import ApprovedClaim
from app.claims.words import Qualifier
from app.readings.candidates import Candidate, flow_candidate
from app.readings.choices import Choices
from app.readings.rules import credibility_rank

KILLED, WOUNDED, CASUALTIES = "killed", "wounded", "casualties"

Occasion = tuple[str, date, date, date, str | None]
"""One source on one day about one range of days and one place; days as days, not as written."""


def derived_casualties(
    killed: Sequence[Candidate],
    wounded: Sequence[Candidate],
    casualties: Iterable[Candidate],
    starts_on: date,
    choices: Choices,
) -> list[Candidate]:
    """The sums that join the candidates of `casualties`.

    `killed` and `wounded` are all candidates of their measures, in precedence order;
    `casualties` those that were claimed as such, in any order.
    """
    said_whole = {_occasion(candidate) for candidate in casualties if candidate.is_plain_total}
    killed_on, wounded_on = _first_with_point(killed), _first_with_point(wounded)
    pairs = [
        (claim, wounded_on[occasion])
        for occasion, claim in killed_on.items()
        if occasion in wounded_on and occasion not in said_whole
    ]
    names = Counter(_name(claim) for claim, _ in pairs)
    return [
        flow_candidate(
            _sum(claim, other, clashes=names[_name(claim)] > 1), starts_on, choices, (claim.ref, other.ref)
        )
        for claim, other in pairs
    ]


def derived_claim(name: str, killed: ApprovedClaim, wounded: ApprovedClaim) -> ApprovedClaim:
    """The sum of two claims under the name that it had in a reading."""
    return replace(_sum(killed, wounded, clashes=False), ref=name)


def _occasion(candidate: Candidate) -> Occasion:
    place = candidate.claim.place if candidate.claim is not None else None
    return (candidate.source.slug, candidate.said, candidate.first, candidate.last, place)


def _first_with_point(candidates: Iterable[Candidate]) -> dict[Occasion, ApprovedClaim]:
    """For each occasion the first total in precedence that states a figure."""
    found: dict[Occasion, ApprovedClaim] = {}
    for candidate in candidates:
        if candidate.is_plain_total and candidate.has_point and candidate.claim is not None:
            found.setdefault(_occasion(candidate), candidate.claim)
    return found


def _name(killed: ApprovedClaim) -> str:
    """Of its source, as-of and day said as they were written, and its place."""
    parts = [killed.source.slug, CASUALTIES, str(killed.as_of), str(killed.said_on)]
    return ":".join(parts if killed.place is None else [*parts, killed.place])


def _sum(killed: ApprovedClaim, wounded: ApprovedClaim, *, clashes: bool) -> ApprovedClaim:
    """The two as one claim; where two would have the same name, the killed claim tells them apart."""
    name = _name(killed)
    return replace(
        killed,
        ref=f"{name}:{killed.ref}" if clashes else name,
        measure=CASUALTIES,
        low=None,
        point=_figure(killed) + _figure(wounded),
        high=None,
        qualifier=_hedge(killed.qualifier, wounded.qualifier),
        credibility=_worse(killed.credibility, wounded.credibility),
        supersedes=None,
        part_of=None,
        wording=None,
        note=None,
        appearances=0,
    )


def _figure(claim: ApprovedClaim) -> int:
    if claim.point is None:
        raise ValueError(f"{claim.ref} has no point to be added")
    return int(claim.point)


def _hedge(killed: Qualifier | None, wounded: Qualifier | None) -> Qualifier:
    """Exact if both are, about if either is, else stated."""
    hedges = {killed, wounded}
    if hedges == {Qualifier.EXACT}:
        return Qualifier.EXACT
    return Qualifier.ABOUT if Qualifier.ABOUT in hedges else Qualifier.STATED


def _worse(killed: int | None, wounded: int | None) -> int | None:
    """The worse of two credibilities; one that was not given cannot be judged, and stays not given."""
    if killed is None or wounded is None:
        return None
    return max(credibility_rank(killed), credibility_rank(wounded))
