"""Whether the site lives, and whether it can serve."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse
from sqlalchemy.exc import OperationalError

from app.schema import current_revision, newest_revision

router = APIRouter(include_in_schema=False)


@router.get("/healthz", name="health.live")
def live() -> PlainTextResponse:
    """The process answers; nothing else is asked."""
    return PlainTextResponse("ok\n")


@router.get("/readyz", name="health.ready")
def ready(request: Request) -> JSONResponse:
    """The database is reachable and its schema is the one this code needs; 503 otherwise."""
    needed = newest_revision()
    try:
        with request.app.state.engine.connect() as connection:
            found = current_revision(connection)
    except OperationalError:
        return JSONResponse({"database": "unreachable", "schema": "unknown"}, status_code=503)
    if found != needed:
        return JSONResponse({"database": "reachable", "schema": f"{found}, not {needed}"}, status_code=503)
    standing = {"database": "reachable", "schema": "current"}
    replica = request.app.state.replica
    # Without its replica a site serves all the same, from the primary.
    return JSONResponse(standing if replica is None else standing | {"replica": replica.standing()})
