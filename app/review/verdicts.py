"""Giving a verdict, step by step: who may, what stands in the way, what is logged, what is written."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import exists, func, null, select, update
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Person, Role
from app.acts.actions import record_act
from app.acts.models import Act
from app.charts.wording import day
from app.claims.derived import let_derived_wait, write_derived
from app.claims.models import Claim, Revision
from app.claims.refusals import (
    AlreadyDecided,
    NamesUndecided,
    NeedsAReason,
    NotAReviewer,
    NotTheAuthor,
    Overtaken,
    OwnRevision,
    PartOfAWhole,
    Unexplained,
)
from app.claims.warnings import Warned
from app.database import among
from app.languages.spoken import _, known, pgettext
from app.review.models import Batch, Judgement

HandedIn = Revision | Judgement

ROWS_AT_ONCE = 10_000
"""Revisions or judgements on which one statement gives the verdict: beyond, time grows faster than they."""

TOGETHER = 1_000
"""Beyond so many rows, what follows from those that count is written for all of them at once."""

_KINDS = {"approved": "approve", "sent_back": "send_back", "rejected": "reject", "withdrawn": "withdraw"}


@dataclass(frozen=True, slots=True)
class Verdict:
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


@dataclass(frozen=True, slots=True)
class Open:
    """What a verdict needs to know of a revision or judgement: of ten thousands, whole rows take seconds."""

    model: type[HandedIn]
    id: int
    claim_id: int
    ref: str
    number: int
    batch_id: int | None
    recorded_by: int
    overridden: str | None
    verdict: str | None
    decided_by: int | None
    decided_at: datetime | None
    repeats: int | None  # a claim, as the next two
    restates: int | None
    part_of: int | None
    standing: str | None
    standing_reason: str | None

    @property
    def is_revision(self) -> bool:
        return self.model is Revision


def check_person(given: Verdict) -> None:
    if given.verdict == "withdrawn":
        return
    if given.by.disabled_at is not None or not given.by.may(Role.REVIEWER):
        raise NotAReviewer(
            _("A verdict takes the role reviewer, and yours is %(role)s.", role=known(given.by.role))
        )
    if not given.approves and given.reason is None:
        if given.verdict == "sent_back":
            raise NeedsAReason(_("Sending something back takes a reason in words, for whoever handed it in."))
        raise NeedsAReason(_("Rejecting something takes a reason in words, for whoever handed it in."))


def locked(session: Session, handed_in: Sequence[HandedIn]) -> list[Open]:
    """What these are now, locked, always in the same order. A SELECT for revisions, one for judgements."""
    rows: list[Open] = []
    for model in (Revision, Judgement):
        ids = [row.id for row in handed_in if isinstance(row, model)]
        if ids:
            named = (Revision.repeat_of_id, Revision.supersedes_id, Revision.part_of_id)
            judged = (Judgement.standing, Judgement.standing_reason)
            columns: tuple[Any, ...] = (
                *(model.id, model.claim_id, Claim.ref, model.number, model.batch_id, model.recorded_by),
                *(model.overridden, model.verdict, model.decided_by, model.decided_at),
                *(named if model is Revision else (null(), null(), null())),
                *(judged if model is Judgement else (null(), null())),
            )
            query = (
                select(*columns)
                .join(Claim, Claim.id == model.claim_id)
                .where(among(model.id, ids))
                .order_by(model.id)
                .with_for_update(of=model)
            )
            rows += [Open(model, *row) for row in session.execute(query)]
    return rows


def check_open(session: Session, row: Open, given: Verdict) -> None:
    if row.verdict is not None:
        who = session.get_one(Person, row.decided_by)
        assert row.decided_at is not None  # noqa: S101 - the database keeps it with every verdict
        raise AlreadyDecided(
            _(
                "%(thing)s was %(verdict)s by %(name)s on %(moment)s.",
                thing=_named(row),
                verdict=_given(row.verdict),
                name=who.display_name,
                moment=_moment(row.decided_at),
            )
        )
    own = row.recorded_by == given.by.id
    if given.verdict == "withdrawn" and not own:
        raise NotTheAuthor(_("Only who handed in %(thing)s can withdraw it.", thing=_named(row)))
    if own and given.verdict in {"sent_back", "rejected"}:
        told = _("You handed in %(thing)s yourself: you can withdraw it.", thing=_named(row))
        raise OwnRevision(told)
    if own and given.approves and given.four_eyes:
        raise OwnRevision(
            _(
                "You handed in %(thing)s yourself: somebody else approves it, or you withdraw it.",
                thing=_named(row),
            )
        )


def check_whole(session: Session, rows: Sequence[Open]) -> None:
    """A batch whose rows only mean something together is decided as one. Two SELECTs at most."""
    of_batches = {row.batch_id for row in rows if row.batch_id is not None}
    wholes = set(session.scalars(select(Batch.id).where(Batch.id.in_(of_batches), Batch.as_one)))
    if not wholes:
        return
    given = {(row.model, row.id) for row in rows}
    for model in (Revision, Judgement):
        waiting = session.scalars(select(model.id).where(model.batch_id.in_(wholes), model.verdict.is_(None)))
        if any((model, one) not in given for one in waiting):
            raise PartOfAWhole(
                _("This is part of a merge, which is decided as one: give the verdict on the whole batch.")
            )


def check_reason(row: Open, warned: Sequence[Warned], given: Verdict) -> None:
    """A warning is passed over with a written reason: its author's, else the reviewer's."""
    if given.approves and warned and not (row.overridden or given.overridden):
        raise Unexplained(warned, about=row.ref)


def check_turns(session: Session, rows: Sequence[Open]) -> None:
    """What is approved is the newest that counts, and leans only on what counts or is approved with it.

    However many rows there are, each is asked of the database with all others: five SELECTs at most.
    """
    overtaken = _overtaken(session, rows)
    if overtaken is not None:
        raise Overtaken(
            _(
                "A newer one than %(thing)s counts by now, so it cannot be approved any more. "
                "Send it back or reject it.",
                thing=overtaken,
            )
        )
    with_it = {row.claim_id for row in rows if row.is_revision}
    undecided = _not_approved(session, set().union(*map(_leans_on, rows)) - with_it)
    for row in rows if undecided else ():
        if missing := sorted(undecided[one] for one in _leans_on(row) if one in undecided):
            raise NamesUndecided(
                _(
                    "%(thing)s rests on %(missing)s, which is not approved: decide on that first.",
                    thing=_named(row),
                    missing=missing[0],
                )
            )


def _leans_on(row: Open) -> set[int]:
    """The claims that have to count for this to count."""
    if not row.is_revision:
        return {row.claim_id}
    return {one for one in (row.repeats, row.restates, row.part_of) if one is not None}


def _overtaken(session: Session, rows: Sequence[Open]) -> str | None:
    """How the first of these is named of which a newer number counts; None: there is none such."""
    for model in (Revision, Judgement):
        numbers = {row.claim_id: row.number for row in rows if row.model is model}
        if not numbers:
            continue
        counting = select(model.claim_id, model.number).where(
            among(model.claim_id, numbers), model.approved_version.is_not(None)
        )
        newer = {claim for claim, number in session.execute(counting) if number > numbers[claim]}
        for row in rows:
            if row.model is model and row.claim_id in newer:
                return _named(row)
    return None


def _not_approved(session: Session, claim_ids: set[int]) -> dict[int, str]:
    """By id, the refs of those of these claims that do not count."""
    if not claim_ids:
        return {}
    current = aliased(Revision)
    uncounted = select(Claim.id, Claim.ref).where(
        among(Claim.id, claim_ids),
        ~exists().where(
            current.claim_id == Claim.id,
            current.approved_version.is_not(None),
            current.replaced_version.is_(None),
        ),
    )
    return {row.id: row.ref for row in session.execute(uncounted)}


def log_verdict(
    session: Session,
    rows: Sequence[Open],
    given: Verdict,
    warned: Mapping[str, Sequence[Warned]],
    subject: str | None,
) -> Act:
    judges = given.approves and not any(row.is_revision for row in rows)
    first = rows[0]
    alone = len(rows) == 1
    by_author = any(row.recorded_by == given.by.id for row in rows)
    details: dict[str, Any] = {"decided": [_told(row, given, warned) for row in rows]}
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
        subject=first.ref if alone else subject,
        reason=first.standing_reason if alone and judges else None,
        words=given.reason,
        details=details,
    )


def _told(row: Open, given: Verdict, warned: Mapping[str, Sequence[Warned]]) -> dict[str, object]:
    """What the log keeps of one of the things that were decided on."""
    told: dict[str, object] = {"claim": row.ref, "revision" if row.is_revision else "judgement": row.number}
    if not row.is_revision:
        told |= {"standing": row.standing, "standing_reason": row.standing_reason}
    if given.approves and warned.get(row.ref):
        told["warned"] = [one.code for one in warned[row.ref]]
    return told


def give_verdict(
    session: Session,
    handed_in: Sequence[HandedIn],
    rows: Sequence[Open],
    given: Verdict,
    act: Act,
    warned: Mapping[str, Sequence[Warned]],
) -> None:
    """Close what counted before, then give the verdict: a statement for ten thousand rows.

    `handed_in` are the same as they were read before; they are read again where somebody asks.
    """
    of_batches = {row.batch_id for row in rows if row.batch_id is not None}
    wholes = set(session.scalars(select(Batch.id).where(Batch.id.in_(of_batches), Batch.as_one)))
    together = given.approves and len(rows) > TOGETHER
    if together:
        let_derived_wait(session)
    for model, group in groupby(rows, key=lambda row: row.model):
        decided = list(group)
        if given.approves:
            claim_ids = [row.claim_id for row in decided]
            session.execute(
                update(model)
                .where(
                    among(model.claim_id, claim_ids),
                    model.approved_version.is_not(None),
                    model.replaced_version.is_(None),
                )
                .values(replaced_version=act.version)
                .execution_options(synchronize_session="fetch")
            )
        for (alone, overridden), same in _alike(decided, given, warned, wholes).items():
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
            for portion in _portions(same):
                session.execute(
                    update(model)
                    .where(among(model.id, [row.id for row in portion]))
                    .values(values)
                    .execution_options(synchronize_session=False)
                )
    if together:
        write_derived(session)
    for one in handed_in:
        session.expire(one)


def _portions(same: Sequence[Open]) -> Iterator[Sequence[Open]]:
    """The same in portions that the database takes well: it keeps words and counts once a statement.

    What names other claims comes last and together, because they have to count by then.
    """
    naming = [row for row in same if row.is_revision and _leans_on(row)]
    plain = [row for row in same if not row.is_revision or not _leans_on(row)]
    for first in range(0, len(plain), ROWS_AT_ONCE):
        yield plain[first : first + ROWS_AT_ONCE]
    if naming:
        yield naming


def _alike(
    decided: Sequence[Open],
    given: Verdict,
    warned: Mapping[str, Sequence[Warned]],
    in_wholes: Collection[int | None],
) -> dict[tuple[bool, bool], list[Open]]:
    """Those on which the verdict is given in the same words: approved alone or not, past a warning or not.

    `in_wholes` are the batches that are decided as one: what one of their rows is warned of is said of all.
    """
    alike: dict[tuple[bool, bool], list[Open]] = {}
    for row in decided:
        alone = given.approves and row.recorded_by == given.by.id
        is_warned = bool(warned.get(row.ref)) or row.batch_id in in_wholes
        passes_over = bool(given.approves and given.overridden and is_warned and not row.overridden)
        alike.setdefault((alone, passes_over), []).append(row)
    return alike


def _named(row: Open) -> str:
    if row.is_revision:
        return _("Revision %(number)s of %(ref)s", number=row.number, ref=row.ref)
    return _("Judgement %(number)s of %(ref)s", number=row.number, ref=row.ref)


def _given(verdict: str) -> str:
    """The verdict as it was given: `sent back`."""
    return {
        "approved": pgettext("what was handed in", "approved"),
        "sent_back": pgettext("what was handed in", "sent back"),
        "rejected": pgettext("what was handed in", "rejected"),
        "withdrawn": pgettext("what was handed in", "withdrawn"),
    }[verdict]


def _moment(at: datetime) -> str:
    return _("%(day)s, %(time)s UTC", day=day(at.date()), time=f"{at:%H:%M}")
