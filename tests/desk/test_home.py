"""The desk itself, checks, and notes of documents, as a browser meets them."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.acts.models import Act
from app.claims.document_notes import note_document
from app.claims.models import Revision
from app.models import DocumentNote
from app.review.actions import decide, judge, note_check, open_batch
from app.review.submitting import HowHandedIn, submit_row
from tests.claims.entering import a_ledger, a_row, enter, entered_and_approved
from tests.factories import NOW, DraftFactory, PersonFactory, SourceDocumentFactory
from tests.visiting import counted_statements

HOSTILE = "<script>alert('&')</script>"
WITH_DOCUMENT = {"url": "https://example.org/a", "title": "A report", "publisher": "The Paper"}


@pytest.fixture
def ledger(session):
    """A deployment with one claim that counts, read in a document."""
    a_ledger()
    entered_and_approved(session, a_row(claim_ref="first", **WITH_DOCUMENT))


def later(**cells):
    return a_row(**{"point": "400", "as_of": "2025-02-01", "said_on": "2025-02-01", **WITH_DOCUMENT} | cells)


def sheet(page, name: str) -> str:
    """What a part of the desk says; empty where it is not there."""
    part = page.main.find("section", attrs={"aria-labelledby": name})
    return " ".join(part.get_text(" ").split()) if part else ""


def test_an_empty_desk_says_that_nothing_waits(desk, signed_in):
    signed_in()
    page = desk.get("/desk")
    assert "Nothing waits for you." in page.text
    assert "There is no deployment yet." in page.text
    assert page.soup.find("meta", attrs={"name": "robots"})["content"] == "noindex"


def test_the_menu_of_the_desk_leads_everywhere_and_to_people_only_administrators(desk, signed_in):
    signed_in()
    menu = {link["href"] for link in desk.get("/desk").main.select(".desk-nav a")}
    at_the_desk = {"/desk", "/desk/claims/new", "/desk/sheets", "/desk/queue", "/desk/reports"}
    assert menu == at_the_desk | {"/desk/administration", "/desk/account"}
    signed_in("administrator")
    for path in ("/desk", "/desk/account", "/desk/people", "/desk/queue"):
        assert "/desk/people" in desk.get(path).links


def test_the_public_menu_leads_to_the_desk_for_everybody(visit):
    assert visit("/").soup.select_one('.masthead a[href="/desk"]').get_text() == "Desk"


def test_what_waits_for_a_reviewer_is_what_others_handed_in(session, desk, signed_in, ledger):
    me = signed_in("reviewer")
    enter(session, later(claim_ref="theirs"), by=PersonFactory(display_name="Ann"))
    enter(session, later(claim_ref="mine"), by=me)
    page = desk.get("/desk")
    assert "1 thing to decide on, 1 of yours waiting for a verdict." in page.text
    assert "handed in by Ann" in sheet(page, "to-decide")
    assert "/desk/queue/theirs/revisions/1" in page.links
    assert "Withdraw revision 1 of mine" in sheet(page, "handed-in")
    signed_in("editor")
    assert sheet(desk.get("/desk"), "to-decide") == ""


def test_what_was_handed_in_is_withdrawn_in_one_click(session, desk, signed_in, ledger):
    me = signed_in()
    row = enter(session, later(claim_ref="mine"), by=me)
    button = desk.get("/desk").main.find("button", value="withdrawn")
    desk.post(button.find_parent("form")["action"], {button["name"]: button["value"]})
    session.refresh(row)
    assert row.verdict == "withdrawn"
    assert sheet(desk.get("/desk"), "handed-in") == ""


def test_what_was_sent_back_is_there_until_it_is_handed_in_anew(session, desk, signed_in, ledger):
    me = signed_in()
    row = enter(session, later(claim_ref="mine"), by=me)
    judgement = judge(session, "first", "set_aside", shown=1, by=me, at=NOW, reason="stale")
    rita = PersonFactory(role="reviewer", display_name="Rita")
    decide(session, row, "sent_back", by=rita, at=NOW, reason=HOSTILE)
    decide(session, judgement, "sent_back", by=rita, at=NOW, reason="Stale why?")
    page = desk.get("/desk")
    assert f"Rita: “{HOSTILE}”" in sheet(page, "sent-back")
    assert {"/desk/claims/mine/correct", "/desk/claims/first/set-aside"} <= page.links
    judge(session, "first", "set_aside", shown=1, by=me, at=NOW, reason="stale", words="Of 2024.")
    assert "Stale why?" not in sheet(desk.get("/desk"), "sent-back")


def test_drafts_are_ones_own(session, desk, signed_in, ledger):
    me = signed_in()
    DraftFactory(person_id=me.id, values={"figure": HOSTILE, "source": ["a", "b"]})
    DraftFactory(values={"figure": "of somebody else"})
    page = desk.get("/desk")
    assert HOSTILE in sheet(page, "drafts")
    assert "of somebody else" not in page.text


def test_batches_stand_as_one_line(session, desk, signed_in, ledger):
    ann = PersonFactory(display_name="Ann")
    batch = open_batch(session, "week-6.csv", by=ann, at=NOW, origin="upload")
    for number in range(3):
        submit_row(session, later(claim_ref=f"row-{number}"), HowHandedIn(ann, NOW, "upload", batch=batch))
    signed_in("reviewer")
    page = desk.get("/desk")
    assert "week-6.csv : 3 rows waiting handed in by Ann" in sheet(page, "to-decide")
    assert f"/desk/queue/batches/{batch.id}" in page.links


def test_a_contradiction_is_new_for_as_long_as_was_asked(session, desk, signed_in, ledger):
    revision = enter(session, later(claim_ref="fell", point="200", qualifier="exact"))
    reviewer = PersonFactory(role="reviewer")
    decide(session, revision, "approved", by=reviewer, at=NOW - timedelta(days=20))
    signed_in()
    page = desk.get("/desk")
    assert "exactly 200 by 1 February" in sheet(page, "care")
    assert {"/desk?days=7", "/desk?days=90"} <= page.links
    asked = "Contradictions newly caused in the last 7 30 90 days"
    assert f"{asked} None." in sheet(desk.get("/desk?days=7"), "care")


def test_what_takes_too_many_claims_to_be_compared_leads_to_the_page_of_its_last_change(
    session, desk, signed_in, ledger, monkeypatch
):
    reviewer = PersonFactory(role="reviewer")
    for ref, days in (("rose", 20), ("fell", 2)):
        revision = enter(session, later(claim_ref=ref, point="200", qualifier="exact"))
        decide(session, revision, "approved", by=reviewer, at=NOW - timedelta(days=days))
    monkeypatch.setattr("app.answers.at_hand.READ_AT_ONCE", 0)
    signed_in()
    assert "still being worked out" in sheet(desk.get("/desk?days=30"), "care")
    page = desk.get("/desk?days=7")
    assert "1 reading that changed takes too many claims to be compared here" in sheet(page, "care")
    assert f"/changes/{revision.approved_version}" in page.links


@pytest.mark.parametrize("days", ["0", "31", "x", "-7", "%00"])
def test_other_spans_of_days_are_refused_by_name(desk, signed_in, ledger, days):
    signed_in()
    assert "is none of 7, 30, 90" in desk.get(f"/desk?days={days}", status=422).text


def test_claims_without_a_document_and_with_one_that_is_gone_need_care(session, desk, signed_in, ledger):
    entered_and_approved(session, later(claim_ref="bare", url="", title="", publisher=""))
    document = session.scalars(select(Revision.document_id).where(Revision.document_id.is_not(None))).first()
    note_document(session, document, "gone", by=PersonFactory(), at=NOW)
    signed_in()
    page = desk.get("/desk")
    told = sheet(page, "care")
    assert "A report 1 claim, noted by" in told
    assert "no archived copy is known" in told
    assert "bare : measure" in told
    assert {f"/desk/documents/{document}", "/desk/claims/bare"} <= page.links


def test_the_last_verdicts_are_told_by_whom_and_why(session, desk, signed_in, ledger):
    row = enter(session, later(claim_ref="second"))
    rita = PersonFactory(role="reviewer", display_name="Rita")
    decide(session, row, "rejected", by=rita, at=NOW, reason="Not in the document.")
    signed_in()
    told = sheet(desk.get("/desk"), "verdicts")
    assert told.startswith(
        "Decided lately 15 Jan 2026 Rejected by Rita: revision 1 of second “Not in the document.”"
    )


def test_the_desk_sends_few_statements_however_much_there_is(session, desk, signed_in, ledger, engine):
    me = signed_in("reviewer")

    def sent() -> int:
        session.commit()
        with counted_statements(engine) as statements:
            desk.get("/desk")
        return len(statements)

    def add(numbers):
        for number in numbers:
            enter(session, later(claim_ref=f"mine-{number}"), by=me)
            enter(session, later(claim_ref=f"theirs-{number}"))
            DraftFactory(person_id=me.id)

    add(range(2))
    few = sent()
    add(range(2, 12))
    assert sent() <= few <= 60


# Checked, nothing new.


def test_checked_nothing_new_in_one_click(session, desk, signed_in, ledger, visit):
    me = signed_in(display_name="Ann Author", pseudonym="quiet-fern-21")
    assert "never nk-russia" in sheet(desk.get("/desk"), "checks") or "never" in sheet(
        desk.get("/desk"), "checks"
    )
    form = desk.get("/desk").main.find("input", attrs={"name": "deployment"}).find_parent("form")
    desk.post(form["action"], {"deployment": form.find("input")["value"]})
    act = session.scalars(select(Act).where(Act.kind == "check")).one()
    assert (act.subject, act.by_id, act.words) == ("nk-russia", me.id, None)
    assert "15 Jan 2026" in sheet(desk.get("/desk"), "checks")
    assert "Ann Author" in sheet(desk.get("/desk"), "checks")
    assert "Checked, nothing new" in visit("/changes").text


def test_a_check_can_say_where_one_looked(session, desk, signed_in, ledger):
    signed_in()
    page = desk.get("/desk/checks?deployment=nk-russia")
    assert page.soup.select_one("option[selected]")["value"] == "nk-russia"
    desk.post("/desk/checks", {"deployment": "nk-russia", "words": f"Briefings. {HOSTILE}"})
    assert f"Briefings. {HOSTILE}" in sheet(desk.get("/desk"), "checks")


@pytest.mark.parametrize(
    "typed", [{}, {"deployment": "nowhere"}, {"deployment": "a\x00"}, {"deployment": "x" * 300}]
)
def test_a_check_of_nothing_known_is_refused_with_what_was_typed(session, desk, signed_in, ledger, typed):
    signed_in()
    page = desk.post("/desk/checks", typed | {"words": "Briefings."}, status=422)
    assert page.soup.find(id="words")["value"] == "Briefings."
    assert session.scalar(select(func.count()).select_from(Act).where(Act.kind == "check")) == 0


def test_only_the_last_check_of_each_deployment_is_told(session, desk, signed_in, ledger):
    person = PersonFactory()
    note_check(session, "nk-russia", by=person, at=NOW - timedelta(days=9), words="The first.")
    note_check(session, "nk-russia", by=person, at=NOW, words="The second.")
    signed_in()
    told = sheet(desk.get("/desk"), "checks")
    assert "The second." in told
    assert "The first." not in told


# Documents.


def test_a_document_is_noted_to_be_gone_and_to_be_back(session, desk, signed_in, ledger, visit):
    signed_in()
    [address] = [link for link in desk.get("/desk/claims/first").links if link.startswith("/desk/documents/")]
    page = desk.get(address)
    assert page.heading == "A report"
    assert "/desk/claims/first" in page.links
    typed = {"state": "gone", "archived_url": "https://archive.example/a", "words": HOSTILE}
    desk.post(address, typed)
    assert "Noted to be gone on 15 January 2026, 09:30 UTC by" in desk.get(address).text
    assert HOSTILE in visit("/claims/first").text
    assert desk.get(address).soup.select_one("input[name=state][checked]")["value"] == "readable"
    desk.post(address, {"state": "readable"})
    assert "Noted to be readable" in desk.get(address).text
    assert session.scalar(select(func.count()).select_from(DocumentNote)) == 2


@pytest.mark.parametrize(
    ("typed", "status", "told"),
    [
        ({"words": "kept"}, 422, "Please fill this in."),
        ({"state": "moved", "words": "kept"}, 422, "none of the choices"),
        ({"state": "gone", "archived_url": "javascript:alert(1)", "words": "kept"}, 422, "is no address"),
        ({"state": "readable", "words": "kept"}, 409, "Nobody noted it to be gone."),
    ],
)
def test_what_cannot_be_noted_is_refused_and_stays_typed(
    session, desk, signed_in, ledger, typed, status, told
):
    document = SourceDocumentFactory()
    signed_in()
    page = desk.post(f"/desk/documents/{document.id}", typed, status=status)
    assert told in page.text
    assert page.soup.find(id="words")["value"] == "kept"
    assert session.scalar(select(func.count()).select_from(DocumentNote)) == 0


@pytest.mark.parametrize("number", ["0", "x", str(2**63)])
def test_a_document_that_cannot_be_is_refused(desk, signed_in, ledger, number):
    signed_in()
    desk.get(f"/desk/documents/{number}", status=422)
