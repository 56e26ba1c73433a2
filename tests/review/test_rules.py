"""The rules of judgements, and those that revisions and judgements share: the verdict, once."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.factories import (
    NOW,
    BatchFactory,
    ClaimFactory,
    JudgementFactory,
    PersonFactory,
    RevisionFactory,
    current_session,
    new_version,
)
from tests.rules import each_broken, insert_copies, refused, update_by_hand

DECIDED = pytest.mark.parametrize("made", [RevisionFactory, JudgementFactory], ids=["revision", "judgement"])

BROKEN = [
    ("batches_origin_is_known", lambda: BatchFactory(origin="post")),
    ("batches_no_empty_text", lambda: BatchFactory(name="")),
    ("judgements_standing_is_known", lambda: JudgementFactory(standing="doubtful", standing_reason=None)),
    ("judgements_reason_is_known", lambda: JudgementFactory(standing_reason="dislike")),
    ("judgements_set_aside_has_a_reason", lambda: JudgementFactory(standing_reason=None)),
    ("judgements_good_needs_no_reason", lambda: JudgementFactory(standing="good", standing_reason="other")),
    ("judgements_retracted_on_a_day", lambda: JudgementFactory(standing="retracted", standing_on=None)),
    ("judgements_retracted_on_a_day", lambda: JudgementFactory(standing_on=date(2025, 6, 1))),
    (
        "judgements_standing_on_in_known_years",
        lambda: JudgementFactory(standing="retracted", standing_on=date(3000, 1, 1)),
    ),
    ("judgements_origin_is_known", lambda: JudgementFactory(origin="post")),
    ("judgements_no_empty_text", lambda: JudgementFactory(words="")),
]


def decided(made, **values):
    """Something that another person decided on."""
    return made(**{"decided_by": PersonFactory().id, "decided_at": NOW} | values)


def approved_by_its_author(made, **values):
    author = PersonFactory().id
    return made(approved=True, recorded_by=author, decided_by=author, **values)


def refused_by_its_author(made, verdict):
    author = PersonFactory().id
    return decided(made, verdict=verdict, decided_by=author, recorded_by=author, decision_reason="No.")


def refuse_by_hand(waiting, person):
    verdict = {"verdict": "rejected", "decided_by": person.id, "decided_at": NOW, "decision_reason": "No."}
    update_by_hand(current_session(), waiting, **verdict)


def replaced_at_once(made):
    version = new_version()
    return made(approved=True, approved_version=version, replaced_version=version)


def second_current(made):
    """A second approved one beside the first, which is not closed: written by hand."""
    first, second = made(approved=True), made(approved=True)
    insert_copies(current_session(), second, {"claim_id": first.claim_id, "number": 2})


def in_another_age(made):
    published = {"published_on": "2025-03-27"} if made is RevisionFactory else {}
    return made(recorded_at=datetime(999, 12, 31, tzinfo=UTC), **published)


SHARED = [
    ("numbered_from_one", lambda made: made(number=0)),
    ("one_per_claim_id_number", lambda made: made(claim_id=made(rejected=True).claim_id, number=1)),
    ("one_open", lambda made: made(claim_id=made().claim_id)),
    ("one_current", second_current),
    ("numbers_follow", lambda made: made(number=2)),
    ("numbers_follow", lambda made: made(claim_id=made(rejected=True).claim_id, number=3)),
    ("verdict_is_known", lambda made: decided(made, verdict="perhaps")),
    ("verdict_has_reviewer_and_time", lambda made: decided(made, verdict="withdrawn", decided_at=None)),
    ("verdict_has_reviewer_and_time", lambda made: made(decided_at=NOW)),
    ("approved_at_a_version", lambda made: decided(made, verdict="approved")),
    ("approved_at_a_version", lambda made: made(rejected=True, approved_version=new_version())),
    ("approved_at_a_version", lambda made: made(approved_version=new_version())),
    ("replaced_later", replaced_at_once),
    ("replaced_only_if_approved", lambda made: made(replaced_version=new_version())),
    ("refusal_has_a_reason", lambda made: decided(made, verdict="rejected")),
    ("refusal_has_a_reason", lambda made: decided(made, verdict="sent_back")),
    ("no_empty_text", lambda made: decided(made, verdict="rejected", decision_reason="")),
    ("no_empty_text", lambda made: made(overridden="")),
    ("no_empty_text", lambda made: made(reason="")),
    ("reason_given_with_a_verdict", lambda made: made(decision_reason="not yet")),
    ("decided_once_recorded", lambda made: made(approved=True, decided_at=NOW - timedelta(seconds=1))),
    ("decided_once_recorded", lambda made: made(approved=True, decided_at=datetime(3000, 1, 1, tzinfo=UTC))),
    ("alone_only_if_approved", lambda made: made(approved_alone=True)),
    ("alone_only_if_approved", lambda made: made(rejected=True, approved_alone=True)),
    ("four_eyes", approved_by_its_author),
    ("withdrawn_by_its_author", lambda made: decided(made, verdict="withdrawn")),
    ("refused_by_another", lambda made: refused_by_its_author(made, "sent_back")),
    ("refused_by_another", lambda made: refused_by_its_author(made, "rejected")),
    ("decided_by_a_reviewer", lambda made: refuse_by_hand(made(), PersonFactory(role="editor"))),
    (
        "decided_by_a_reviewer",
        lambda made: refuse_by_hand(made(), PersonFactory(role="reviewer", disabled_at=NOW)),
    ),
    ("recorded_in_known_years", in_another_age),
]


@each_broken(BROKEN)
def test_what_is_no_judgement_is_refused(session, rule, attempt):
    with refused(session, rule):
        attempt()


@DECIDED
@each_broken(SHARED)
def test_what_is_no_verdict_is_refused(session, made, rule, attempt):
    with refused(session, f"{made._meta.model.__tablename__}_{rule}"):
        attempt(made)


@DECIDED
@pytest.mark.parametrize("values", [{"approved_alone": True}, {"origin": "command_line"}], ids=str)
def test_who_approves_alone_says_so_or_has_the_database_in_hand(session, made, values):
    assert approved_by_its_author(made, **values).approved_version


@DECIDED
def test_an_author_withdraws_and_enters_again(session, made):
    author = PersonFactory().id
    first = made(recorded_by=author)
    first.verdict, first.decided_by, first.decided_at = "withdrawn", author, NOW
    session.flush()
    assert made(claim_id=first.claim_id).number == 2


CHANGES = {
    "another verdict": {"verdict": "rejected", "approved_version": None, "decision_reason": "no"},
    "no verdict after all": {
        "verdict": None, "decided_by": None, "decided_at": None, "approved_version": None,
    },
    "another reviewer": {"decided_by": 1},
    "another time": {"decided_at": NOW + timedelta(days=1)},
    "a reason afterwards": {"decision_reason": "on second thoughts"},
    "alone after all": {"approved_alone": True},
    "a warning passed over afterwards": {"overridden": "it is right"},
}  # fmt: skip


@DECIDED
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_verdict_is_given_once(session, made, change):
    decision = made(approved=True)
    with refused(session, f"{decision.__tablename__}_decided_once"):
        update_by_hand(session, decision, **change)


@DECIDED
def test_a_verdict_goes_with_no_other_version(session, made):
    decision = made(approved=True)
    with refused(session, f"{decision.__tablename__}_decided_once"):
        update_by_hand(session, decision, approved_version=new_version())


@DECIDED
def test_what_waits_for_its_verdict_is_not_touched_before(session, made):
    waiting = made()
    with refused(session, f"{waiting.__tablename__}_decided_once"):
        update_by_hand(session, waiting, overridden="it is right")


@DECIDED
def test_the_reason_for_passing_over_a_warning_is_not_replaced_by_the_verdict(session, made):
    waiting = made(overridden="the source says so twice")
    with refused(session, f"{waiting.__tablename__}_decided_once"):
        approve_by_hand(session, waiting, overridden="it is right")
    approve_by_hand(session, waiting)
    session.refresh(waiting)
    assert (waiting.verdict, waiting.overridden) == ("approved", "the source says so twice")


@DECIDED
def test_what_was_replaced_stays_replaced(session, made):
    first = made(approved=True, approved_version=new_version(), replaced_version=new_version())
    for version in (None, new_version()):
        with refused(session, f"{first.__tablename__}_closed_once"):
            update_by_hand(session, first, replaced_version=version)


@DECIDED
def test_two_never_count_at_once(session, made):
    earlier, later, last = new_version(), new_version(), new_version()
    first = made(approved=True, approved_version=earlier, replaced_version=last)
    with refused(session, f"{first.__tablename__}_count_in_turn"):
        made(claim_id=first.claim_id, approved=True, approved_version=later)
    assert made(claim_id=first.claim_id, approved=True, approved_version=last).number == 2


@DECIDED
def test_the_older_is_not_approved_after_the_newer(session, made):
    first = made()
    made(claim_id=first.claim_id, approved=True)
    made(claim_id=first.claim_id, rejected=True)
    with refused(session, f"{first.__tablename__}_one_current"):
        approve_by_hand(session, first)
    with refused(session, f"{first.__tablename__}_approved_in_turn"):
        approve_by_hand(session, first, replaced=True)


def approve_by_hand(session, row, *, replaced=False, **values):
    values |= {"verdict": "approved", "decided_by": PersonFactory(role="reviewer").id, "decided_at": NOW}
    values["approved_version"] = new_version()
    if replaced:
        values["replaced_version"] = new_version()
    update_by_hand(session, row, **values)


def test_a_claim_has_revisions_and_judgements_side_by_side(session):
    claim = ClaimFactory()
    RevisionFactory(claim=claim, approved=True)
    assert JudgementFactory(claim=claim, standing="retracted", approved=True).number == 1
