"""One measure of one deployment as a file: what its page shows, under the same choices."""

from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from app.answers.parameters import read_choices
from app.answers.queries import Question
from app.answers.views import as_json
from app.api.limits import Asking, limited
from app.charts.asked import asked_of
from app.clock import Now
from app.database import DbSession
from app.downloads.answers import CSV, JSON, PNG, READ, SVG, file_answer, file_name, made_answer
from app.downloads.looks import Look, Pairs, read_with_look
from app.downloads.pictures import Stamp, measure_card, measure_picture
from app.downloads.raster import png_of
from app.downloads.style import policy_of
from app.downloads.tables import reading_csv
from app.downloads.words import address_in_full
from app.pages import base_of
from app.readings.choices import Choices

router = APIRouter(prefix="/deployments/{slug}", include_in_schema=False)

PICTURES = [limited(Asking.PICTURE)]
ZOOM = 1.5
"""Pixels of a PNG for each pixel of its SVG: sharp on most screens, and not much slower to make."""


@router.api_route("/{measure}.csv", methods=READ, name="downloads.csv")
def give_csv(request: Request, session: DbSession, now: Now, slug: str, measure: str) -> Response:
    """The reading as a table: one row for each day on which it changes."""
    asked = _asked(request, session, slug, measure)
    return file_answer(request, reading_csv(asked), CSV, _name(asked, now.date(), "csv"))


@router.api_route("/{measure}.json", methods=READ, name="downloads.json")
def give_json(request: Request, session: DbSession, now: Now, slug: str, measure: str) -> Response:
    """The reading exactly as the API answers it."""
    asked = _asked(request, session, slug, measure)
    return file_answer(request, as_json(asked.answer()).encode(), JSON, _name(asked, now.date(), "json"))


@router.api_route("/{measure}.svg", methods=READ, name="downloads.svg", dependencies=PICTURES)
def give_svg(request: Request, session: DbSession, now: Now, slug: str, measure: str) -> Response:
    """The chart as a drawing that needs nothing else."""
    look, choices = read_with_look(request.query_params.multi_items(), _choices)
    asked = asked_of(session, slug, measure, choices)
    svg = _picture(request, asked, look, now.date())
    answer = file_answer(request, svg.encode(), SVG, _name(asked, now.date(), "svg"))
    answer.headers["Content-Security-Policy"] = policy_of(look.theme)
    return answer


@router.api_route("/{measure}.png", methods=READ, name="downloads.png", dependencies=PICTURES)
def give_png(request: Request, session: DbSession, now: Now, slug: str, measure: str) -> Response:
    """The same picture in pixels."""
    look, choices = read_with_look(request.query_params.multi_items(), _choices)
    asked = asked_of(session, slug, measure, choices)
    session.commit()  # all is read; drawing can take a while, and others want the connection
    svg = _picture(request, asked, look, now.date())
    zoom = 1 if look.is_card else ZOOM
    name = _name(asked, now.date(), "png")
    return made_answer(request, svg, lambda: png_of(request, svg, zoom), PNG, name)


def _choices(parameters: Pairs) -> Choices:
    return read_choices(parameters, strict=True)


def _picture(request: Request, asked: Question, look: Look, today: date) -> str:
    path = f"/deployments/{asked.holding.claims.deployment.slug}/{asked.measure.slug}"
    stamp = Stamp(today, address_in_full(request, path, asked.choices), base_of(request))
    if look.is_card:
        return measure_card(asked, stamp, look.theme)
    return measure_picture(asked, stamp, look.theme, look.width)


def _asked(request: Request, session: Session, slug: str, measure: str) -> Question:
    choices = read_choices(request.query_params.multi_items(), strict=True)
    return asked_of(session, slug, measure, choices)


def _name(asked: Question, today: date, ending: str) -> str:
    """By the knowledge date where one is chosen, else by the day it is made."""
    on = asked.choices.known_on or today
    return file_name(asked.holding.claims.deployment.slug, asked.measure.slug, on=on, ending=ending)
