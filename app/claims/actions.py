"""Entering claims and correcting them: a revision is handed in, and nothing of the past is edited."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.acts.actions import record_act
from app.claims.content import CONTENT, Allowed, content_of
from app.claims.drafts import hand_in
from app.claims.forms import CLAIM_REF, ClaimRow, Problem, check_word, read_claim
from app.claims.models import Claim, Revision, Submission
from app.claims.refusals import (
    NewerRevision,
    NoSuchClaim,
    NothingChanges,
    RowRefused,
    Unexplained,
    WaitsAlready,
)
from app.claims.rules import said_kindly
from app.claims.warnings import Warned
from app.languages.spoken import _
from app.review.acts_of_editors import ACTS, EditorsAct, Makes, act_of
from app.review.models import Batch
from app.slugs import slug_of
from app.sources.actions import NewSource

_ENTERING = tuple(act.name for act in ACTS.values() if act.makes is Makes.CLAIM)
_LONGEST_REF = 80
_LONGEST_SOURCE = 40
"""Characters of a source's slug in a claim_ref that is made up."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """What is handed in, by whom and how: the same for a new claim and for a correction."""

    allowed: Allowed
    act: EditorsAct
    warned: Sequence[Warned]
    reason: str | None
    words: str | None
    overridden: str | None
    batch: Batch | None


def record_claim(  # noqa: PLR0913 - who enters what, and how, each given by name
    session: Session,
    row: ClaimRow,
    *,
    by: Person,
    at: datetime,
    warned: Sequence[Warned],
    origin: str = "desk",
    act: str | None = None,
    words: str | None = None,
    overridden: str | None = None,
    key: str | None = None,
    new_source: NewSource | None = None,
    new_place: bool = False,
    batch: Batch | None = None,
) -> Revision:
    """Hand in a new claim or appearance: its first revision, whose verdict is open.

    An empty `claim_ref` is made from the row. `act` (enter, restate, add_appearance or note_restart) has to
    agree with the row; None takes it from the row. `warned` is what `app.answers.weighing.weigh` warned of:
    where it is not empty, `overridden` says why it is right all the same. A source or place that the ledger
    does not know is refused unless `new_source` describes it or `new_place` is set. The same `key` of the
    same person with the same content gives the revision that it made before: a double click enters once.
    The row's standing is passed over: it is a judgement's to change.

    Raises RowRefused, Unexplained and HandedIn; then nothing is stored.
    """
    chosen = _chosen_act(row, act)
    entry = _Entry(
        Allowed(by, at, origin, new_source, new_place),
        chosen,
        warned,
        None,
        said(words),
        said(overridden),
        batch,
    )
    with said_kindly(session, row):
        sent = _sent(session, key, row, entry)
        if sent is not None and sent.revision_id is not None:
            return session.get_one(Revision, sent.revision_id)
        read = _read(row if row.claim_ref else row._replace(claim_ref=propose_ref(row)), entry)
        content = content_of(session, read, entry.allowed)
        claim = _new_claim(session, read.claim_ref, given=bool(row.claim_ref))
        return _submit(session, claim, 1, content, entry, sent)


def revise_claim(  # noqa: PLR0913 - as record_claim
    session: Session,
    row: ClaimRow,
    *,
    shown: int,
    by: Person,
    at: datetime,
    warned: Sequence[Warned],
    reason: str | None = None,
    origin: str = "desk",
    words: str | None = None,
    overridden: str | None = None,
    key: str | None = None,
    new_source: NewSource | None = None,
    new_place: bool = False,
    batch: Batch | None = None,
) -> Revision:
    """Hand in a correction of the claim that `row` names: its next revision, whose verdict is open.

    `shown` is the number of the newest revision when the form was shown (`newest_number`). `reason` is a
    code of the act `correct`, needed as soon as a revision has been approved; `words` are a remark on it.
    The rest is as in `record_claim`.

    Raises NoSuchClaim, NewerRevision, WaitsAlready, NothingChanges, RowRefused, Unexplained and HandedIn;
    then nothing is stored.
    """
    act = ACTS["correct"]
    allowed = Allowed(by, at, origin, new_source, new_place)
    entry = _Entry(allowed, act, warned, said(reason), said(words), said(overridden), batch)
    with said_kindly(session, row):
        sent = _sent(session, key, (row, shown, reason), entry)
        if sent is not None and sent.revision_id is not None:
            return session.get_one(Revision, sent.revision_id)
        claim, newest = unchanged_since(session, row.claim_ref, shown)
        if newest.verdict is None:
            raise WaitsAlready(
                _(
                    "Revision %(number)s of %(ref)s waits for its verdict. "
                    "Its author can withdraw it, or a reviewer decides on it first.",
                    number=newest.number,
                    ref=claim.ref,
                )
            )
        current = _current(session, claim)
        read = _read(row, entry, reason_needed=current is not None)
        content = content_of(session, read, allowed)
        if current is not None and all(getattr(current, name) == content[name] for name in CONTENT):
            raise NothingChanges(_("%(ref)s says just this already.", ref=claim.ref))
        return _submit(session, claim, newest.number + 1, content, entry, sent)


def newest_number(session: Session, claim_ref: str) -> int:
    """The number of a claim's newest revision of whatever verdict. Raises NoSuchClaim."""
    return _newest(session, claim_ref)[1].number


