"""What a report is about: a page of this site, read from its address and said in words.

    about_of(session, "/deployments/nk-troops-russia/killed/why?on=2025-03-27")

The reader's choices stay in the address, so that an editor sees the number that the reader saw.
"""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from sqlalchemy.orm import Session

from app.acts.queries import ledger_version
from app.answers.parameters import BadParameters, address_of, read_choices, write_choices
from app.answers.queries import MeasureText, measure_texts
from app.charts.here import rules_chosen
from app.charts.wording import day
from app.citations.actions import citation_of
from app.claims.approved import ApprovedClaim
from app.claims.queries import approved_claims
from app.deployments.queries import DeploymentText, deployment_texts
from app.forms import readable
from app.languages.asked import split
from app.languages.catalogues import ENGLISH
from app.languages.spoken import N_, _, count, known, language_now
from app.pages import quantity, with_query
from app.places.queries import Tree, place_tree
from app.readings.choices import Choices
from app.reports.lists import LISTS
from app.reports.models import LONGEST_ADDRESS
from app.sources.queries import source_texts

Parameters = Sequence[tuple[str, str]]

MOST_SERIES = 20
"""Of a comparison, that its title names."""

FIGURES = {
    "low": N_("Lowest figure: %(what)s"),
    "selected": N_("Selected figure: %(what)s"),
    "high": N_("Highest figure: %(what)s"),
}


class NotAbout(ValueError):
    """An address that is no page of this site about which an error can be reported; says why."""


@dataclass(frozen=True, slots=True)
class About:
    """A page, and what of the ledger it shows: claim_ref and slugs, None where it is about no single one."""

    address: str  # a path with the reader's choices
    title: str
    chosen: tuple[str, ...] = ()  # the choices that differ from the defaults, in words
    claim_ref: str | None = None
    deployment: str | None = None
    measure: str | None = None
    source: str | None = None


class Ledger:
    """What titles of pages are made of, each asked of the database once."""

    def __init__(self, session: Session, claim_refs: Collection[str] = ()) -> None:
        """The claims that are named are read together, with the first that is asked for."""
        self.session = session
        self._together = set(claim_refs)
        self._claims: dict[str, ApprovedClaim] = {}

    @cached_property
    def measures(self) -> dict[str, MeasureText]:
        return measure_texts(self.session)

    @cached_property
    def deployments(self) -> dict[str, DeploymentText]:
        return {one.slug: one for one in deployment_texts(self.session)}

    @cached_property
    def places(self) -> Tree:
        return place_tree(self.session)

    @cached_property
    def sources(self) -> dict[str, str]:
        return {one.slug: one.name for one in source_texts(self.session)}

    def claim(self, ref: str) -> ApprovedClaim | None:
        """A claim that counts; None: none of that name does."""
        if ref not in self._claims:
            refs, self._together = sorted({ref} | self._together), set()
            self._claims |= {one.ref: one for one in approved_claims(self.session, refs=refs)}
        return self._claims.get(ref)


def about_of(session: Session, address: str, base: str = "") -> About:
    """The page at an address: a path of this site, or that path after `base`. Raises NotAbout."""
    return about_in(Ledger(session), address, base)


def title_now(ledger: Ledger, address: str, stored: str) -> str:
    """The title of a page in the language that is spoken; as it was stored, where that is English.

    A page that is there no more keeps its stored title.
    """
    if language_now() == ENGLISH:
        return stored
    try:
        return about_in(ledger, address).title
    except NotAbout:
        return stored


def about_in(ledger: Ledger, address: str, base: str = "") -> About:
    """As about_of, for several addresses one after the other."""
    path, parameters = _read(address.strip().removeprefix(base))
    _language, path = split(path)
    for pattern, read in _PAGES:
        found = pattern.fullmatch(path)
        if found is not None:
            about = read(ledger, *(unquote(part) for part in found.groups()), parameters)
            if len(about.address) > LONGEST_ADDRESS:
                raise NotAbout(
                    _("This address is longer than %(most)s characters.", most=count(LONGEST_ADDRESS))
                )
            return about
    raise NotAbout(
        _(
            "This is no page about which an error can be reported: take that of a claim, a source, "
            "a deployment, a measure, a list, or why a number is what it is."
        )
    )


