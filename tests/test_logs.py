"""What is written to logs, and what must not be."""

import json

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from app.logs import AccessLog, configure_logs, log

PASSWORD = "four unrelated words"


@pytest.fixture(params=["json", "text"])
def form(request):
    return request.param


def test_a_traceback_tells_no_values(capsys, form):
    configure_logs(form)

    def fail(password):
        raise ValueError(len(password))

    try:
        fail(PASSWORD)
    except ValueError:
        log.exception("unexpected")
    written = capsys.readouterr().err
    assert "ValueError" in written
    assert PASSWORD not in written


def test_a_one_time_link_is_not_logged(capsys):
    configure_logs("json")
    site = Starlette(routes=[Route("/welcome/{token}", lambda request: PlainTextResponse("ok"))])
    site.add_middleware(AccessLog)
    TestClient(site).get("/welcome/abcdef")
    [line] = [json.loads(line) for line in capsys.readouterr().err.splitlines() if '"request"' in line]
    assert (line["path"], line["status"]) == ("/welcome/…", 200)
