"""Giving a verdict, step by step: who may, what stands in the way, what is logged, what is written."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, cast

from sqlalchemy import exists, func, select, update
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


def locked(session: Session, handed_in: Sequence[HandedIn]) -> list[tuple[HandedIn, str]]:
    """The same rows with their claim_refs, as they are now and locked, always in the same order."""
    rows: list[tuple[HandedIn, str]] = []
    for model in (Revision, Judgement):
        ids = [row.id for row in handed_in if isinstance(row, model)]
        if ids:
            found = session.execute(
                select(model, Claim.ref)
                .join(Claim, Claim.id == model.claim_id)
                .where(among(model.id, ids))
                .order_by(model.id)
                .with_for_update(of=model)
                .execution_options(populate_existing=True)
            )
            rows += cast("list[tuple[HandedIn, str]]", found.all())
    return rows


def check_open(session: Session, row: HandedIn, ref: str, given: Verdict) -> None:
    if row.verdict is not None:
        who = session.get_one(Person, row.decided_by)
        assert row.decided_at is not None  # noqa: S101 - the database keeps it with every verdict
        raise AlreadyDecided(
            _(
                "%(thing)s was %(verdict)s by %(name)s on %(moment)s.",
                thing=_named(row, ref),
                verdict=_given(row.verdict),
                name=who.display_name,
                moment=_moment(row.decided_at),
            )
        )
    own = row.recorded_by == given.by.id
    if given.verdict == "withdrawn" and not own:
        raise NotTheAuthor(_("Only who handed in %(thing)s can withdraw it.", thing=_named(row, ref)))
    if own and given.verdict in {"sent_back", "rejected"}:
        told = _("You handed in %(thing)s yourself: you can withdraw it.", thing=_named(row, ref))
        raise OwnRevision(told)
    if own and given.approves and given.four_eyes:
        raise OwnRevision(
            _(
                "You handed in %(thing)s yourself: somebody else approves it, or you withdraw it.",
                thing=_named(row, ref),
            )
        )


def check_whole(session: Session, rows: Sequence[tuple[HandedIn, str]]) -> None:
    """A batch whose rows only mean something together is decided as one. Two SELECTs at most."""
    of_batches = {row.batch_id for row, _ref in rows if row.batch_id is not None}
    wholes = set(session.scalars(select(Batch.id).where(Batch.id.in_(of_batches), Batch.as_one)))
    if not wholes:
        return
    given = {(type(row), row.id) for row, _ref in rows}
    for model in (Revision, Judgement):
        waiting = session.scalars(select(model.id).where(model.batch_id.in_(wholes), model.verdict.is_(None)))
        if any((model, one) not in given for one in waiting):
            raise PartOfAWhole(
                _("This is part of a merge, which is decided as one: give the verdict on the whole batch.")
            )


def check_reason(row: HandedIn, ref: str, warned: Sequence[Warned], given: Verdict) -> None:
    """A warning is passed over with a written reason: its author's, else the reviewer's."""
    if given.approves and warned and not (row.overridden or given.overridden):
        raise Unexplained(warned, about=ref)


def check_turns(session: Session, rows: Sequence[tuple[HandedIn, str]]) -> None:
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
    with_it = {row.claim_id for row, _ref in rows if isinstance(row, Revision)}
    leans = {id(row): _leans_on(row) - with_it for row, _ref in rows}
    undecided = _not_approved(session, set().union(*leans.values()))
    for row, ref in rows:
        if missing := sorted(undecided[one] for one in leans[id(row)] if one in undecided):
            raise NamesUndecided(
                _(
                    "%(thing)s rests on %(missing)s, which is not approved: decide on that first.",
                    thing=_named(row, ref),
                    missing=missing[0],
                )
            )


def _leans_on(row: HandedIn) -> set[int]:
    """The claims that have to count for this to count."""
    if isinstance(row, Judgement):
        return {row.claim_id}
    return {one for one in (row.repeat_of_id, row.supersedes_id, row.part_of_id) if one is not None}


def _overtaken(session: Session, rows: Sequence[tuple[HandedIn, str]]) -> str | None:
    """How the first of these is named of which a newer number counts; None: there is none such."""
    for model in (Revision, Judgement):
        numbers = {row.claim_id: row.number for row, _ref in rows if isinstance(row, model)}
        if not numbers:
            continue
        counting = select(model.claim_id, model.number).where(
            among(model.claim_id, numbers), model.approved_version.is_not(None)
        )
        newer = {claim for claim, number in session.execute(counting) if number > numbers[claim]}
        for row, ref in rows:
            if isinstance(row, model) and row.claim_id in newer:
                return _named(row, ref)
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
    rows: Sequence[tuple[HandedIn, str]],
    given: Verdict,
    warned: Mapping[str, Sequence[Warned]],
    subject: str | None,
) -> Act:
    judges = given.approves and all(isinstance(row, Judgement) for row, _ref in rows)
    [first, ref] = rows[0]
    alone = len(rows) == 1
    by_author = any(row.recorded_by == given.by.id for row, _ref in rows)
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
    row: HandedIn, ref: str, given: Verdict, warned: Mapping[str, Sequence[Warned]]
) -> dict[str, object]:
    """What the log keeps of one of the things that were decided on."""
    told: dict[str, object] = {"claim": ref, _noun(row): row.number}
    if isinstance(row, Judgement):
        told |= {"standing": row.standing, "standing_reason": row.standing_reason}
    if given.approves and warned.get(ref):
        told["warned"] = [one.code for one in warned[ref]]
    return told


def give_verdict(
    session: Session,
    rows: Sequence[tuple[HandedIn, str]],
    given: Verdict,
    act: Act,
    warned: Mapping[str, Sequence[Warned]],
) -> None:
    """Close what counted before, then give the verdict: a statement for ten thousand rows."""
    of_batches = {row.batch_id for row, _ref in rows if row.batch_id is not None}
    wholes = set(session.scalars(select(Batch.id).where(Batch.id.in_(of_batches), Batch.as_one)))
    together = given.approves and len(rows) > TOGETHER
    if together:
        let_derived_wait(session)
    for model, group in groupby(rows, key=lambda pair: type(pair[0])):
        decided = list(group)
        if given.approves:
            claim_ids = [row.claim_id for row, _ref in decided]
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
        for row, _ref in rows:
            session.expire(row)  # read again where somebody asks
    else:
        locked(session, [row for row, _ref in rows])  # as they are now


def _portions(same: Sequence[HandedIn]) -> Iterator[Sequence[HandedIn]]:
    """The same in portions that the database takes well: it keeps words and counts once a statement.

    What names other claims comes last and together, because they have to count by then.
    """
    naming = [row for row in same if isinstance(row, Revision) and _leans_on(row)]
    named = {row.id for row in naming}
    plain = [row for row in same if isinstance(row, Judgement) or row.id not in named]
    for first in range(0, len(plain), ROWS_AT_ONCE):
        yield plain[first : first + ROWS_AT_ONCE]
    if naming:
        yield naming


def _alike(
    decided: Sequence[tuple[HandedIn, str]],
    given: Verdict,
    warned: Mapping[str, Sequence[Warned]],
    in_wholes: Collection[int | None],
) -> dict[tuple[bool, bool], list[HandedIn]]:
    """Those on which the verdict is given in the same words: approved alone or not, past a warning or not.

    `in_wholes` are the batches that are decided as one: what one of their rows is warned of is said of all.
    """
    alike: dict[tuple[bool, bool], list[HandedIn]] = {}
    for row, ref in decided:
        alone = given.approves and row.recorded_by == given.by.id
        is_warned = bool(warned.get(ref)) or row.batch_id in in_wholes
        passes_over = bool(given.approves and given.overridden and is_warned and not row.overridden)
        alike.setdefault((alone, passes_over), []).append(row)
    return alike


def _noun(row: HandedIn) -> str:
    return "revision" if isinstance(row, Revision) else "judgement"


def _named(row: HandedIn, ref: str) -> str:
    if isinstance(row, Revision):
        return _("Revision %(number)s of %(ref)s", number=row.number, ref=ref)
    return _("Judgement %(number)s of %(ref)s", number=row.number, ref=ref)


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
