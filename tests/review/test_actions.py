"""Every move of a revision and of a judgement, refused ones too; and what a verdict does."""

from datetime import date, timedelta

import pytest
from sqlalchemy import event, select, text

from app import models
from app.acts.queries import ledger_version
from app.claims.approved import ApprovedClaim
from app.claims.drafts import new_key
from app.claims.queries import approved_claims
from app.claims.refusals import (
    AlreadyDecided,
    NamesUndecided,
    NeedsAReason,
    NewerRevision,
    NoSuchClaim,
    NotAReviewer,
    NothingChanges,
    NotTheAuthor,
    Overtaken,
    OwnRevision,
    RowRefused,
    Unexplained,
    WaitsAlready,
)
from app.claims.warnings import Warned
from app.errors import NotFound
from app.review.actions import decide, decide_batch, decide_together, judge, note_check, open_batch
from tests.claims.entering import a_ledger, a_row, enter, entered_and_approved, ref_of
from tests.factories import NOW, BatchFactory, PersonFactory, RevisionFactory, new_version
from tests.rules import refused, update_by_hand

SLIP = Warned("extra_digit", "point", "This is ten times the reading.")


@pytest.fixture(autouse=True)
def ledger(session):
    a_ledger()


def newest_act(session):
    return session.scalars(select(models.Act).order_by(models.Act.id.desc()).limit(1)).one()


def a_revision(session, author):
    return enter(session, by=author)


def a_judgement(session, author):
    revision = entered_and_approved(session)
    return set_aside(session, ref_of(session, revision), by=author)


def set_aside(session, ref, **given):
    defaults = {"shown": 1, "by": PersonFactory(), "at": NOW, "reason": "copy_error"}
    return judge(session, ref, "set_aside", **defaults | given)


BOTH = pytest.mark.parametrize("made", [a_revision, a_judgement], ids=["revision", "judgement"])

WHO = {
    "author": lambda author: author,
    "editor": lambda _: PersonFactory(),
    "reviewer": lambda _: PersonFactory(role="reviewer"),
    "administrator": lambda _: PersonFactory(role="administrator"),
    "disabled": lambda _: PersonFactory(role="reviewer", disabled_at=NOW),
}

# From which verdict, who, gives which verdict; what is raised; and the rule of the database that would refuse
# it. None and None: it is given. Where the database alone lets it pass, it says so by itself.
MOVES = [
    *((None, who, "approved", None, None) for who in ("reviewer", "administrator")),
    *((None, who, "sent_back", None, None) for who in ("reviewer", "administrator")),
    *((None, who, "rejected", None, None) for who in ("reviewer", "administrator")),
    (None, "author", "withdrawn", None, None),
    *((None, who, verdict, NotAReviewer, "decided_by_a_reviewer")
      for who in ("editor", "disabled") for verdict in ("approved", "sent_back", "rejected")),
    *((None, who, "withdrawn", NotTheAuthor, "withdrawn_by_its_author")
      for who in ("editor", "reviewer", "administrator", "disabled")),
    (None, "author", "approved", OwnRevision, "four_eyes"),
    (None, "author", "sent_back", OwnRevision, "refused_by_another"),
    (None, "author", "rejected", OwnRevision, "refused_by_another"),
    *((given, who, verdict, AlreadyDecided, "decided_once")
      for given in ("approved", "sent_back", "rejected", "withdrawn")
      for who, verdict in (("reviewer", "approved"), ("reviewer", "sent_back"), ("reviewer", "rejected"),
                           ("author", "withdrawn"))),
]  # fmt: skip


def bring_to(session, waiting, author, verdict):
    """Give a first verdict."""
    if verdict is not None:
        by = author if verdict == "withdrawn" else PersonFactory(role="reviewer")
        decide(session, waiting, verdict, by=by, at=NOW, reason="So it is.")


