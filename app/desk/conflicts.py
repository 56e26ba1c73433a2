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
        return form, Conflict(refusal.sentence, "What you meant to change is not changed here yet.")
    if isinstance(refusal, WaitsAlready):
        advice = "What you typed can be kept as a draft until then."
    else:
        advice = "If what you typed is still right, hand it in once more."
    conflict = Conflict(
        refusal.sentence,
        advice,
        (Way(f"All about {form.claim_ref}", _path(request, "desk.claim", claim_ref=form.claim_ref)),),
        f"In revision {newest}",
        tuple(one for one in unlike(form.values, there) if one.label in _COMPARED),
    )
    return replace(form, shown=newest), conflict


def saved_elsewhere(request: Request, form: OpenForm, refusal: SavedElsewhere) -> tuple[OpenForm, Conflict]:
    """The form under the draft that another window saved, or under a new key where that is gone."""
    draft = refusal.draft
    if draft is None:
        advice = "What you typed is still here: saving it begins a new draft."
        return replace(form, key=new_key(), saves=0), Conflict(refusal.sentence, advice)
    conflict = Conflict(
        refusal.sentence,
        "Saving here from now on takes what is typed here.",
        (Way("Open the other version instead", _path(request, "desk.draft", key=draft.key)),),
        "In the other window",
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
    ways = [Way("What was handed in", _path(request, "desk.handed_in", key=form.key))]
    advice = "What stands here now is another form: hand it in only if it is another claim."
    return replace(form, key=new_key(), saves=0), Conflict(refusal.sentence, advice, tuple(ways))


_COMPARED = {
    "Web address", "Published by", "Title", "Published on", "Language", "Source", "Said on", "Deployment",
    "Measure", "Kind of statement", "Qualifier", "At least", "Figure", "At most", "As of", "From", "To",
    "Counted from", "Place", "Wording", "Remark", "Credibility", "Part of", "Restates", "Appearance of",
}  # fmt: skip
"""The fields that a revision has; the others belong to the form alone."""
