"""The life of a claim's revisions and judgements, in every order: a model of it and the database agree.

Each forbidden move is tried as an action and, behind its back, as an UPDATE or INSERT by hand: both are
refused. What the model says of standing, versions and what readers see is compared after every step.
"""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date

import pytest
from hypothesis import settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from hypothesis.strategies import sampled_from
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.acts.queries import ledger_version
from app.claims.actions import newest_number, revise_claim
from app.claims.queries import approved_claims
from app.claims.refusals import (
    AlreadyDecided,
    NamesUndecided,
    NewerRevision,
    NotAReviewer,
    NothingChanges,
    NotTheAuthor,
    OwnRevision,
    WaitsAlready,
)
from app.errors import Refusal
from app.models import Act, Judgement, Revision
from app.review.actions import decide, judge
from app.review.queries import (
    current_judgement,
    current_revision,
    judgement_numbered,
    open_judgement,
    open_revision,
    queue_length,
    revision_numbered,
)
from tests.claims.entering import a_ledger, a_row, enter
from tests.factories import NOW, PersonFactory, new_version, used_in
from tests.rules import update_by_hand

REF = "nis-300"
PEOPLE = ("editor", "other editor", "reviewer", "other reviewer")
VERDICTS = ("approved", "sent_back", "rejected", "withdrawn")
JUDGING = {
    "set_aside": {"reason": "stale"},
    "retract": {"reason": "withdrawn", "on": date(2025, 6, 1)},
    "restore": {"words": "The source stands by it."},
}
STANDING = {
    "set_aside": ("set_aside", "stale", None),
    "retract": ("retracted", "withdrawn", date(2025, 6, 1)),
    "restore": ("good", None, None),
}


@dataclass
class Handed:
    """What the model knows of one revision or judgement: its author, what it says and its verdict."""

    by: str
    says: object
    verdict: str | None = None


@dataclass
class Line:
    """The revisions or the judgements of the claim, in order."""

    handed: list[Handed] = field(default_factory=list)
    current: int | None = None  # the number of the one that counts

    @property
    def open(self) -> int | None:
        return len(self.handed) if self.handed and self.handed[-1].verdict is None else None

    def says(self, otherwise: object) -> object:
        return otherwise if self.current is None else self.handed[self.current - 1].says


