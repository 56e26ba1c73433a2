"""Whether something looks like an appearance of a claim that the ledger holds."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Select, func, literal_column, or_, select, union
from sqlalchemy.orm import Session

from app.claims.approved import ApprovedClaim
from app.claims.documents import hosted_as, url_key
from app.claims.models import LEADING_FIGURE, Claim, Revision
from app.claims.queries import read_claims, revision_columns
from app.database import among
from app.dates import Days
from app.deployments.models import Deployment
from app.languages.spoken import _
from app.sources.models import Source, SourceDocument

SAME = 80
"""From this strength on two claims are the same statement as far as can be told."""

WORTH_SHOWING = 55
_MOST_SHOWN = 5

_NEAREST = 50
"""Claims with the same figure or wording that are looked at, of those said before and of those said after."""

_SAME_DAY = 200
"""Claims said on the same day, or read in the same document, that are looked at."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """A claim that another one resembles, and why."""

    claim: ApprovedClaim
    reasons: tuple[str, ...]  # in words, the strongest first
    strength: int  # 0 to 100; from `SAME` on it is the same statement as far as can be told
    waits: bool = False  # the claim is still waiting for its verdict


def likenesses(
    claim: ApprovedClaim, others: Iterable[ApprovedClaim], *, waiting: Iterable[ApprovedClaim] = ()
) -> list[Likeness]:
    """The claims that `claim` may be an appearance of, the most alike first, five at most; pure.

    Appearances and the claim itself are passed over.
    """
    every = [_likeness(claim, other, waits=False) for other in others]
    every += [_likeness(claim, other, waits=True) for other in waiting]
    strongest: dict[str, Likeness] = {}
    for one in sorted(every, key=lambda one: (-one.strength, one.waits, one.claim.ref)):
        itself = one.claim.ref == claim.ref or one.claim.repeat_of is not None
        if not itself and one.strength >= WORTH_SHOWING:
            strongest.setdefault(one.claim.ref, one)
    return list(strongest.values())[:_MOST_SHOWN]


def claims_alike(session: Session, claim: ApprovedClaim) -> list[Likeness]:
    """The claims of the ledger, waiting ones too, that `claim` may be an appearance of. Three SELECTs.

    Looked at are those of the deployment that were said on the same day, bear the same figure or the same
    words, or were read in the same document, if they are the same source's or their wording is known. Of more
    than a few dozen with the same figure or words those said nearest to it are: each way of being near is a
    walk along an index, however large the ledger is.
    """
    deployment = session.scalar(select(Deployment.id).where(Deployment.slug == claim.deployment))
    if deployment is None:
        return []
    source = select(Source.id).where(Source.slug == claim.source.slug).scalar_subquery()
    itself = select(Claim.id).where(Claim.ref == claim.ref).scalar_subquery()
    may_be = select(Revision.id).where(
        Revision.deployment_id == deployment,
        Revision.repeat_of_id.is_(None),
        Revision.replaced_version.is_(None),
        func.may_count(Revision.verdict, Revision.replaced_version),
        or_(Revision.source_id == source, Revision.wording.is_not(None)),
        Revision.claim_id.is_distinct_from(itself),
    )
    ways = union(*(select(way.subquery()) for way in _ways_to_be_near(may_be, claim)))
    rows = session.execute(
        revision_columns()
        .add_columns(Revision.verdict)
        .where(among(Revision.id, session.scalars(ways).all()))
    ).all()
    found = list(zip(rows, read_claims(rows), strict=True))
    return likenesses(
        claim,
        [one for row, one in found if row.verdict is not None],
        waiting=[one for row, one in found if row.verdict is None],
    )


def _ways_to_be_near(may_be: Select[int], claim: ApprovedClaim) -> Iterator[Select[int]]:
    """The revisions that share a day, a figure, a wording or a document with a claim, each way bounded."""
    yield may_be.where(Revision.said_day == claim.day_said).limit(_SAME_DAY)
    for figure in sorted({one for one in (claim.low, claim.point, claim.high) if one is not None}):
        yield from _nearest(may_be.where(literal_column(LEADING_FIGURE) == figure), claim)
    if claim.wording:
        own, words = func.lower(Revision.wording), func.lower(claim.wording)
        # Without the second half of the condition words with the same digest would do.
        same = may_be.where(func.md5(own) == func.md5(words), own == words)
        yield from _nearest(same, claim)
    if claim.document is not None and claim.document.url:
        url = claim.document.url
        documents = select(SourceDocument.id).where(SourceDocument.url == url, hosted_as(url))
        yield may_be.where(Revision.document_id.in_(documents)).limit(_SAME_DAY)


def _nearest(query: Select[int], claim: ApprovedClaim) -> Iterator[Select[int]]:
    """Of what a query finds, in the order of the days said, what is nearest on each side of a claim's day."""
    day = Revision.said_day
    yield query.where(day >= claim.day_said).order_by(day).limit(_NEAREST)
    yield query.where(day < claim.day_said).order_by(day.desc()).limit(_NEAREST)


def _likeness(claim: ApprovedClaim, other: ApprovedClaim, *, waits: bool) -> Likeness:
    found = sorted(_reasons(claim, other), key=lambda reason: -reason[0])
    strength = sum(points for points, _words in found)
    if not _same_days(claim, other) or claim.measure != other.measure or claim.nature != other.nature:
        strength = min(strength, SAME - 1)  # whatever else agrees, it is another statement
    return Likeness(
        other, tuple(words for _points, words in found if words), max(0, min(100, strength)), waits
    )


def _reasons(claim: ApprovedClaim, other: ApprovedClaim) -> Iterator[tuple[int, str]]:
    """What two claims have in common: how much it says, and in words."""
    if claim.source.slug == other.source.slug:
        yield 30, _("the same source")
    elif claim.source.family == other.source.family:
        yield 10, _("a source of the same family")
    if _figures(claim) == _figures(other):
        yield 25, _("the same figure")
    elif _values(claim) & _values(other):
        yield 15, _("the same figure, hedged in other words")
    wording, url = _plain(claim.wording), _url(claim)
    for agrees, points, words in (
        (claim.measure == other.measure, 15, _("the same measure")),
        (_same_days(claim, other), 15, _("the same days")),
        (bool(wording) and wording == _plain(other.wording), 30, _("the same wording")),
        (bool(url) and url == _url(other), 10, _("the same document")),
        (claim.day_said == other.day_said, 5, _("said on the same day")),
        (claim.nature != other.nature or claim.place != other.place, -20, ""),
    ):
        if agrees:
            yield points, words


def _same_days(claim: ApprovedClaim, other: ApprovedClaim) -> bool:
    """Whether they are about the same days: the same, or one a vaguer name for the other's."""
    one, two = claim.as_of or claim.period, other.as_of or other.period
    if one is None or two is None:
        return one is two
    return _within(one, two) or _within(two, one)


def _within(one: Days, two: Days) -> bool:
    return two.first <= one.first and one.last <= two.last


def _figures(claim: ApprovedClaim) -> tuple[object, ...]:
    return claim.low, claim.point, claim.high, claim.qualifier


def _values(claim: ApprovedClaim) -> set[object]:
    return {figure for figure in (claim.low, claim.point, claim.high) if figure is not None}


def _url(claim: ApprovedClaim) -> str:
    return url_key(claim.document.url) if claim.document is not None and claim.document.url else ""


def _plain(wording: str | None) -> str:
    return " ".join(re.findall(r"\w+", (wording or "").casefold()))
