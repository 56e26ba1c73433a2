"""Every text of the desk can be said in another language; what editors type is stored the same in each."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.accounts.actions import disable, give_link
from app.accounts.api_tokens import create_api_token
from app.accounts.cookies import SIGN_IN
from app.accounts.models import Scope
from app.claims.content import CONTENT
from app.claims.document_notes import note_document
from app.clock import present
from app.desk.suggestions import languages
from app.languages.formats import locale_of
from app.models import Act, Batch, Draft, ErrorReport, Revision, SourceDocument
from app.review.actions import decide, judge, note_check, open_batch
from tests.claims.entering import a_ledger, a_row, enter, entered_and_approved
from tests.database import Databases
from tests.desk.filled import KEY, filled, typed_in
from tests.factories import (
    NOW,
    DraftFactory,
    ErrorReportFactory,
    PersonFactory,
    ReportAnswerFactory,
    SignInFactory,
    used_in,
)
from tests.languages.pseudo import MADE_UP, contents_of, made_up_site, unmarked
from tests.visiting import Page, closing_engine

SECRET = "the-secret-of-a-sign-in-of-an-administrator"
LATER = {"as_of": "2025-02-01", "said_on": "2025-02-01"}
DOCUMENT = {"publisher": "Example Post", "title": "An article", "url": "https://example.org/article"}
PAGES = [
    "/desk",
    "/desk?look=1",
    "/desk/claims/new",
    "/desk/claims/new?document={document}",
    "/desk/claims/first",
    "/desk/claims/second",
    "/desk/claims/first/correct",
    "/desk/claims/first/restate",
    "/desk/claims/first/add-appearance",
    "/desk/claims/first/note-restart",
    "/desk/claims/third/set-aside",
    "/desk/claims/third/retract",
    "/desk/claims/first/restore",
    "/desk/drafts/{draft}",
    "/desk/documents/{document}",
    "/desk/checks",
    "/desk/queue",
    "/desk/queue?kind=revision&others=1&origin=desk",
    "/desk/queue/second/revisions/1",
    "/desk/queue/refused/revisions/1",
    "/desk/queue/first/judgements/1",
    "/desk/queue/third/revisions/1",
    "/desk/queue/batches/{batch}",
    "/desk/reports",
    "/desk/reports?state=answered&kind=figure",
    "/desk/reports/{report}",
    "/desk/account",
    "/desk/account?done=password",
    "/desk/people",
    "/desk/people/rita",
    "/desk/people/gone",
    "/desk/administration",
    "/desk/deployments",
    "/desk/deployments/new",
    "/desk/deployments/nk-russia",
    "/desk/measures",
    "/desk/measures/new",
    "/desk/sources",
    "/desk/sources/new",
    "/desk/sources/nis",
    "/desk/sources/nis/names",
    "/desk/sources/nis/merge",
    "/desk/sources/nis/separate",
    "/desk/queue?kind=none&page=0",
    "/desk/claims/nowhere",
]
WRONG = {
    "url": "ftp://x",
    "published_on": "2025-13",
    "source": "Somebody",
    "said_on": "2025-02-31",
    "deployment": "",
    "measure": "",
    "figure": "many",
    "as_of": "1",
    "counts_from": "x",
    "wording": "w" * 301,
    "place": "Nowhere",
    "part_of": "?",
    "credibility": "7",
    "language": "xx",
}
REFUSED: dict[str, dict[str, str]] = {
    "/desk/claims/new": filled(**WRONG),
    "/desk/claims/third/set-aside": {"shown": "1", "standing_reason": ""},
    "/desk/claims/third/retract": {"shown": "1", "standing_on": "2025"},
    "/desk/queue/second/revisions/1": {"verdict": "sent_back"},
    "/desk/queue/third/revisions/1": {"verdict": "approved"},
    "/desk/queue/batches/{batch}": {"verdict": "rejected", "which": "all"},
    "/desk/checks": {"deployment": "nowhere"},
    "/desk/documents/{document}": {"state": "readable", "archived_url": "x"},
    "/desk/reports/{report}": {"outcome": "", "claim_ref": "nowhere"},
    "/desk/account/name": {"display_name": ""},
    "/desk/account/password": {"new_password": "aaaaaaaaaaaa", "password_again": "b"},
    "/desk/account/tokens": {"name": "x", "days": "0"},
    "/desk/people": {"name": "É"},
    "/report": {"about": "/elsewhere", "url": "x"},
    "/login": {"name": ""},
}
TYPED = {
    *WRONG.values(), "nowhere", "none", "/elsewhere", "É", "x", "2025", "readable", "page", "kind", "w" * 80,
    "figures.csv", "A program", "Firefox", "Linux", "The document says 10,000.", "Corrected.", "Somebody",
}  # fmt: skip


@pytest.fixture(scope="module")
def known(server: Databases) -> Iterator[dict[str, str]]:
    """A desk with something of each kind on it: its database, and what addresses name by numbers."""
    url = server.make_migrated()
    with closing_engine(url) as engine, Session(engine) as session, session.begin(), used_in(session):
        _fill(session)
    with closing_engine(url) as engine, Session(engine) as session:
        found = {
            "url": url,
            "document": str(session.scalar(select(SourceDocument.id))),
            "draft": session.scalars(select(Draft.key)).one(),
            "batch": str(session.scalar(select(Batch.id))),
            "report": str(session.scalar(select(ErrorReport.id))),
        }
    yield found
    server.drop(url)


def _fill(session: Session) -> None:
    a_ledger()
    editor, reviewer = PersonFactory(name="eva"), PersonFactory(name="rita", role="reviewer")
    entered_and_approved(session, a_row(claim_ref="first", **DOCUMENT))
    entered_and_approved(session, a_row(claim_ref="third", said_on="2025-01-20"))
    enter(session, a_row(claim_ref="second", point="30000", **LATER, **DOCUMENT), by=editor)
    back = enter(session, a_row(claim_ref="refused", point="500", **LATER), by=editor)
    decide(session, back, "sent_back", by=reviewer, at=NOW, reason="Which page?")
    judge(session, "first", "set_aside", shown=1, reason="stale", words="It is old.", by=editor, at=NOW)
    batch = open_batch(session, "figures.csv", by=editor, at=NOW, origin="upload")
    enter(session, a_row(claim_ref="row", point="450", **LATER), by=editor, batch=batch)
    note_check(session, "nk-russia", by=editor, at=NOW, words="The briefing.")
    document = session.scalars(select(SourceDocument.id)).first()
    note_document(session, document, "gone", by=editor, at=NOW, archived_url="https://example.org/kept")
    gone = PersonFactory(name="gone", password_hash=None)
    admin = PersonFactory(name="ada", role="administrator")
    give_link(session, PersonFactory(name="new", password_hash=None), by=admin, at=NOW, origin="desk")
    disable(session, gone, by=admin, at=NOW, origin="desk")
    DraftFactory(person_id=admin.id, values={"source": "Somebody", "figure": "many"})
    ErrorReportFactory(about="/claims/first")
    answered = ErrorReportFactory(about="/deployments/nk-russia/killed/why?on=2025-02-01")
    ReportAnswerFactory(report_id=answered.id)
    create_api_token(session, admin, name="A program", scopes=[Scope.CLAIMS], days=30, at=NOW)
    SignInFactory(secret=SECRET, person_id=admin.id, browser="Firefox on Linux")


@pytest.fixture(scope="module")
def client(known: dict[str, str]) -> Iterator[TestClient]:
    """The desk in the made-up language, with an administrator signed in."""
    with made_up_site(known["url"]) as client:
        client.cookies.set(SIGN_IN, SECRET)
        client.app.dependency_overrides[present] = lambda: NOW
        yield client


@pytest.fixture(scope="module")
def contents(known: dict[str, str]) -> frozenset[str]:
    """What was typed, labels and units of measures among it: these are none of the examples'."""
    with closing_engine(known["url"]) as engine, engine.connect() as connection:
        measures = connection.execute(text("select label, unit from measure_descriptions"))
        labels = {word for row in measures for word in row}
    without_a_name = {code for code in languages() if code and code not in locale_of(MADE_UP).languages}
    return contents_of(known["url"]) | labels | TYPED | without_a_name


