"""Handing in through the API: a row, or a whole ledger; nothing of it counts before a reviewer says so."""

import io
import json
import zipfile

import pytest
from sqlalchemy import func, select

from app.api.writing import QUEUE
from app.claims.answer import ClaimColumns
from app.claims.models import Revision
from app.claims.queries import approved_claims
from app.clock import present
from app.review.actions import decide
from app.review.models import Batch, Judgement
from app.settings import Settings
from tests.api.changed import changed
from tests.claims.entering import a_ledger, a_row
from tests.factories import NOW, ApiTokenFactory, PersonFactory

SECRET = "muster_secret"
KEY = "a-key-of-my-own-1"


@pytest.fixture
def api(visit, site, session):
    """The site, with an editor whose token may hand in everything."""
    a_ledger()
    ApiTokenFactory(secret=SECRET, person_id=PersonFactory(name="ann").id, scopes=["claims", "imports"])
    site.app.dependency_overrides[present] = lambda: NOW
    yield site
    site.app.dependency_overrides.pop(present)


def sent(**cells):
    """A row as JSON: what its cells say, empty ones left out."""
    return {name: cell for name, cell in a_row()._asdict().items() if cell} | cells


def post(api, body, *, to="claims", content_type="application/json", **headers):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    given = {"Authorization": f"Bearer {SECRET}", "Content-Type": content_type} | names
    return api.post(f"/api/v1/{to}", content=content, headers=given)


def number_of(session, model=Revision):
    return session.scalar(select(func.count()).select_from(model))


def approve_all(session):
    reviewer = PersonFactory(role="reviewer")
    for model in (Revision, Judgement):
        for one in session.scalars(select(model).where(model.verdict.is_(None))):
            decide(session, one, "approved", by=reviewer, at=NOW)


def refused(answer, status, *fields):
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert [error["field"] for error in problem.get("errors", [])] == list(fields)
    return problem


def test_a_new_claim_waits_for_a_reviewer(api, session):
    answer = post(api, sent(claim_ref="nis-300"))
    assert answer.status_code == 202
    assert answer.json() == {
        "claim_ref": "nis-300",
        "waits": True,
        "waits_at": "/desk/queue",
        "revision": 1,
        "judgement": None,
        "page": "/claims/nis-300",
    }
    revision = session.scalars(select(Revision)).one()
    assert (revision.origin, revision.verdict, revision.point) == ("api", None, 300)
    assert approved_claims(session) == []


def test_what_waits_is_found_where_the_answer_says(api):
    assert api.app.url_path_for("desk.queue") == QUEUE


def test_a_claim_without_a_key_gets_one(api):
    assert post(api, sent()).json()["claim_ref"] == "national-intelligence-service-killed-300-20250113"


def test_figures_may_be_numbers_or_text(api, session):
    post(api, sent(claim_ref="a", point=300, credibility=2))
    post(api, sent(claim_ref="b", point="300", credibility="2", low=None, note=""))
    share = {"nature": "share", "as_of": "2025-01-13", "qualifier": "about"}
    post(api, sent(claim_ref="c", point=12.5, **share))
    post(api, sent(claim_ref="d", point=12.0, **share))
    figures = session.execute(select(Revision.point, Revision.credibility).order_by(Revision.id)).all()
    assert [(str(point), graded) for point, graded in figures] == [
        ("300", 2), ("300", 2), ("12.5", None), ("12", None)
    ]  # fmt: skip


def test_what_the_api_answers_can_be_corrected_and_handed_in_again(api, session):
    post(api, sent(claim_ref="nis-300"))
    approve_all(session)
    claim = api.get("/api/v1/claims/nis-300").json()["claim"]
    row = {name: claim[name] for name in ClaimColumns.__annotations__}
    same = post(api, row)
    assert (same.status_code, same.json()["waits"], same.json()["waits_at"]) == (200, False, None)
    corrected = post(api, row | {"point": 310, "reason": "copy_error", "words": "It says 310."})
    assert (corrected.status_code, corrected.json()["revision"]) == (202, 2)
    assert session.scalars(select(Revision.reason).where(Revision.number == 2)).one() == "copy_error"


def test_a_standing_is_handed_in_as_a_judgement(api, session):
    post(api, sent(claim_ref="nis-300"))
    approve_all(session)
    answer = post(api, sent(claim_ref="nis-300", standing="set_aside", standing_reason="stale"))
    assert (answer.status_code, answer.json()["revision"], answer.json()["judgement"]) == (202, None, 1)


