"""The description of the API for programs, and in words for people."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.answers.views import json_answer
from app.api.asked import Given
from app.api.guide import addresses, guide
from app.api.limits import Asking, limited
from app.api.openapi import description
from app.pages import page

router = APIRouter(include_in_schema=False)


@router.get("/api/v1/openapi.json", name="api.description", dependencies=[limited(Asking.READING)])
def show_description(request: Request) -> Response:
    """The API as OpenAPI 3.1, for the programs that make clients and pages from it."""
    Given(request).refuse()
    return json_answer(request, description())


@router.get("/api", name="api.guide")
def show_guide(request: Request) -> Response:
    """How to ask the API, what it promises, and every address with its parameters."""
    return page(request, "api/show.html", guide=guide(), addresses=addresses())
