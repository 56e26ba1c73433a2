"""All that a reviewer looks at before deciding: what changes, what it would do, what looks like a slip."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.acts.models import Act
from app.answers.effects import Effect, effect_of_judgement
from app.answers.weighing import weigh_revision
from app.charts.wording import day
from app.claims.approved import ApprovedClaim
from app.claims.differences import Difference, Names, side_by_side
from app.claims.document_notes import DocumentState, state_of
from app.claims.likeness import Likeness
from app.claims.models import Revision
from app.claims.queries import approved_claims
from app.claims.rows import claims_of
from app.claims.warnings import Warned
from app.claims.words import Standing
from app.errors import NotFound
from app.languages.spoken import _, known
from app.review.models import Judgement
from app.review.queries import handed_in, judgement_numbered, revision_numbered
from app.review.shown import Shown, with_claims_shown
from app.review.verdicts import HandedIn

KINDS = {"revisions": "revision", "judgements": "judgement"}
"""What can be decided on, by the word in its address."""

_LARGEST = 2**31


@dataclass(frozen=True, slots=True)
class Case:
    """Something that was handed in, with all that is known of it; once decided, without what it would do."""

    row: HandedIn
    shown: Shown
    current: ApprovedClaim | None  # the claim as it counts now; None: it does not
    sent_back: Revision | None  # where nothing counts: what was sent back last, before this was handed in
    fields: list[Difference]  # as it counts now (or was sent back) and as it would, those that stay too
    remark: str | None  # what the author wrote to it
    effect: Effect | None  # None: decided already
    warned: tuple[Warned, ...]
    alike: tuple[Likeness, ...]
    document: DocumentState | None  # what was last noted of its document
    approved_version: int | None

    @property
    def is_open(self) -> bool:
        return self.shown.waiting.verdict is None

    @property
    def is_new(self) -> bool:
        """Whether nothing of this claim counts yet."""
        return self.current is None


def case_of(session: Session, claim_ref: str, kind: str, number: int, names: Names, at: datetime) -> Case:
    """The case by its address: `kind` is a word of KINDS. Raises NotFound."""
    found = None
    if kind in KINDS and claim_ref.isprintable() and 1 <= number < _LARGEST:
        found = handed_in(session, KINDS[kind], claim_ref, number)
    if found is None:
        raise NotFound(_("Nothing of this name and number was handed in."))
    numbered = revision_numbered if kind == "revisions" else judgement_numbered
    row = numbered(session, claim_ref, number)
    assert row is not None  # noqa: S101 - it was found just now, and is never deleted
    [shown] = with_claims_shown(session, [found])
    current = next(iter(approved_claims(session, refs=[claim_ref])), None)
    sent_back = _sent_back_before(session, row) if current is None and isinstance(row, Revision) else None
    if isinstance(row, Revision):
        before = claims_of(session, [sent_back.id])[sent_back.id] if sent_back is not None else current
        fields = side_by_side(before, shown.claim, names)
    else:
        fields = _standing(row, current)
    return Case(
        row=row,
        shown=shown,
        current=current,
        sent_back=sent_back,
        fields=fields,
        remark=_remark(session, claim_ref, kind, number),
        **_weighed(session, row, at),
        document=_document_state(session, row),
        approved_version=row.approved_version,
    )


def warned_about(session: Session, row: HandedIn, at: datetime) -> tuple[Warned, ...]:
    """What is warned of before something is approved; judgements are never warned of."""
    return weigh_revision(session, row, at=at).warned if isinstance(row, Revision) else ()


def _weighed(session: Session, row: HandedIn, at: datetime) -> dict[str, Any]:
    if row.verdict is not None:
        return {"effect": None, "warned": (), "alike": ()}
    if isinstance(row, Judgement):
        return {"effect": effect_of_judgement(session, row), "warned": (), "alike": ()}
    weighed = weigh_revision(session, row, at=at.astimezone(UTC))
    return {"effect": weighed.effect, "warned": weighed.warned, "alike": weighed.alike}


def _sent_back_before(session: Session, row: Revision) -> Revision | None:
    """The last revision of the claim that was sent back before this one was handed in."""
    earlier = (Revision.claim_id == row.claim_id, Revision.number < row.number)
    query = select(Revision).where(*earlier, Revision.verdict == "sent_back")
    return session.scalars(query.order_by(Revision.number.desc()).limit(1)).one_or_none()


def _standing(judgement: Judgement, current: ApprovedClaim | None) -> list[Difference]:
    """The claim's standing as it counts now and as it would."""
    before = _stands(current) if current is not None else _stands(judgement, Standing.GOOD)
    told = zip((_("Standing"), _("Because"), _("Withdrawn on")), before, _stands(judgement), strict=True)
    return [Difference(what, one, other) for what, one, other in told if one or other]


def _stands(one: ApprovedClaim | Judgement, instead: Standing | None = None) -> tuple[str | None, ...]:
    """Standing, reason and day in words; `instead` of a standing nothing is said of why and when."""
    if instead is not None:
        return known(instead.value), None, None
    reason = known(one.standing_reason.replace("_", " ")) if one.standing_reason else None
    return known(one.standing.replace("_", " ")), reason, day(one.standing_on) if one.standing_on else None


def _remark(session: Session, claim_ref: str, kind: str, number: int) -> str | None:
    """What the author wrote when it was handed in."""
    numbered = Act.details[KINDS[kind]].astext == str(number)
    written = select(Act.words).where(Act.kind == "submit", Act.subject == claim_ref, numbered)
    return session.scalars(written.limit(1)).one_or_none()


def _document_state(session: Session, row: HandedIn) -> DocumentState | None:
    document_id = row.document_id if isinstance(row, Revision) else None
    return None if document_id is None else state_of(session, document_id)
