"""Reporting an error: a form for any reader, and what happens next."""

import math
from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from app.api.limits import Asking, TooMany, count_asked, count_of_all, time_in_words
from app.claims.drafts import KEY, new_key
from app.clock import Now
from app.database import DbSession
from app.form_pages import form_page
from app.forms import Posted, Problem, Values, read_form
from app.languages.catalogues import ENGLISH
from app.languages.spoken import _, speaking
from app.pages import base_of, page, with_query
from app.reports.about import About, NotAbout, about_of
from app.reports.actions import digest_of, is_reported, report_error
from app.reports.forms import KIND_WORDS, TRAP, ReportForm
from app.reports.models import LONGEST_WORDS

router = APIRouter(include_in_schema=False)

HOUR, MINUTE = 3600, 60


@router.get("/report", name="reports.ask")
def ask(request: Request, session: DbSession, about: str = "") -> Response:
    """The form, about the page that the address names; without one it asks for it."""
    values = Values([("about", about)])
    found, errors = _about(request, session, values) if about.strip() else (None, [])
    return _form(request, found, values, errors)


@router.post("/report", name="reports.report")
def report(request: Request, session: DbSession, posted: Posted, now: Now) -> Response:
    """Store a report, once; what is refused comes back with all that was typed."""
    form, errors = read_form(ReportForm, posted)
    about, wrong = _about(request, session, posted)
    # The form may find fault with the same address, and one reason is enough.
    errors = wrong + [one for one in errors if not (wrong and one.field == "about")]
    key = posted["key"]
    if not errors and not KEY.fullmatch(key):
        errors = [Problem("", _("This form was not complete when it was sent. Please send it once more."))]
    if form is None or about is None or errors:
        return _form(request, about, posted, errors)
    digest = digest_of(key, about, form)
    if not is_reported(session, digest):
        try:
            count_asked(request, Asking.REPORTING)  # first: who is refused counts for nobody else
        except TooMany as refusal:
            return _form(request, about, posted, [Problem("", _too_many(refusal))], refusal)
        try:
            count_of_all(request, Asking.REPORTS)
        except TooMany as refusal:
            return _form(request, about, posted, [Problem("", _too_many_of_all(refusal))], refusal)
        with speaking(ENGLISH):  # what is stored is stored in one language
            stored = about_of(session, about.address)
        report_error(session, stored, form, digest=digest, at=now)
    sent = request.app.url_path_for("reports.sent")
    return RedirectResponse(with_query(sent, {"about": about.address}), HTTPStatus.SEE_OTHER)


@router.get("/report/sent", name="reports.sent")
def sent(request: Request, session: DbSession, about: str = "") -> Response:
    """What happens with a report, and the way back to the page."""
    found, _problems = _about(request, session, Values([("about", about)]))
    return page(request, "reports/sent.html", about=found)


def _about(request: Request, session: Session, values: Values) -> tuple[About | None, list[Problem]]:
    """The page that is meant, or None and what is wrong with its address."""
    if not values["about"].strip():
        return None, [Problem("about", _("Please fill this in."), _("The page"))]
    try:
        return about_of(session, values["about"], base_of(request)), []
    except NotAbout as refusal:
        return None, [Problem("about", str(refusal), _("The page"))]


def _wait(refusal: TooMany) -> str:
    if refusal.wait > HOUR:
        return time_in_words("hour", math.ceil(refusal.wait / HOUR))
    if refusal.wait > MINUTE:
        return time_in_words("minute", math.ceil(refusal.wait / MINUTE))
    return _("a minute")


def _too_many_of_all(refusal: TooMany) -> str:
    return _(
        "More reports have arrived from all readers together than editors can read. "
        "What you typed is still here; it can be sent in %(wait)s.",
        wait=_wait(refusal),
    )


def _too_many(refusal: TooMany) -> str:
    return _(
        "From one address %(rate)s are taken, and these are used up. "
        "What you typed is still here; it can be sent in %(wait)s.",
        rate=refusal.rate,
        wait=_wait(refusal),
    )


def _form(
    request: Request,
    about: About | None,
    values: Values,
    errors: list[Problem],
    refusal: TooMany | None = None,
) -> Response:
    answer = form_page(
        request,
        "reports/ask.html",
        values=values,
        errors=errors,
        refusal=refusal,
        about=about,
        kinds=KIND_WORDS,
        key=values["key"] if KEY.fullmatch(values["key"]) else new_key(),
        most=LONGEST_WORDS,
        trap=TRAP,
        is_trapped=any(one.field == TRAP for one in errors),
    )
    # Each form has a key of its own: two readers who got the same would be taken for one.
    answer.headers["Cache-Control"] = "no-store"
    if refusal:
        answer.headers.update(refusal.headers)
    return answer
