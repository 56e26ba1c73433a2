"""The search page, and names for the box in which one types."""

import re
from difflib import get_close_matches

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from markupsafe import Markup, escape
from sqlalchemy.orm import Session

from app.answers.parameters import BadParameter, BadParameters
from app.answers.queries import measure_texts
from app.database import DbSession
from app.dates import Days, NotADate, read_date
from app.languages.spoken import _
from app.pages import base_of, page, with_query
from app.search.asked import MOST_TERMS, Words, read_words
from app.search.leading import called, claims_read_at, read_address
from app.search.queries import (
    MARK,
    NOTHING,
    ON_A_PAGE,
    RANKED,
    UNMARK,
    Named,
    answer_of,
    find_claims,
    find_named,
    known_names,
)

router = APIRouter(include_in_schema=False)

SUGGESTED = 8
_PAGES = -(-RANKED // ON_A_PAGE)
_ROUTES = {
    "claim": ("claims.show", "claim_ref"),
    "deployment": ("deployments.show", "slug"),
    "source": ("sources.show", "slug"),
    "place": ("places.show", "slug"),
}


@router.get("/search", name="search.show")
def show(request: Request, session: DbSession, q: str = "") -> Response:
    """What answers to the words of `q`: names first, then claims, the best first."""
    number = _page_number(request.query_params.getlist("page"))
    words = read_words(q)
    address = read_address(q)
    here = None if address is None else address.names_on(base_of(request))
    read_at = [] if address is None or here is not None else claims_read_at(session, address)
    exact = called(session, q if here is None else here) if number == 1 else []
    named = [*exact, *(one for one in _by_name(session, words, number) if one not in exact)]
    if here is not None:
        claims = NOTHING
    elif read_at:
        claims = answer_of(session, read_at, number)
    else:
        claims = find_claims(session, words, page=number)
    last = max(1, -(-claims.number // ON_A_PAGE))
    days = typed_days(q)
    return page(
        request,
        "search/show.html",
        canonical=_address(words, number),
        words=words,
        most_terms=MOST_TERMS,
        named=[(one, address_of(request, one)) for one in named],
        claims=claims,
        is_address=address is not None,
        is_here=here is not None,
        read_at=bool(read_at),
        days=days,
        lists_of_days=[] if days is None else lists_of(days),
        measures=measure_texts(session),
        meant=[] if named or claims.number else meant(session, words),
        marked=marked,
        page_number=number,
        last_page=last,
        earlier=_address(words, number - 1) if number > 1 else None,
        further=_address(words, number + 1) if number < last else None,
    )


@router.get("/search/names", name="search.names")
def suggest(session: DbSession, q: str = "") -> Response:
    """Up to eight names in which everything stands that was typed so far, for the search box."""
    names = dict.fromkeys(one.name for one in find_named(session, read_words(q), SUGGESTED))
    return JSONResponse(list(names))


def typed_days(typed: str) -> Days | None:
    """The month or day that was typed, and nothing else, as files write it: `2024-10`; None: other words.

    A year alone may as well be a figure.
    """
    try:
        return read_date(typed.strip()) if "-" in typed else None
    except NotADate:
        return None


def lists_of(days: Days) -> list[tuple[str, str]]:
    """What is claimed on these days, and about them: words, and the address of the list."""
    written = days.written
    return [
        (_("Claims said then"), with_query("/claims", {"said_from": written, "said_to": written})),
        (
            _("Claims whose figure goes up to then"),
            with_query("/claims", {"day_from": written, "day_to": written}),
        ),
    ]


def _by_name(session: Session, words: Words, number: int) -> list[Named]:
    """What has a name that answers; on the first page alone."""
    return find_named(session, words) if number == 1 else []


def marked(text: str) -> Markup:
    """A text in which the words that were found are marked, everything else escaped."""
    return Markup(escape(text).replace(MARK, Markup("<mark>")).replace(UNMARK, Markup("</mark>")))  # noqa: S704


def meant(session: Session, words: Words) -> list[str]:
    """Names that hold a word spelt much like one that was looked for and not found, three at most."""
    by_word: dict[str, str] = {}
    for name in known_names(session):
        for word in re.findall(r"\w+", name.lower()):
            by_word.setdefault(word, name)
    close = [
        near
        for term in words.wanted
        for near in get_close_matches(term.text.lower(), by_word, n=2, cutoff=0.75)
        if near != term.text.lower()
    ]
    return list(dict.fromkeys(close))[:3]


def address_of(request: Request, named: Named) -> str:
    """The page of what has a name."""
    route, parameter = _ROUTES[named.kind]
    return str(request.app.url_path_for(route, **{parameter: named.slug}))


def _address(words: Words, number: int = 1) -> str:
    asked = {"q": words.typed} if words.typed else {}
    return with_query("/search", asked | ({"page": str(number)} if number > 1 else {}))


def _page_number(given: list[str]) -> int:
    asked = [word for word in given if word.strip()]
    if not asked:
        return 1
    if not (asked[-1].isascii() and asked[-1].isdigit() and 1 <= int(asked[-1][:6]) <= _PAGES):
        raise BadParameters(
            [
                BadParameter(
                    "page",
                    _("“%(written)s” is no page: there are 1 to %(last)s", written=asked[-1], last=_PAGES),
                )
            ]
        )
    return int(asked[-1])
