"""What the database holds of merges and of claims that are alike, broken rule by rule."""

from sqlalchemy import text, update

from app.models import Judgement, Revision
from tests.factories import (
    NOW,
    ActFactory,
    AlikeFactory,
    BatchFactory,
    DistinctionFactory,
    JudgementFactory,
    PersonFactory,
    RevisionFactory,
    current_session,
    new_version,
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


def told_apart_of(one, other, **given):
    """Two revisions are told apart, in either order."""
    first, second = sorted((one, other), key=lambda revision: revision.claim_id)
    return DistinctionFactory(first=first, second=second, **given)


def said_again(state):
    """What was said of a pair is said once more."""
    pair = RevisionFactory(approved=True), RevisionFactory(approved=True)
    told_apart_of(*pair)
    if state == "open":
        told_apart_of(*pair, state="open")
    told_apart_of(*pair, state=state)


def in_no_order():
    older, newer = RevisionFactory(approved=True), RevisionFactory(approved=True)
    DistinctionFactory(first=newer, second=older)


def an_appearance():
    claim = RevisionFactory(approved=True)
    same = {
        "source_id": claim.source_id,
        "deployment_id": claim.deployment_id,
        "measure_id": claim.measure_id,
    }
    return RevisionFactory(repeat_of_id=claim.claim_id, approved=True, **same)


BROKEN = [
    ("distinctions_state_is_known", lambda: DistinctionFactory(state="maybe")),
    ("distinctions_in_order", in_no_order),
    ("distinctions_one_per_act_id", lambda: DistinctionFactory(act_id=DistinctionFactory().act_id)),
    ("alike_kind_is_known", lambda: AlikeFactory(kind="sound")),
    (
        "claim_revisions_decided_as_one",
        lambda: decided_by_itself(Revision, RevisionFactory, JudgementFactory),
    ),
    ("judgements_decided_as_one", lambda: decided_by_itself(Judgement, JudgementFactory, RevisionFactory)),
]

COUNTED = [
    ("distinctions_of_what_counts", lambda: told_apart_of(RevisionFactory(approved=True), RevisionFactory())),
    ("distinctions_of_what_counts", lambda: told_apart_of(RevisionFactory(approved=True), an_appearance())),
    ("distinctions_by_their_act", lambda: DistinctionFactory(act_id=ActFactory(kind="check").id)),
    ("distinctions_by_their_act", lambda: DistinctionFactory(version=new_version() - 1)),
    ("distinctions_said_once", lambda: said_again("two")),
    ("distinctions_said_once", lambda: said_again("open")),
]
"""What the trigger that tells apart as they count refuses, by the names that it gives."""


@each_broken(BROKEN + COUNTED)
def test_what_is_no_merge_is_refused(session, rule, attempt):
    with refused(session, rule):
        attempt()