@BOTH
@pytest.mark.parametrize(
    ("given", "who", "verdict", "refusal", "rule"), MOVES, ids=lambda value: getattr(value, "__name__", value)
)
def test_every_move(session, made, given, who, verdict, refusal, rule):
    author = PersonFactory(role="reviewer")
    waiting = made(session, author)
    bring_to(session, waiting, author, given)
    by, version = WHO[who](author), ledger_version(session)
    if refusal is None:
        act = decide(session, waiting, verdict, by=by, at=NOW, reason="So it is.")
        assert (waiting.verdict, waiting.decided_by, waiting.decided_at) == (verdict, by.id, NOW)
        assert waiting.approved_version == act.version
        assert ledger_version(session) == version + (verdict == "approved")
    else:
        with pytest.raises(refusal):
            decide(session, waiting, verdict, by=by, at=NOW, reason="So it is.")
        assert (waiting.verdict, ledger_version(session)) == (given, version)
        with refused(session, f"{waiting.__tablename__}_{rule}"):
            update_by_hand(
                session,
                waiting,
                verdict=verdict,
                decided_by=by.id,
                decided_at=NOW,
                decision_reason="By hand.",
                approved_version=new_version("approve") if verdict == "approved" else None,
            )


@BOTH
@pytest.mark.parametrize("verdict", ["sent_back", "rejected"])
def test_a_refusal_takes_a_reason_in_words(session, made, verdict):
    waiting = made(session, PersonFactory())
    with pytest.raises(NeedsAReason):
        decide(session, waiting, verdict, by=PersonFactory(role="reviewer"), at=NOW, reason=" ")
    assert waiting.verdict is None


def test_what_is_no_verdict_is_a_mistake_of_ours(session):
    with pytest.raises(ValueError, match="no verdict"):
        decide(session, enter(session), "perhaps", by=PersonFactory(role="reviewer"), at=NOW)


@BOTH
def test_one_person_alone_approves_where_four_eyes_are_off_and_it_says_so(session, made):
    author = PersonFactory(role="reviewer")
    waiting = made(session, author)
    act = decide(session, waiting, "approved", by=author, at=NOW, four_eyes=False)
    assert waiting.approved_alone
    assert act.details["approved_alone"]


def test_an_editor_alone_approves_nothing_whatever_is_switched_off(session):
    author = PersonFactory(role="editor")
    with pytest.raises(NotAReviewer):
        decide(session, enter(session, by=author), "approved", by=author, at=NOW, four_eyes=False)


def test_another_reviewer_approves_as_always_where_four_eyes_are_off(session):
    waiting = enter(session)
    decide(session, waiting, "approved", by=PersonFactory(role="reviewer"), at=NOW, four_eyes=False)
    assert not waiting.approved_alone


def test_who_was_first_is_named_to_who_comes_second(session):
    waiting, first = enter(session), PersonFactory(role="reviewer", display_name="Ada")
    decide(session, waiting, "approved", by=first, at=NOW)
    with pytest.raises(AlreadyDecided, match="was approved by Ada on 15 January 2026, 09:30 UTC"):
        decide(session, waiting, "rejected", by=PersonFactory(role="reviewer"), at=NOW, reason="No.")


def test_a_verdict_before_the_clock_of_who_handed_it_in_counts_as_given_then(session):
    waiting = enter(session)
    decide(session, waiting, "approved", by=PersonFactory(role="reviewer"), at=NOW - timedelta(seconds=2))
    assert waiting.decided_at == NOW


def test_a_warning_is_approved_past_with_a_written_reason_only(session):
    reviewer, waiting = PersonFactory(role="reviewer"), enter(session)
    with pytest.raises(Unexplained):
        decide(session, waiting, "approved", by=reviewer, at=NOW, warned=[SLIP])
    act = decide(session, waiting, "approved", by=reviewer, at=NOW, warned=[SLIP], overridden="It is right.")
    assert waiting.overridden == "It is right."
    assert act.details["decided"][0]["warned"] == ["extra_digit"]


def test_the_reason_that_an_editor_wrote_stands(session):
    reviewer = PersonFactory(role="reviewer")
    waiting = enter(session, warned=[SLIP], overridden="The source says so twice.")
    decide(session, waiting, "approved", by=reviewer, at=NOW, warned=[SLIP], overridden="I think so too.")
    assert waiting.overridden == "The source says so twice."


def test_a_warning_stops_no_refusal(session):
    waiting = enter(session)
    decide(
        session,
        waiting,
        "rejected",
        by=PersonFactory(role="reviewer"),
        at=NOW,
        reason="A slip.",
        warned=[SLIP],
    )
    assert waiting.verdict == "rejected"


def test_what_was_overtaken_by_an_import_is_not_approved(session):
    first = enter(session)
    RevisionFactory(claim_id=first.claim_id, number=2, approved=True, origin="command_line")
    reviewer = PersonFactory(role="reviewer")
    with pytest.raises(Overtaken):
        decide(session, first, "approved", by=reviewer, at=NOW)
    decide(session, first, "rejected", by=reviewer, at=NOW, reason="Overtaken.")


