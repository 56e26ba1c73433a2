"""One measure of one deployment as a file: what its page shows, under the same choices."""

from dataclasses import replace
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from app.answers.parameters import read_choices
from app.answers.queries import Question
from app.answers.views import as_json
from app.api.limits import Asking, limited
from app.charts.asked import asked_of, title_of
from app.claims.approved import ApprovedClaim
from app.clock import Now
from app.database import DbSession
from app.downloads.answers import CSV, JSON, PNG, SVG, ZIP, file_answer, file_name, made_answer
from app.downloads.looks import Look, Pairs, read_with_look
from app.downloads.packages import FILES, Told, claims_behind, readme, zipped
from app.downloads.pictures import Stamp, measure_card, measure_picture
from app.downloads.raster import png_of
from app.downloads.style import policy_of
from app.downloads.tables import claims_csv, reading_csv
from app.downloads.words import address_in_full, base_in, choices_in_words, made_in_words
from app.languages.catalogues import ENGLISH
from app.languages.spoken import speaking
from app.pages import base_of
from app.readings.choices import Choices
from app.readings.results import Reading

router = APIRouter(prefix="/deployments/{slug}", include_in_schema=False)

READINGS, PICTURES = [limited(Asking.READING)], [limited(Asking.PICTURE)]
ZOOM = 1.5
"""Pixels of a PNG for each pixel of its SVG: sharp on most screens, and not much slower to make."""


@router.get("/{measure}.csv", name="downloads.csv", dependencies=READINGS)
def give_csv(request: Request, session: DbSession, now: Now, slug: str, measure: str) -> Response:
    """The reading as a table: one row for each day on which it changes."""
    asked = _asked(request, session, slug, measure)
    return file_answer(request, reading_csv(asked), CSV, _name(asked, now.date(), "csv"))


@router.get("/{measure}.json", name="downloads.json", dependencies=READINGS)
def give_json(request: Request, session: DbSession, now: Now, slug: str, measure: str) -> Response:
    """The reading exactly as the API answers it."""
    asked = _asked(request, session, slug, measure)
    return file_answer(request, reading_json(asked), JSON, _name(asked, now.date(), "json"))


@router.get("/{measure}.svg", name="downloads.svg", dependencies=PICTURES)
def give_svg(request: Request, session: DbSession, now: Now, slug: str, measure: str) -> Response:
    """The chart as a drawing that needs nothing else."""
    look, choices = read_with_look(request.query_params.multi_items(), _choices)
    asked = asked_of(session, slug, measure, choices)
    svg = _picture(request, asked, look, now.date())
    answer = file_answer(request, svg.encode(), SVG, _name(asked, now.date(), "svg"))
    answer.headers["Content-Security-Policy"] = policy_of(look.theme)
    return answer


@router.get("/{measure}.png", name="downloads.png", dependencies=PICTURES)
def give_png(request: Request, session: DbSession, now: Now, slug: str, measure: str) -> Response:
    """The same picture in pixels."""
    look, choices = read_with_look(request.query_params.multi_items(), _choices)
    asked = asked_of(session, slug, measure, choices)
    session.commit()  # all is read; drawing can take a while, and others want the connection
    svg = _picture(request, asked, look, now.date())
    zoom = 1 if look.is_card else ZOOM
    name = _name(asked, now.date(), "png")
    return made_answer(request, svg, lambda: png_of(request, svg, zoom), PNG, name)


@router.get("/{measure}.zip", name="downloads.zip", dependencies=PICTURES)
def give_zip(request: Request, session: DbSession, now: Now, slug: str, measure: str) -> Response:
    """All of it in one file: numbers, the claims behind them, the picture, and what explains them."""
    asked, today = _asked(request, session, slug, measure), now.date()
    units = {one.slug: one.unit for one in asked.holding.measures.values()}
    reading = asked.reading()
    claims = claims_behind(asked.holding.claims, reading)
    files = {
        "README.txt": readme(_told(request, asked, reading, claims, today)),
        "reading.csv": reading_csv(asked),
        "claims.csv": claims_csv(claims, units),
        "reading.json": reading_json(asked),
        "chart.svg": _picture(request, asked, Look(), today).encode(),
    }
    return file_answer(request, zipped(files, today), ZIP, _name(asked, today, "zip"))


def reading_json(asked: Question) -> bytes:
    """The reading as the API answers it: for programs, so in English whatever the address says."""
    with speaking(ENGLISH):
        return as_json(asked.answer()).encode()


def _told(
    request: Request, asked: Question, reading: Reading, claims: list[ApprovedClaim], today: date
) -> Told:
    version = asked.holding.version
    return Told(
        title=title_of(asked),
        sentences=(reading.headline.sentence, reading.headline.statements),
        claims=claims,
        chosen=choices_in_words(asked.choices),
        made=made_in_words(today, version=version, rule_set=reading.rule_set),
        address=_address(request, asked, asked.choices),
        cited=_address(request, asked, replace(asked.choices, version=version)),
        today=today,
        about=base_in(request, request.app.url_path_for("guide.about")),
        files=FILES,
    )


def _choices(parameters: Pairs) -> Choices:
    return read_choices(parameters, strict=True)


def _picture(request: Request, asked: Question, look: Look, today: date) -> str:
    stamp = Stamp(today, _address(request, asked, asked.choices), base_of(request))
    if look.is_card:
        return measure_card(asked, stamp, look.theme)
    return measure_picture(asked, stamp, look.theme, look.width)


def _address(request: Request, asked: Question, choices: Choices) -> str:
    """In full, of the page that shows the same."""
    path = f"/deployments/{asked.holding.claims.deployment.slug}/{asked.measure.slug}"
    return address_in_full(request, path, choices)


def _asked(request: Request, session: Session, slug: str, measure: str) -> Question:
    choices = read_choices(request.query_params.multi_items(), strict=True)
    return asked_of(session, slug, measure, choices)


def _name(asked: Question, today: date, ending: str) -> str:
    """By the knowledge date where one is chosen, else by the day it is made."""
    on = asked.choices.known_on or today
    return file_name(asked.holding.claims.deployment.slug, asked.measure.slug, on=on, ending=ending)
