"""Logs: one line an event, with the id of its request; JSON for machines, text at a terminal."""

import logging
import sys
from http import HTTPStatus
from time import perf_counter
from typing import Literal

import structlog
from asgi_correlation_id import correlation_id
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.typing import EventDict, Processor, WrappedLogger

log = structlog.stdlib.get_logger("muster")
exception_as_data = structlog.processors.ExceptionRenderer(
    # Without the values of local variables: a password may be one of them.
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
)
QUIET = frozenset({"/healthz", "/readyz"})
"""Addresses that a monitor asks every few seconds: logged only when they fail."""
LINKS_BELOW = "/welcome/"
"""What follows in such an address is a one-time link, of no use to whoever reads logs."""


def add_request_id(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """The id under which a reader can report a failed page."""
    if request_id := correlation_id.get():
        event["request_id"] = request_id
    return event


def configure_logs(form: Literal["auto", "json", "text"] = "auto", level: int = logging.INFO) -> None:
    """Send every log line of the process, the server's and libraries' too, to stderr in one form."""
    as_text = form == "text" or (form == "auto" and sys.stderr.isatty())
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        add_request_id,
    ]
    last: list[Processor] = (
        [
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            )
        ]
        if as_text
        else [exception_as_data, structlog.processors.JSONRenderer()]
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


class AccessLog:
    """ASGI middleware: one line a request, with status and milliseconds; no address of the reader."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and log how it was answered."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, status = perf_counter(), 500

        async def note_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, note_status)
        finally:
            if status >= HTTPStatus.BAD_REQUEST or scope["path"] not in QUIET:
                log.info(
                    "request",
                    method=scope["method"],
                    path=without_secret(scope["path"]),
                    status=status,
                    ms=round((perf_counter() - started) * 1000, 1),
                )


def without_secret(path: str) -> str:
    """An address as it may be logged."""
    return f"{LINKS_BELOW}…" if path.startswith(LINKS_BELOW) else path
