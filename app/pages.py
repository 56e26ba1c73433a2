"""How pages are made: the Jinja environment, its filters for dates and counts, page() and see_other().

A template neither computes nor queries. What it is given is plain values; whatever somebody typed
into a ledger is escaped, and an unknown name in a template is an error and not an empty spot.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode, urlsplit
from weakref import WeakKeyDictionary

import pycountry
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from app.acts.brought import brought_as
from app.acts.wording import act_in_words, the_noun, told_in_words
from app.assets import written_out
from app.charts import wording
from app.claims.approved import ApprovedClaim
from app.claims.cells import add_cells
from app.claims.words import Nature
from app.compiled import Compiled
from app.dates import Days
from app.headers import FIRST
from app.languages.asked import PREFIX, links_within
from app.languages.catalogues import ENGLISH, languages, own_name
from app.languages.codes import many_of, number_of
from app.languages.formats import locale_of, written_day
from app.languages.iso import english_names
from app.languages.spoken import _, count, known, language_now, pgettext
from app.languages.templates import translate
from app.reports.lists import leads_to_a_report
from app.settings import PROJECT

Query = Iterable[tuple[str, str]] | Mapping[str, str]
"""Parameters of an address; pairs where one may be repeated."""

_DAY = 2  # hyphens in a full date
_USUAL_NAMES = {"RUS": "Russia", "SYR": "Syria", "LAO": "Laos"}  # where ISO 3166 has only the formal one
_NUMBERS = re.compile(r"\d[\d,.]*")


def page(
    request: Request, template: str, *, status_code: int = 200, canonical: str | None = None, **context: Any
) -> HTMLResponse:
    """A template as an answer. `canonical` is the address that stands for it; None: the path alone."""
    base = base_of(request)
    path = canonical or path_of(request)
    # Where no language is named the page is in whatever a reader prefers; English has no other address.
    prefix = request.scope.get(PREFIX, "").replace(f"/{ENGLISH}", "")
    written = {code: f"{base}{'' if code == ENGLISH else f'/{code}'}{path}" for code in languages()}
    html = html_of(request, template, canonical=f"{base}{prefix}{path}", in_languages=written, **context)
    return HTMLResponse(html, status_code)


def html_of(request: Request, template: str, **context: Any) -> str:
    """A template in words, in the language of the request, which its links keep."""
    html = ENVIRONMENT.get_template(template).render(request=request, language=language_now(), **context)
    return links_within(request.scope.get(PREFIX, ""), html)


def base_of(request: Request) -> str:
    """The address of the site, without a slash at the end: the public one, else as asked."""
    return str(request.app.state.settings.base_url or request.base_url).rstrip("/")


def path_of(request: Request) -> str:
    """The path that was asked for, as it may stand in an address."""
    return quote(request.url.path)


def see_other(request: Request, name: str, **values: Any) -> RedirectResponse:
    """On to a route by its name, with GET: a reload does nothing twice."""
    return RedirectResponse(request.app.url_path_for(name, **values), status_code=303)


def with_query(path: str, query: Query) -> str:
    """A path with its parameters, without a question mark where there are none."""
    written = urlencode(list(query.items() if isinstance(query, Mapping) else query))
    return f"{path}?{written}" if written else path


@pass_context
def link(context: Context, name: str, /, query: Query | None = None, **values: Any) -> str:
    """The address of a route by its name, as a path on this host."""
    path = _path(context["request"].app, name, values)
    return with_query(path, query) if query else path


_PATTERNS: WeakKeyDictionary[FastAPI, dict[tuple[str, ...], str | None]] = WeakKeyDictionary()
"""By site, name and parameters of a route: its path, with marks where values belong; None: not so simple."""


def _path(site: FastAPI, name: str, values: Mapping[str, Any]) -> str:
    """The path of a route. A page has a thousand links, and finding a route asks each route in turn."""
    patterns = _PATTERNS.setdefault(site, {})
    key = (name, *values)
    if key not in patterns:
        patterns[key] = _pattern(site, name, values)
    path = patterns[key]
    written = {parameter: str(value) for parameter, value in values.items()}
    if path is None or not all(value and "/" not in value for value in written.values()):
        return str(site.url_path_for(name, **values))
    for parameter, value in written.items():
        path = path.replace(f"\0{parameter}\0", value)
    return path


def _pattern(site: FastAPI, name: str, values: Mapping[str, Any]) -> str | None:
    if not all(isinstance(value, str) for value in values.values()):
        return None  # a parameter that is no text is written in its own way
    return str(site.url_path_for(name, **{parameter: f"\0{parameter}\0" for parameter in values}))


@pass_context
def asset_url(context: Context, name: str) -> str:
    """The fingerprinted address of a static file."""
    url: str = context["request"].app.state.assets.url(name)
    return url


def first_script() -> Markup:
    """The script in the head of every page, which the Content-Security-Policy names by its hash."""
    return Markup(written_out(FIRST))  # noqa: S704 - our own file


def short_day(on: date) -> str:
    """`23 Oct 2024`, for tables."""
    return written_day(on, "short", language_now())


def short_days(days: Days) -> str:
    """`23 Oct 2024`, `Oct 2024` or `2024`; a period as both its ends. As precise as written, not more."""
    start, _slash, end = days.written.partition("/")
    first, last = _short_date(start, days.first), _short_date(end or start, days.last)
    if first == last:
        return last
    if start.count("-") != end.count("-"):
        return pgettext("of days", "%(first)s to %(last)s", first=first, last=last)
    # What both ends share is said once, with the second: 8 to 13 Oct 2024, Jan to Feb 2025.
    if days.first.year == days.last.year:
        first = first.removesuffix(str(days.first.year)).strip()
        if start.count("-") == _DAY and days.first.month == days.last.month:
            first = str(days.first.day)
    return pgettext("of days", "%(first)s to %(last)s", first=first, last=last)


def _short_date(written: str, on: date) -> str:
    how = (None, "short month", "short")[written.count("-")]
    return str(on.year) if how is None else written_day(on, how, language_now())


def moment(at: datetime) -> str:
    """`23 November 2026, 10:00 UTC`."""
    return _("%(day)s, %(time)s UTC", day=wording.day(at.date()), time=f"{at:%H:%M}")


def iso(when: Days | date | datetime) -> str:
    """The same for machines, in a `datetime` attribute; of a period its first day."""
    return when.written.partition("/")[0] if isinstance(when, Days) else when.isoformat()


def quantity(claim: ApprovedClaim, unit: str) -> str:
    """What was stated, with its unit: `about 3,000 persons`, `15 %`, `a plan: nearly 12,000 persons`."""
    if claim.nature is Nature.STANCE:
        return _("a statement without a number")
    figure = stated(claim)
    if claim.nature is Nature.SHARE:
        return figure
    counted_so = f"{figure} {known(unit)}"
    return _("a plan: %(figure)s", figure=counted_so) if claim.nature is Nature.PLAN else counted_so


def stated(claim: ApprovedClaim) -> str:
    """What was stated, where the unit stands already at the head of the table: `about 3,000`, `15 %`."""
    if claim.nature is Nature.STANCE:
        return _("no number")
    figure = wording.figure_in_words(claim)
    return f"{figure} %" if claim.nature is Nature.SHARE else figure


def numbers_marked(text: str) -> Markup:
    """The same text, its numbers in `<b>`, so that the eye finds them among the words of a hedge."""
    marked, end = "", 0
    for number in _NUMBERS.finditer(text):
        marked += f"{escape(text[end : number.start()])}<b>{number[0]}</b>"
        end = number.end()
    return Markup(f"{marked}{escape(text[end:])}")  # noqa: S704 - a number needs no escaping


def in_a_sentence(label: str) -> str:
    """A label as it stands within a sentence: `Killed or wounded` as `killed or wounded`."""
    acronym = len(label) > 1 and label[1].isupper()
    return label if acronym else label[:1].lower() + label[1:]


def counted(number: int, one: str, many: str | None = None) -> str:
    """`1 claim`, `12 claims`; `many` where the plural is not made with an s."""
    return f"{count(number)} {one if number == 1 else many or f'{one}s'}"


def web_address(url: str | None) -> str | None:
    """The address if a browser may follow it: http or https with a host, and nothing else."""
    if url is None:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme.lower() in {"http", "https"} and parts.netloc else None


def host_of(url: str) -> str:
    """Whose page an address leads to: `kyivindependent.com`."""
    return (urlsplit(url).hostname or url).removeprefix("www.")


def country(code: str) -> str:
    """The name of a country by its ISO 3166-1 code; what is no code is a free name and stays."""
    return _country(code, language_now())


@cache
def _country(code: str, spoken: str) -> str:
    found = pycountry.countries.get(alpha_3=code)
    if found is None:
        return code
    if spoken != ENGLISH:
        return str(locale_of(spoken).territories.get(found.alpha_2, found.name))
    return _USUAL_NAMES.get(code) or str(getattr(found, "common_name", found.name))


def language(code: str) -> str:
    """The name of a language by its ISO 639-1 code; an unknown code stays."""
    return _language(code, language_now())


@cache
def _language(code: str, spoken: str) -> str:
    if spoken != ENGLISH:
        return str(locale_of(spoken).languages.get(code, code))
    found = english_names().get(code.lower())
    return code if found is None else found.partition(" (")[0]


def in_words(word: str) -> str:
    """A stored word as it is read: `set_aside` as `set aside`."""
    return known(word.replace("_", " "))


def _when_shown(say: Callable[[Any], str]) -> Callable[[Context, Any], str]:
    """The filter, called for each page: of a constant Jinja calls it once, when it reads the template."""

    @pass_context
    def said(_context: Context, value: Any) -> str:
        return say(value)

    return said


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(PROJECT / "templates"),
        bytecode_cache=Compiled(),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    translate(environment)
    environment.globals.update(
        own_name=own_name, PREFIX=PREFIX, many_of=many_of, number_of=number_of, the_noun=the_noun
    )
    environment.globals.update(link=link, asset_url=asset_url, counted=counted, path_of=path_of)
    environment.globals.update(leads_to_a_report=leads_to_a_report)
    environment.globals.update(first_script=first_script)
    environment.filters.update(
        act_in_words=act_in_words,
        brought_as=_when_shown(brought_as),
        count=_when_shown(wording.count),
        country=_when_shown(country),
        day=wording.day,
        days=wording.days_in_words,
        figure=wording.figure_in_words,
        host=host_of,
        in_a_sentence=in_a_sentence,
        in_words=_when_shown(in_words),
        known=_when_shown(known),
        in_one=wording.listed,
        iso=iso,
        language=_when_shown(language),
        moment=moment,
        numbers_marked=numbers_marked,
        quantity=quantity,
        said=wording.said_in_words,
        short_day=short_day,
        short_days=short_days,
        stated=stated,
        told_in_words=told_in_words,
        month=wording.month,
        web_address=web_address,
        with_query=with_query,
    )
    add_cells(environment)
    return environment


ENVIRONMENT = _environment()
