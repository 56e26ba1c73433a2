"""What programs hand in for their editors: claims and whole ledgers, all of which wait for a reviewer."""

from collections.abc import Mapping
from dataclasses import asdict
from http import HTTPStatus
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.guards import SubmitsClaims, SubmitsImports
from app.answers.parameters import BadParameter
from app.answers.views import as_json
from app.api.asked import Given, one_of
from app.api.bodies import BadFields, SentLedgerBody, SentRow, SentRowBody
from app.api.limits import Asking, limited
from app.api.shapes import ImportAnswer, RowError, SubmittedAnswer
from app.claims.drafts import KEY, hand_in
from app.claims.models import Claim, Revision, Submission
from app.clock import Now
from app.database import DbSession
from app.errors import Refusal
from app.ledger.actions import import_ledger
from app.ledger.refusals import Refusal as RowRefusal
from app.ledger.report import ImportReport
from app.review.models import Judgement
from app.review.submitting import HowHandedIn, Submitted, submit_row

router = APIRouter(prefix="/api/v1", include_in_schema=False)

ORIGIN: Final = "api"


QUEUE = "/desk/queue"
"""Where reviewers find what waits."""


class LedgerRefused(Refusal):
    """A ledger of which nothing was taken; the first thousand faults are named."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, report: ImportReport) -> None:
        faults = "1 fault" if report.refused_count == 1 else f"{report.refused_count:,} faults"
        super().__init__(f"Nothing was taken: the ledger has {faults}.")
        self.members = {
            "errors": [_fault(one) for one in report.refused],
            "faults": report.refused_count,
        }


@router.post("/claims", name="api.hand_in_claim", dependencies=[limited(Asking.WRITING)])
def hand_in_claim(
    request: Request, session: DbSession, now: Now, editor: SubmitsClaims, sent: SentRowBody
) -> Response:
    """Hand in a row: a new claim, or a correction of the claim whose claim_ref it has.

    Sent again under the same Idempotency-Key it is handed in once.
    """
    Given(request).refuse()
    how = HowHandedIn(editor, now, ORIGIN, sent.words, sent.overridden)
    key = _key(request)
    if key is None:
        submitted = submit_row(session, sent.row, how, reason=sent.reason or "other")
    else:
        submitted = _once(session, key, sent, how)
    return _submitted_answer(submitted)


@router.post("/imports", name="api.hand_in_ledger", dependencies=[limited(Asking.LEDGER)])
def hand_in_ledger(
    request: Request, session: DbSession, now: Now, editor: SubmitsImports, sent: SentLedgerBody
) -> Response:
    """Hand in a claims CSV or the zip of a ledger as one batch; all of it or nothing."""
    given = Given(request)
    dry_run = given.one("dry_run", one_of(("0", "1"))) == "1"
    given.refuse()
    report = import_ledger(session, sent.path, by=editor.name, at=now, dry_run=dry_run, for_review=ORIGIN)
    if report.is_refused:
        raise LedgerRefused(report)
    waits = report.batch_id is not None and not dry_run
    body: ImportAnswer = {
        "dry_run": dry_run,
        "waits": waits,
        "waits_at": QUEUE if waits else None,
        # What a dry run numbers is taken back with it.
        "batch": report.batch_id if waits else None,
        "version": None if dry_run else report.version,
        "claims": asdict(report.claims),  # type: ignore[typeddict-item]
        "appearances": report.appearances,
        "deployments": asdict(report.deployments),  # type: ignore[typeddict-item]
        "measures": asdict(report.measures),  # type: ignore[typeddict-item]
        "sources": asdict(report.sources),  # type: ignore[typeddict-item]
        "not_read": list(report.not_read),
    }
    return _answer(body, HTTPStatus.ACCEPTED if waits else HTTPStatus.OK)


def _key(request: Request) -> str | None:
    """The key under which a request is done once; raises BadFields for what is none."""
    key = request.headers.get("idempotency-key")
    if key is not None and not KEY.fullmatch(key):
        sentence = f"“{key}” is no key: 16 to 80 letters, digits, hyphens and underscores"
        raise BadFields([BadParameter("Idempotency-Key", sentence)])
    return key


def _once(session: Session, key: str, sent: SentRow, how: HowHandedIn) -> Submitted:
    """What the row made, now or when it was sent before. Raises HandedIn for another row under the key."""
    before = hand_in(session, key, [ORIGIN, sent], by=how.by, at=how.at)
    if before.revision_id is not None or before.judgement_id is not None:
        return _made_before(session, before)
    submitted = submit_row(session, sent.row, how, reason=sent.reason or "other")
    # One of them leads to the other: they were handed in at the same moment.
    if submitted.revision is not None:
        before.revision_id = submitted.revision.id
    elif submitted.judgement is not None:
        before.judgement_id = submitted.judgement.id
    return submitted


def _made_before(session: Session, before: Submission) -> Submitted:
    revision = session.get(Revision, before.revision_id) if before.revision_id is not None else None
    judgement = session.get(Judgement, before.judgement_id) if before.judgement_id is not None else None
    made = revision or judgement
    assert made is not None  # noqa: S101 - nothing that was handed in is ever deleted
    if revision is not None:
        beside = select(Judgement).where(
            Judgement.claim_id == made.claim_id,
            Judgement.recorded_by == before.person_id,
            Judgement.recorded_at == before.at,
        )
        judgement = session.scalar(beside)
    return Submitted(session.get_one(Claim, made.claim_id).ref, revision, judgement)


def _submitted_answer(submitted: Submitted) -> Response:
    revision, judgement = submitted.revision, submitted.judgement
    waits = revision is not None or judgement is not None
    body: SubmittedAnswer = {
        "claim_ref": submitted.claim_ref,
        "waits": waits,
        "waits_at": QUEUE if waits else None,
        "revision": None if revision is None else revision.number,
        "judgement": None if judgement is None else judgement.number,
        "page": f"/claims/{submitted.claim_ref}",
    }
    return _answer(body, HTTPStatus.ACCEPTED if waits else HTTPStatus.OK)


def _fault(refusal: RowRefusal) -> RowError:
    shown = f"“{refusal.value}” " if refusal.value else ""
    return {
        "field": refusal.column or refusal.file,
        "message": f"{shown}{refusal.reason}",
        "file": refusal.file,
        "line": refusal.line,
    }


def _answer(body: Mapping[str, object], status: HTTPStatus) -> Response:
    headers = {"Cache-Control": "no-store"}
    return Response(as_json(body), status, headers, media_type="application/json")
