"""Deciding: the only way to a verdict. And what else editors do: judge a claim, note that they checked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from types import MappingProxyType
from typing import Any, cast

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Person, Role
from app.acts.actions import lock_ledger, record_act
from app.acts.models import VERDICTS, Act
from app.claims.actions import said, unchanged_since
from app.claims.drafts import hand_in
from app.claims.forms import Problem, check_word
from app.claims.models import Claim, Revision
from app.claims.refusals import (
    AlreadyDecided,
    NamesUndecided,
    NeedsAReason,
    NotAReviewer,
    NothingChanges,
    NotTheAuthor,
    Overtaken,
    OwnRevision,
    RowRefused,
    Unexplained,
    WaitsAlready,
)
from app.claims.rules import said_kindly
from app.claims.warnings import Warned
from app.claims.words import Standing
from app.deployments.models import Deployment
from app.errors import NotFound
from app.review.acts_of_editors import ACTS, EditorsAct, Makes
from app.review.models import Batch, Judgement

HandedIn = Revision | Judgement

_KINDS = {"approved": "approve", "sent_back": "send_back", "rejected": "reject", "withdrawn": "withdraw"}
_NO_WARNINGS: Mapping[str, Sequence[Warned]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class _Verdict:
    """A verdict on its way: what, by whom, and what they wrote."""

    verdict: str
    by: Person
    at: datetime
    origin: str
    reason: str | None
    overridden: str | None
    four_eyes: bool

    @property
    def approves(self) -> bool:
        return self.verdict == "approved"


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
    waiting: list[HandedIn] = [
        *session.scalars(select(Revision).where(Revision.batch_id == batch.id, Revision.verdict.is_(None))),
        *session.scalars(
            select(Judgement).where(Judgement.batch_id == batch.id, Judgement.verdict.is_(None))
        ),
    ]
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
    given = _Verdict(verdict, by, at, origin, said(reason), said(overridden), four_eyes)
    _check_person(given)
    with said_kindly(session):
        if given.approves:
            lock_ledger(session)
        rows = _locked(session, handed_in)
        if not rows:
            raise AlreadyDecided("Nothing of this is still open: the verdicts have been given.")
        for row, ref in rows:
            _check_open(session, row, ref, given)
            _check_reason(row, ref, warned.get(ref, ()), given)
        if given.approves:
            _check_turns(session, rows)
        act = _log(session, rows, given, warned, subject)
        _give(session, rows, given, act, warned)
        return act


def _check_person(given: _Verdict) -> None:
    if given.verdict == "withdrawn":
        return
    if given.by.disabled_at is not None or not given.by.may(Role.REVIEWER):
        raise NotAReviewer(f"A verdict takes the role reviewer, and yours is {given.by.role}.")
    if not given.approves and given.reason is None:
        doing = "Sending something back" if given.verdict == "sent_back" else "Rejecting something"
        raise NeedsAReason(f"{doing} takes a reason in words, for whoever handed it in.")


def _locked(session: Session, handed_in: Sequence[HandedIn]) -> list[tuple[HandedIn, str]]:
    """The same rows with their claim_refs, as they are now and locked, always in the same order."""
    rows: list[tuple[HandedIn, str]] = []
    for model in (Revision, Judgement):
        ids = [row.id for row in handed_in if isinstance(row, model)]
        if ids:
            found = session.execute(
                select(model, Claim.ref)
                .join(Claim, Claim.id == model.claim_id)
                .where(model.id.in_(ids))
                .order_by(model.id)
                .with_for_update(of=model)
                .execution_options(populate_existing=True)
            )
            rows += cast("list[tuple[HandedIn, str]]", found.all())
    return rows


def _check_open(session: Session, row: HandedIn, ref: str, given: _Verdict) -> None:
    if row.verdict is not None:
        who = session.get_one(Person, row.decided_by)
        when = f"{row.decided_at:%-d %B %Y, %H:%M} UTC"
        verdict = row.verdict.replace("_", " ")
        raise AlreadyDecided(f"{_named(row, ref)} was {verdict} by {who.display_name} on {when}.")
    own = row.recorded_by == given.by.id
    if given.verdict == "withdrawn" and not own:
        raise NotTheAuthor(f"Only who handed in {_named(row, ref)} can withdraw it.")
    if own and given.verdict in {"sent_back", "rejected"}:
        raise OwnRevision(f"You handed in {_named(row, ref)} yourself: you can withdraw it.")
    if own and given.approves and given.four_eyes:
        raise OwnRevision(
            f"You handed in {_named(row, ref)} yourself: somebody else approves it, or you withdraw it."
        )


def _check_reason(row: HandedIn, ref: str, warned: Sequence[Warned], given: _Verdict) -> None:
    """A warning is passed over with a written reason: its author's, else the reviewer's."""
    if given.approves and warned and not (row.overridden or given.overridden):
        raise Unexplained(warned, about=ref)


def _check_turns(session: Session, rows: Sequence[tuple[HandedIn, str]]) -> None:
    """What is approved is the newest that counts, and leans only on what counts or is approved with it."""
    with_it = {row.claim_id for row, _ in rows if isinstance(row, Revision)}
    for row, ref in rows:
        model = type(row)
        newer = select(exists().where(
            model.claim_id == row.claim_id, model.number > row.number, model.approved_version.is_not(None)
        ))  # fmt: skip
        if session.scalar(newer):
            raise Overtaken(
                f"A newer one than {_named(row, ref)} counts by now, so it cannot be approved any more. "
                "Send it back or reject it."
            )
        leans = (
            {row.repeat_of_id, row.supersedes_id, row.part_of_id} - {None}
            if isinstance(row, Revision)
            else {row.claim_id}
        )
        if undecided := _not_approved(session, leans - with_it):
            raise NamesUndecided(
                f"{_named(row, ref)} rests on {undecided}, which is not approved: decide on that first."
            )


def _not_approved(session: Session, claim_ids: set[Any]) -> str | None:
    """The ref of one of these claims that does not count; None: all do."""
    if not claim_ids:
        return None
    current = aliased(Revision)
    return session.scalar(
        select(Claim.ref)
        .where(
            Claim.id.in_(claim_ids),
            ~exists().where(
                current.claim_id == Claim.id,
                current.approved_version.is_not(None),
                current.replaced_version.is_(None),
            ),
        )
        .order_by(Claim.ref)
        .limit(1)
    )


def _log(
    session: Session,
    rows: Sequence[tuple[HandedIn, str]],
    given: _Verdict,
    warned: Mapping[str, Sequence[Warned]],
    subject: str | None,
) -> Act:
    judges = given.approves and all(isinstance(row, Judgement) for row, _ in rows)
    [first, ref] = rows[0]
    alone = len(rows) == 1
    by_author = any(row.recorded_by == given.by.id for row, _ in rows)
    details: dict[str, Any] = {"decided": [_told(row, ref, given, warned) for row, ref in rows]}
    if given.approves and by_author:
        details["approved_alone"] = True
    if given.overridden:
        details["overridden"] = given.overridden
    return record_act(
        session,
        "judge" if judges else _KINDS[given.verdict],
        by=given.by,
        at=given.at,
        origin=given.origin,
        moves_version=given.approves,
        subject=ref if alone else subject,
        reason=first.standing_reason if alone and judges and isinstance(first, Judgement) else None,
        words=given.reason,
        details=details,
    )


def _told(
    row: HandedIn, ref: str, given: _Verdict, warned: Mapping[str, Sequence[Warned]]
) -> dict[str, object]:
    """What the log keeps of one of the things that were decided on."""
    told: dict[str, object] = {"claim": ref, _noun(row): row.number}
    if isinstance(row, Judgement):
        told |= {"standing": row.standing, "standing_reason": row.standing_reason}
    if given.approves and warned.get(ref):
        told["warned"] = [one.code for one in warned[ref]]
    return told


def _give(
    session: Session,
    rows: Sequence[tuple[HandedIn, str]],
    given: _Verdict,
    act: Act,
    warned: Mapping[str, Sequence[Warned]],
) -> None:
    """Close what counted before, then give the verdict: one statement each, however many there are."""
    for model, group in groupby(rows, key=lambda pair: type(pair[0])):
        decided = list(group)
        if given.approves:
            claim_ids = [row.claim_id for row, _ in decided]
            session.execute(
                update(model)
                .where(
                    model.claim_id.in_(claim_ids),
                    model.approved_version.is_not(None),
                    model.replaced_version.is_(None),
                )
                .values(replaced_version=act.version)
                .execution_options(synchronize_session="fetch")
            )
        for (alone, overridden), same in _alike(decided, given, warned).items():
            values: dict[str, Any] = {
                "verdict": given.verdict,
                "decided_by": given.by.id,
                # Clocks of several machines differ by moments; nothing is decided before it was handed in.
                "decided_at": func.greatest(given.at, model.recorded_at),
                "decision_reason": given.reason,
                "approved_version": act.version,
                "approved_alone": alone,
            }
            if overridden:
                values["overridden"] = given.overridden
            session.execute(
                update(model)
                .where(model.id.in_([row.id for row in same]))
                .values(values)
                .execution_options(synchronize_session=False)
            )
    for row, _ in rows:
        session.refresh(row)


def _alike(
    decided: Sequence[tuple[HandedIn, str]], given: _Verdict, warned: Mapping[str, Sequence[Warned]]
) -> dict[tuple[bool, bool], list[HandedIn]]:
    """Those on which the verdict is given in the same words: approved alone or not, past a warning or not."""
    alike: dict[tuple[bool, bool], list[HandedIn]] = {}
    for row, ref in decided:
        alone = given.approves and row.recorded_by == given.by.id
        passes_over = bool(given.approves and given.overridden and warned.get(ref) and not row.overridden)
        alike.setdefault((alone, passes_over), []).append(row)
    return alike


def _noun(row: HandedIn) -> str:
    return "revision" if isinstance(row, Revision) else "judgement"


def _named(row: HandedIn, ref: str) -> str:
    return f"{_noun(row).capitalize()} {row.number} of {ref}"


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
        claim, _ = unchanged_since(session, claim_ref, shown)
        newest = _newest_judgement(session, claim)
        if newest is not None and newest.verdict is None:
            raise WaitsAlready(f"A judgement of {claim_ref} waits for its verdict already.")
        _check_judgement(chosen, reason, on, words, at.date())
        stands = _current_judgement(session, claim)
        before = (
            (stands.standing, stands.standing_reason, stands.standing_on) if stands else ("good", None, None)
        )
        if before == (chosen.standing, reason, on):
            raise NothingChanges(f"The standing of {claim_ref} is just this already.")
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
        problems.append(Problem("standing_on", "", "the day on which its source withdrew it is needed"))
    if on is not None and not retracts:
        problems.append(Problem("standing_on", str(on), "only a retracted claim was withdrawn on a day"))
    if on is not None and on > today:
        problems.append(Problem("standing_on", str(on), "is still to come"))
    if act.standing is Standing.GOOD and words is None:
        problems.append(Problem("words", "", "why the claim should count again is needed"))
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


def open_batch(session: Session, name: str, *, by: Person, at: datetime, origin: str) -> Batch:
    """A batch that rows are handed in with; `name` is the file's, as it was called."""
    batch = Batch(name=said(name) or "unnamed", origin=origin, recorded_at=at, recorded_by=by.id)
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
        raise NotFound(f"There is no deployment {deployment}.")
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
