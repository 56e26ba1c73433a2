"""Claims that are probably one statement, in groups: from a table that is kept, in a few look-ups."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Row, func, literal, select
from sqlalchemy.orm import Session, aliased

from app.claims.approved import ApprovedClaim
from app.claims.likeness import Likeness, likenesses
from app.claims.models import Claim, Revision
from app.claims.queries import approved_claims
from app.duplicates.apart import pairs_apart
from app.duplicates.models import Alike

GROUPS = 20
"""How many groups one page lists."""

MOST_OF_GROUP = 4
"""Claims of one group that are shown; beyond them it says how many there are."""

COUNTED_UP_TO = 10_000
"""Claims that are alike, of which a page says how many; beyond it says that there are more."""


_MOST_WEIGHED = 300
"""Claims of one measure and day that one is held against."""


@dataclass(frozen=True, slots=True)
class Other:
    """One more claim of a group: how it resembles the first, and with which it is to be compared."""

    alike: Likeness
    against: str | None  # the first of those before it that it was not told apart from; None: from all
    apart: tuple[str, ...]  # those before it that it was told apart from


@dataclass(frozen=True, slots=True)
class Group:
    """Claims that are probably one statement, the one that was entered first at the head."""

    kind: str  # figure or wording
    digest: UUID
    first: ApprovedClaim
    others: tuple[Other, ...]  # in the order they came
    further: int  # how many more there are


@dataclass(frozen=True, slots=True)
class Found:
    """One page of groups; `further` is the last one's key where there is more behind it."""

    groups: list[Group]
    further: str | None
    number: int  # of claims that are alike, counted up to COUNTED_UP_TO


def groups_alike(session: Session, *, after: str | None = None) -> Found:
    """The groups behind the key `after`, as the page before gave it. Four SELECTs.

    In the order of their keys, which is as good as random: one that is merged moves no other.
    """
    query = (
        select(Alike.digest, Alike.kind, func.count().label("number"))
        .group_by(Alike.digest, Alike.kind)
        .order_by(Alike.digest, Alike.kind)
        .limit(GROUPS + 1)
    )
    if after is not None:
        query = query.where(Alike.digest > literal(UUID(after)))
    keys = session.execute(query).all()
    listed = keys[:GROUPS]
    members = _members(session, [key.digest for key in listed])
    claims = {
        one.ref: one
        for one in approved_claims(session, refs=sorted({r for m in members.values() for r in m}))
    }
    apart = pairs_apart(session, claims)
    groups = []
    for key in listed:
        together = [claims[ref] for ref in members[key.digest, key.kind] if ref in claims]
        if len(together) > 1:
            groups.append(_group(key, together, apart))
    some = select(literal(1)).select_from(Alike).limit(COUNTED_UP_TO + 1).subquery()
    counted = select(func.count()).select_from(some)
    further = str(listed[-1].digest) if len(keys) > GROUPS else None
    return Found(groups, further, session.scalar(counted) or 0)


def like_one(session: Session, claim: ApprovedClaim) -> list[Likeness]:
    """The claims about the same measure and days that one may be the same as, the most alike first.

    Without those that it was told apart from. Four SELECTs, by an index: a claim that covers no day has none.
    """
    own, other = aliased(Revision), aliased(Revision)
    counts = [
        condition
        for row in (own, other)
        for condition in (
            row.approved_version.is_not(None),
            row.replaced_version.is_(None),
            row.repeat_of_id.is_(None),
        )
    ]
    same = [
        own.deployment_id == other.deployment_id,
        own.measure_id == other.measure_id,
        func.coalesce(own.as_of_days, own.period_days) == func.coalesce(other.as_of_days, other.period_days),
    ]
    mine = select(Claim.id).where(Claim.ref == claim.ref).scalar_subquery()
    ids = session.scalars(
        select(other.claim_id).where(own.claim_id == mine, *same, *counts).limit(_MOST_WEIGHED)
    )
    refs = session.scalars(select(Claim.ref).where(Claim.id.in_(ids.all()))).all()
    apart = pairs_apart(session, [claim.ref])
    wanted = sorted(ref for ref in refs if frozenset((ref, claim.ref)) not in apart)
    return likenesses(claim, approved_claims(session, refs=wanted))


def _members(session: Session, digests: Sequence[UUID]) -> dict[tuple[UUID, str], list[str]]:
    """The first refs of each group, in the order in which they came."""
    rank = func.row_number().over(partition_by=(Alike.digest, Alike.kind), order_by=Alike.claim_id)
    ranked = (
        select(Alike.digest, Alike.kind, Alike.claim_id, rank.label("rank"))
        .where(Alike.digest.in_(digests))
        .subquery()
    )
    rows = session.execute(
        select(ranked.c.digest, ranked.c.kind, Claim.ref)
        .join(Claim, Claim.id == ranked.c.claim_id)
        .where(ranked.c.rank <= MOST_OF_GROUP)
        .order_by(ranked.c.digest, ranked.c.kind, ranked.c.rank)
    )
    found: defaultdict[tuple[UUID, str], list[str]] = defaultdict(list)
    for digest, kind, ref in rows:
        found[digest, kind].append(ref)
    return found


def _group(
    key: Row[UUID, str, int], together: list[ApprovedClaim], apart: Collection[frozenset[str]]
) -> Group:
    first = together[0]
    others = []
    for place, other in enumerate(together[1:], 1):
        earlier = [one.ref for one in together[:place]]
        told = [ref for ref in earlier if frozenset((ref, other.ref)) in apart]
        alike = next(iter(likenesses(first, [other])), Likeness(other, (), 0))
        against = next((ref for ref in earlier if ref not in told), None)
        others.append(Other(alike, against, tuple(told)))
    return Group(key.kind, key.digest, first, tuple(others), key.number - len(together))