def test_why_a_warning_is_passed_over_is_kept(api, session):
    post(api, sent(overridden="It is what the briefing says.", words="See the note."))
    assert session.scalars(select(Revision.overridden)).one() == "It is what the briefing says."


def test_what_waits_already_is_in_the_way(api):
    post(api, sent(claim_ref="nis-300"))
    problem = refused(post(api, sent(claim_ref="nis-300", point="310")), 409)
    assert "waits for its verdict" in problem["detail"]


@pytest.mark.parametrize(
    ("cells", "fields"),
    [
        ({"point": "three hundred"}, ["point"]),
        ({"measure": "elsewhere"}, ["measure"]),
        ({"as_of": "2025-02-30", "said_on": ""}, ["as_of", "said_on"]),
        ({"low": 400}, ["point"]),
        ({"point": -1}, ["point"]),
        ({"point": 1.5}, ["point"]),
        ({"point": 10**16}, ["point"]),
        ({"point": True}, ["point"]),
        ({"point": [300]}, ["point"]),
        ({"wording": 5}, ["wording"]),
        ({"wording": "x" * 301}, ["wording"]),
        ({"note": "a\x00b"}, ["note"]),
        ({"note": "a\ud800b"}, ["note"]),
        ({"reason": "because"}, ["reason"]),
        ({"words": "a\x00b"}, ["words"]),
        ({"standing": "set_aside"}, ["standing_reason"]),
    ],
    ids=str,
)
def test_a_row_that_cannot_stand_is_refused_by_name(api, session, cells, fields):
    refused(post(api, sent() | cells), 422, *fields)
    assert number_of(session) == 0


def test_a_key_that_is_no_column_is_refused(api):
    problem = refused(post(api, sent() | {"reliability": "A", "figure": 3}), 422, "reliability", "figure")
    assert "is no column of the claims CSV" in problem["errors"][0]["message"]


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"point": NaN}', b"[" * 100_000])
def test_what_is_no_json_is_refused(api, body):
    refused(post(api, body), 400)


def test_what_is_no_row_is_refused(api):
    refused(post(api, b"[]"), 422, "")
    problem = post(api, b'{"point": 1e999}').json()
    assert "point" in [error["field"] for error in problem["errors"]]


def test_a_row_of_another_kind_or_too_large_is_refused(api):
    refused(post(api, b"claim_ref\n", content_type="text/csv"), 415)
    refused(post(api, b"{}", content_type=""), 415)
    refused(post(api, b'{"note": "' + b"x" * 1_000_000 + b'"}'), 413)


def test_a_row_sent_twice_under_one_key_is_handed_in_once(api, session):
    first, again = (post(api, sent(), Idempotency_Key=KEY) for _ in range(2))
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert number_of(session) == 1
    problem = refused(post(api, sent(point="310"), Idempotency_Key=KEY), 409)
    assert "handed in already, with other content" in problem["detail"]
    post(api, sent(), Idempotency_Key=f"{KEY}2")
    assert number_of(session) == 2


def test_a_correction_and_a_judgement_sent_twice_are_handed_in_once(api, session):
    post(api, sent(claim_ref="nis-300"))
    approve_all(session)
    row = sent(claim_ref="nis-300", point="310", standing="set_aside", standing_reason="stale")
    first, again = (post(api, row, Idempotency_Key=KEY) for _ in range(2))
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert (first.json()["revision"], first.json()["judgement"]) == (2, 1)
    retracted = sent(claim_ref="nis-400", point="400")
    post(api, retracted)
    approve_all(session)
    only = retracted | {"standing": "retracted", "standing_on": "2025-06-01"}
    first, again = (post(api, only, Idempotency_Key=f"{KEY}-3") for _ in range(2))
    assert (again.json(), first.json()["judgement"]) == (first.json(), 1)


@pytest.mark.parametrize("key", ["short", "x" * 81, "a key of several words"])
def test_a_key_that_is_none_is_refused(api, key):
    refused(post(api, sent(), Idempotency_Key=key), 422, "Idempotency-Key")


def csv_of(*rows):
    columns = list(dict.fromkeys(name for row in rows for name in row))
    lines = [",".join(columns), *(",".join(row.get(name, "") for name in columns) for row in rows)]
    return "\n".join(lines).encode()


