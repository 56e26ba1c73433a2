"""What the site says of itself: the method, and what Muster is."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.accounts.cookies import settings_of
from app.acts.queries import last_changed_at, ledger_version
from app.database import DbSession
from app.guide.method import method_page
from app.languages.spoken import language_now
from app.pages import page
from app.review.acts_of_editors import ACTS

router = APIRouter(include_in_schema=False)


@router.get("/method", name="guide.method")
def method(request: Request) -> Response:
    """How claims become a running total: the normative text, its tables from the code that uses them."""
    return page(request, "guide/method.html", method=method_page(language_now()))


@router.get("/about", name="guide.about")
def about(request: Request, session: DbSession) -> Response:
    """What Muster is, what it isn't, and how to use what is here."""
    return page(
        request,
        "guide/about.html",
        version=ledger_version(session),
        changed_at=last_changed_at(session),
        licence=settings_of(request).licence_url,
        acts=list(ACTS.values()),
    )
