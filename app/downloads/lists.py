"""Lists as files: the claims of a list, all of them and not only a page; sources, and the claims of one."""

import json
from collections.abc import Iterable, Iterator
from threading import BoundedSemaphore
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response, StreamingResponse
from sqlalchemy.orm import Session

from app.answers.parameters import BadParameter, BadParameters, not_a_parameter
from app.answers.queries import ledger_at, measure_texts
from app.api.answers import source_answer
from app.api.limits import Asking, limited
from app.claims.answer import claim_answer
from app.claims.approved import ApprovedClaim
from app.claims.forms import CLAIM_COLUMNS
from app.claims.listing import PARAMETERS, Asked, every_claim, read_asked
from app.claims.views import known_filters
from app.clock import Now
from app.database import DbSession, get_session
from app.deployments.queries import deployment_texts
from app.downloads.answers import CSV, JSON, file_answer, file_name, held_headers, is_held, named
from app.downloads.raster import Busy
from app.downloads.tables import as_csv, claim_cells
from app.errors import Near, NotFound, nearest
from app.languages.spoken import _
from app.sources.queries import SourceTally, source_tallies, source_texts

router = APIRouter(include_in_schema=False)

AT_ONCE = 3
"""Lists that one worker gives at the same time: each holds a connection to the database until it is read."""

_places = BoundedSemaphore(AT_ONCE)

SOURCE_COLUMNS = (
    "slug", "name", "kind", "country", "family", "family_name", "reliability", "stance", "note",
    "claims", "appearances", "first_said", "last_said",
)  # fmt: skip


def one_of_few() -> Iterator[None]:
    """Let so many through at once, until their answers have been sent; raises Busy."""
    if not _places.acquire(blocking=False):
        raise Busy(_("More lists are being read than can be given at once. Try again shortly."))
    try:
        yield
    finally:
        _places.release()


# With the scope "request" both last until the whole answer has been sent: its rows are read on the way.
Rows = Annotated[Session, Depends(get_session, scope="request")]
FEW = [Depends(one_of_few, scope="request"), limited(Asking.LEDGER)]


@router.get("/claims.csv", name="downloads.claims_csv", dependencies=FEW)
def give_claims_csv(request: Request, session: Rows, now: Now) -> Response:
    """All claims that the list would show, page by page, under the columns of the claims CSV."""
    asked = _asked(request, session)
    name = file_name("claims", on=now.date(), ending="csv")
    return _streamed(request, session, asked, CSV, name)


@router.get("/claims.json", name="downloads.claims_json", dependencies=FEW)
def give_claims_json(request: Request, session: Rows, now: Now) -> Response:
    """The same, each claim as the API gives it."""
    asked = _asked(request, session)
    name = file_name("claims", on=now.date(), ending="json")
    return _streamed(request, session, asked, JSON, name)


@router.get("/sources.csv", name="downloads.sources_csv", dependencies=[limited(Asking.READING)])
def give_sources_csv(request: Request, session: DbSession, now: Now) -> Response:
    """Every source with its grade, and how much it claimed."""
    rows = ([answer[column] for column in SOURCE_COLUMNS] for answer in _sources(request, session))
    name = file_name("sources", on=now.date(), ending="csv")
    return file_answer(request, as_csv(SOURCE_COLUMNS, rows), CSV, name)


@router.get("/sources.json", name="downloads.sources_json", dependencies=[limited(Asking.READING)])
def give_sources_json(request: Request, session: DbSession, now: Now) -> Response:
    """The same, each source as the API gives it."""
    answer = {"items": list(_sources(request, session)), "next": None}
    name = file_name("sources", on=now.date(), ending="json")
    return file_answer(request, json.dumps(answer, ensure_ascii=False, indent=1).encode(), JSON, name)


@router.get("/sources/{slug}.csv", name="downloads.source_csv", dependencies=FEW)
def give_source_csv(request: Request, session: Rows, now: Now, slug: str) -> Response:
    """All that one source claimed, appearances included."""
    asked = _of_source(request, session, slug)
    return _streamed(request, session, asked, CSV, file_name(slug, on=now.date(), ending="csv"))


