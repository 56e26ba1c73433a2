"""The cells of tables of claims, as filters: what a long page says hundreds of times.

A macro costs Jinja tens of microseconds each time, and most of what it says here was said a row before: the
same day, source, grade or colour. So these are functions that remember what they said last. The macros of
`templates/components/claims.html` are made of them, and both write the same.
"""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from jinja2 import Environment
from markupsafe import Markup, escape

from app.claims.approved import ApprovedClaim, Document
from app.claims.words import Nature
from app.dates import Days
from app.languages.spoken import N_, _, known, language_now

if TYPE_CHECKING:
    from collections.abc import Callable

_REMEMBERED = 4096


def add_cells(environment: Environment) -> None:
    """Give an environment these filters; it has those of app.pages already, of which they are made."""
    cells = _Cells(environment)
    environment.filters.update(
        short_time=cells.short_time,
        covered=cells.covered,
        document_cell=cells.document_cell,
        figure_cell=cells.figure_cell,
        grade_cell=grade_cell,
        source_cell=source_cell,
        dot=dot,
        fate_cell=fate_cell,
    )


class _Cells:
    """The cells that are made of filters of an environment."""

    def __init__(self, environment: Environment) -> None:
        filters = environment.filters
        self._short_days: Callable[[Days], str] = filters["short_days"]
        self._stated: Callable[[ApprovedClaim], str] = filters["stated"]
        self._numbers_marked: Callable[[str], Markup] = filters["numbers_marked"]
        self._web_address: Callable[[str | None], str | None] = filters["web_address"]
        self._host: Callable[[str], str] = filters["host"]
        self._times = lru_cache(maxsize=_REMEMBERED)(self._time_in)

    def _time_in(self, days: Days, _language: str) -> Markup:
        since = days.written.partition("/")[0]
        return Markup('<time datetime="{}" class="date">{}</time>').format(since, self._short_days(days))

    def short_time(self, days: Days) -> Markup:
        """Days in short words, for machines too."""
        return self._times(days, language_now())

    def covered(self, claim: ApprovedClaim) -> Markup:
        """As of, over, by: the days that a figure is about."""
        if claim.period is not None:
            told = self.short_time(claim.period)
        elif claim.as_of is not None:
            told = self.short_time(claim.as_of)
            told = filled(N_("by %(day)s"), day=told) if claim.nature is Nature.PLAN else told
        else:
            told = Markup('<span class="none">{}</span>').format(_("not dated"))
        if claim.counts_from is not None:
            begins = filled(N_("from %(day)s"), day=self.short_time(claim.counts_from))
            told += Markup(' <span class="aside">{}</span>').format(begins)
        return told

    def document_cell(self, document: Document | None) -> Markup:
        """Who published a document, as a link only where a browser may follow it."""
        if document is None:
            return Markup('<span class="none">{}</span>').format(_("no document named"))
        address = self._web_address(document.url)
        if address:
            name = document.publisher or self._host(address)
            return Markup('<a rel="external nofollow noreferrer" href="{}">{}</a>').format(address, name)
        if document.publisher:
            return escape(document.publisher)
        return Markup('<span class="none">{}</span>').format(_("publisher unknown"))

    def figure_cell(self, claim: ApprovedClaim) -> Markup:
        """What was stated, as a link to the claim."""
        told = self._numbers_marked(self._stated(claim))
        return Markup(f'<a class="figure" href="/claims/{escape(claim.ref)}">{told}</a>')  # noqa: S704 - escaped


def filled(text: str, **values: Any) -> Markup:
    """A sentence of ours around markup, as templates fill it."""
    return Markup(known(text)) % values  # noqa: S704 - ours, and values are escaped


def source_cell(source: Any, with_family: bool = True) -> Markup:  # noqa: FBT001, FBT002 - a filter's argument
    """Its name as a link to its page, and its family where that has another name."""
    family = source.family_name if with_family and source.family_name != source.name else ""
    return _source(source.slug, source.name, family)


@lru_cache(maxsize=_REMEMBERED)
def _source(slug: str, name: str, family: str) -> Markup:
    link = Markup('<a href="/sources/{}">{}</a>').format(slug, name)
    return link + Markup(' <span class="family">{}</span>').format(family) if family else link


def grade_cell(claim: ApprovedClaim) -> Markup:
    """The grades of source and claim: `B2`, in words where one points."""
    return _grade(claim.source.reliability, claim.credibility, language_now())


@lru_cache(maxsize=_REMEMBERED)
def _grade(reliability: str | None, credibility: int | None, _language: str) -> Markup:
    told = filled(
        N_("Source graded %(source)s, claim graded %(claim)s"),
        source=reliability or _("not at all"),
        claim=credibility or _("not at all"),
    )
    grades = f"{reliability or '–'}{credibility or '–'}"
    return Markup('<span class="grade" title="{}">{}</span>').format(told, grades)


def fate_cell(fate: Any) -> Markup:
    """What a reading did with a claim, and on pointing at it why."""
    return _fate(fate.word, fate.reason, language_now())


@lru_cache(maxsize=64)
def _fate(word: str, reason: str, _language: str) -> Markup:
    why = Markup(' title="{}"').format(reason) if reason else Markup()
    span = Markup('<span class="fate fate-{}"{}>{}</span>')
    return span.format(word.replace(" ", "-"), why, known(word))


@lru_cache(maxsize=64)
def dot(slot: int) -> Markup:
    """The colour of a family, beside its name."""
    head = f'<svg class="dot f{slot:d}" viewBox="0 0 10 10" width="10" height="10"'
    body = '<circle class="chart-marks" cx="5" cy="5" r="4.5"/></svg>'
    return Markup(f'{head} aria-hidden="true" focusable="false">{body}')  # noqa: S704 - a shape of our own
