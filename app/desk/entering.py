"""Entering claims: one calm form for every act that leaves a revision, and what was handed in."""

from dataclasses import replace
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session
from starlette.convertors import Convertor, register_url_convertor

from app.accounts.guards import Editor
from app.accounts.models import Person
from app.answers.queries import measure_texts
from app.claims.actions import newest_number, record_claim, revise_claim
from app.claims.documents import known_document
from app.claims.drafts import KEY, HandedIn, NoForm, draft_about, find_submission, new_key
from app.claims.forms import CLAIM_REF
from app.claims.models import Revision
from app.claims.refusals import (
    NewerRevision,
    NoSuchClaim,
    NothingChanges,
    RowRefused,
    Unexplained,
    WaitsAlready,
)
from app.claims.rows import claims_of, rows_of
from app.clock import Now
from app.database import DbSession
from app.deployments.queries import deployment_texts
from app.desk.beside import Beside, beside
from app.desk.claim_form import LABELS, beside_fields, changed, values_of
from app.desk.conflicts import came_between
from app.desk.entry_page import OpenForm, entry_page, fragment, in_address, open_form
from app.errors import NotFound
from app.forms import Posted, Problem, Values
from app.languages.spoken import _, known
from app.pages import page, see_other, with_query
from app.review.acts_of_editors import ACTS, EditorsAct, Makes, act_of
from app.review.queries import current_revision, revision_numbered
from app.sources.queries import source_texts

router = APIRouter(prefix="/desk")

OF_CLAIMS = {in_address(act): act for act in ACTS.values() if act.makes is not Makes.JUDGEMENT}
"""The acts that this form is for, as they stand in addresses."""

_ABOUT_A_CLAIM = {name: act for name, act in OF_CLAIMS.items() if name != "enter"}
_LARGEST_ID = 2**63


class _ActOfClaims(Convertor[str]):
    """A part of an address that is one of our acts, so that others may stand in the same place."""

    regex = "|".join(_ABOUT_A_CLAIM)

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("act_of_claims", _ActOfClaims())

ActName = Annotated[str, Path()]


@router.get("/claims/new", name="desk.new_claim")
def show_new(request: Request, session: DbSession, editor: Editor) -> Response:
    """An empty form, or one that begins with a known document, source, deployment, measure or day."""
    values = _begun(session, Values(request.query_params.multi_items()))
    return entry_page(request, session, editor, OpenForm(ACTS["enter"], "", values, new_key()))


@router.post("/claims/new", name="desk.enter_claim")
def enter_claim(request: Request, session: DbSession, editor: Editor, now: Now, posted: Posted) -> Response:
    """Hand in a new claim, or look at it once more."""
    return _posted(request, session, editor, open_form(posted, ACTS["enter"], ""), posted, now)


@router.get("/claims/{claim_ref}/{act:act_of_claims}", name="desk.enter_act")
def show_act(
    request: Request, session: DbSession, editor: Editor, now: Now, claim_ref: str, act: ActName
) -> Response:
    """The form of one act on a claim, filled from what the claim says; a draft of it is opened instead."""
    shown = _newest(session, claim_ref)
    chosen = _ABOUT_A_CLAIM[act]
    draft = draft_about(session, editor, claim_ref, chosen.name)
    if draft is not None:
        return see_other(request, "desk.draft", key=draft.key)
    form = OpenForm(chosen, claim_ref, _filled(session, chosen, claim_ref, shown), new_key(), shown=shown)
    said = beside(session, form.values, chosen, claim_ref, at=now)
    return entry_page(
        request, session, editor, form, said=said, notices=_sent_back(session, claim_ref, shown)
    )


@router.post("/claims/{claim_ref}/{act:act_of_claims}", name="desk.hand_in_act")
def hand_in_act(
    request: Request,
    session: DbSession,
    editor: Editor,
    now: Now,
    posted: Posted,
    claim_ref: str,
    act: ActName,
) -> Response:
    """Hand in an act on a claim, or look at it once more."""
    _newest(session, claim_ref)
    return _posted(request, session, editor, open_form(posted, _ABOUT_A_CLAIM[act], claim_ref), posted, now)


