"""Which claims can be true together, the better grounded asked first (method, section 5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.readings.candidates import Candidate
from app.readings.constraints import Axis, Edge, edges
from app.readings.guess import guess_potential
from app.readings.network import Network


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What was accepted and what was not, and the network of what was."""

    axis: Axis
    network: Network
    edges: Mapping[str, Sequence[Edge]]  # by name, of every candidate, in precedence order
    accepted: tuple[Candidate, ...]  # in precedence order
    contested: tuple[Candidate, ...]  # likewise


def accept(order: Sequence[Candidate], axis: Axis) -> Acceptance:
    """Ask candidates in the order given; each is accepted if it fits with all accepted before it."""
    claimed = {candidate.ref: edges(candidate, candidate.interval, axis) for candidate in order}
    network = Network(guess_potential(len(axis), list(claimed.values())))
    accepted: list[Candidate] = []
    contested: list[Candidate] = []
    for candidate in order:
        (accepted if network.add(claimed[candidate.ref]) else contested).append(candidate)
    return Acceptance(axis, network, claimed, tuple(accepted), tuple(contested))