@router.get("/sources/{slug}.json", name="downloads.source_json", dependencies=FEW)
def give_source_json(request: Request, session: Rows, now: Now, slug: str) -> Response:
    """The same, each claim as the API gives it."""
    asked = _of_source(request, session, slug)
    return _streamed(request, session, asked, JSON, file_name(slug, on=now.date(), ending="json"))


def _asked(request: Request, session: Session) -> Asked:
    """What an address asks of the list; raises BadParameters, also for what no list knows."""
    given = [(name, value) for name, value in request.query_params.multi_items()]
    unknown = _unknown(name for name, _ in given if name not in PARAMETERS or name in ("after", "before"))
    known = known_filters(
        session, deployment_texts(session), list(measure_texts(session).values()), source_texts(session)
    )
    try:
        asked = read_asked(given, known)
    except BadParameters as bad:
        raise BadParameters([*unknown, *bad.errors]) from None
    if unknown:
        raise BadParameters(unknown)
    return asked


def _unknown(names: Iterable[str]) -> list[BadParameter]:
    return [not_a_parameter(name) for name in dict.fromkeys(names)]


def _of_source(request: Request, session: Session, slug: str) -> Asked:
    _refuse_parameters(request)
    sources = source_texts(session)
    if slug not in {one.slug for one in sources}:
        known = [Near(one.name, f"/sources/{one.slug}") for one in sources]
        raise NotFound(_("There is no source “%(slug)s”.", slug=slug), nearest(slug, known))
    return Asked(source=slug, kind="all")


def _sources(request: Request, session: Session) -> Iterator[dict[str, object]]:
    _refuse_parameters(request)
    tallies = source_tallies(session)
    for text in source_texts(session):
        yield {**source_answer(text, tallies.get(text.slug, SourceTally()))}


def _refuse_parameters(request: Request) -> None:
    if unknown := _unknown(request.query_params):
        raise BadParameters(unknown)


def _streamed(request: Request, session: Session, asked: Asked, media_type: str, name: str) -> Response:
    """The claims as they are read; 304 where the ledger has not changed since the asker read them.

    What is answered depends on the version and the question alone, so nothing has to be read to know it.
    """
    version, _at = ledger_at(session, None)
    headers = held_headers(f"{version} {media_type} {CLAIM_COLUMNS} {asked.query()}")
    if is_held(request, headers["ETag"]):
        return named(Response(status_code=304, headers=headers), media_type, name)
    units = {text.slug: text.unit for text in measure_texts(session).values()}
    claims = every_claim(session, asked)
    lines = csv_lines(claims, units) if media_type == CSV else json_lines(claims, units)
    answer = StreamingResponse(_in_pieces(lines), headers=headers, media_type=media_type)
    return named(answer, media_type, name)


def csv_lines(claims: Iterable[ApprovedClaim], units: dict[str, str]) -> Iterator[bytes]:
    """The header, then a line for each claim."""
    yield as_csv(CLAIM_COLUMNS)
    for claim in claims:
        yield as_csv(claim_cells(claim_answer(claim, units)))


def json_lines(claims: Iterable[ApprovedClaim], units: dict[str, str]) -> Iterator[bytes]:
    """One object with the list of all claims, each on a line of its own."""
    yield b'{"items": ['
    before = b"\n"
    for claim in claims:
        yield before + json.dumps(claim_answer(claim, units), ensure_ascii=False).encode()
        before = b",\n"
    yield b'\n], "next": null}\n'


_PIECE = 64 * 1024


def _in_pieces(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Lines put together until they are worth being sent."""
    held: list[bytes] = []
    size = 0
    for line in lines:
        held.append(line)
        size += len(line)
        if size >= _PIECE:
            yield b"".join(held)
            held, size = [], 0
    yield b"".join(held)
