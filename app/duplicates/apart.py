"""Two claims that are alike and are two statements all the same: said so, with a reason, and taken back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Person
from app.acts.actions import lock_ledger, record_act
from app.acts.models import Act
from app.acts.queries import ledger_version
from app.claims.forms import Problem
from app.claims.models import Claim, Revision
from app.claims.refusals import NewerRevision, NothingChanges, RowRefused
from app.duplicates.models import Distinction
from app.duplicates.plans import the_two
from app.languages.spoken import _

LONGEST_REASON = 2000
"""Characters of the reason that an editor gives."""


@dataclass(frozen=True, slots=True)
class ToldApart:
    """What was last said of a pair of claims, by whom, when and why."""

    id: int
    refs: tuple[str, str]  # the older claim first
    state: str  # two, or open where it was taken back
    holds: bool  # False: taken back, or one of the two was restated since
    by: str
    at: datetime
    words: str

    @property
    def is_taken_back(self) -> bool:
        return self.state == "open"


def tell_apart(
    session: Session,
    one: str,
    other: str,
    *,
    shown: tuple[int, int],
    words: str,
    by: Person,
    at: datetime,
    origin: str = "desk",
) -> Distinction:
    """Say that two claims are two statements, so that no list proposes the pair until one is restated.

    `shown` are the numbers of the revisions that counted of both when they were looked at; `words` say why.
    It changes nothing that counts and needs no second person. Raises NoSuchClaim, NotTheSame (one is an
    appearance, or both are one claim), NewerRevision, NothingChanges (it is said already) and RowRefused.
    """
    reason = _checked(words)
    lock_ledger(session)  # nothing comes to count meanwhile, and of two who say it at once one is told
    the_two(session, one, other)
    both = counting(session, one, other)
    for ref, number in zip((one, other), shown, strict=True):
        if both[ref].number != number:
            raise NewerRevision(_("%(ref)s has changed in the meantime. Look at it first.", ref=ref))
    before = told_of_pair(session, one, other)
    if before is not None and before.holds:
        raise NothingChanges(_("Somebody has said so already: %(words)s", words=before.words))
    return _say(session, "two", list(both.values()), reason, by, at, origin)


def take_back(
    session: Session, one: str, other: str, *, words: str, by: Person, at: datetime, origin: str = "desk"
) -> Distinction:
    """Take back that two claims are two statements: whether they are one is open again.

    Raises NoSuchClaim, NotTheSame, NothingChanges (nobody says so) and RowRefused (the words).
    """
    reason = _checked(words)
    lock_ledger(session)
    the_two(session, one, other)
    before = told_of_pair(session, one, other)
    if before is None or before.is_taken_back:
        raise NothingChanges(_("Nobody says that they are two statements."))
    return _say(session, "open", list(counting(session, one, other).values()), reason, by, at, origin)


def told_of_pair(session: Session, one: str, other: str) -> ToldApart | None:
    """What was last said of two claims; None: nothing was. One SELECT."""
    first, second = aliased(Claim), aliased(Claim)
    row = session.execute(
        _told(first, second)
        .where(or_(and_(first.ref == one, second.ref == other), and_(first.ref == other, second.ref == one)))
        .order_by(Distinction.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else _read(row)


def pairs_apart(session: Session, refs: Iterable[str]) -> set[frozenset[str]]:
    """The pairs that somebody told apart, as far as it holds, of which one claim or both are among `refs`."""
    first, second = aliased(Claim), aliased(Claim)
    asked = select(Claim.id).where(Claim.ref.in_(list(refs)))
    rows = session.execute(
        select(first.ref, second.ref)
        .distinct()
        .select_from(Distinction)
        .join(first, first.id == Distinction.first_id)
        .join(second, second.id == Distinction.second_id)
        .where(
            Distinction.first_id.in_(asked) | Distinction.second_id.in_(asked),
            func.told_apart(Distinction.first_id, Distinction.second_id),
        )
    )
    return {frozenset((one, other)) for one, other in rows}


def told_apart(session: Session, *, before: int | None = None, limit: int) -> list[ToldApart]:
    """What was last said of each pair of which anything was, the newest first, older than the id `before`."""
    first, second, later = aliased(Claim), aliased(Claim), aliased(Distinction)
    query = _told(first, second).where(
        ~select(later.id)
        .where(
            later.first_id == Distinction.first_id,
            later.second_id == Distinction.second_id,
            later.id > Distinction.id,
        )
        .exists()
    )
    if before is not None:
        query = query.where(Distinction.id < before)
    return [_read(row) for row in session.execute(query.order_by(Distinction.id.desc()).limit(limit))]


def _told(first: Any, second: Any) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Distinction.id,
            Distinction.state,
            func.told_apart(Distinction.first_id, Distinction.second_id).label("holds"),
            first.ref.label("one"),
            second.ref.label("other"),
            Act.at,
            Act.words,
            Person.display_name,
        )
        .join(first, first.id == Distinction.first_id)
        .join(second, second.id == Distinction.second_id)
        .join(Act, Act.id == Distinction.act_id)
        .join(Person, Person.id == Act.by_id)
    )


def _read(row: Any) -> ToldApart:
    return ToldApart(
        row.id, (row.one, row.other), row.state, row.holds, row.display_name, row.at, row.words or ""
    )


def _checked(words: str) -> str:
    words = words.strip()
    if not words:
        raise RowRefused([Problem("words", "", _("why is needed"))])
    if len(words) > LONGEST_REASON:
        long = _("is longer than %(number)s characters", number=LONGEST_REASON)
        raise RowRefused([Problem("words", f"{words[:40]}…", long)])
    return words


def counting(session: Session, one: str, other: str) -> dict[str, Revision]:
    """By claim_ref, the revision that counts of each of two claims."""
    rows = session.execute(
        select(Claim.ref, Revision)
        .join(Revision, Revision.claim_id == Claim.id)
        .where(
            Claim.ref.in_([one, other]),
            Revision.approved_version.is_not(None),
            Revision.replaced_version.is_(None),
        )
    )
    return {row.ref: row.Revision for row in rows}


def _say(
    session: Session, state: str, both: list[Revision], reason: str, by: Person, at: datetime, origin: str
) -> Distinction:
    first, second = sorted(both, key=lambda revision: revision.claim_id)
    refs = [session.get_one(Claim, one.claim_id).ref for one in (first, second)]
    act = record_act(
        session,
        "tell_apart",
        by=by,
        at=at,
        origin=origin,
        moves_version=False,
        subject=refs[0],
        words=reason,
        details={"state": state, "other": refs[1]},
    )
    said = Distinction(
        act_id=act.id,
        first_id=first.claim_id,
        second_id=second.claim_id,
        state=state,
        first_revision_id=first.id,
        second_revision_id=second.id,
        version=ledger_version(session),
    )
    session.add(said)
    session.flush()  # the rules of the database are asked here, and not after the page was made
    return said
