"""The files of a comparison, under the parameters of its page."""

from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from app.answers.holdings import holdings_of
from app.answers.parameters import BadParameter, BadParameters
from app.answers.queries import check_known, measure_texts
from app.claims.approved import ApprovedClaim
from app.clock import Now
from app.compare.parameters import Asked
from app.compare.parts import check_series, wanted_of
from app.database import DbSession
from app.downloads.answers import CSV, JSON, PNG, SVG, ZIP, file_answer, file_name, made_answer
from app.downloads.comparisons import (
    Compared,
    at_version,
    compared,
    comparison_csv,
    comparison_json,
    comparison_picture,
    read_strictly,
)
from app.downloads.looks import Look, read_with_look
from app.downloads.packages import COMPARED_FILES, Told, readme, zipped
from app.downloads.pictures import Stamp
from app.downloads.raster import png_of
from app.downloads.style import policy_of
from app.downloads.tables import claims_csv
from app.downloads.views import PICTURES, READINGS, ZOOM
from app.downloads.words import base_in, choices_in_words, made_in_words
from app.languages.spoken import _
from app.pages import base_of

router = APIRouter(include_in_schema=False)


@router.get("/compare.csv", name="downloads.compare_csv", dependencies=READINGS)
def give_csv(request: Request, session: DbSession, now: Now) -> Response:
    """All series in one table."""
    shown = _shown(session, read_strictly(request.query_params.multi_items()))
    return file_answer(request, comparison_csv(shown), CSV, _name(shown, now.date(), "csv"))


@router.get("/compare.json", name="downloads.compare_json", dependencies=READINGS)
def give_json(request: Request, session: DbSession, now: Now) -> Response:
    """The same for programs, with what is contested in each series."""
    shown = _shown(session, read_strictly(request.query_params.multi_items()))
    return file_answer(request, comparison_json(shown), JSON, _name(shown, now.date(), "json"))


@router.get("/compare.svg", name="downloads.compare_svg", dependencies=PICTURES)
def give_svg(request: Request, session: DbSession, now: Now) -> Response:
    """The chart as a drawing that needs nothing else."""
    look, asked = _look(request)
    shown = _shown(session, asked)
    svg = comparison_picture(shown, _stamp(request, asked, now.date()), look.theme, look.width)
    answer = file_answer(request, svg.encode(), SVG, _name(shown, now.date(), "svg"))
    answer.headers["Content-Security-Policy"] = policy_of(look.theme)
    return answer


@router.get("/compare.png", name="downloads.compare_png", dependencies=PICTURES)
def give_png(request: Request, session: DbSession, now: Now) -> Response:
    """The same picture in pixels."""
    look, asked = _look(request)
    shown = _shown(session, asked)
    session.commit()  # all is read; drawing can take a while, and others want the connection
    svg = comparison_picture(shown, _stamp(request, asked, now.date()), look.theme, look.width)
    name = _name(shown, now.date(), "png")
    return made_answer(request, svg, lambda: png_of(request, svg, ZOOM), PNG, name)


@router.get("/compare.zip", name="downloads.compare_zip", dependencies=PICTURES)
def give_zip(request: Request, session: DbSession, now: Now) -> Response:
    """All of it in one file, with the claims behind the numbers and what explains them."""
    shown, today = _shown(session, read_strictly(request.query_params.multi_items())), now.date()
    units = {one.slug: one.unit for one in measure_texts(session, shown.asked.choices.version).values()}
    claims = shown.claims()
    look = Look()
    stamp = _stamp(request, shown.asked, today)
    files = {
        "README.txt": readme(_told(request, shown, claims, today)),
        "comparison.csv": comparison_csv(shown),
        "claims.csv": claims_csv(claims, units),
        "comparison.json": comparison_json(shown),
        "chart.svg": comparison_picture(shown, stamp, look.theme, look.width).encode(),
    }
    return file_answer(request, zipped(files, today), ZIP, _name(shown, today, "zip"))


def _look(request: Request) -> tuple[Look, Asked]:
    look, asked = read_with_look(request.query_params.multi_items(), read_strictly)
    if look.is_card:
        raise BadParameters([BadParameter("size", _("“card” is there for one measure alone"))])
    return look, asked


def _shown(session: Session, asked: Asked) -> Compared:
    """The comparison that was asked for; raises BadParameters for what the ledger does not know."""
    check_known(session, asked.choices)
    holdings = holdings_of(session, wanted_of(asked), version=asked.choices.version)
    check_series(asked.subjects, holdings)
    return compared(asked, holdings)


def _stamp(request: Request, asked: Asked, today: date) -> Stamp:
    return Stamp(today, base_in(request, asked.address), base_of(request))


def _told(request: Request, shown: Compared, claims: list[ApprovedClaim], today: date) -> Told:
    return Told(
        title=shown.title,
        sentences=(shown.summary,),
        claims=claims,
        chosen=choices_in_words(shown.asked.choices),
        made=made_in_words(today, version=shown.version, rule_set=shown.rule_set),
        address=base_in(request, shown.asked.address),
        cited=base_in(request, at_version(shown.asked, shown.version).address),
        today=today,
        about=base_in(request, request.app.url_path_for("guide.about")),
        files=COMPARED_FILES,
    )


def _name(shown: Compared, today: date, ending: str) -> str:
    """By its first series and how many more there are, and the knowledge date or the day it is made."""
    first, more = shown.asked.subjects[0], len(shown.asked.subjects) - 1
    parts = ["compare", *first, *([f"and-{more}-more"] if more else [])]
    return file_name(*parts, on=shown.asked.choices.known_on or today, ending=ending)
