"""The page about the API, and every example on it."""

import io
import re
import shlex
import socket
import threading
from collections.abc import Iterator
from contextlib import redirect_stdout

import httpx2
import pytest
import uvicorn

from app.api.guide import TEXT, addresses
from app.api.limits import Asking, Limits
from app.settings import PROJECT, Settings
from tests.api.conftest import SECRET

EXAMPLE = re.compile(r"^```(sh|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXAMPLES = EXAMPLE.findall(TEXT.read_text(encoding="utf-8"))
SHOWN = "http://127.0.0.1:8000"


@pytest.fixture(scope="module")
def served(playground) -> Iterator[str]:
    """The address of the site, really listening."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()  # who connects before the server has started waits for it
        server = uvicorn.Server(uvicorn.Config(playground, log_config=None, lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join()


def curl(command: str) -> httpx2.Response:
    """What curl would be answered; an option that stands in no example is not known here."""
    words = iter(shlex.split(command.replace("\\\n", " "))[1:])
    verb, address, body, headers = "GET", "", None, {}
    for word in words:
        if word == "-s":
            continue
        if word == "-X":
            verb = next(words)
        elif word == "-H":
            name, _, value = next(words).partition(": ")
            headers[name] = value
        elif word == "-d":
            body = next(words).encode()
        elif word == "--data-binary":
            body = (PROJECT / next(words).removeprefix("@")).read_bytes()
        else:
            assert not word.startswith("-"), f"{word} is not known here"
            address = word
    return httpx2.request(verb, address, content=body, headers=headers, timeout=60)


def run(kind: str, text: str) -> object:
    """Run one example; gives what it prints, or the JSON that it is answered."""
    if kind == "sh":
        return curl(text).json()
    printed = io.StringIO()
    with redirect_stdout(printed):
        exec(compile(text, str(TEXT), "exec"), {})  # noqa: S102 - our own documentation
    return printed.getvalue()


SAID = (
    lambda told: len(told["items"]) == 5 and told["next"] is not None,
    lambda told: re.fullmatch(r"\d+ claims about the killed, by \d+ families\n", told),
    lambda told: told["claim"]["claim_ref"] == "jcs-3000-20250327" and told["contradictions"],
    lambda told: "seed-total-a-202503 is ruled out by" in told,
    lambda told: told["on"] == "2025-03-27" and told["low"]["claims"],
    lambda told: told == "304\n",
    lambda told: [one["field"] for one in told["errors"]] == ["colour", "nature"],
    lambda told: told["waits"] and told["revision"] == 1,
    lambda told: told == "202 2\n",
    lambda told: told["dry_run"] and told["claims"]["new"] == 0,
)
"""What each example has to give, in their order on the page."""


@pytest.mark.parametrize(
    ("kind", "text", "said"), [(*one, said) for one, said in zip(EXAMPLES, SAID, strict=True)]
)
def test_an_example_runs_and_gives_what_the_text_says(served, monkeypatch, kind, text, said):
    monkeypatch.setenv("MUSTER_TOKEN", SECRET)
    told = run(kind, text.replace(SHOWN, served).replace("$MUSTER_TOKEN", SECRET))
    assert said(told), told


def test_the_page_shows_the_text_and_every_address(visit):
    page = visit("/api")
    assert page.heading == "The API"
    assert len(page.main.select(".prose pre")) == len(EXAMPLES)
    shown = [code.get_text() for code in page.main.select("h3 code")]
    assert shown == [f"{one.verb} {one.path}" for one in addresses()]
    assert "/api/v1/openapi.json" in page.links
    assert "`" not in page.main.select_one("#addresses").parent.get_text().partition("Every address")[2]
    for example in page.main.select("pre"):
        assert example["tabindex"] == "0"


def test_the_limits_of_the_text_are_those_of_the_settings():
    text = TEXT.read_text(encoding="utf-8")
    fields = Settings.model_fields
    for asking in Asking:
        field = fields[f"limit_{asking}"]
        told = "; ".join(
            f"{item.amount:,}/{item.GRANULARITY.name}" for item in Limits(Settings()).items[asking]
        )
        written = re.search(rf"^\| .* \| (.*) \| `{field.alias}` \|$", text, re.MULTILINE)
        assert written is not None
        assert re.sub(" an? ", "/", written[1]).replace(", ", "; ") == told
    assert f"Up to {fields['upload_limit_mb'].default} MB" in text
