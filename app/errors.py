"""What can go wrong with a request, and the page that says so.

    Refusal                 an expected refusal: a status, and a sentence for whoever reads it
    ├── NotFound            there is no such deployment, claim, source ...; names what is near
    ├── LacksRole           this takes another role than the person has (app.accounts.guards), 403
    ├── RowRefused          cells of a row cannot stand, 422; NewerRevision, AlreadyDecided, OwnRevision
    │                       and all else that editors and reviewers are refused (app.claims.refusals)
    ├── TooMany         one address asks more often than is answered (app.api.limits), 429
    ├── SavedElsewhere      a draft was saved in another window; HandedIn, NoForm (app.claims.drafts)
    ├── CrossSite           a page of another site is behind it (app.accounts.same_origin), 403
    └── LinkEnded           a one-time link that is used up, expired or replaced (app.accounts.actions), 410
    NotSignedIn             goes on to the page where one signs in (app.accounts.guards)
    BadParameters           values of an address that cannot be read (app.answers.parameters), 422
    StarletteHTTPException  no such address, or not with this verb: the framework's own
    OperationalError        the database is out of reach, 503
    anything else           a mistake of ours, 500 with the id under which it was logged

Addresses of the API answer the same as problem details (RFC 9457).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from asgi_correlation_id import correlation_id
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.routing import Match

from app.answers.parameters import BadParameter, BadParameters
from app.forms import sentence_of
from app.headers import ALWAYS
from app.languages.asked import LANGUAGE
from app.languages.catalogues import ENGLISH
from app.languages.spoken import N_, _, known, speaking
from app.logs import log
from app.pages import page

API = "/api/"
RETRY_AFTER = "10"
"""Seconds after which it is worth asking again when the database was out of reach."""


@dataclass(frozen=True, slots=True)
class Near:
    """Something that a reader may have meant."""

    name: str
    path: str


class Refusal(Exception):
    """Something expected that cannot be answered; its text is the sentence that the reader gets."""

    status = HTTPStatus.CONFLICT
    headers: Mapping[str, str] = MappingProxyType({})  # what its answer says besides
    errors: Sequence[BadParameter] = ()  # what is at fault, each by its name
    members: Mapping[str, Any] = MappingProxyType({})  # what problem details of the API say besides

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotFound(Refusal):
    """There is nothing of that name."""

    status = HTTPStatus.NOT_FOUND

    def __init__(self, sentence: str, near: Sequence[Near] = ()) -> None:
        super().__init__(sentence)
        self.near = tuple(near)


def nearest(written: str, all_known: Iterable[Near], *, at_most: int = 5) -> list[Near]:
    """Those whose last part of the path or whose name is spelt most like what was written, best first."""
    by_word: dict[str, Near] = {}
    for one in all_known:
        for word in (one.path.rpartition("/")[2], one.name.lower()):
            by_word.setdefault(word, one)
    close = get_close_matches(written.lower(), by_word, n=2 * at_most, cutoff=0.5)
    return list(dict.fromkeys(by_word[word] for word in close))[:at_most]


def printable(text: str) -> str:
    """The text with a question mark in a box for what no page may hold, such as a NUL from an address."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)


def add_error_pages(app: FastAPI) -> None:
    """Every refusal and failure of the site as a page that helps, or in the API as problem details."""
    handlers: dict[type[Exception], Callable[[Request, Any], Response]] = {
        Refusal: _refused,
        BadParameters: _bad_parameters,
        RequestValidationError: _not_valid,
        HTTPException: _no_such_address,
        OperationalError: _out_of_reach,
        PoolTimeoutError: _out_of_reach,
        Exception: _our_mistake,
    }
    for error, answer in handlers.items():
        app.add_exception_handler(error, answer)


def _refused(request: Request, error: Refusal) -> Response:
    near = getattr(error, "near", ())
    return _answer(
        request,
        error.status,
        error.sentence,
        near=near,
        problems=error.errors,
        headers=error.headers,
        members=error.members,
    )


def _bad_parameters(request: Request, error: BadParameters) -> Response:
    many = _("Some values in the address cannot be read.") if len(error.errors) > 1 else ""
    sentence = many or _("A value in the address cannot be read.")
    return _answer(request, HTTPStatus.UNPROCESSABLE_ENTITY, sentence, problems=error.errors)


