"""Atom feeds of the log: of everything, a deployment, a measure, a source or a claim; and a page of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from app.answers.parameters import BadParameter, BadParameters
from app.answers.queries import MeasureText, measure_texts
from app.answers.views import open_answer
from app.api.limits import Asking, limited
from app.changes.affected import MOST_CLAIMS, NOTHING, AllAffected, affected_by
from app.changes.asked import Asked, read_strictly
from app.changes.feed import MEDIA_TYPE, FeedEntry, atom_feed
from app.changes.queries import Logged, list_acts
from app.changes.views import known_filters
from app.changes.wording import act_in_full, act_title, affected_in_words
from app.claims.differences import Names
from app.claims.queries import approved_claims
from app.claims.summaries import tallies
from app.claims.views import names_of
from app.database import DbSession
from app.deployments.queries import deployment_texts
from app.deployments.views import known_deployment
from app.errors import Near, NotFound, nearest
from app.languages.asked import PREFIX, within
from app.languages.spoken import _, language_now
from app.languages.spoken import known as known_text
from app.pages import base_of, page, path_of, quantity, with_query
from app.sources.queries import source_tallies, source_texts

router = APIRouter(include_in_schema=False)

ENTRIES = 50
"""Acts in a feed, the newest."""
_COUNTED = [limited(Asking.READING)]
READ_AT_ONCE = 12_000
"""Claims that are read anew for one feed, in a few seconds at most; the pages of the acts tell the rest."""


_Key = tuple[int, datetime, str | None, str | None, str]
"""Act, deployment, measure, and the language in which contradictions are told."""


class KnownEffects:
    """What acts did to readings, of one process, each worked out once: an act never has another effect."""

    def __init__(self, at_most: int = 5000) -> None:
        self._at_most = at_most
        self._known: dict[_Key, AllAffected] = {}

    def of(self, session: Session, acts: Sequence[Logged], asked: Asked) -> list[AllAffected]:
        """What each of these did to the readings that are asked about."""
        left = READ_AT_ONCE
        found = []
        for act in acts:
            key = (act.id, act.at, asked.deployment, asked.measure, language_now())
            affected = self._known.get(key)
            if affected is None:
                affected = self._worked_out(session, act, asked, left)
                left -= affected.claims_read
                if left >= MOST_CLAIMS or not affected.not_compared:
                    self._keep(key, affected)
            found.append(affected)
        return found

    def _worked_out(self, session: Session, act: Logged, asked: Asked, left: int) -> AllAffected:
        if act.version is None:
            return NOTHING
        return affected_by(
            session,
            act.version,
            deployment=asked.deployment,
            measure=asked.measure,
            most_claims=min(left, MOST_CLAIMS),
        )

    def _keep(self, key: _Key, affected: AllAffected) -> None:
        if len(self._known) >= self._at_most:
            self._known.clear()
        self._known[key] = affected


@dataclass(frozen=True, slots=True)
class Followed:
    """What a feed is of."""

    name: str  # in its id, which stays the same for good: `deployments/north/sent`
    title: str
    page: str  # the path of what says the same to people
    asked: Asked  # of the log


@router.get("/feeds", name="feeds.index")
def show_all(request: Request, session: DbSession) -> Response:
    """Every feed of a deployment, a measure or a source."""
    tallied, sources = tallies(session), source_tallies(session)
    return page(
        request,
        "changes/feeds.html",
        deployments=[
            (one, [measure for slug, measure in tallied if slug == one.slug])
            for one in deployment_texts(session)
        ],
        measures=measure_texts(session),
        sources=sorted(
            (one for one in source_texts(session) if one.slug in sources), key=lambda one: one.name.lower()
        ),
    )


@router.get("/feeds/changes.atom", name="feeds.changes", dependencies=_COUNTED)
def follow_all(request: Request, session: DbSession) -> Response:
    """The newest acts of the log, under the same filters."""
    known, names = known_filters(session, measure_texts(session))
    asked, _limit = read_strictly(request.query_params.multi_items(), known, paged=False)
    filters = asked.filters()
    narrowed = "; ".join(f"{what}: {words}" for _, _, what, words in known.in_words(asked))
    followed = Followed(
        with_query("changes", filters),
        _("Changes in the ledger of Muster, %(filters)s", filters=narrowed)
        if narrowed
        else _("Changes in the ledger of Muster"),
        with_query(request.app.url_path_for("changes.index"), filters),
        asked,
    )
    return _feed(request, session, followed, names)


@router.get("/feeds/deployments/{slug}.atom", name="feeds.deployment", dependencies=_COUNTED)
def follow_deployment(request: Request, session: DbSession, slug: str) -> Response:
    """What changed about one deployment, and how its readings moved."""
    deployment = known_deployment(session, slug)
    return _feed(
        request,
        session,
        Followed(
            f"deployments/{slug}", deployment.name, _log(request, deployment=slug), Asked(deployment=slug)
        ),
    )


@router.get("/feeds/deployments/{slug}/{measure}.atom", name="feeds.measure", dependencies=_COUNTED)
def follow_measure(request: Request, session: DbSession, slug: str, measure: str) -> Response:
    """What changed about one measure of one deployment, and how its reading moved."""
    deployment, measures = known_deployment(session, slug), measure_texts(session)
    if measure not in measures:
        known = [
            Near(
                known_text(one.label), request.app.url_path_for("feeds.measure", slug=slug, measure=one.slug)
            )
            for one in measures.values()
        ]
        raise NotFound(_("There is no measure “%(slug)s”.", slug=measure), nearest(f"{measure}.atom", known))
    followed = Followed(
        f"deployments/{slug}/{measure}",
        f"{known_text(measures[measure].label)}: {deployment.name}",
        _log(request, deployment=slug, measure=measure),
        Asked(deployment=slug, measure=measure),
    )
    return _feed(request, session, followed)


@router.get("/feeds/sources/{slug}.atom", name="feeds.source", dependencies=_COUNTED)
def follow_source(request: Request, session: DbSession, slug: str) -> Response:
    """What changed about one source and its claims, and how readings moved."""
    sources = {one.slug: one for one in source_texts(session)}
    if slug not in sources:
        known = [
            Near(one.name, request.app.url_path_for("feeds.source", slug=one.slug))
            for one in sources.values()
        ]
        raise NotFound(_("There is no source “%(slug)s”.", slug=slug), nearest(f"{slug}.atom", known))
    followed = Followed(f"sources/{slug}", sources[slug].name, _log(request, source=slug), Asked(source=slug))
    return _feed(request, session, followed)


@router.get("/feeds/claims/{claim_ref}.atom", name="feeds.claim", dependencies=_COUNTED)
def follow_claim(request: Request, session: DbSession, claim_ref: str) -> Response:
    """What became of one claim, and how the reading of its measure moved."""
    found = approved_claims(session, refs=[claim_ref]) if claim_ref.isprintable() else []
    if not found:
        raise NotFound(_("There is no claim “%(claim)s” in the ledger.", claim=claim_ref))
    claim, measures = found[0], measure_texts(session)
    measure = measures[claim.measure]
    followed = Followed(
        f"claims/{claim_ref}",
        _(
            "%(measure)s: %(figure)s, claimed by %(source)s",
            measure=known_text(measure.label),
            figure=quantity(claim, measure.unit),
            source=claim.source.name,
        ),
        request.app.url_path_for("claims.show", claim_ref=claim_ref),
        Asked(deployment=claim.deployment, measure=claim.measure, claim=claim_ref),
    )
    return _feed(request, session, followed)


def _log(request: Request, **filters: str) -> str:
    """The page of the log that holds what a feed does."""
    return with_query(request.app.url_path_for("changes.index"), filters)


def _feed(request: Request, session: Session, followed: Followed, names: Names | None = None) -> Response:
    """The feed, or 304 where the asker already holds it. Raises BadParameters for what is no parameter."""
    prefix = request.scope.get(PREFIX, "")
    own = within(prefix, with_query(path_of(request), followed.asked.filters() if names else []))
    if names is None:
        _refuse_parameters(request)
        names = _names(session, measure_texts(session))
    acts = list_acts(session, followed.asked, names, rows=ENTRIES).acts
    effects: KnownEffects = request.app.state.effects
    base = base_of(request)
    # Another language tells the same acts in other words: to a reader of feeds these are other entries.
    spoken = f":{language_now()}" if prefix else ""
    feed_id = f"tag:{urlsplit(base).hostname},2026:muster:{followed.name}{spoken}"
    body = atom_feed(
        feed_id=feed_id,
        title=followed.title,
        page=f"{base}{within(prefix, followed.page)}",
        own=f"{base}{own}",
        language=language_now(),
        entries=[
            _entry(request, act, affected, names, feed_id)
            for act, affected in zip(acts, effects.of(session, acts, followed.asked), strict=True)
        ],
    )
    return open_answer(request, body, MEDIA_TYPE)


def _entry(request: Request, act: Logged, affected: AllAffected, names: Names, feed_id: str) -> FeedEntry:
    """One act. Each feed tells its effect on other readings, so an entry belongs to its feed by its id."""
    link = None
    if act.version is not None:
        path = request.app.url_path_for("changes.show", version=str(act.version))
        link = f"{base_of(request)}{within(request.scope.get(PREFIX, ''), path)}"
    return FeedEntry(
        id=f"{feed_id}:{act.id}",
        title=act_title(act, names),
        at=act.at,
        author=act.by,
        link=link,
        lines=(*act_in_full(act, names), *affected_in_words(affected)),
        category=act.kind,
    )


def _names(session: Session, measures: dict[str, MeasureText]) -> Names:
    return names_of(measures.values(), deployment_texts(session))


def _refuse_parameters(request: Request) -> None:
    errors = [
        BadParameter(name, _("is not a parameter here")) for name in dict.fromkeys(request.query_params)
    ]
    if errors:
        raise BadParameters(errors)
