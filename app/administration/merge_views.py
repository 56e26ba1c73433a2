"""Merging a source into another one or apart again: the pages for it."""

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from app.accounts.guards import Editor
from app.accounts.models import Person
from app.administration.aliases import add_alias, end_alias, noted_aliases
from app.administration.consequences import Consequences, of_merge, of_separation
from app.administration.forms import MergeForm, ReasonForm, digest
from app.administration.merging import (
    Standing,
    claims_to_separate,
    standing,
    why_not_merged,
    why_not_separated,
)
from app.administration.name_views import Naming, add_name_routes
from app.administration.nouns import SOURCE, Described, described
from app.administration.proposals import called, proposals, propose_merge, propose_separation
from app.administration.refusals import NewerDescription
from app.answers.queries import measure_texts
from app.claims.views import names_of
from app.clock import Now
from app.database import DbSession
from app.deployments.queries import deployment_texts
from app.errors import Refusal
from app.form_pages import form_page
from app.forms import Posted, Problem, Values, read_form
from app.languages.spoken import _
from app.pages import see_other
from app.sources.queries import SourceTally, source_tallies, source_texts

router = APIRouter(prefix="/sources")


add_name_routes(
    router,
    Naming("source", "administration.names", standing, noted_aliases, add_alias, end_alias),
    "administration.add_name",
)


@router.get("/{slug}/merge", name="administration.ask_merge")
def ask_merge(request: Request, session: DbSession, editor: Editor, slug: str) -> Response:
    """Both sources side by side, and what it would do to the readings if they were one."""
    return _merge_page(request, session, editor, slug, asked_merge(request))


def asked_merge(request: Request) -> Values:
    """Into what, as the address asks, with the reason of somebody who chose something else first."""
    return Values([(name, request.query_params.get(name, "")) for name in ("into", "reason")])


@router.post("/{slug}/merge", name="administration.merge")
def hand_in_merge(
    request: Request, session: DbSession, editor: Editor, now: Now, posted: Posted, slug: str
) -> Response:
    """Hand in that a source is to be merged into another one; a second person decides."""
    form, errors = read_form(MergeForm, posted)
    if form is None:
        return _merge_page(request, session, editor, slug, posted, errors)
    if form.seen != _seen(session, slug, form.into):
        return _merge_page(request, session, editor, slug, posted, changed=bool(form.seen))
    try:
        handed_in = propose_merge(session, slug, form.into, reason=form.reason, by=editor, at=now)
    except Refusal as refusal:
        return _merge_page(request, session, editor, slug, posted, refusal=refusal)
    return see_other(request, "administration.proposal", proposal_id=handed_in.id)


def _seen(session: Session, slug: str, into: str) -> str:
    """What a page of a merge showed: how both sources were described."""
    return digest(
        *(
            one and (one.slug, one.number)
            for one in (described(session, SOURCE, slug), described(session, SOURCE, into))
        )
    )


def _merge_page(
    request: Request,
    session: Session,
    person: Person,
    slug: str,
    values: Values,
    errors: list[Problem] | None = None,
    *,
    refusal: Refusal | None = None,
    changed: bool = False,
) -> Response:
    old = standing(session, slug)
    both = [described(session, SOURCE, one) for one in (slug, values["into"])]
    why_not: str | None = None
    if values["into"] and both[1] is None:
        errors = [Problem("into", _("There is no such source."), _("Into")), *(errors or [])]
    elif both[1] is not None and refusal is None:
        why_not = why_not_merged(session, old, standing(session, values["into"]))
    if changed:
        refusal = NewerDescription(
            _("One of the two has changed since this page was opened: look at both again.")
        )
    tallies = source_tallies(session, [one.slug for one in both if one is not None])
    measures, deployments = measure_texts(session), deployment_texts(session)
    may_be = why_not is None and (refusal is None or changed)
    waiting = proposals(session, noun="source", slug=slug)
    return form_page(
        request,
        "administration/merge.html",
        values=values,
        errors=errors,
        refusal=refusal,
        refused=why_not or (refusal.sentence if refusal is not None else None),
        person=person,
        noun="source",
        thing=old,
        both=[one for one in both if one is not None],
        columns=SOURCE.changing,
        tallies=[tallies.get(one.slug, SourceTally()) if one is not None else None for one in both],
        others={"": _("choose")} | {one.slug: one.name for one in source_texts(session) if one.slug != slug},
        consequences=_of_merge(session, slug, both[1]) if may_be else None,
        seen=_seen(session, slug, values["into"]),
        waiting=waiting,
        called=called(session, waiting),
        measures=measures,
        names=names_of(measures.values(), deployments),
    )


def _of_merge(session: Session, slug: str, into: Described | None) -> Consequences | None:
    return None if into is None or into.slug == slug else of_merge(session, slug, into.cells)


@router.get("/{slug}/separate", name="administration.ask_separate")
def ask_separate(request: Request, session: DbSession, editor: Editor, slug: str) -> Response:
    """What it would do if a merge were taken back."""
    return _separate_page(request, session, editor, standing(session, slug), Values())


@router.post("/{slug}/separate", name="administration.separate")
def hand_in_separation(
    request: Request, session: DbSession, editor: Editor, now: Now, posted: Posted, slug: str
) -> Response:
    """Hand in that a merge is to be taken back; a second person decides."""
    source = standing(session, slug)
    form, errors = read_form(ReasonForm, posted)
    if form is None:
        return _separate_page(request, session, editor, source, posted, errors)
    try:
        handed_in = propose_separation(session, slug, reason=form.reason, by=editor, at=now)
    except Refusal as refusal:
        return _separate_page(request, session, editor, source, posted, refusal=refusal)
    return see_other(request, "administration.proposal", proposal_id=handed_in.id)


def _separate_page(
    request: Request,
    session: Session,
    person: Person,
    source: Standing,
    values: Values,
    errors: list[Problem] | None = None,
    *,
    refusal: Refusal | None = None,
) -> Response:
    refused = refusal.sentence if refusal is not None else why_not_separated(session, source)
    cells = described(session, SOURCE, source.slug)
    refs = claims_to_separate(session, source)
    measures, deployments = measure_texts(session), deployment_texts(session)
    waiting = proposals(session, noun="source", slug=source.slug)
    return form_page(
        request,
        "administration/separate.html",
        values=values,
        errors=errors,
        refusal=refusal,
        refused=refused,
        person=person,
        noun="source",
        thing=source,
        consequences=of_separation(session, refs, cells.cells) if cells is not None and not refused else None,
        waiting=waiting,
        called=called(session, waiting),
        measures=measures,
        names=names_of(measures.values(), deployments),
    )