def _read(address: str) -> tuple[str, list[tuple[str, str]]]:
    try:
        parts = urlsplit(address)
        parameters = parse_qsl(parts.query)
    except ValueError:
        parts, parameters = None, []
    if parts is None or parts.scheme or parts.netloc or not address.startswith("/"):
        raise NotAbout(_("This is no address on this site: it begins with one slash, such as /claims."))
    if not address.isprintable() or not unquote(parts.path).isprintable():
        raise NotAbout(_("This address has characters that no address has."))
    return parts.path, parameters


def _claim(ledger: Ledger, claim_ref: str, _choices: Parameters) -> About:
    claim = ledger.claim(claim_ref)
    if claim is None:
        raise NotAbout(_("There is no claim “%(ref)s”.", ref=claim_ref))
    measure = ledger.measures[claim.measure]
    return About(
        address=_path("claims", claim_ref),
        title=_(
            "%(measure)s: %(figure)s, claimed by %(source)s",
            measure=known(measure.label),
            figure=quantity(claim, measure.unit),
            source=claim.source.name,
        ),
        claim_ref=claim_ref,
        deployment=claim.deployment,
        measure=claim.measure,
        source=claim.source.slug,
    )


def _source(ledger: Ledger, slug: str, _choices: Parameters) -> About:
    name = ledger.sources.get(slug)
    if name is None:
        raise NotAbout(_("There is no source “%(slug)s”.", slug=slug))
    return About(address=_path("sources", slug), title=name, source=slug)


def _deployment(ledger: Ledger, slug: str, parameters: Parameters) -> About:
    choices = _choices(parameters)
    return About(
        address=address_of(_path("deployments", slug), choices),
        title=_known_deployment(ledger, slug).name,
        chosen=_chosen(choices),
        deployment=slug,
    )


def _measure(ledger: Ledger, slug: str, measure: str, parameters: Parameters) -> About:
    return _number(ledger, (slug, measure), parameters)


def _why(ledger: Ledger, slug: str, measure: str, parameters: Parameters) -> About:
    return _number(ledger, (slug, measure, "why"), parameters, known(N_("Why this number: %(what)s")))


def _certificate(ledger: Ledger, slug: str, measure: str, parameters: Parameters) -> About:
    figure = dict(parameters).get("figure", "selected")
    if figure not in FIGURES:
        choices = ", ".join(FIGURES)
        raise NotAbout(_("“%(value)s” is none of %(choices)s.", value=figure, choices=choices))
    return _number(ledger, (slug, measure, "certificate"), parameters, known(FIGURES[figure]), figure)


def _number(
    ledger: Ledger,
    where: tuple[str, ...],
    parameters: Parameters,
    titled: str = "%(what)s",
    figure: str | None = None,
) -> About:
    """A page of a measure; `where` is what its path holds after /deployments, `titled` the page of what."""
    slug, measure, *_page = where
    choices = _choices(parameters)
    deployment, text = _known_deployment(ledger, slug), _known_measure(ledger, measure)
    path, on = _path("deployments", *where), f", {day(choices.on)}" if choices.on else ""
    address = address_of(path, choices)
    if figure is not None:
        address = f"{address}{'&' if write_choices(choices) else '?'}figure={figure}"
    return About(
        address=address,
        title=titled % {"what": f"{known(text.label)}{on}: {deployment.name}"},
        chosen=_chosen(choices),
        deployment=slug,
        measure=measure,
    )


def _known_deployment(ledger: Ledger, slug: str) -> DeploymentText:
    found = ledger.deployments.get(slug)
    if found is None:
        raise NotAbout(_("There is no deployment “%(slug)s”.", slug=slug))
    return found