def unchanged_since(session: Session, claim_ref: str, shown: int) -> tuple[Claim, Revision]:
    """The claim with its newest revision. Raises NoSuchClaim, and NewerRevision if that is not `shown`."""
    claim, newest = _newest(session, claim_ref)
    if newest.number != shown:
        raise NewerRevision(
            _(
                "Revision %(number)s of %(ref)s has been handed in since this form was opened at "
                "revision %(shown)s. Look at it first; what you typed is still here.",
                number=newest.number,
                ref=claim.ref,
                shown=shown,
            )
        )
    return claim, newest


def propose_ref(row: ClaimRow) -> str:
    """The claim_ref that a row gets where nobody wrote one: its source, measure, figure and the day said.

    It is none of those that the row names.
    """
    figure = row.point or row.low or row.high or row.nature
    parts = (slug_of(row.source)[:_LONGEST_SOURCE], row.measure, figure, row.said_on.replace("-", ""))
    together = "-".join(part for part in parts if part).lower()
    plain = re.sub("[^a-z0-9._-]+", "-", together).strip("-._")
    ref = plain[: _LONGEST_REF - 6] or "claim"
    # What a claim is said again by has its source, figure and day, and would be called as it is.
    return f"{ref}-2" if ref in {row.supersedes, row.part_of, row.repeat_of} else ref


def said(words: str | None) -> str | None:
    """What somebody wrote, without space around it; None where that is nothing."""
    return (words or "").strip() or None


def _chosen_act(row: ClaimRow, name: str | None) -> EditorsAct:
    """The act by which a row is entered. Raises RowRefused where the row is another one's."""
    of_row = act_of(
        supersedes=row.supersedes.strip(),
        repeat_of=row.repeat_of.strip(),
        counts_from=row.counts_from.strip(),
    )
    if name is None:
        return of_row
    if name not in _ENTERING:
        raise ValueError(f"{name} is no act that enters a claim")
    act = ACTS[name]
    problems = [
        Problem(column, "", _("is needed to %(do)s", do=act.title.lower()))
        for column in act.needs
        if not getattr(row, column).strip()
    ] + [
        Problem(
            column,
            getattr(row, column),
            _("has no place in this act, which is: %(act)s", act=act.title.lower()),
        )
        for column in act.never
        if getattr(row, column).strip()
    ]
    if problems:
        raise RowRefused(problems)
    return act


def _sent(session: Session, key: str | None, content: object, entry: _Entry) -> Submission | None:
    """What was handed in under the key, new or long since; None where the form has no key."""
    if key is None:
        return None
    return hand_in(session, key, [entry.act.name, content], by=entry.allowed.by, at=entry.allowed.at)


def _read(row: ClaimRow, entry: _Entry, *, reason_needed: bool = False) -> ClaimRow:
    """The row in its one spelling. Raises RowRefused and Unexplained."""
    left_alone = row._replace(standing="", standing_reason="", standing_on="")
    read = read_claim(left_alone, entry.allowed.at.astimezone(UTC).date())
    problems = list(read.problems)
    if entry.reason or reason_needed:
        check_word("reason", entry.reason or "", entry.act.reasons, problems)
    if problems:
        raise RowRefused(problems)
    if entry.warned and not entry.overridden:
        raise Unexplained(entry.warned)
    return read.row


def _new_claim(session: Session, ref: str, *, given: bool) -> Claim:
    """A claim under a ref that nobody has. One that was made up is counted on until it is free."""
    for count in range(1, 1000):
        tried = ref if count == 1 else f"{ref}-{count}"
        made = insert(Claim).values(ref=tried).on_conflict_do_nothing().returning(Claim)
        if (claim := session.scalar(made)) is not None:
            return claim
        if given:
            break
    raise RowRefused([Problem("claim_ref", ref, _("is taken: correct that claim, or choose another key"))])


def _newest(session: Session, claim_ref: str) -> tuple[Claim, Revision]:
    found = session.execute(
        select(Claim, Revision)
        .join(Revision, Revision.claim_id == Claim.id)
        .where(Claim.ref == claim_ref)
        .order_by(Revision.number.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    ).first()
    if found is None:
        known = CLAIM_REF.fullmatch(claim_ref)
        unknown = _("There is no claim %(ref)s.", ref=claim_ref)
        raise NoSuchClaim(unknown if known else _("There is no such claim."))
    return found[0], found[1]


def _current(session: Session, claim: Claim) -> Revision | None:
    return session.scalar(
        select(Revision).where(
            Revision.claim_id == claim.id,
            Revision.approved_version.is_not(None),
            Revision.replaced_version.is_(None),
        )
    )


def _submit(
    session: Session,
    claim: Claim,
    number: int,
    content: dict[str, Any],
    entry: _Entry,
    sent: Submission | None,
) -> Revision:
    allowed = entry.allowed
    revision = Revision(
        claim_id=claim.id,
        number=number,
        **content,
        recorded_by=allowed.by.id,
        recorded_at=allowed.at,
        origin=allowed.origin,
        reason=entry.reason,
        overridden=entry.overridden,
        batch_id=entry.batch.id if entry.batch is not None else None,
    )
    session.add(revision)
    session.flush()  # the rules of the database are asked here, where a broken one is said kindly
    if sent is not None:
        sent.revision_id = revision.id
    record_act(
        session,
        "submit",
        by=allowed.by,
        at=allowed.at,
        origin=allowed.origin,
        moves_version=False,
        subject=claim.ref,
        reason=entry.reason,
        words=entry.words,
        details={
            "act": entry.act.name,
            "revision": number,
            "warned": [one.code for one in entry.warned],
            **({"overridden": entry.overridden} if entry.overridden else {}),
        },
    )
    return revision