@router.post("/weigh", name="desk.weigh")
def weigh_form(request: Request, session: DbSession, editor: Editor, now: Now, posted: Posted) -> Response:  # noqa: ARG001 - only editors ask
    """What stands beside the form, as a fragment of its page; nothing is stored."""
    act, claim_ref = subject_of(posted)
    said = beside(session, posted, act, claim_ref, at=now)
    return fragment(request, open_form(posted, act, claim_ref), said)


@router.get("/handed-in/{key}", name="desk.handed_in")
def show_handed_in(request: Request, session: DbSession, editor: Editor, key: str) -> Response:
    """What somebody has just handed in, and the next claim from the same document in one click."""
    sent = find_submission(session, editor, key) if KEY.fullmatch(key) else None
    revision = session.get(Revision, sent.revision_id) if sent is not None and sent.revision_id else None
    if revision is None:
        raise NotFound(_("Nothing was handed in under this address, or not by you."))
    claim = claims_of(session, [revision.id])[revision.id]
    names = {
        "supersedes": claim.supersedes or "",
        "repeat_of": claim.repeat_of or "",
        "counts_from": claim.counts_from.written if claim.counts_from else "",
    }
    again = {
        "source": claim.source.slug,
        "deployment": claim.deployment,
        "measure": claim.measure,
        "said_on": claim.said_on.written,
    }
    if revision.document_id is not None:
        again = {"document": str(revision.document_id), **again}
    return page(
        request,
        "desk/handed_in.html",
        key=key,
        claim=claim,
        revision=revision,
        act=ACTS["correct"] if revision.number > 1 else act_of(**names),
        measure=measure_texts(session)[claim.measure],
        again=with_query(request.app.url_path_for("desk.new_claim"), again),
    )


def subject_of(posted: Values) -> tuple[EditorsAct, str]:
    """The act and the claim that a form says it is about. Raises NoForm for what no form of ours says."""
    act, claim_ref = OF_CLAIMS.get(posted["act"]), posted["claim_ref"]
    if act is None or (act.name == "enter") != (claim_ref == ""):
        raise NoForm(_("What was sent does not come from a form of this site."))
    if claim_ref and not CLAIM_REF.fullmatch(claim_ref):
        raise NoSuchClaim(_("There is no such claim."))
    return act, claim_ref


def _posted(
    request: Request, session: Session, editor: Person, form: OpenForm, posted: Values, now: Now
) -> Response:
    """Preview what was posted, or hand it in; where that is refused, the form comes back as it was."""
    if posted["source_instead"]:
        chosen = {"source": posted["source_instead"]}
        form, posted = replace(form, values=changed(form.values, chosen)), changed(posted, chosen)
    same_as = posted["appearance_of"]
    if same_as:
        handed = replace(form, act=ACTS["add_appearance"], claim_ref=same_as)
        _newest(session, same_as)
    else:
        handed = form
    said = beside(session, posted, handed.act, handed.claim_ref, at=now)
    if posted["do"] == "preview" or posted["source_instead"]:
        return entry_page(request, session, editor, form, said=said, previewed=True)
    errors = list(said.problems)
    try:
        if not errors:
            _hand_in(session, editor, handed, said, now)
            return see_other(request, "desk.handed_in", key=form.key)
    except RowRefused as refusal:
        errors = beside_fields(said.entry, refusal.problems) if said.entry else []
    except Unexplained:
        told = _("Write why it is right all the same; the reason is public.")
        errors = [Problem("overridden", told, known(LABELS["overridden"]))]
    except (NewerRevision, WaitsAlready, NothingChanges, HandedIn) as refusal:
        form, conflict = came_between(request, session, form, refusal)
        return entry_page(
            request, session, editor, form, said=said, conflict=conflict, status=HTTPStatus.CONFLICT
        )
    return entry_page(
        request, session, editor, form, said=said, errors=errors, status=HTTPStatus.UNPROCESSABLE_ENTITY
    )


