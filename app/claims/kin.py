"""Which claims one claim is tied to: what it restates, what restates it, its parts and its whole."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import literal, select, union
from sqlalchemy.orm import Session, aliased

from app.claims.approved import ApprovedClaim
from app.claims.models import Claim, Revision
from app.claims.queries import approved_claims

FURTHEST = 25
"""Steps of a chain of restatements that a page follows in each direction."""


@dataclass(frozen=True, slots=True)
class Kin:
    """The claims that one claim is tied to."""

    whole: ApprovedClaim | None = None  # what it is a part of
    parts: list[ApprovedClaim] = field(default_factory=list)  # by the day said
    chain: list[ApprovedClaim] = field(default_factory=list)  # restatements, oldest first, itself included
    root: ApprovedClaim | None = None  # what it is an appearance of


def kin_of(session: Session, claim: ApprovedClaim) -> Kin:
    """The kin of a claim. Two SELECTs, however many there are."""
    links = _links(session, claim.ref)
    refs = {ref for link in links for ref in (link.ref, link.supersedes, link.part_of) if ref}
    refs |= {ref for ref in (claim.part_of, claim.repeat_of) if ref}
    refs.discard(claim.ref)
    found = {row.ref: row for row in approved_claims(session, refs=sorted(refs))} if refs else {}
    found[claim.ref] = claim
    chain = [found[ref] for ref in _chain(claim, links) if ref in found]
    return Kin(
        whole=found.get(claim.part_of or ""),
        parts=[row for row in found.values() if row.part_of == claim.ref],
        chain=chain if len(chain) > 1 else [],
        root=found.get(claim.repeat_of or ""),
    )


@dataclass(frozen=True, slots=True)
class _Link:
    """A claim and what it names."""

    ref: str
    supersedes: str | None
    part_of: str | None


def _links(session: Session, claim_ref: str) -> list[_Link]:
    """The claim itself, its parts, and every claim of the chain of restatements that it is in."""
    named, whole = aliased(Claim), aliased(Claim)
    current = (Revision.approved_version.is_not(None), Revision.replaced_version.is_(None))
    own = (
        select(Claim.id.label("id"), Revision.supersedes_id, literal(0).label("depth"))
        .join(Revision, Revision.claim_id == Claim.id)
        .where(Claim.ref == claim_ref, *current)
    )
    back = own.cte("back", recursive=True)
    back = back.union_all(
        select(Revision.claim_id, Revision.supersedes_id, back.c.depth + 1)
        .join(back, back.c.supersedes_id == Revision.claim_id)
        .where(*current, back.c.depth < FURTHEST)
    )
    on = own.cte("onward", recursive=True)
    on = on.union_all(
        select(Revision.claim_id, Revision.supersedes_id, on.c.depth + 1)
        .join(on, on.c.id == Revision.supersedes_id)
        .where(*current, Revision.repeat_of_id.is_(None), on.c.depth < FURTHEST)
    )
    # One list of ids, so that the rows are fetched by them: a choice of three lists reads the whole table.
    parts = select(Revision.claim_id).where(
        Revision.part_of_id.in_(select(back.c.id).where(back.c.depth == 0))
    )
    tied = Revision.claim_id.in_(union(select(back.c.id), select(on.c.id), parts))
    rows = session.execute(
        select(Claim.ref, named.ref.label("supersedes"), whole.ref.label("part_of"))
        .join(Revision, Revision.claim_id == Claim.id)
        .outerjoin(named, named.id == Revision.supersedes_id)
        .outerjoin(whole, whole.id == Revision.part_of_id)
        .where(*current, Revision.repeat_of_id.is_(None) | (Claim.ref == claim_ref), tied)
    )
    return [_Link(row.ref, row.supersedes, row.part_of) for row in rows]


def _chain(claim: ApprovedClaim, links: Sequence[_Link]) -> list[str]:
    """The refs of a chain of restatements, oldest first; those of the same one stand side by side."""
    earlier = {link.ref: link.supersedes for link in links}
    chain = [claim.ref]
    while (before := earlier.get(chain[0])) is not None and before not in chain:
        chain.insert(0, before)
    later = [claim.ref]
    while later:
        later = [link.ref for link in links if link.supersedes in later and link.ref not in chain]
        chain += sorted(later)
    return chain
