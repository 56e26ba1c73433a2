"""Contradictions worded, weighed and sorted: robust or weak, by pair of sources, suspects named."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from app.readings.acceptance import Acceptance
from app.readings.candidates import Candidate
from app.readings.constraints import Axis, Edge, edges
from app.readings.levels import Levels, level_links, still_contested
from app.readings.network import Network
from app.readings.results import Contested, Link, SourcePair, Suspect
from app.readings.rules import SUSPECT_FROM, WIDEST
from app.readings.sentences import said_later
from app.readings.witnesses import Walk, Witnesses

Candidates = Mapping[str, Candidate]


def flow_contradictions(acceptance: Acceptance, candidates: Candidates) -> tuple[Contested, ...]:
    """Each contested claim of a flow with its witness, in precedence order."""
    if not acceptance.contested:
        return ()
    accepted, axis = acceptance.accepted, acceptance.axis
    claimed = [acceptance.edges[candidate.ref] for candidate in accepted]
    witnesses = Witnesses(acceptance.network.potential, claimed)
    widest = _widest_network(acceptance)
    found = []
    for candidate in acceptance.contested:
        walk = witnesses.find(acceptance.edges[candidate.ref])
        links = _links(candidate, walk, accepted, axis)
        robust = not widest.fits(edges(candidate, candidate.read_at(WIDEST), axis))
        names = tuple(accepted[rank].ref for rank in walk.witness)
        found.append(_contested(links, names, candidates, robust=robust))
    return tuple(found)


def level_contradictions(levels: Levels, candidates: Candidates) -> tuple[Contested, ...]:
    """Each contested level with the accepted one that rules it out, in precedence order."""
    return tuple(
        _contested(
            level_links(candidate, other),
            (other.ref,),
            candidates,
            robust=still_contested(levels, candidate, WIDEST),
        )
        for candidate, other in levels.contested
    )


def _contested(
    links: Sequence[Link], witness: tuple[str, ...], candidates: Candidates, *, robust: bool
) -> Contested:
    return Contested(
        claim_ref=links[0].claim_ref,
        witness=witness,
        robust=robust,
        said=said_later(links, candidates),
        argument=tuple(links),
    )


def _widest_network(acceptance: Acceptance) -> Network:
    """The accepted claims at the widest tolerance; what satisfied them satisfies these."""
    network = Network(acceptance.network.potential)
    for candidate in acceptance.accepted:
        network.extend(edges(candidate, candidate.read_at(WIDEST), acceptance.axis))
    return network


def _links(candidate: Candidate, walk: Walk, accepted: Sequence[Candidate], axis: Axis) -> list[Link]:
    members = zip(walk.members, walk.edges, strict=True)
    return [
        edge_link(candidate.ref, walk.claimed, axis),
        *(edge_link(accepted[rank].ref, edge, axis) for rank, edge in members),
    ]


def edge_link(claim_ref: str, edge: Edge, axis: Axis) -> Link:
    """An edge as a step of an argument: forward in time it is a floor, backward a ceiling."""
    if edge.start > edge.end:
        return Link(
            claim_ref, is_floor=False, start=axis.day(edge.end), end=axis.day(edge.start), amount=-edge.amount
        )
    return Link(
        claim_ref, is_floor=True, start=axis.day(edge.start), end=axis.day(edge.end), amount=edge.amount
    )


def source_pairs(contested: Iterable[Contested], candidates: Candidates) -> tuple[SourcePair, ...]:
    """Contradictions by the two sources they are between, most claims first.

    A claim contradicted by several sources stands under each of them; under its own source
    only where no other is part of the witness.
    """
    claims: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for item in contested:
        own = candidates[item.claim_ref].source.slug
        others = {candidates[name].source.slug for name in item.witness}
        for other in others - {own} or others:
            first, second = sorted((own, other))
            claims[first, second].append(item.claim_ref)
    pairs = [SourcePair(sources, tuple(refs)) for sources, refs in claims.items()]
    return tuple(sorted(pairs, key=lambda pair: (-len(pair.claims), pair.sources)))


def suspects(lone: Mapping[str, int], contested: Iterable[Contested]) -> tuple[Suspect, ...]:
    """Totals that contradict many others, each by itself; most contradictions first, then by name."""
    out = {item.claim_ref for item in contested}
    named = [Suspect(ref, count, ref in out) for ref, count in lone.items() if count >= SUSPECT_FROM]
    return tuple(sorted(named, key=lambda suspect: (-suspect.contradicts, suspect.claim_ref)))
