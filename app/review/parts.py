"""The parts in which all of a batch is weighed: a few deployments at a time, so that no page takes long."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from app.answers.at_hand import sizes_of
from app.answers.glances import READ_AT_ONCE
from app.answers.queries import drawn_on
from app.claims.models import Revision
from app.deployments.models import Deployment
from app.measures.models import Measure
from app.review.models import Batch, Judgement

PART = READ_AT_ONCE // 2
"""Claims that one part takes; a deployment that takes more is a part of its own."""

_COUNTS = (Revision.approved_version.is_not(None), Revision.replaced_version.is_(None))


def is_about(model: type[Revision] | type[Judgement], deployments: Sequence[str]) -> ColumnElement[bool]:
    """That a revision is about one of these deployments; of a judgement, that its claim is now."""
    wanted = select(Deployment.id).where(Deployment.slug.in_(deployments))
    if model is Revision:
        return Revision.deployment_id.in_(wanted)
    return (
        select(Revision.id)
        .where(Revision.claim_id == Judgement.claim_id, Revision.deployment_id.in_(wanted), *_COUNTS)
        .exists()
    )


def parts_of_batch(session: Session, batch: Batch) -> list[list[str]]:
    """The deployments that a batch is about, by slug, in the parts in which all of it is weighed.

    What it does to a deployment is told as a whole in one part: those between which a claim would move, too,
    are in the same. Three statements.
    """
    now, counts = aliased(Revision), aliased(Deployment)
    revised = session.execute(
        select(Deployment.slug, Measure.slug, counts.slug, func.count())
        .select_from(Revision)
        .join(Deployment, Deployment.id == Revision.deployment_id)
        .join(Measure, Measure.id == Revision.measure_id)
        .outerjoin(
            now,
            (now.claim_id == Revision.claim_id)
            & (Revision.number > 1)
            & now.approved_version.is_not(None)
            & now.replaced_version.is_(None),
        )
        .outerjoin(counts, counts.id == now.deployment_id)
        .where(Revision.batch_id == batch.id, Revision.verdict.is_(None))
        .group_by(Deployment.slug, Measure.slug, counts.slug)
    ).all()
    judged = session.execute(
        select(Deployment.slug, Measure.slug, Deployment.slug, func.count())
        .select_from(Judgement)
        .join(Revision, (Revision.claim_id == Judgement.claim_id) & _COUNTS[0] & _COUNTS[1])
        .join(Deployment, Deployment.id == Revision.deployment_id)
        .join(Measure, Measure.id == Revision.measure_id)
        .where(Judgement.batch_id == batch.id, Judgement.verdict.is_(None))
        .group_by(Deployment.slug, Measure.slug)
    ).all()
    together: dict[str, set[str]] = {}
    takes: dict[str, int] = {}
    moved: set[tuple[str, str]] = set()
    for slug, measure, counted_in, rows in (*revised, *judged):
        moved.add((slug, measure))
        takes[slug] = takes.get(slug, 0) + rows
        joined = {slug, counted_in or slug}
        for one in tuple(joined):
            joined |= together.get(one, set())
        together |= dict.fromkeys(joined, joined)
    sizes = sizes_of(session, sorted(together))
    for slug, measure in moved:
        takes[slug] += sum(sizes.get((slug, one), 0) for one in drawn_on(measure))
    parts: list[list[str]] = []
    left = 0
    for group in sorted({tuple(sorted(joined)) for joined in together.values()}):
        needs = sum(takes.get(slug, 0) for slug in group)
        if not parts or needs > left:
            parts.append([])
            left = PART
        parts[-1] += group
        left -= needs
    return parts
