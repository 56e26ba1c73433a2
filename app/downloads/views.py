"""One measure of one deployment as a file: what its page shows, under the same choices."""

from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from app.answers.parameters import read_choices
from app.answers.queries import Question
from app.answers.views import as_json
from app.charts.asked import asked_of
from app.clock import Now
from app.database import DbSession
from app.downloads.answers import CSV, JSON, READ, file_answer, file_name
from app.downloads.tables import reading_csv

router = APIRouter(prefix="/deployments/{slug}", include_in_schema=False)


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


def _asked(request: Request, session: Session, slug: str, measure: str) -> Question:
    choices = read_choices(request.query_params.multi_items(), strict=True)
    return asked_of(session, slug, measure, choices)


def _name(asked: Question, today: date, ending: str) -> str:
    """By the knowledge date where one is chosen, else by the day it is made."""
    on = asked.choices.known_on or today
    return file_name(asked.holding.claims.deployment.slug, asked.measure.slug, on=on, ending=ending)