@pytest.mark.parametrize("how", ["repeat_of", "part_of", "supersedes"])
def test_a_claim_is_decided_on_before_what_names_it(session, how):
    root = enter(session, a_row(claim_ref="root"))
    leaning = enter(session, a_row(claim_ref="leaning", **{how: "root"}))
    reviewer = PersonFactory(role="reviewer")
    with pytest.raises(NamesUndecided, match="rests on root"):
        decide(session, leaning, "approved", by=reviewer, at=NOW)
    decide_together(session, [leaning, root], "approved", by=reviewer, at=NOW)
    assert leaning.approved_version == root.approved_version


def test_a_statement_on_a_large_batch_takes_no_more_parameters_than_one_on_a_small(session, engine):
    """A statement takes 65,535 of them, and a batch may have more rows."""
    most = {}
    for rows in (2, 20):
        batch = BatchFactory()
        for _row in range(rows):
            RevisionFactory(batch_id=batch.id)
        session.flush()
        sent = []

        def note(connection, cursor, statement, parameters, context, many, sent=sent):
            sent.append(0 if many else len(parameters))

        event.listen(engine, "before_cursor_execute", note)
        decide_batch(session, batch, "approved", by=PersonFactory(role="reviewer"), at=NOW)
        event.remove(engine, "before_cursor_execute", note)
        most[rows] = max(sent)
    assert most[20] == most[2]


def test_words_of_a_large_batch_are_made_before_the_ledger_is_locked(session, engine, monkeypatch):
    """They are the same words, and nobody waits for them."""
    words = "select words from claim_texts t join claims c on c.id = t.claim_id where c.ref = :ref"
    rows = [enter(session, a_row(claim_ref=f"many-{n}", point=str(n + 1), wording="Sent")) for n in range(3)]
    reviewer = PersonFactory(role="reviewer")
    decide(session, rows[0], "approved", by=reviewer, at=NOW)
    monkeypatch.setattr("app.review.actions.TOGETHER", 1)
    monkeypatch.setattr("app.review.verdicts.TOGETHER", 1)
    sent = []
    event.listen(engine, "before_cursor_execute", lambda *given: sent.append(given[2]))
    decide_together(session, rows[1:], "approved", by=reviewer, at=NOW)
    [prepared] = [at for at, one in enumerate(sent) if "prepare_words" in one]
    [locks, *_after] = [at for at, one in enumerate(sent) if "FROM ledger FOR UPDATE" in one]
    assert prepared < locks
    assert all(row.approved_version for row in rows)
    first, second, third = (session.scalar(text(words), {"ref": f"many-{n}"}) for n in range(3))
    assert second == first.replace("'-0':", "'-1':").replace("'1':", "'2':")
    assert third == first.replace("'-0':", "'-2':").replace("'1':", "'3':")


def test_a_batch_is_decided_on_as_one_act_under_one_version(session):
    author, reviewer = PersonFactory(), PersonFactory(role="reviewer")
    batch = open_batch(session, "january.csv", by=author, at=NOW, origin="upload")
    rows = [enter(session, a_row(point=str(point)), by=author, batch=batch) for point in (1, 2, 3)]
    decide(session, rows[2], "withdrawn", by=author, at=NOW)
    version = ledger_version(session)
    act = decide_batch(session, batch, "approved", by=reviewer, at=NOW)
    assert [row.verdict for row in rows] == ["approved", "approved", "withdrawn"]
    assert {rows[0].approved_version, rows[1].approved_version} == {act.version} == {version + 1}
    assert (act.subject, len(act.details["decided"])) == ("january.csv", 2)
    with pytest.raises(AlreadyDecided):
        decide_batch(session, batch, "approved", by=reviewer, at=NOW)


def test_of_many_all_are_decided_or_none(session):
    reviewer = PersonFactory(role="reviewer")
    others, own = enter(session), enter(session, by=reviewer)
    with pytest.raises(OwnRevision):
        decide_together(session, [others, own], "approved", by=reviewer, at=NOW)
    assert (others.verdict, own.verdict) == (None, None)
    alone = decide_together(session, [others, own], "approved", by=reviewer, at=NOW, four_eyes=False)
    assert (others.approved_alone, own.approved_alone) == (False, True)
    assert alone.details["approved_alone"]