def _known_measure(ledger: Ledger, slug: str) -> MeasureText:
    found = ledger.measures.get(slug)
    if found is None:
        raise NotAbout(_("There is no measure “%(slug)s”.", slug=slug))
    return found


def _place(ledger: Ledger, slug: str, parameters: Parameters) -> About:
    place = ledger.places.get(slug)
    if place is None:
        raise NotAbout(_("There is no place “%(slug)s”.", slug=slug))
    return About(address=_asked(_path("places", slug), parameters), title=place.name)


def _change(ledger: Ledger, written: str, parameters: Parameters) -> About:
    newest = ledger_version(ledger.session)
    if not (written.isascii() and written.isdigit() and 1 <= int(written) <= newest):
        raise NotAbout(_("The ledger has no version “%(version)s”.", version=written))
    title = _("Version %(number)s", number=count(int(written)))
    return About(address=_asked(_path("changes", written), parameters), title=title)


def _citation(ledger: Ledger, key: str, parameters: Parameters) -> About:
    if citation_of(ledger.session, key) is None:
        raise NotAbout(_("There is no citation “%(key)s”.", key=key))
    title = _("Citation %(key)s", key=key)
    return About(address=_asked(_path("citations", key), parameters), title=title)


def _comparison(ledger: Ledger, parameters: Parameters) -> About:
    """Its title names each series that there is."""
    asked = [value.partition("/") for name, value in parameters if name == "series"]
    told = [
        f"{known(ledger.measures[measure].label)} ({ledger.deployments[slug].name})"
        for slug, _slash, measure in asked[:MOST_SERIES]
        if slug in ledger.deployments and measure in ledger.measures
    ]
    compare = known(LISTS["/compare"])
    title = _("%(page)s: %(what)s", page=compare, what="; ".join(told)) if told else compare
    return About(address=_asked("/compare", parameters), title=title)


def _search(_ledger: Ledger, parameters: Parameters) -> About:
    words = readable(" ".join(value for name, value in parameters if name == "q")).strip()
    page = known(LISTS["/search"])
    title = _("%(page)s: %(what)s", page=page, what=words) if words else page
    return About(address=_asked("/search", parameters), title=title)


def _list(_ledger: Ledger, path: str, parameters: Parameters) -> About:
    return About(address=_asked(path, parameters), title=known(LISTS[path]))


def _asked(path: str, parameters: Parameters) -> str:
    """The address as it was asked for: what a list shows depends on more than the choices of a reading."""
    return with_query(path, list(parameters))


def _choices(parameters: Parameters) -> Choices:
    try:
        return read_choices(parameters)
    except BadParameters as error:
        raise NotAbout(_("Its choices cannot be read: %(why)s.", why=error)) from None


def _chosen(choices: Choices) -> tuple[str, ...]:
    as_known = (_("as known on %(day)s", day=day(choices.known_on)),) if choices.known_on else ()
    # The day stands in the title already.
    return (*as_known, *rules_chosen(replace(choices, on=None)))


def _path(*parts: str) -> str:
    return "".join(f"/{quote(part, safe='')}" for part in parts)


_PAGES: tuple[tuple[re.Pattern[str], Callable[..., About]], ...] = (
    (re.compile("/claims/([^/]+)"), _claim),
    (re.compile("/sources/([^/]+)"), _source),
    (re.compile("/deployments/([^/]+)"), _deployment),
    (re.compile("/deployments/([^/]+)/([^/]+)"), _measure),
    (re.compile("/embed/([^/]+)/([^/]+)"), _measure),
    (re.compile("/deployments/([^/]+)/([^/]+)/why"), _why),
    (re.compile("/deployments/([^/]+)/([^/]+)/certificate"), _certificate),
    (re.compile("/places/([^/]+)"), _place),
    (re.compile("/changes/([^/]+)"), _change),
    (re.compile("/citations/([^/]+)"), _citation),
    (re.compile("/compare"), _comparison),
    (re.compile("/search"), _search),
    (re.compile(f"({'|'.join(LISTS)})"), _list),
)