def zip_of(**files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(f"{name}.csv", content)
    return packed.getvalue()


ROW = a_row(claim_ref="one")._asdict()


def upload(api, body, query="", content_type="text/csv"):
    return post(api, body, to=f"imports{query}", content_type=content_type)


def test_a_claims_csv_waits_as_one_batch(api, session):
    answer = upload(api, csv_of(ROW, ROW | {"claim_ref": "two", "point": "310"}))
    assert answer.status_code == 202
    batch = session.scalars(select(Batch)).one()
    told = answer.json()
    assert (told["waits"], told["waits_at"], told["batch"]) == (True, "/desk/queue", batch.id)
    assert told["claims"] == {"new": 2, "changed": 0, "unchanged": 0, "older": 0}
    assert (batch.name, batch.origin) == ("claims.csv", "api")
    again = upload(api, csv_of(ROW, ROW | {"claim_ref": "two", "point": "310"}))
    assert (again.status_code, again.json()["batch"], again.json()["claims"]["unchanged"]) == (200, None, 2)


def test_a_dry_run_stores_nothing(api, session):
    answer = upload(api, csv_of(ROW), "?dry_run=1")
    assert (answer.status_code, answer.json()["dry_run"], answer.json()["claims"]["new"]) == (200, True, 1)
    assert number_of(session) == 0
    assert upload(api, csv_of(ROW), "?dry_run=0").status_code == 202


def test_a_zip_of_a_ledger_may_describe_what_is_new(api, session):
    sources = b"name,family,reliability\nNational Intelligence Service,South Korea,B\n"
    answer = upload(api, zip_of(claims=csv_of(ROW), sources=sources), content_type="application/zip")
    assert answer.status_code == 202
    assert answer.json()["sources"]["changed"] + answer.json()["sources"]["new"] == 1
    assert answer.json()["version"] is not None


def test_a_file_may_come_as_part_of_a_form(api, session):
    headers = {"Authorization": f"Bearer {SECRET}"}
    files = {"file": ("..\\march 3.csv", csv_of(ROW), "text/csv")}
    answer = api.post("/api/v1/imports", files=files, headers=headers)
    assert answer.status_code == 202
    assert session.scalars(select(Batch.name)).one() == "march 3.csv"


def test_every_row_at_fault_is_named(api, session):
    problem = refused(upload(api, csv_of(ROW | {"point": "x"}, ROW)), 422, "point", "claim_ref")
    assert problem["faults"] == 2
    assert {error["line"] for error in problem["errors"]} == {2, 3}
    assert problem["errors"][0]["message"].startswith("“x” ")
    assert number_of(session) == 0


@pytest.mark.parametrize(
    ("body", "content_type", "status", "fields"),
    [
        (b"", "text/csv", 400, []),
        (b"x", "application/json", 415, []),
        (b"x", "multipart/form-data; boundary=y", 400, []),
        (b"x", "multipart/form-data", 400, []),
        (b"claim_ref;deployment\n", "text/csv", 422, ["claims.csv"]),
        (b"PK\x03\x04nonsense", "application/zip", 422, ["ledger.zip"]),
    ],
)
def test_what_is_no_ledger_is_refused(api, body, content_type, status, fields):
    refused(upload(api, body, content_type=content_type), status, *fields)


def test_a_bad_parameter_of_an_import_is_named(api, session):
    refused(upload(api, csv_of(ROW), "?dry_run=yes"), 422, "dry_run")
    refused(upload(api, csv_of(ROW), "?overwrite=1"), 422, "overwrite")
    refused(post(api, sent(), to="claims?dry_run=1"), 422, "dry_run")
    assert number_of(session) == 0


def test_a_ledger_that_is_too_large_is_not_read(api):
    with changed(api.app, settings=Settings(database_url=None, upload_limit_mb=1)):
        refused(upload(api, b"x" * 1_000_001), 413)
        answer = api.post(
            "/api/v1/imports",
            content=(b"x" * 100_000 for _ in range(11)),  # without saying how large it is
            headers={"Authorization": f"Bearer {SECRET}", "Content-Type": "text/csv"},
        )
        refused(answer, 413)


def test_nothing_is_read_of_somebody_without_a_token(api):
    headers = {"Content-Type": "application/json"}
    assert api.post("/api/v1/claims", content=b"{", headers=headers).status_code == 401
    assert api.post("/api/v1/imports", content=b"x", headers=headers).status_code == 401
