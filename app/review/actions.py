"""Deciding: the only way to a verdict. And what else editors do: judge a claim, note that they checked."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session, load_only

from app.accounts.models import Person
from app.acts.actions import lock_ledger, record_act
from app.acts.models import VERDICTS, Act
from app.claims.actions import said, unchanged_since
from app.claims.derived import prepare_words
from app.claims.drafts import hand_in
from app.claims.forms import Problem, check_word
from app.claims.models import Claim, Revision
from app.claims.refusals import AlreadyDecided, NothingChanges, RowRefused, WaitsAlready
from app.claims.rules import said_kindly
from app.claims.warnings import Warned
from app.claims.words import Standing
from app.deployments.models import Deployment
from app.errors import NotFound
from app.languages.spoken import _
from app.review.acts_of_editors import ACTS, EditorsAct, Makes
from app.review.models import Batch, Judgement
from app.review.verdicts import (
    TOGETHER,
    HandedIn,
    Verdict,
    check_open,
    check_person,
    check_reason,
    check_turns,
    check_whole,
    give_verdict,
    locked,
    log_verdict,
)

_NO_WARNINGS: Mapping[str, Sequence[Warned]] = MappingProxyType({})


def decide(  # noqa: PLR0913 - a verdict is told in this many words, each given by name
    session: Session,
    handed_in: HandedIn,
    verdict: str,
    *,
    by: Person,
    at: datetime,
    origin: str = "desk",
    reason: str | None = None,
    overridden: str | None = None,
    warned: Sequence[Warned] = (),
    four_eyes: bool = True,
) -> Act:
    """Give the verdict on a revision or judgement: approved, sent_back, rejected or withdrawn; once.

    Works on locked rows, so that of two who decide at once one is refused. `reason` is the comment with
    which it is sent back, or why it is rejected: both need one. `warned` is what was warned of when it was
    shown; approving past it takes `overridden`, unless its author has written why already. Authors can only
    withdraw, unless `four_eyes` is off: what they then approve says so for good. Approving closes what
    counted before, under the next version of the ledger.

    Raises AlreadyDecided, OwnRevision, NotTheAuthor, NotAReviewer, NeedsAReason, Unexplained, Overtaken and
    NamesUndecided; then nothing is stored.
    """
    ref = session.scalars(select(Claim.ref).where(Claim.id == handed_in.claim_id)).one()
    return decide_together(
        session,
        [handed_in],
        verdict,
        by=by,
        at=at,
        origin=origin,
        reason=reason,
        overridden=overridden,
        warned={ref: warned},
        four_eyes=four_eyes,
    )


def decide_batch(  # noqa: PLR0913 - as decide
    session: Session,
    batch: Batch,
    verdict: str,
    *,
    by: Person,
    at: datetime,
    origin: str = "desk",
    reason: str | None = None,
    overridden: str | None = None,
    warned: Mapping[str, Sequence[Warned]] = _NO_WARNINGS,
    four_eyes: bool = True,
) -> Act:
    """The same verdict on all of a batch that is still open, as `decide_together`."""
    waiting: list[HandedIn] = []
    for model in (Revision, Judgement):
        query = select(model).where(model.batch_id == batch.id, model.verdict.is_(None))
        waiting += session.scalars(query.options(load_only(model.id)))
    return decide_together(
        session,
        waiting,
        verdict,
        by=by,
        at=at,
        origin=origin,
        reason=reason,
        overridden=overridden,
        warned=warned,
        four_eyes=four_eyes,
        subject=batch.name,
    )


def decide_together(  # noqa: PLR0913 - as decide
    session: Session,
    handed_in: Sequence[HandedIn],
    verdict: str,
    *,
    by: Person,
    at: datetime,
    origin: str = "desk",
    reason: str | None = None,
    overridden: str | None = None,
    warned: Mapping[str, Sequence[Warned]] = _NO_WARNINGS,
    four_eyes: bool = True,
    subject: str | None = None,
) -> Act:
    """The same verdict on many as one act under one version: all of them or none.

    `warned` is by claim_ref; `subject` names them together where they are more than one. Raises as `decide`
    does, for the first that cannot be decided so, whose sentence names it; AlreadyDecided also where nothing
    is left to decide.
    """
    if verdict not in VERDICTS:
        raise ValueError(f"{verdict} is no verdict")
    given = Verdict(verdict, by, at, origin, said(reason), said(overridden), four_eyes)
    check_person(given)
    with said_kindly(session):
        if given.approves:
            if len(handed_in) > TOGETHER:
                prepare_words(session, [row.id for row in handed_in if isinstance(row, Revision)])
            lock_ledger(session)
        rows = locked(session, handed_in)
        if not rows:
            raise AlreadyDecided(_("Nothing of this is still open: the verdicts have been given."))
        check_whole(session, rows)
        for row in rows:
            check_open(session, row, given)
            check_reason(row, warned.get(row.ref, ()), given)
        if given.approves:
            check_turns(session, rows)
        act = log_verdict(session, rows, given, warned, subject)
        give_verdict(session, handed_in, rows, given, act, warned)
        return act


def judge(  # noqa: PLR0913 - a judgement is told in this many words, each given by name
    session: Session,
    claim_ref: str,
    act: str,
    *,
    shown: int,
    by: Person,
    at: datetime,
    origin: str = "desk",
    reason: str | None = None,
    on: date | None = None,
    words: str | None = None,
    key: str | None = None,
    batch: Batch | None = None,
) -> Judgement:
    """Hand in a judgement of a claim's standing: set_aside, retract or restore; its verdict is open.

    `shown` is the newest revision's number as for `revise_claim`; `reason` a code of the act; `on` the day
    on which its source withdrew it, for `retract` alone; `words` say more, and are needed to restore.

    Raises NoSuchClaim, NewerRevision, WaitsAlready, NothingChanges, RowRefused (its problems name
    standing_reason, standing_on or words) and HandedIn; then nothing is stored.
    """
    chosen = ACTS[act]
    assert chosen.makes is Makes.JUDGEMENT  # noqa: S101 - the act is named by code, not typed
    assert chosen.standing is not None  # noqa: S101 - judgements are about standing
    reason, words = said(reason), said(words)
    with said_kindly(session):
        sent = None
        if key is not None:
            sent = hand_in(session, key, [act, claim_ref, shown, reason, on, words], by=by, at=at)
            if sent.judgement_id is not None:
                return session.get_one(Judgement, sent.judgement_id)
        claim, _newest = unchanged_since(session, claim_ref, shown)
        newest = _newest_judgement(session, claim)
        if newest is not None and newest.verdict is None:
            raise WaitsAlready(_("A judgement of %(ref)s waits for its verdict already.", ref=claim_ref))
        _check_judgement(chosen, reason, on, words, at.date())
        stands = _current_judgement(session, claim)
        before = (
            (stands.standing, stands.standing_reason, stands.standing_on) if stands else ("good", None, None)
        )
        if before == (chosen.standing, reason, on):
            raise NothingChanges(_("The standing of %(ref)s is just this already.", ref=claim_ref))
        judgement = Judgement(
            claim_id=claim.id,
            number=1 if newest is None else newest.number + 1,
            standing=chosen.standing,
            standing_reason=reason,
            standing_on=on,
            words=words,
            recorded_by=by.id,
            recorded_at=at,
            origin=origin,
            batch_id=batch.id if batch is not None else None,
        )
        session.add(judgement)
        session.flush()  # the rules of the database are asked here, where a broken one is said kindly
        if sent is not None:
            sent.judgement_id = judgement.id
        record_act(
            session,
            "submit",
            by=by,
            at=at,
            origin=origin,
            moves_version=False,
            subject=claim_ref,
            reason=reason,
            words=words,
            details={"act": act, "judgement": judgement.number, "standing": chosen.standing},
        )
        return judgement


def _check_judgement(
    act: EditorsAct, reason: str | None, on: date | None, words: str | None, today: date
) -> None:
    problems: list[Problem] = []
    if reason is not None or act.reason_needed:
        check_word("standing_reason", reason or "", act.reasons, problems)
    retracts = act.standing is Standing.RETRACTED
    if retracts and on is None:
        problems.append(Problem("standing_on", "", _("the day on which its source withdrew it is needed")))
    if on is not None and not retracts:
        problems.append(Problem("standing_on", str(on), _("only a retracted claim was withdrawn on a day")))
    if on is not None and on > today:
        problems.append(Problem("standing_on", str(on), _("is still to come")))
    if act.standing is Standing.GOOD and words is None:
        problems.append(Problem("words", "", _("why the claim should count again is needed")))
    if problems:
        raise RowRefused(problems)


def _newest_judgement(session: Session, claim: Claim) -> Judgement | None:
    return session.scalar(
        select(Judgement)
        .where(Judgement.claim_id == claim.id)
        .order_by(Judgement.number.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )


def _current_judgement(session: Session, claim: Claim) -> Judgement | None:
    return session.scalar(
        select(Judgement).where(
            Judgement.claim_id == claim.id,
            Judgement.approved_version.is_not(None),
            Judgement.replaced_version.is_(None),
        )
    )


def open_batch(
    session: Session, name: str, *, by: Person, at: datetime, origin: str, as_one: bool = False
) -> Batch:
    """A batch that rows are handed in with; `name` is the file's, as it was called.

    Of a batch that is `as_one` no row can be decided by itself: its rows only mean something together.
    """
    batch = Batch(
        name=said(name) or "unnamed", origin=origin, recorded_at=at, recorded_by=by.id, as_one=as_one
    )
    session.add(batch)
    session.flush()  # what is handed in with it refers to it
    return batch


def note_check(
    session: Session,
    deployment: str,
    *,
    by: Person,
    at: datetime,
    origin: str = "desk",
    words: str | None = None,
) -> Act:
    """Log that somebody looked for newly reported figures of a deployment and found none.

    `words` say where. Raises NotFound where there is no such deployment.
    """
    if session.scalar(select(Deployment.id).where(Deployment.slug == deployment)) is None:
        raise NotFound(_("There is no deployment %(slug)s.", slug=deployment))
    return record_act(
        session,
        "check",
        by=by,
        at=at,
        origin=origin,
        moves_version=False,
        subject=deployment,
        words=said(words),
    )
