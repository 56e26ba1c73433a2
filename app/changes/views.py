"""The public log of changes: as a page, one act in full, and in the API."""

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from app.acts.queries import ledger_version
from app.answers.parameters import BadParameter, BadParameters
from app.answers.queries import MeasureText, measure_texts
from app.answers.views import json_answer
from app.api.limits import Asking, limited
from app.changes.affected import NOTHING, affected_by
from app.changes.answers import full_answer, log_answer
from app.changes.asked import ROWS, Known, read_asked, read_limit, read_strictly
from app.changes.parts import Key, read_key
from app.changes.queries import Logged, PartsPage, act_of_version, list_acts, list_parts
from app.changes.wording import act_title, counts_in_words
from app.claims.differences import Names
from app.claims.views import names_of
from app.database import DbSession
from app.deployments.queries import deployment_texts
from app.errors import Near, NotFound
from app.headers import unfinished
from app.languages.spoken import _
from app.pages import page, path_of, with_query
from app.sources.queries import source_texts

router = APIRouter(include_in_schema=False)

FINDINGS_SHOWN = 20
"""Contradictions that the page of an act tells of one reading, of those caused and of those resolved."""

_COUNTED = [limited(Asking.READING)]
_DIGITS = 15  # more digits than a version can have


@router.get("/changes", name="changes.index")
def show_all(request: Request, session: DbSession) -> Response:
    """The page of the log that an address asks for."""
    measures = measure_texts(session)
    known, names = known_filters(session, measures)
    asked = read_asked(request.query_params.multi_items(), known)
    log = list_acts(session, asked, names, rows=ROWS)
    return page(
        request,
        "changes/index.html",
        canonical=with_query(path_of(request), asked.query()),
        asked=asked,
        known=known,
        names=names,
        measures=measures,
        log=log,
        counts={act.id: counts_in_words(act.counts) for act in log.acts},
    )


@router.get("/changes/{version}", name="changes.show")
def show(request: Request, session: DbSession, version: str) -> Response:
    """One act in full: what it changed field by field, and what it did to the readings."""
    act, at = _known_act(session, version)
    measures = measure_texts(session)
    _filters, names = known_filters(session, measures)
    given = request.query_params.getlist("after")
    after = _place(given, "after")
    parts = list_parts(session, at, names, after=after, rows=ROWS)
    affected = affected_by(session, at, later=True) if after is None else NOTHING
    answer = page(
        request,
        "changes/show.html",
        canonical=with_query(path_of(request), [("after", str(after))] if after else []),
        act=act,
        version=at,
        newest=ledger_version(session),
        title=act_title(_with(act, parts), names),
        counts=counts_in_words(act.counts),
        parts=parts,
        is_first=after is None,
        affected=affected,
        findings_shown=FINDINGS_SHOWN,
        measures=measures,
        names=names,
    )
    return unfinished(request, answer) if affected.waiting else answer


@router.get("/api/v1/changes", name="changes.answer_all", dependencies=_COUNTED)
def answer_all(request: Request, session: DbSession) -> Response:
    """The log as data; the cursor of the next page is the id of the last act of this one."""
    known, names = known_filters(session, measure_texts(session))
    asked, limit = read_strictly(request.query_params.multi_items(), known, paged=True)
    return json_answer(request, log_answer(list_acts(session, asked, names, rows=limit), names))


@router.get("/api/v1/changes/{version}", name="changes.answer", dependencies=_COUNTED)
def answer(request: Request, session: DbSession, version: str) -> Response:
    """One act as data, with all that it touched and its effect on the readings."""
    act, at = _known_act(session, version)
    after, limit = _page_asked(request)
    _filters, names = known_filters(session, measure_texts(session))
    parts = list_parts(session, at, names, after=after, rows=limit)
    affected = affected_by(session, at, later=True) if after is None else NOTHING
    answer = json_answer(request, full_answer(_with(act, parts), parts, affected, names))
    return unfinished(request, answer) if affected.waiting else answer


def known_filters(session: Session, measures: dict[str, MeasureText]) -> tuple[Known, Names]:
    """What filters can name, and how what changed is called."""
    deployments = deployment_texts(session)
    sources = sorted(source_texts(session), key=lambda one: one.name.lower())
    names = names_of(measures.values(), deployments)
    return Known(names.deployments, names.measures, {one.slug: one.name for one in sources}), names


def _known_act(session: Session, written: str) -> tuple[Logged, int]:
    """The act that made a version, and the version; raises NotFound, which names the newest."""
    plain = written.isascii() and written.isdigit() and len(written) <= _DIGITS
    act = act_of_version(session, int(written)) if plain else None
    if act is None or act.version is None:
        newest = ledger_version(session)
        newest_one = Near(_("Version %(number)s, the newest", number=newest), f"/changes/{newest}")
        near = [newest_one] if newest else []
        raise NotFound(
            _("The ledger has no version “%(version)s”.", version=written),
            [*near, Near(_("All changes"), "/changes")],
        )
    return act, act.version


def _with(act: Logged, parts: PartsPage) -> Logged:
    """The act with what a page of its parts says of it, so that both are told alike."""
    if act.kind == "import":
        return act
    return act.holding(parts.parts, parts.number)


def _place(given: list[str], name: str) -> Key | None:
    """The place in a list that an address names; raises BadParameters."""
    asked = [value.strip() for value in given if value.strip()]
    if len(asked) > 1:
        raise BadParameters(
            [BadParameter(name, _("is given %(number)s times; one value is taken", number=len(asked)))]
        )
    try:
        return read_key(asked[0]) if asked else None
    except ValueError as error:
        raise BadParameters([BadParameter(name, str(error))]) from error


def _page_asked(request: Request) -> tuple[Key | None, int]:
    """Cursor and limit of a list of the API; raises BadParameters, also for any other parameter."""
    errors = [
        BadParameter(name, _("is not a parameter here"))
        for name in dict.fromkeys(request.query_params)
        if name not in {"cursor", "limit"}
    ]
    limit = ROWS
    try:
        for written in filter(None, request.query_params.getlist("limit")):
            limit = read_limit(written)
    except ValueError as error:
        errors.append(BadParameter("limit", str(error)))
    if errors:
        raise BadParameters(errors)
    return _place(request.query_params.getlist("cursor"), "cursor"), limit
