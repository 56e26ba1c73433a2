"""What is handed in, as lists show it: with the claim that it would make or is about."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.claims.approved import ApprovedClaim
from app.claims.models import Revision
from app.claims.rows import claims_of
from app.review.acts_of_editors import ACTS, EditorsAct
from app.review.models import Judgement
from app.review.queries import Waiting


@dataclass(frozen=True, slots=True)
class Shown:
    """Something handed in, with its claim: of a revision as it would be, of a judgement as it reads."""

    waiting: Waiting
    claim: ApprovedClaim

    @property
    def act(self) -> EditorsAct:
        return ACTS[self.waiting.act]

    @property
    def key(self) -> str:
        """By this a form names it: `revision-12`."""
        return f"{self.waiting.kind}-{self.waiting.id}"


def with_claims_shown(session: Session, listed: Sequence[Waiting]) -> list[Shown]:
    """The same with their claims, in the same order. At most three SELECTs."""
    revisions = {one.id for one in listed if one.kind == "revision"}
    judged = _newest_revisions(session, [one.id for one in listed if one.kind == "judgement"])
    claims = claims_of(session, sorted(revisions | set(judged.values())))
    return [
        Shown(one, claims[one.id if one.kind == "revision" else judged[one.id]])
        for one in listed
    ]  # fmt: skip


def _newest_revisions(session: Session, judgement_ids: Sequence[int]) -> dict[int, int]:
    """By judgement, the newest revision of the claim that it judges."""
    if not judgement_ids:
        return {}
    found: dict[int, int] = dict(
        session.execute(
            select(Judgement.id, func.max(Revision.id))
            .join(Revision, Revision.claim_id == Judgement.claim_id)
            .where(Judgement.id.in_(judgement_ids))
            .group_by(Judgement.id)
        ).all()
    )
    return found
