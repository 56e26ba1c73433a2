"""What merging two claims would change, before anything is stored; or taking a merge apart again."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.acts.models import Act
from app.claims.approved import ApprovedClaim
from app.claims.content import CONTENT
from app.claims.models import Claim, Revision
from app.claims.queries import approved_claims
from app.claims.refusals import NoSuchClaim, NothingChanges, WaitsAlready
from app.claims.words import Standing
from app.errors import Refusal
from app.languages.spoken import N_, _, known
from app.review.models import Judgement


class NotTheSame(Refusal):
    """Two claims that cannot be one statement as they stand; the sentence says what to correct first."""


NAMES = ("supersedes_id", "part_of_id", "repeat_of_id")
"""The columns of a revision that name another claim."""


@dataclass(frozen=True, slots=True)
class Stands:
    """How a claim stands: a judgement without who gave it."""

    standing: str = Standing.GOOD
    reason: str | None = None
    on: Any = None  # the day on which its source withdrew it


@dataclass
class Plan:
    """Revisions and judgements that are handed in as one. Ids are those of claims."""

    current: dict[int, Revision]  # what counts now, of every claim that changes
    refs: Mapping[int, str]
    changes: dict[int, dict[str, Any]] = field(default_factory=dict)  # columns of the next revision
    standings: dict[int, Stands] = field(default_factory=dict)
    root_of: dict[int, str] = field(default_factory=dict)  # what a claim is an appearance of, where one is
    left: tuple[str, ...] = ()  # claims that changed since the merge and are left as they are

    def change(self, claim_id: int, **columns: Any) -> None:
        """Have the next revision of a claim say something else in these columns."""
        self.changes.setdefault(claim_id, {}).update(columns)

    def in_order(self) -> list[int]:
        """The claims whose revisions change: who becomes a claim first, who becomes an appearance last.

        The database is asked after each, and nothing may name an appearance.
        """

        def turn(claim_id: int) -> tuple[int, int]:
            was = self.current[claim_id].repeat_of_id
            will = self.changes[claim_id].get("repeat_of_id", was)
            return ((will is not None) - (was is not None), claim_id)

        return sorted(self.changes, key=turn)


def the_two(session: Session, stays: str, goes: str) -> tuple[ApprovedClaim, ApprovedClaim]:
    """Both claims as they count. Raises NoSuchClaim and NotTheSame where one counts no more, or is none."""
    if stays == goes:
        raise NotTheSame(_("Choose another claim: this one cannot be merged into itself."))
    found = {claim.ref: claim for claim in approved_claims(session, refs=[stays, goes])}
    for ref in (stays, goes):
        if ref not in found:
            raise NoSuchClaim(_("There is no claim %(ref)s that counts.", ref=ref))
        root = found[ref].repeat_of
        if root is not None:
            raise NotTheSame(
                _("%(ref)s is an appearance of %(root)s already: choose claims.", ref=ref, root=root)
            )
    return found[stays], found[goes]


def merge_plan(session: Session, stays: str, goes: str, standing_of: str | None) -> Plan:
    """What makes `goes` an appearance of `stays`: its own revision, and those of all claims that name it.

    What `goes` restates and is part of is carried over to `stays` where that names nothing of the kind.
    `standing_of` is the claim_ref whose standing the statement is to have; None where both stand alike.
    Raises NoSuchClaim, NotTheSame and WaitsAlready.
    """
    one, other = the_two(session, stays, goes)
    _check_agree(one, other)
    found = session.execute(select(Claim.ref, Claim.id).where(Claim.ref.in_([stays, goes])))
    ids: dict[str, int] = {row.ref: row.id for row in found}
    naming = list(
        session.scalars(
            select(Revision).where(
                or_(*(getattr(Revision, column) == ids[goes] for column in NAMES)),
                Revision.approved_version.is_not(None),
                Revision.replaced_version.is_(None),
            )
        )
    )
    plan = _plan(session, {*ids.values(), *(revision.claim_id for revision in naming)})
    _check_free(session, plan, {ids[stays], ids[goes]})
    mine, its = plan.current[ids[stays]], plan.current[ids[goes]]
    _check_chains(session, plan, ids[stays], ids[goes])
    for column, sentence in (
        (
            "supersedes_id",
            N_("%(one)s restates %(kept)s, and %(other)s restates %(carried)s: correct one of them first."),
        ),
        (
            "part_of_id",
            N_("%(one)s is part of %(kept)s, and %(other)s of %(carried)s: correct one of them first."),
        ),
    ):
        kept, carried = getattr(mine, column), getattr(its, column)
        if carried is None or carried == kept:
            continue
        if kept is not None:
            refs = _refs(session, {kept, carried})
            told = {"one": stays, "other": goes, "kept": refs[kept], "carried": refs[carried]}
            raise NotTheSame(known(sentence) % told)
        plan.change(ids[stays], **{column: carried})
    for revision in naming:
        for column in NAMES:
            if getattr(revision, column) == ids[goes]:
                plan.change(revision.claim_id, **{column: ids[stays]})
    plan.change(ids[goes], supersedes_id=None, part_of_id=None, repeat_of_id=ids[stays])
    if _standing(one) != _standing(other):
        if standing_of not in {stays, goes}:
            raise NotTheSame(_("Both stand differently: choose which standing the statement is to have."))
        if standing_of == goes:
            plan.standings[ids[stays]] = _standing(other)
    return plan


def separate_plan(session: Session, ref: str) -> tuple[Plan, int]:
    """What takes the merge apart by which `ref` became an appearance; and the version that merged it.

    Each claim says again what it said before, unless it has been changed since: that is left and named.
    Raises NoSuchClaim, NothingChanges and WaitsAlready.
    """
    claim_id = session.scalar(select(Claim.id).where(Claim.ref == ref))
    if claim_id is None:
        raise NoSuchClaim(_("There is no such claim."))
    now = _counting(session, {claim_id}).get(claim_id)
    before = None if now is None else _before(session, now)
    if now is None or now.repeat_of_id is None or before is None or before.repeat_of_id is not None:
        raise NothingChanges(_("%(ref)s was never merged into another claim.", ref=ref))
    version = now.approved_version
    assert version is not None  # noqa: S101 - what counts was approved at a version
    if session.scalar(select(Act.kind).where(Act.version == version)) == "import":
        merged = [now]  # whatever else a file brought along was no part of it
        judged: list[Judgement] = []
    else:
        merged = list(session.scalars(select(Revision).where(Revision.approved_version == version)))
        judged = list(session.scalars(select(Judgement).where(Judgement.approved_version == version)))
    plan = _plan(session, {row.claim_id for row in merged} | {row.claim_id for row in judged})
    plan.root_of[claim_id] = session.scalars(select(Claim.ref).where(Claim.id == now.repeat_of_id)).one()
    _check_free(session, plan, {claim_id})
    left = []
    for revision in merged:
        earlier = _before(session, revision)
        if earlier is None:
            continue
        if plan.current.get(revision.claim_id) is not revision:
            left.append(plan.refs[revision.claim_id])
            continue
        said = {name: getattr(earlier, name) for name in (*CONTENT, "measure_kind")}
        plan.change(
            revision.claim_id,
            **{name: value for name, value in said.items() if value != getattr(revision, name)},
        )
    for judgement in judged:
        if judgement.replaced_version is not None:
            left.append(plan.refs[judgement.claim_id])
            continue
        stood = session.scalar(
            select(Judgement).where(
                Judgement.claim_id == judgement.claim_id, Judgement.replaced_version == version
            )
        )
        plan.standings[judgement.claim_id] = (
            Stands() if stood is None else Stands(stood.standing, stood.standing_reason, stood.standing_on)
        )
    plan.left = tuple(sorted(set(left)))
    return plan, version


def as_they_would_count(session: Session, plan: Plan) -> list[ApprovedClaim]:
    """The claims of a plan as they would be once it counts."""
    named = {
        value
        for columns in plan.changes.values()
        for column, value in columns.items()
        if column in NAMES and value is not None
    }
    refs = _refs(session, named)
    by_ref = {ref: claim_id for claim_id, ref in plan.refs.items()}
    changed = []
    for claim in approved_claims(session, refs=[plan.refs[one] for one in {*plan.changes, *plan.standings}]):
        columns = plan.changes.get(by_ref[claim.ref], {})
        values: dict[str, Any] = {
            column.removesuffix("_id"): refs.get(columns[column]) for column in NAMES if column in columns
        }
        stands = plan.standings.get(by_ref[claim.ref])
        if stands is not None:
            values |= {
                "standing": Standing(stands.standing),
                "standing_reason": stands.reason,
                "standing_on": stands.on,
            }
        changed.append(replace(claim, **values))
    return changed


def _standing(claim: ApprovedClaim) -> Stands:
    return Stands(claim.standing, claim.standing_reason, claim.standing_on)


def _check_agree(one: ApprovedClaim, other: ApprovedClaim) -> None:
    """An appearance prints what the same source said of the same deployment; the rest can differ."""
    wrong = [
        what
        for what, differs in (
            (_("the deployment"), one.deployment != other.deployment),
            (_("the source"), one.source.slug != other.source.slug),
        )
        if differs
    ]
    if wrong:
        raise NotTheSame(
            _(
                "They disagree in what an appearance repeats: %(what)s. "
                "If both are one statement, correct one of them first.",
                what=", ".join(wrong),
            )
        )


def _check_chains(session: Session, plan: Plan, stays: int, goes: int) -> None:
    for column, sentence in (
        ("supersedes_id", N_("%(one)s restates %(other)s, so they are two statements.")),
        ("part_of_id", N_("%(one)s is part of %(other)s, so they are two statements.")),
    ):
        for start, end in ((stays, goes), (goes, stays)):
            if end in _chain(session, start, column):
                raise NotTheSame(known(sentence) % {"one": plan.refs[start], "other": plan.refs[end]})


def _chain(session: Session, start: int, column: str) -> set[int]:
    """All that a claim leads to by this column."""
    name = getattr(Revision, column)
    counts = (Revision.approved_version.is_not(None), Revision.replaced_version.is_(None))
    chain = select(name.label("id")).where(Revision.claim_id == start, name.is_not(None), *counts)
    walk = chain.cte("walk", recursive=True)
    walk = walk.union(
        select(name).join(walk, walk.c.id == Revision.claim_id).where(name.is_not(None), *counts)
    )
    return set(session.scalars(select(walk.c.id)))


def _check_free(session: Session, plan: Plan, judged: set[int]) -> None:
    """Nothing of what changes waits for its verdict: one thing at a time."""
    for model, claims in ((Revision, set(plan.refs)), (Judgement, judged)):
        waits = session.scalar(
            select(model.claim_id).where(model.claim_id.in_(claims), model.verdict.is_(None)).limit(1)
        )
        if waits is not None:
            raise WaitsAlready(
                _("Something about %(ref)s waits for its verdict: that comes first.", ref=plan.refs[waits])
            )


def _plan(session: Session, claims: set[int]) -> Plan:
    return Plan(_counting(session, claims), _refs(session, claims))


def _refs(session: Session, claims: set[int]) -> dict[int, str]:
    rows = session.execute(select(Claim.id, Claim.ref).where(Claim.id.in_(claims)))
    return {row.id: row.ref for row in rows}


def _counting(session: Session, claims: set[int]) -> dict[int, Revision]:
    rows = session.scalars(
        select(Revision)
        .where(
            Revision.claim_id.in_(claims),
            Revision.approved_version.is_not(None),
            Revision.replaced_version.is_(None),
        )
        .execution_options(populate_existing=True)
    )
    return {row.claim_id: row for row in rows}


def _before(session: Session, revision: Revision) -> Revision | None:
    """The revision that counted until this one did."""
    return session.scalar(
        select(Revision).where(
            Revision.claim_id == revision.claim_id, Revision.replaced_version == revision.approved_version
        )
    )