def _hand_in(session: Session, editor: Person, form: OpenForm, said: Beside, now: Now) -> Revision:
    """Raises what `record_claim` and `revise_claim` raise."""
    assert said.entry is not None  # noqa: S101 - what cannot be read has problems, and was refused
    entry = said.entry
    given: dict[str, Any] = {
        "by": editor,
        "at": now,
        "warned": said.weighed.warned,
        "words": entry.form.words,
        "overridden": entry.form.overridden if said.weighed.warned else None,
        "key": form.key,
        "new_source": entry.new_source,
        "new_place": entry.form.new_place,
    }
    if entry.act.name == "correct":
        return revise_claim(session, entry.row, shown=form.shown, reason=entry.form.reason, **given)
    return record_claim(session, entry.row, act=entry.act.name, **given)


def _newest(session: Session, claim_ref: str) -> int:
    """The number of the claim's newest revision. Raises NoSuchClaim."""
    if not CLAIM_REF.fullmatch(claim_ref):
        raise NoSuchClaim(_("There is no such claim."))
    return newest_number(session, claim_ref)


def _begun(session: Session, asked: Values) -> Values:
    """What an address begins a form with. Names that the ledger does not know begin nothing."""
    begun: dict[str, str] = {}
    if asked["document"]:
        begun |= _from_document(session, asked["document"])
    for one in source_texts(session) if asked["source"] else ():
        if asked["source"] in {one.slug, one.name}:
            begun["source"] = one.name
    deployments = [one.slug for one in deployment_texts(session)]
    if asked["deployment"] in deployments:
        begun["deployment"] = asked["deployment"]
    elif len(deployments) == 1:
        begun["deployment"] = deployments[0]
    if asked["measure"] in measure_texts(session):
        begun["measure"] = asked["measure"]
    if asked["said_on"]:
        begun["said_on"] = asked["said_on"]
    return Values(begun.items())


def _from_document(session: Session, written: str) -> dict[str, str]:
    """What the newest claim that was read in a document says of it. Raises NotFound."""
    is_id = written.isascii() and written.isdigit() and int(written[:20]) < _LARGEST_ID
    known = known_document(session, int(written)) if is_id else None
    if known is None:
        raise NotFound(_("There is no such document."))
    names = ("url", "publisher", "title", "language", "published_on", "said_on", "source", "deployment")
    return {name: value for name in names if (value := getattr(known, name))}


def _filled(session: Session, act: EditorsAct, claim_ref: str, newest: int) -> Values:
    """What the form of an act begins with: all that the claim says, or what the two have in common."""
    revision = revision_numbered(session, claim_ref, newest)
    if revision is None or revision.verdict in {"rejected", "withdrawn"}:
        revision = current_revision(session, claim_ref) or revision
    assert revision is not None  # noqa: S101 - the newest revision was just looked up
    row = rows_of(session, [revision.id])[revision.id]
    values = values_of(row)
    leaves_out = _LEAVES_OUT.get(act.name, ())
    return changed(values, dict.fromkeys(leaves_out, ""))


_OF_THE_DOCUMENT = ("url", "publisher", "title", "published_on", "language", "wording", "note", "credibility")
_OF_THE_FIGURE = ("qualifier", "low", "point", "high")
_NAMES = ("supersedes", "repeat_of", "part_of")
_LEAVES_OUT = {
    "restate": (*_OF_THE_DOCUMENT, *_OF_THE_FIGURE, *_NAMES, "said_on"),
    "add_appearance": (*_OF_THE_DOCUMENT, *_NAMES),
    "note_restart": (
        *_OF_THE_DOCUMENT, *_OF_THE_FIGURE, *_NAMES, "said_on", "as_of", "period_start", "period_end",
        "counts_from",
    ),
}  # fmt: skip
"""By act, the fields of the claim that its form does not take over."""


def _sent_back(session: Session, claim_ref: str, newest: int) -> list[str]:
    """Why the newest revision was sent back, where it was."""
    revision = revision_numbered(session, claim_ref, newest)
    if revision is None or revision.verdict != "sent_back" or not revision.decision_reason:
        return []
    told = _("Revision %(number)s was sent back: %(why)s", number=newest, why=revision.decision_reason)
    return [told]