def test_of_many_only_those_warned_of_carry_the_reason(session):
    reviewer = PersonFactory(role="reviewer")
    plain, odd = enter(session, a_row(claim_ref="plain")), enter(session, a_row(claim_ref="odd"))
    warned = {"odd": [SLIP]}
    with pytest.raises(Unexplained, match="odd"):
        decide_together(session, [plain, odd], "approved", by=reviewer, at=NOW, warned=warned)
    decide_together(
        session, [plain, odd], "approved", by=reviewer, at=NOW, warned=warned, overridden="It is right."
    )
    assert (plain.overridden, odd.overridden) == (None, "It is right.")


def only_claim(session) -> ApprovedClaim:
    [claim] = approved_claims(session)
    return claim


def test_a_claim_is_set_aside_retracted_and_restored(session):
    ref = ref_of(session, entered_and_approved(session))
    reviewer = PersonFactory(role="reviewer")
    withdrawn_on = date(2025, 6, 1)
    for act, given, standing in (
        ("set_aside", {"reason": "stale"}, ("set_aside", "stale", None)),
        ("retract", {"reason": "withdrawn", "on": withdrawn_on}, ("retracted", "withdrawn", withdrawn_on)),
        ("restore", {"words": "The source stands by it."}, ("good", None, None)),
    ):
        waiting = judge(session, ref, act, shown=1, by=PersonFactory(), at=NOW, **given)
        assert newest_act(session).details["act"] == act
        decided = decide(session, waiting, "approved", by=reviewer, at=NOW)
        claim = only_claim(session)
        assert (claim.standing, claim.standing_reason, claim.standing_on) == standing
        assert (decided.kind, decided.reason) == ("judge", standing[1])


JUDGEMENTS = {
    "of a claim nobody knows": ("nothing", "set_aside", {}, NoSuchClaim),
    "of a revision that was not shown": ("nis", "set_aside", {"shown": 2}, NewerRevision),
    "without a reason": ("nis", "set_aside", {"reason": None}, RowRefused),
    "for a reason of another act": ("nis", "set_aside", {"reason": "withdrawn"}, RowRefused),
    "on a day that it does not take": ("nis", "set_aside", {"on": date(2025, 6, 1)}, RowRefused),
    "without the day of the retraction": ("nis", "retract", {"reason": "withdrawn"}, RowRefused),
    "of a retraction to come": (
        "nis", "retract", {"reason": "withdrawn", "on": date(2026, 1, 16)}, RowRefused,
    ),
    "to restore what is good": ("nis", "restore", {"reason": None, "words": "Why not."}, NothingChanges),
    "to restore without words": ("nis", "restore", {"reason": None}, RowRefused),
}  # fmt: skip


@pytest.mark.parametrize(("ref", "act", "given", "refusal"), JUDGEMENTS.values(), ids=JUDGEMENTS)
def test_what_is_no_judgement_is_refused(session, ref, act, given, refusal):
    entered_and_approved(session, a_row(claim_ref="nis"))
    defaults = {"shown": 1, "by": PersonFactory(), "at": NOW, "reason": "copy_error"}
    with pytest.raises(refusal):
        judge(session, ref, act, **defaults | given)


def test_one_judgement_at_a_time_waits_and_the_same_form_is_one(session):
    ref, editor, key = ref_of(session, entered_and_approved(session)), PersonFactory(), new_key()
    first = set_aside(session, ref, by=editor, key=key)
    assert set_aside(session, ref, by=editor, key=key) is first
    with pytest.raises(WaitsAlready):
        set_aside(session, ref, key=new_key())


def test_a_claim_is_judged_once_it_counts(session):
    waiting = enter(session, a_row(claim_ref="nis"))
    judgement = set_aside(session, "nis")
    reviewer = PersonFactory(role="reviewer")
    with pytest.raises(NamesUndecided):
        decide(session, judgement, "approved", by=reviewer, at=NOW)
    decide_together(session, [judgement, waiting], "approved", by=reviewer, at=NOW)
    assert only_claim(session).standing == "set_aside"


def test_that_nothing_new_was_found_is_noted_per_deployment(session):
    version = ledger_version(session)
    act = note_check(session, "nk-russia", by=PersonFactory(), at=NOW, words="Yonhap, NK News")
    assert (act.kind, act.subject, act.words, act.version) == ("check", "nk-russia", "Yonhap, NK News", None)
    assert ledger_version(session) == version
    with pytest.raises(NotFound):
        note_check(session, "elsewhere", by=PersonFactory(), at=NOW)