def _not_valid(request: Request, error: RequestValidationError) -> Response:
    problems = [
        BadParameter(
            str(problem["loc"][-1]),
            _("“%(value)s”: %(reason)s", value=problem.get("input"), reason=sentence_of(problem)),
        )
        for problem in error.errors()
    ]
    sentence = _("A value that was sent cannot be read.")
    return _answer(request, HTTPStatus.UNPROCESSABLE_ENTITY, sentence, problems=problems)


def _no_such_address(request: Request, error: HTTPException) -> Response:
    status = HTTPStatus(error.status_code)
    near: list[Near] = []
    sentence = known(error.detail)
    headers = dict(error.headers or {})
    if status is HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(_verbs_of(request))
    if status is HTTPStatus.NOT_FOUND:
        sentence = _("Nothing is kept at %(path)s.", path=request.url.path)
        near = _near_pages(request)
    return _answer(request, status, sentence, near=near, headers=headers)


def _verbs_of(request: Request) -> list[str]:
    """The verbs that the address takes: the framework names only those of the first route that has it."""
    routes = request.app.routes
    found = [
        verb
        for verb in ("GET", "POST")
        if any(route.matches({**request.scope, "method": verb})[0] is Match.FULL for route in routes)
    ]
    return ["GET", "HEAD", *found[1:]] if "GET" in found else found


def _out_of_reach(request: Request, error: Exception) -> Response:
    log.error("database out of reach", exc_info=error)
    return _answer(
        request,
        HTTPStatus.SERVICE_UNAVAILABLE,
        _("The database that holds the ledger is out of reach for now. Nothing is lost; try again shortly."),
        headers={"Retry-After": RETRY_AFTER},
    )


def _our_mistake(request: Request, error: Exception) -> Response:
    log.error("unexpected", exc_info=error)
    # This is answered outside all middleware, so what that adds to every answer is added here.
    with speaking(request.scope.get(LANGUAGE, ENGLISH)):
        return _answer(
            request,
            HTTPStatus.INTERNAL_SERVER_ERROR,
            _("Something went wrong on our side while this page was made. It has been logged."),
            headers={**ALWAYS, "X-Request-ID": correlation_id.get() or ""},
        )


_OF_THE_FRAMEWORK = (N_("Method Not Allowed"),)  # what it says by itself, for the catalogues

_TITLES = {
    HTTPStatus.NOT_FOUND: N_("Not found"),
    HTTPStatus.METHOD_NOT_ALLOWED: N_("Not possible here"),
    HTTPStatus.FORBIDDEN: N_("Not allowed"),
    HTTPStatus.CONFLICT: N_("Not possible now"),
    HTTPStatus.GONE: N_("No longer there"),
    HTTPStatus.UNPROCESSABLE_ENTITY: N_("Cannot be read"),
    HTTPStatus.TOO_MANY_REQUESTS: N_("Too many questions at once"),
    HTTPStatus.INTERNAL_SERVER_ERROR: N_("Something went wrong"),
    HTTPStatus.SERVICE_UNAVAILABLE: N_("Out of reach for the moment"),
}


def _answer(
    request: Request,
    status: HTTPStatus,
    sentence: str,
    *,
    near: Sequence[Near] = (),
    problems: Sequence[BadParameter] = (),
    headers: Mapping[str, str] = MappingProxyType({}),
    members: Mapping[str, Any] = MappingProxyType({}),
) -> Response:
    title = known(_TITLES.get(status, status.phrase))
    sentence = printable(sentence)
    problems = [BadParameter(printable(one.field), printable(one.message)) for one in problems]
    if request.url.path.startswith(API):
        body: dict[str, Any] = {"type": "about:blank", "title": title, "status": status, "detail": sentence}
        if problems:
            body["errors"] = [{"field": problem.field, "message": problem.message} for problem in problems]
        body |= members
        return JSONResponse(body, status, dict(headers), media_type="application/problem+json")
    answer = page(
        request,
        "errors/show.html",
        status_code=status,
        status=status,
        title=title,
        sentence=sentence,
        near=near,
        problems=problems,
        request_id=correlation_id.get(),
    )
    answer.headers.update(headers)
    return answer


def _near_pages(request: Request) -> list[Near]:
    """Pages without a name in their address that are spelt like what was asked for."""
    first = request.url.path.strip("/").partition("/")[0]
    pages = [Near(known(name), path) for path, name in _PAGES.items()]
    return nearest(first, pages, at_most=2)


_PAGES = {
    "/claims": N_("Claims"),
    "/sources": N_("Sources"),
    "/compare": N_("Compare"),
    "/changes": N_("Changes"),
    "/method": N_("Method"),
    "/about": N_("About"),
    "/": N_("Deployments"),
}
