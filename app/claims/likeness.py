"""Whether something looks like an appearance of a claim that the ledger holds."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.claims.approved import ApprovedClaim


@dataclass(frozen=True, slots=True)
class Likeness:
    """A claim that another one resembles, and why."""

    claim: ApprovedClaim
    reasons: tuple[str, ...]  # in words, the strongest first
    strength: int  # 0 to 100; from `SAME` on it is the same statement as far as can be told
    waits: bool = False  # the claim is still waiting for its verdict


SAME = 80


def likenesses(
    claim: ApprovedClaim, others: Iterable[ApprovedClaim], *, waiting: Iterable[ApprovedClaim] = ()
) -> list[Likeness]:
    """The claims that `claim` may be an appearance of, the most alike first; pure.

    Appearances and the claim itself are passed over.
    """
    raise NotImplementedError


def claims_alike(session: Session, claim: ApprovedClaim) -> list[Likeness]:
    """The claims of the ledger, waiting ones too, that `claim` may be an appearance of."""
    raise NotImplementedError
