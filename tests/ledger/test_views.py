"""`/ledger.zip`: the whole ledger to take away, streamed."""

import contextlib
import io
import zipfile
from datetime import UTC, datetime
from threading import BoundedSemaphore

import anyio
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session
from starlette.requests import ClientDisconnect

from app.database import connect
from app.downloads import lists
from app.ledger import views
from app.ledger.exporting import NAMES, export_ledger, snapshot, zipped
from tests.ledger.ledgers import FOUNDING, LATER, a_ledger, a_total, taken_in
from tests.visiting import site_on


@pytest.fixture
def engine_of_its_own(empty_database):
    engine = connect(empty_database)
    with Session(engine) as session, session.begin():
        taken_in(session, FOUNDING)
    yield engine
    engine.dispose()


@pytest.fixture
def own_site(engine_of_its_own, empty_database):
    """The site over a database in which the test may record."""
    with site_on(empty_database) as client:
        yield client


def open_snapshots(engine):
    """How many connections hold a snapshot of the ledger: are within a transaction of several statements."""
    found = text(
        "select count(*) from pg_stat_activity where datname = current_database()"
        " and (state = 'idle in transaction' or state = 'active' and xact_start < query_start)"
        " and pid <> pg_backend_pid()"
    )
    with engine.connect() as connection:
        return connection.scalar(found)


def test_the_zip_is_what_the_command_writes(own_site, engine_of_its_own, tmp_path):
    answer = own_site.get("/ledger.zip")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-disposition"] == 'attachment; filename="muster-ledger-1.zip"'
    assert "content-encoding" not in answer.headers
    assert zipfile.ZipFile(io.BytesIO(answer.content)).namelist() == list(NAMES)
    with snapshot(engine_of_its_own) as taken:
        export_ledger(taken, tmp_path / "ledger.zip")
    assert (tmp_path / "ledger.zip").read_bytes() == answer.content
    assert open_snapshots(engine_of_its_own) == 0


def test_who_holds_it_is_told_so_until_it_changes(own_site, engine_of_its_own, tmp_path):
    etag = own_site.get("/ledger.zip").headers["etag"]
    again = own_site.get("/ledger.zip", headers={"If-None-Match": etag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    with Session(engine_of_its_own) as session, session.begin():
        taken_in(session, a_ledger(tmp_path, a_total()), at=LATER)
    changed = own_site.get("/ledger.zip", headers={"If-None-Match": etag})
    assert changed.status_code == 200
    assert changed.headers["content-disposition"] == 'attachment; filename="muster-ledger-2.zip"'
    assert open_snapshots(engine_of_its_own) == 0


def test_who_asks_only_for_the_headers_gets_no_zip(own_site, engine_of_its_own):
    answer = own_site.head("/ledger.zip")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["etag"] == own_site.get("/ledger.zip").headers["etag"]
    assert open_snapshots(engine_of_its_own) == 0


def test_a_parameter_is_refused_by_name(own_site):
    answer = own_site.get("/ledger.zip?version=1")
    assert answer.status_code == 422
    assert "version" in answer.text


def test_only_so_many_are_served_at_once(own_site, engine_of_its_own):
    for _ in range(views.AT_ONCE):
        views._streaming.acquire()
    try:
        answer = own_site.get("/ledger.zip")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
    finally:
        for _ in range(views.AT_ONCE):
            views._streaming.release()
    assert own_site.get("/ledger.zip").status_code == 200


@pytest.mark.parametrize("spec", ["2.3", "2.4"])
@pytest.mark.parametrize("path", ["/ledger.zip", "/claims.csv"])
def test_who_goes_away_leaves_nothing_open(own_site, engine_of_its_own, monkeypatch, path, spec):
    """A browser that is closed after the first block, as servers of either age tell it."""
    monkeypatch.setattr(lists, "_places", BoundedSemaphore(1))
    monkeypatch.setattr(lists, "_PIECE", 1024)
    sent = []

    async def ask():
        left = anyio.Event()

        async def receive():
            await left.wait()
            return {"type": "http.disconnect"}

        async def send(message):
            sent.append(message)
            if message.get("body"):
                left.set()
                if spec == "2.4":
                    raise OSError("gone")
                await anyio.sleep_forever()

        scope = {
            "type": "http", "asgi": {"version": "3.0", "spec_version": spec}, "http_version": "1.1",
            "method": "GET", "scheme": "http", "path": path, "raw_path": path.encode(),
            "query_string": b"", "root_path": "", "headers": [(b"host", b"testserver")],
            "client": ("127.0.0.1", 1), "server": ("testserver", 80), "state": {},
        }  # fmt: skip
        with anyio.fail_after(20), contextlib.suppress(ClientDisconnect):
            await own_site.app(scope, receive, send)

    anyio.run(ask)
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    assert open_snapshots(engine_of_its_own) == 0
    assert own_site.get(path).status_code == 200


def test_the_next_block_is_made_when_the_one_before_was_taken(engine_of_its_own):
    with snapshot(engine_of_its_own) as taken:
        told, rows = [], taken.row_count()
        blocks = zipped(taken, told.append)
        assert next(blocks).startswith(b"PK\x03\x04")
        assert sum(told) < rows
        blocks.close()
    assert open_snapshots(engine_of_its_own) == 0


def test_an_export_keeps_no_editor_waiting(engine_of_its_own, tmp_path):
    with snapshot(engine_of_its_own) as taken:
        blocks = zipped(taken)
        first = next(blocks)
        with Session(engine_of_its_own) as session, session.begin():
            session.execute(text("set local lock_timeout = '2s'"))
            assert taken_in(session, a_ledger(tmp_path, a_total()), at=datetime.now(UTC)).new == 1
        written = first + b"".join(blocks)
    claims = zipfile.ZipFile(io.BytesIO(written)).read("claims.csv")
    assert claims.count(b"\n") >= 200
    assert b"\none,troops," not in claims
