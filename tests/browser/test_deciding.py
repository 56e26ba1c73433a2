"""Deciding in Chromium: every page of the desk in its looks, and the way of a judgement without scripts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.claims.actions import record_claim, revise_claim
from app.claims.document_notes import document_of, note_document
from app.claims.queries import approved_claims
from app.claims.rows import as_row
from app.review.actions import decide, judge, open_batch
from app.review.submitting import HowHandedIn, submit_row
from tests.browser.desks import browser_of, founding_ledger, sign_in
from tests.browser.looks import stands
from tests.database import Databases
from tests.running import muster
from tests.visiting import closing_engine

CLAIM = "nis-3000-20241023"
JUDGED = "jcs-3000-20250327"
PAGES = {
    "the desk": "desk",
    "the queue": "desk/queue",
    "a new claim with a warning": "desk/queue/slip/revisions/1",
    "a correction": f"desk/queue/{CLAIM}/revisions/2",
    "a judgement": "desk/queue/yonhap-13000-20250902/judgements/2",
    "what was sent back": "desk/queue/sent-back/revisions/1",
    "a batch": "desk/queue/batches/1",
    "a claim": f"desk/claims/{CLAIM}",
    "setting aside": f"desk/claims/{CLAIM}/set-aside",
    "a document that is gone": "desk/documents/{document}",
    "a check": "desk/checks",
    "the public claim": f"claims/{CLAIM}",
}


@dataclass(frozen=True)
class Place:
    """A site with something at every place of the desk, and two people who are signed in."""

    address: str
    editor: str
    reviewer: str
    document: int


@pytest.fixture(scope="module")
def place(server: Databases) -> Iterator[Place]:
    with founding_ledger(server) as url:
        editor, reviewer = sign_in(url, "edda"), sign_in(url, "rita", "reviewer")
        with closing_engine(url) as engine, Session(engine) as session, session.begin():
            document = hand_in(session)
        with muster("serve", "--port", "0", environment={"DATABASE_URL": url}) as site:
            yield Place(site.address(), editor, reviewer, document)


def hand_in(session: Session) -> int:
    """Something of every kind that waits, was sent back or needs care; gives a document that is gone."""
    now = datetime.now(UTC)
    people = {person.name: person for person in session.scalars(select(Person))}
    by, reviewer = people["edda"], people["rita"]
    [claim] = approved_claims(session, refs=[CLAIM])
    row = as_row(claim)._replace(as_of="2025-06-30", said_on="2025-07-02")
    slip = row._replace(claim_ref="slip", point="150000")
    record_claim(session, slip, by=by, at=now, warned=())
    revise_claim(
        session, as_row(claim)._replace(point="3500"), shown=1, by=by, at=now, warned=(), reason="copy_error"
    )
    judge(session, "yonhap-13000-20250902", "set_aside", shown=1, by=by, at=now, reason="duplicate")
    back = record_claim(session, row._replace(claim_ref="sent-back", point="15100"), by=by, at=now, warned=())
    decide(session, back, "sent_back", by=reviewer, at=now, reason="Which hearing was it?")
    batch = open_batch(session, "week-27.csv", by=by, at=now, origin="upload")
    for number in range(3):
        of_file = row._replace(claim_ref=f"row-{number}", point=str(15200 + number))
        submit_row(session, of_file, HowHandedIn(by, now, "upload", batch=batch))
    document = document_of(session, CLAIM)
    assert document is not None
    note_document(session, document.id, "gone", by=by, at=now, archived_url="https://archive.example/2024/a")
    return document.id


@pytest.mark.parametrize("name", PAGES)
def test_no_page_of_the_desk_breaks_a_rule_of_accessibility_or_runs_out_of_its_window(
    chromium: Browser, place: Place, name: str
) -> None:
    with browser_of(chromium, place.address, place.reviewer) as context:
        page = context.new_page()
        answer = page.goto(place.address + PAGES[name].format(document=place.document))
        assert answer is not None
        assert answer.status == 200
        stands(page)


def at_the_desk(chromium: Browser, place: Place, secret: str):
    return browser_of(chromium, place.address, secret, java_script_enabled=False)


def test_a_judgement_is_handed_in_sent_back_and_approved_without_scripts(
    chromium: Browser, place: Place
) -> None:
    """The editor sees the effect before, the reviewer too; the public reads the reason."""
    with at_the_desk(chromium, place, place.editor) as context, context.new_page() as page:
        set_aside(page, place, JUDGED, "Of another year.")
    with at_the_desk(chromium, place, place.reviewer) as context, context.new_page() as page:
        page.goto(f"{place.address}desk")
        page.get_by_role("link", name="Queue").click()
        page.locator(".desk-list li", has_text="Set aside").last.get_by_role("link").first.click()
        expect(page.get_by_text("“Of another year.”")).to_be_visible()
        expect(page.get_by_role("heading", name="Effect on the reading")).to_be_visible()
        page.get_by_role("button", name="Send back").click()
        expect(page.get_by_role("alert")).to_contain_text("takes a reason in words")
        page.get_by_label("Comment").fill("Which year?")
        page.get_by_role("button", name="Send back").click()
        expect(page.get_by_text("Sent back by")).to_be_visible()
    with at_the_desk(chromium, place, place.editor) as context, context.new_page() as page:
        page.goto(f"{place.address}desk")
        back = page.locator("li", has_text="Which year?")
        back.get_by_role("link", name="Open it in the form again").click()
        set_aside(page, place, JUDGED, "Of 2023, and of another unit.", open_page=False)
    with at_the_desk(chromium, place, place.reviewer) as context, context.new_page() as page:
        page.goto(f"{place.address}desk/queue/{JUDGED}/judgements/2")
        page.get_by_role("button", name="Approve").click()
        expect(page.get_by_role("link", name="Next in the queue")).to_be_visible()
        page.goto(f"{place.address}claims/{JUDGED}")
        expect(page.get_by_text("Of 2023, and of another unit.")).to_be_visible()
        expect(page.get_by_text("It counts in no reading.")).to_be_visible()


def set_aside(page: Page, place: Place, claim_ref: str, words: str, *, open_page: bool = True) -> None:
    """Hand in that a claim is stale."""
    if open_page:
        page.goto(f"{place.address}desk/claims/{claim_ref}/set-aside")
    expect(page.get_by_role("heading", name="What it would do to the reading")).to_be_visible()
    page.get_by_label("Reason").select_option("stale")
    page.get_by_label("In words").fill(words)
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_text("You handed it in")).to_be_visible()
