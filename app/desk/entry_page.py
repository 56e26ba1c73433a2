"""The page of the form: what stands in it, what is said beside it, and what came in between."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus

from fastapi import Request
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.claims.drafts import KEY, new_key
from app.claims.queries import approved_claims
from app.desk import suggestions
from app.desk.beside import Beside
from app.desk.claim_form import FIELDS, LABELS, NAMES_THE_CLAIM, USED_BY, changed
from app.desk.suggestions import options_for
from app.forms import Problem, Values
from app.languages.spoken import known
from app.pages import html_of, page
from app.review.acts_of_editors import EditorsAct

_FOCUS_ORDER = (
    "url", "source", "said_on", "deployment", "measure", "nature", "figure", "as_of", "period_start",
    "counts_from", "reason", "wording",
)  # fmt: skip
_DEPENDS = {"figure", "as_of", "period_start", "counts_from"}
_MAY_STAY_EMPTY = {"counts_from", "reason", "wording"}
_MOST_SAVES = 10  # digits of a number that a form carries


@dataclass(frozen=True, slots=True)
class OpenForm:
    """A form as somebody has it before them."""

    act: EditorsAct
    claim_ref: str  # of the claim that it was opened for; empty: a new claim
    values: Values
    key: str
    saves: int = 0  # how often its draft was saved, as far as this form knows
    shown: int = 0  # the number of the newest revision that it was shown with; 0: a new claim
    saved_at: datetime | None = None

    @property
    def address(self) -> tuple[str, dict[str, str]]:
        """The route that takes the form, and its values."""
        if not self.claim_ref:
            return "desk.new_claim", {}
        return "desk.enter_act", {"claim_ref": self.claim_ref, "act": in_address(self.act)}


@dataclass(frozen=True, slots=True)
class Way:
    """A way on from a conflict: a link."""

    words: str
    address: str


@dataclass(frozen=True, slots=True)
class Unlike:
    """A field that stands otherwise in the form than elsewhere."""

    field: str
    label: str
    here: str
    there: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """Something else came in between: what, how to go on, and how it differs from what was typed."""

    sentence: str
    advice: str = ""
    ways: tuple[Way, ...] = ()
    there: str = ""  # what the other version is called
    unlike: tuple[Unlike, ...] = ()


def in_address(act: EditorsAct) -> str:
    """An act as it stands in an address: `add-appearance`."""
    return act.name.replace("_", "-")


def open_form(posted: Values, act: EditorsAct, claim_ref: str) -> OpenForm:
    """The form that was posted. One without a key of ours gets a new one, so that nothing typed is lost."""
    key = posted["key"]
    return OpenForm(
        act,
        claim_ref,
        Values((name, value) for name, value in posted.pairs() if name in FIELDS),
        key if KEY.fullmatch(key) else new_key(),
        _number(posted["saves"]),
        _number(posted["shown"]),
    )


def unlike(here: Mapping[str, str], there: Mapping[str, str]) -> tuple[Unlike, ...]:
    """The fields in which two versions of a form differ, in the order of the form."""
    compared = [name for name in FIELDS if name != "figure_read"]
    return tuple(
        Unlike(name, known(LABELS[name]), here[name], there[name])
        for name in compared
        if here[name].strip() != there[name].strip()
    )


def entry_page(  # noqa: PLR0913 - what a form is shown with, each given by name
    request: Request,
    session: Session,
    editor: Person,
    form: OpenForm,
    *,
    said: Beside | None = None,
    errors: Sequence[Problem] = (),
    conflict: Conflict | None = None,
    notices: Sequence[str] = (),
    previewed: bool = False,
    status: HTTPStatus = HTTPStatus.OK,
) -> HTMLResponse:
    """The form with everything that was typed; what its reading fills in is filled in."""
    values = form.values if said is None else changed(form.values, said.fills)
    form = replace(form, values=values)
    route, parts = form.address
    claims = approved_claims(session, refs=[form.claim_ref]) if form.claim_ref else []
    return page(
        request,
        "desk/entry.html",
        status_code=status,
        form=form,
        values=values,
        action=request.app.url_path_for(route, **parts),
        editor=editor,
        claim=claims[0] if claims else None,
        names_the_claim=NAMES_THE_CLAIM.get(form.act.name),
        said=said,
        errors=errors,
        conflict=conflict,
        notices=notices,
        previewed=previewed,
        focus="" if previewed or conflict is not None else _focus(form.act, values, errors),
        options=options_for(session, editor.id),
        lists=suggestions,
        labels=labels(),
        used_by=USED_BY,
    )


def fragment(request: Request, form: OpenForm, said: Beside) -> HTMLResponse:
    """What stands beside the form, alone, for the script that puts it there."""
    html = html_of(request, "desk/live.html", form=form, said=said, labels=labels(), lists=suggestions)
    return HTMLResponse(html)


def labels() -> dict[str, str]:
    """How each field is called, in the language that is spoken."""
    return {name: known(label) for name, label in LABELS.items()}


def _focus(act: EditorsAct, values: Values, errors: Sequence[Problem]) -> str:
    """The field in which typing goes on: the first that is refused, else the first that is empty."""
    if errors:
        return next((error.field for error in errors if error.field in FIELDS), "")
    if act.reason_needed and not values["reason"]:
        return "reason"
    used = USED_BY.get(values["nature"], _FOCUS_ORDER)
    may_stay_empty = set(_MAY_STAY_EMPTY)
    if any(values[name] for name in ("low", "point", "high")):
        may_stay_empty.add("figure")
    for name in _FOCUS_ORDER:
        is_shown = name in used or name not in _DEPENDS
        if is_shown and not values[name] and name not in may_stay_empty:
            return name
    return ""


def _number(written: str) -> int:
    return int(written) if written.isascii() and written.isdigit() and len(written) < _MOST_SAVES else 0
