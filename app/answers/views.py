"""The readings of the API: the numbers of the pages, for other programs."""

import json
from collections.abc import Mapping
from hashlib import sha256

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.answers.parameters import BadParameter, BadParameters, read_choices
from app.answers.queries import NothingThere, Question, plain_question
from app.api.limits import Asking, limited
from app.database import DbSession
from app.errors import NotFound

router = APIRouter(prefix="/api/v1", dependencies=[limited(Asking.READING)])


@router.get("/deployments/{slug}/readings/{measure}", name="answers.reading")
def show_reading(request: Request, session: DbSession, slug: str, measure: str) -> Response:
    """The reading of one measure of one deployment under the choices of the address."""
    return json_answer(request, _asked(request, session, slug, measure).answer())


@router.get("/deployments/{slug}/readings/{measure}/why", name="answers.why")
def show_why(request: Request, session: DbSession, slug: str, measure: str) -> Response:
    """The claims that set low, selected and high on the day `on`, with the arithmetic in words."""
    asked = _asked(request, session, slug, measure)
    if asked.choices.on is None:
        raise BadParameters([BadParameter("on", "is needed here: the day that is asked about")])
    return json_answer(request, asked.why())


def _asked(request: Request, session: DbSession, slug: str, measure: str) -> Question:
    choices = read_choices(request.query_params.multi_items(), strict=True)
    try:
        return plain_question(session, slug, measure, choices)
    except NothingThere as error:
        raise NotFound(f"{str(error)[0].upper()}{str(error)[1:]}.") from error


def as_json(answer: Mapping[str, object]) -> str:
    """The one spelling of an answer, here and in the terminal."""
    return json.dumps(answer, ensure_ascii=False, indent=1)


def json_answer(request: Request, answer: Mapping[str, object]) -> Response:
    """An answer that any site may read, or 304 where the asker already holds it."""
    return open_answer(request, as_json(answer).encode(), "application/json")


def open_answer(request: Request, body: bytes, media_type: str) -> Response:
    """These bytes for any site that asks, or 304 where the asker already holds them."""
    etag = f'"{sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Access-Control-Allow-Origin": "*", "Cache-Control": "no-cache"}
    known = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    if etag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=media_type)
