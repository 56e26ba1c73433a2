"""What the database holds of merges and of claims that are alike, broken rule by rule."""

from sqlalchemy import text, update

from app.models import Judgement, Revision
from tests.factories import (
    NOW,
    AlikeFactory,
    BatchFactory,
    JudgementFactory,
    PersonFactory,
    RevisionFactory,
    current_session,
)
from tests.rules import each_broken, refused


def decided_by_itself(model, first, second):
    """One of two rows of a batch that is decided as one gets a verdict, the other none."""
    session = current_session()
    batch = BatchFactory(as_one=True)
    row = first(batch_id=batch.id)
    second(batch_id=batch.id)
    reviewer = PersonFactory(role="reviewer")
    values = {"verdict": "rejected", "decided_by": reviewer.id, "decided_at": NOW, "decision_reason": "No."}
    session.execute(update(model).where(model.id == row.id).values(values))
    session.execute(text("set constraints all immediate"))


BROKEN = [
    ("alike_kind_is_known", lambda: AlikeFactory(kind="sound")),
    (
        "claim_revisions_decided_as_one",
        lambda: decided_by_itself(Revision, RevisionFactory, JudgementFactory),
    ),
    ("judgements_decided_as_one", lambda: decided_by_itself(Judgement, JudgementFactory, RevisionFactory)),
]


@each_broken(BROKEN)
def test_what_is_no_merge_is_refused(session, rule, attempt):
    with refused(session, rule):
        attempt()