@pytest.mark.parametrize("path", PAGES)
def test_nothing_on_a_page_of_the_desk_stands_there_unmarked(
    path: str, client: TestClient, known: dict[str, str], contents: frozenset[str]
) -> None:
    answer = client.get(path.format_map(known))
    assert "⟦" in answer.text, "the page is not in the made-up language"
    assert unmarked(answer.text, contents) == []


@pytest.mark.parametrize("path", REFUSED)
def test_nothing_that_a_form_is_refused_with_stands_there_unmarked(
    path: str, client: TestClient, known: dict[str, str], contents: frozenset[str]
) -> None:
    answer = client.post(path.format_map(known), data=REFUSED[path])
    assert answer.status_code in {403, 409, 422}, answer.text
    assert unmarked(answer.text, contents) == []


def test_a_form_refused_in_italian_names_its_fields_so_and_loses_nothing(client: TestClient) -> None:
    answer = client.post("/it/desk/claims/new", data=filled(**WRONG))
    page = Page("/it/desk/claims/new", answer)
    assert page.soup.find(id="said_on-error").get_text() == "«2025-02-31» non è un giorno del calendario."
    assert "Detto il" in page.soup.select_one(".error-summary").get_text()
    assert page.soup.find(id="entry")["action"] == "/it/desk/claims/new"
    assert {name: typed_in(page)[name] for name in WRONG} == WRONG
    kept = client.post(
        f"/it/desk/drafts/{KEY}", data=filled(figure="quasi 400"), headers={"Accept": "application/json"}
    )
    assert kept.json()["address"] == f"/it/desk/drafts/{KEY}"


def test_what_is_handed_in_is_stored_the_same_in_every_language(
    client: TestClient, known: dict[str, str]
) -> None:
    for prefix in ("it", "en"):
        key = f"a-form-that-was-filled-in-{prefix}"
        answer = client.post(f"/{prefix}/desk/claims/new", data=filled(key=key))
        assert answer.headers["location"] == f"/{prefix}/desk/handed-in/{key}"
    with closing_engine(known["url"]) as engine, Session(engine) as session:
        one, other = session.scalars(select(Revision).order_by(Revision.id.desc()).limit(2))
        assert [getattr(one, name) for name in CONTENT] == [getattr(other, name) for name in CONTENT]
        acts = session.scalars(select(Act).order_by(Act.id.desc()).limit(2)).all()
        assert len({(act.kind, act.words, act.reason, str(act.details)) for act in acts}) == 1


def test_a_report_keeps_its_title_in_english_and_shows_it_in_the_language_of_the_page(
    client: TestClient, known: dict[str, str]
) -> None:
    typed = {"about": "/it/claims/third", "kind": "date", "words": "È sbagliata."}
    sent = client.post("/it/report", data=typed | {"key": "a-form-of-a-reader-in-italian"})
    assert sent.headers["location"] == "/it/report/sent?about=%2Fclaims%2Fthird"
    with closing_engine(known["url"]) as engine, Session(engine) as session:
        report = session.scalars(select(ErrorReport).order_by(ErrorReport.id.desc()).limit(1)).one()
    assert (report.about, "about 300" in report.title) == ("/claims/third", True)
    assert "circa 300" in client.get(f"/it/desk/reports/{report.id}").text
