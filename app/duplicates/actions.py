"""Handing in a merge, or the act that takes one apart; both are decided as one."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.acts.actions import lock_ledger, record_act
from app.acts.models import Act
from app.administration.actions import JUST_NOW
from app.claims.actions import newest_number
from app.claims.content import CONTENT
from app.claims.forms import Problem
from app.claims.models import Revision
from app.claims.refusals import NewerRevision, RowRefused
from app.claims.rules import said_kindly
from app.database import broken_rule
from app.duplicates.apart import told_of_pair
from app.duplicates.plans import NotTheSame, Plan, Stands, merge_plan, separate_plan
from app.languages.spoken import N_, _, known
from app.review.actions import open_batch
from app.review.models import Batch, Judgement


def merge_claims(  # noqa: PLR0913 - who merges what, and why, each given by name
    session: Session,
    stays: str,
    goes: str,
    *,
    shown: tuple[int, int],
    words: str,
    by: Person,
    at: datetime,
    standing_of: str | None = None,
    origin: str = "desk",
) -> Batch:
    """Hand in that `goes` is the statement that `stays` is: it is to become an appearance of it.

    `shown` are the numbers of the newest revisions of both when they were looked at; `words`, the public
    reason; `standing_of` whose standing the statement keeps, where the two stand differently. Everything
    that `goes` says as it was printed stays in it, and all claims that name it name `stays` from then on.

    Raises NoSuchClaim, NotTheSame, NewerRevision, WaitsAlready and RowRefused (the words are missing); then
    nothing is stored.
    """
    reason = _needed(words)
    with _told(session):
        lock_ledger(session)
        for ref, number in zip((stays, goes), shown, strict=True):
            if newest_number(session, ref) != number:
                raise NewerRevision(_("%(ref)s has changed in the meantime. Look at it first.", ref=ref))
        _check_not_apart(session, stays, goes)
        plan = merge_plan(session, stays, goes, standing_of)
        batch = open_batch(session, f"{goes} → {stays}", by=by, at=at, origin=origin, as_one=True)
        return _hand_in(session, plan, "merge", _Signed(by, at, origin, reason, batch))


def _check_not_apart(session: Session, stays: str, goes: str) -> None:
    told = told_of_pair(session, stays, goes)
    if told is not None and told.holds:
        raise NotTheSame(
            _(
                "%(by)s said that they are two statements: “%(words)s” Take that back first.",
                by=told.by,
                words=told.words,
            )
        )


def separate_claim(
    session: Session, ref: str, *, words: str, by: Person, at: datetime, origin: str = "desk"
) -> Batch:
    """Hand in that the merge by which `ref` became an appearance is taken apart again.

    Raises NoSuchClaim, NothingChanges, WaitsAlready and RowRefused; then nothing is stored.
    """
    reason = _needed(words)
    with _told(session):
        lock_ledger(session)
        plan, _version = separate_plan(session, ref)
        batch = open_batch(session, f"{ref} ↛ {_root(plan, ref)}", by=by, at=at, origin=origin, as_one=True)
        return _hand_in(session, plan, "separate", _Signed(by, at, origin, reason, batch))


def handed_in_just_now(session: Session, ref: str, *, words: str, by: Person, at: datetime) -> int | None:
    """The batch in which the same person handed in, a moment ago, what becomes of `ref`, with these words.

    None: there is none, so that this is no second half of a double click.
    """
    act = session.execute(
        select(Act.words, Act.details, Act.at)
        .where(Act.kind == "submit", Act.by_id == by.id)
        .order_by(Act.id.desc())
        .limit(1)
    ).one_or_none()
    if act is None or at - act.at > JUST_NOW or act.words != words.strip():
        return None
    batch = act.details.get("merge")
    return batch if batch is not None and ref in act.details["claims"] else None


def _root(plan: Plan, ref: str) -> str:
    """What a claim has been an appearance of."""
    [claim_id] = [one for one, name in plan.refs.items() if name == ref]
    return plan.root_of[claim_id]


def _needed(words: str) -> str:
    if not words.strip():
        raise RowRefused([Problem("words", "", _("why is needed"))])
    return words.strip()


@contextmanager
def _told(session: Session) -> Iterator[None]:
    """Inside, all is done or nothing; a rule of the database that an editor can run into is said in words."""
    try:
        with said_kindly(session):
            yield
    except IntegrityError as broken:
        rule = (broken_rule(broken) or "").removeprefix("claim_revisions_")
        if rule not in _RULES:
            raise
        raise NotTheSame(known(_RULES[rule])) from broken


_RULES: Mapping[str, str] = {
    "restate_the_same": N_(
        "A claim that restates one of them could not restate the other: it is about other days, or was said "
        "earlier. Correct that first."
    ),
    "never_in_a_circle": N_(
        "A claim would come to restate itself, or to be part of itself. Correct that first."
    ),
    "name_claims": N_(
        "A claim names one of them in a way that an appearance cannot be named. Correct that first."
    ),
    "end_after_the_start": N_(
        "As a claim of its own it would end before its deployment starts. Correct it instead."
    ),
}


@dataclass(frozen=True, slots=True)
class _Signed:
    """Who hands in what, when, how and why, in which batch."""

    by: Person
    at: datetime
    origin: str
    reason: str
    batch: Batch

    def recorded(self) -> dict[str, Any]:
        """The columns of whatever is recorded."""
        return {
            "recorded_by": self.by.id,
            "recorded_at": self.at,
            "origin": self.origin,
            "batch_id": self.batch.id,
        }


def _hand_in(session: Session, plan: Plan, act: str, signed: _Signed) -> Batch:
    batch = signed.batch
    for claim_id in plan.in_order():
        _revise(session, plan, claim_id, signed)
    for claim_id, stands in plan.standings.items():
        _judge(session, claim_id, stands, signed)
    record_act(
        session,
        "submit",
        by=signed.by,
        at=signed.at,
        origin=signed.origin,
        moves_version=False,
        subject=batch.name,
        words=signed.reason,
        details={"act": act, "merge": batch.id, "claims": sorted(plan.refs[one] for one in plan.changes)},
    )
    return batch


def _revise(session: Session, plan: Plan, claim_id: int, signed: _Signed) -> None:
    """The next revision of a claim: all that it says now, but for what the plan changes."""
    current = plan.current[claim_id]
    content = {name: getattr(current, name) for name in (*CONTENT, "measure_kind")}
    newest = session.scalar(select(func.max(Revision.number)).where(Revision.claim_id == claim_id)) or 0
    session.add(
        Revision(
            claim_id=claim_id,
            number=newest + 1,
            **(content | plan.changes[claim_id]),
            reason=signed.reason,
            overridden=current.overridden,
            **signed.recorded(),
        )
    )
    session.flush()  # the rules of the database are asked here, one claim after the other


def _judge(session: Session, claim_id: int, stands: Stands, signed: _Signed) -> None:
    newest = session.scalar(select(func.max(Judgement.number)).where(Judgement.claim_id == claim_id)) or 0
    session.add(
        Judgement(
            claim_id=claim_id,
            number=newest + 1,
            standing=stands.standing,
            standing_reason=stands.reason,
            standing_on=stands.on,
            words=signed.reason,
            **signed.recorded(),
        )
    )
    session.flush()  # as above
