"""What came in between while somebody typed, with both versions side by side and a way on."""

from dataclasses import replace

from fastapi import Request
from sqlalchemy.orm import Session

from app.claims.actions import newest_number
from app.claims.drafts import HandedIn, SavedElsewhere, new_key
from app.claims.models import Draft
from app.claims.refusals import NothingChanges, WaitsAlready
from app.claims.rows import rows_of
from app.desk.claim_form import FIELDS, values_of
from app.desk.entry_page import Conflict, OpenForm, Way, unlike
from app.errors import Refusal
from app.forms import Values
from app.languages.spoken import _
from app.review.queries import revision_numbered


def came_between(
    request: Request, session: Session, form: OpenForm, refusal: Refusal
) -> tuple[OpenForm, Conflict]:
    """The form as it can go on, and what is said above it; nothing that was typed changes."""
    if isinstance(refusal, HandedIn):
        return _handed_in(request, form, refusal)
    newest = newest_number(session, form.claim_ref)
    revision = revision_numbered(session, form.claim_ref, newest)
    assert revision is not None  # noqa: S101 - its number was just looked up
    there = values_of(rows_of(session, [revision.id])[revision.id])
    if isinstance(refusal, NothingChanges):
        return form, Conflict(refusal.sentence, _("What you meant to change is not changed here yet."))
    if isinstance(refusal, WaitsAlready):
        advice = _("What you typed can be kept as a draft until then.")
    else:
        advice = _("If what you typed is still right, hand it in once more.")
    conflict = Conflict(
        refusal.sentence,
        advice,
        (
            Way(
                _("All about %(ref)s", ref=form.claim_ref),
                _path(request, "desk.claim", claim_ref=form.claim_ref),
            ),
        ),
        _("In revision %(number)s", number=newest),
        tuple(one for one in unlike(form.values, there) if one.field not in _OF_THE_FORM),
    )
    return replace(form, shown=newest), conflict


def saved_elsewhere(request: Request, form: OpenForm, refusal: SavedElsewhere) -> tuple[OpenForm, Conflict]:
    """The form under the draft that another window saved, or under a new key where that is gone."""
    draft = refusal.draft
    if draft is None:
        advice = _("What you typed is still here: saving it begins a new draft.")
        return replace(form, key=new_key(), saves=0), Conflict(refusal.sentence, advice)
    conflict = Conflict(
        refusal.sentence,
        _("Saving here from now on takes what is typed here."),
        (Way(_("Open the other version instead"), _path(request, "desk.draft", key=draft.key)),),
        _("In the other window"),
        unlike(form.values, values_in(draft)),
    )
    return replace(form, key=draft.key, saves=draft.saves), conflict


def values_in(draft: Draft) -> Values:
    """What stands in a draft, as values of the form."""
    return Values(
        (name, one)
        for name, value in draft.values.items()
        if name in FIELDS
        for one in ([value] if isinstance(value, str) else value)
    )


def _path(request: Request, name: str, **values: str) -> str:
    return str(request.app.url_path_for(name, **values))


def _handed_in(request: Request, form: OpenForm, refusal: HandedIn) -> tuple[OpenForm, Conflict]:
    ways = [Way(_("What was handed in"), _path(request, "desk.handed_in", key=form.key))]
    advice = _("What stands here now is another form: hand it in only if it is another claim.")
    return replace(form, key=new_key(), saves=0), Conflict(refusal.sentence, advice, tuple(ways))


_OF_THE_FORM = {
    "new_source", "source_kind", "source_country", "source_family", "source_reliability", "source_stance",
    "source_slug", "figure", "figure_read", "new_place", "reason", "words", "overridden",
}  # fmt: skip
"""The fields that belong to the form alone: a revision has none of them."""