class LifeOfARevision(RuleBasedStateMachine):
    """One claim, four people, and everything that they may try, in a transaction that is rolled back."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self.stack = ExitStack()
        connection = self.stack.enter_context(engine.connect())
        self.stack.callback(connection.begin().rollback)
        self.session = self.stack.enter_context(Session(connection, join_transaction_mode="create_savepoint"))
        self.stack.enter_context(used_in(self.session))
        self.revisions, self.judgements = Line(), Line()

    def teardown(self) -> None:
        self.stack.close()

    @initialize()
    def begin(self) -> None:
        a_ledger()
        roles = ("editor", "editor", "reviewer", "reviewer")
        self.people = {who: PersonFactory(role=role) for who, role in zip(PEOPLE, roles, strict=True)}
        enter(self.session, a_row(claim_ref=REF), by=self.people["editor"])
        self.revisions.handed.append(Handed("editor", 300))
        self.version = ledger_version(self.session)

    def tried(self, refusal: type[Refusal] | None, act: Callable[[], object]) -> bool:
        """Whether it was done; what the model forbids is refused as the model says."""
        if refusal is None:
            act()
            return True
        with pytest.raises(refusal):
            act()
        return False

    @rule(who=sampled_from(PEOPLE), point=sampled_from([300, 310, 320]), behind=sampled_from([0, 0, 0, 1]))
    def correct(self, who: str, point: int, behind: int) -> None:
        shown = len(self.revisions.handed) - behind
        refusal: type[Refusal] | None = None
        if behind:
            refusal = NewerRevision
        elif self.revisions.open:
            refusal = WaitsAlready
        elif self.revisions.says(None) == point:
            refusal = NothingChanges
        row = a_row(claim_ref=REF, point=str(point))
        given = {"by": self.people[who], "at": NOW, "warned": (), "reason": "copy_error"}
        if self.tried(refusal, lambda: revise_claim(self.session, row, shown=shown, **given)):
            self.revisions.handed.append(Handed(who, point))

    @rule(who=sampled_from(PEOPLE), act=sampled_from(sorted(JUDGING)))
    def judge(self, who: str, act: str) -> None:
        refusal: type[Refusal] | None = None
        if self.judgements.open:
            refusal = WaitsAlready
        elif self.judgements.says(STANDING["restore"]) == STANDING[act]:
            refusal = NothingChanges
        shown = len(self.revisions.handed)
        given = {"by": self.people[who], "at": NOW, "shown": shown, **JUDGING[act]}
        if self.tried(refusal, lambda: judge(self.session, REF, act, **given)):
            self.judgements.handed.append(Handed(who, STANDING[act]))

    @rule(who=sampled_from(PEOPLE), verdict=sampled_from(VERDICTS), back=sampled_from([0, 0, 0, 1]))
    def decide_on_a_revision(self, who: str, verdict: str, back: int) -> None:
        number = max(1, len(self.revisions.handed) - back)
        row = revision_numbered(self.session, REF, number)
        self.give(self.revisions, row, number, who, verdict)

    @precondition(lambda self: self.judgements.handed)
    @rule(who=sampled_from(PEOPLE), verdict=sampled_from(VERDICTS), back=sampled_from([0, 0, 0, 1]))
    def decide_on_a_judgement(self, who: str, verdict: str, back: int) -> None:
        number = max(1, len(self.judgements.handed) - back)
        row = judgement_numbered(self.session, REF, number)
        self.give(self.judgements, row, number, who, verdict)

    def give(self, line: Line, row: Revision | Judgement, number: int, who: str, verdict: str) -> None:
        refusal = self.forbids(line, number, who, verdict)
        given = {"by": self.people[who], "at": NOW, "reason": "So it is."}
        if self.tried(refusal, lambda: decide(self.session, row, verdict, **given)):
            line.handed[number - 1].verdict = verdict
            if verdict == "approved":
                line.current, self.version = number, self.version + 1
        elif refusal is not NamesUndecided:
            # That a judgement waits for its claim is for the action alone to say.
            self.refused_by_the_database(row, who, verdict)

    def forbids(self, line: Line, number: int, who: str, verdict: str) -> type[Refusal] | None:
        handed = line.handed[number - 1]
        if verdict != "withdrawn" and "reviewer" not in who:
            return NotAReviewer
        if handed.verdict is not None:
            return AlreadyDecided
        if (verdict == "withdrawn") != (handed.by == who):
            return NotTheAuthor if verdict == "withdrawn" else OwnRevision
        waits = line is self.judgements and verdict == "approved" and self.revisions.current is None
        return NamesUndecided if waits else None

    def refused_by_the_database(self, row: Revision | Judgement, who: str, verdict: str) -> None:
        """The same move as an UPDATE by hand, under a version of its own, breaks a rule with a name."""
        with pytest.raises(DBAPIError) as refusal, self.session.begin_nested():
            update_by_hand(
                self.session,
                row,
                verdict=verdict,
                decided_by=self.people[who].id,
                decided_at=NOW,
                decision_reason="By hand.",
                approved_version=new_version("approve") if verdict == "approved" else None,
            )
        assert refusal.value.orig.diag.constraint_name.startswith(row.__tablename__)

    @invariant()
    def the_ledger_is_what_the_model_says(self) -> None:
        assert ledger_version(self.session) == self.version
        for line, current, waiting in (
            (self.revisions, current_revision, open_revision),
            (self.judgements, current_judgement, open_judgement),
        ):
            counts, waits = current(self.session, REF), waiting(self.session, REF)
            assert (counts and counts.number, waits and waits.number) == (line.current, line.open)
        assert newest_number(self.session, REF) == len(self.revisions.handed)
        assert queue_length(self.session) == bool(self.revisions.open) + bool(self.judgements.open)

    @invariant()
    def readers_see_what_was_approved_last(self) -> None:
        seen = [
            (claim.point, claim.standing, claim.standing_reason, claim.standing_on)
            for claim in approved_claims(self.session)
        ]
        standing = self.judgements.says(STANDING["restore"])
        assert seen == ([] if self.revisions.current is None else [(self.revisions.says(None), *standing)])

    @invariant()
    def no_act_is_without_a_trace(self) -> None:
        handed = [*self.revisions.handed, *self.judgements.handed]
        decided = sum(one.verdict is not None for one in handed)
        of_claims = Act.kind.in_(["submit", "approve", "send_back", "reject", "withdraw", "judge"])
        logged = self.session.scalar(select(func.count()).select_from(Act).where(of_claims))
        assert logged == len(handed) + decided


def test_every_life_of_a_revision(engine):
    def one_life() -> LifeOfARevision:
        return LifeOfARevision(engine)

    # 25 lives of 30 moves try every move in every state several times; more only take longer.
    run_state_machine_as_test(one_life, settings=settings(max_examples=25, stateful_step_count=30))
