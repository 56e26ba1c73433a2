"""The queue and the pages on which reviewers decide, as a browser meets them."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.cookies import SIGN_IN
from app.accounts.tokens import new_secret
from app.claims.actions import record_claim, revise_claim
from app.claims.queries import approved_claims
from app.clock import present
from app.database import connect
from app.main import create_app
from app.models import Act, Revision
from app.pages import first_script
from app.review.actions import decide, judge, open_batch
from app.review.submitting import HowHandedIn, submit_row
from app.settings import Settings
from tests.claims.entering import a_ledger, a_row, enter, entered_and_approved, ref_of
from tests.factories import (
    NOW,
    BatchFactory,
    ClaimFactory,
    DeploymentFactory,
    PersonFactory,
    RevisionFactory,
    SignInFactory,
    SourceDocumentFactory,
    SourceFactory,
    used_in,
)
from tests.visiting import counted_statements

HOSTILE = "<script>alert('&')</script>"
SLIP = {"point": "30000", "as_of": "2025-02-01", "said_on": "2025-02-01"}
"""A hundred times what the same source said before: warned of as a digit too many."""


@pytest.fixture
def ledger(session):
    """A deployment with one claim that counts: 300 killed."""
    a_ledger()
    entered_and_approved(session, a_row(claim_ref="first"))


def case(session, row) -> str:
    """The address of a case."""
    kind = "revisions" if isinstance(row, Revision) else "judgements"
    return f"/desk/queue/{ref_of(session, row)}/{kind}/{row.number}"


def second(session, **given):
    """A second claim that waits: 400 killed, two weeks later."""
    cells = {"claim_ref": "second", "point": "400", "as_of": "2025-02-01", "said_on": "2025-02-01"}
    by = given.pop("by", None)
    return enter(session, a_row(**cells | given), **({"by": by} if by else {}))


def slip(session, **given):
    return enter(session, a_row(claim_ref="slip", **SLIP), **given)


def verdicts_on(page) -> list[str]:
    """The verdicts that a page offers to give."""
    return [button["value"] for button in page.main.select("button[name=verdict]")]


def verdicts_in(session, batch) -> list[str | None]:
    """The verdicts on the revisions of a batch, in their order."""
    of_batch = select(Revision.verdict).where(Revision.batch_id == batch.id).order_by(Revision.id)
    return list(session.scalars(of_batch))


def alone(desk, monkeypatch):
    """Switch four eyes off, as the environment of an installation of one person does."""
    monkeypatch.setattr(desk.site.app.state.settings, "four_eyes", False)


# The queue.


def test_what_waited_longest_is_first_and_each_says_what_and_by_whom(session, desk, signed_in, ledger):
    ann = PersonFactory(display_name="Ann Author")
    second(session, by=ann)
    judge(session, "first", "set_aside", shown=1, by=ann, at=NOW, reason="stale")
    signed_in("reviewer")
    page = desk.get("/desk/queue")
    rows = [" ".join(row.get_text().split()) for row in page.main.select(".desk-list li")]
    assert len(rows) == 2
    assert "Set aside: measure" in rows[0]
    assert "because: stale" in rows[0]
    assert "New claim: measure" in rows[1]
    assert "about 400 persons, claimed by National Intelligence Service, said on 1 February 2025" in rows[1]
    assert all("handed in by Ann Author" in row for row in rows)
    assert "2 things waiting" in page.text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 3),
        ("deployment=nk-russia", 2),
        ("deployment=elsewhere", 1),
        ("measure=killed", 2),
        ("source=nis", 2),
        ("author=ann", 1),
        ("others=1", 2),
        ("kind=judgement", 1),
        ("kind=revision", 2),
        ("origin=api", 1),
        ("kind=judgement&origin=api", 0),
    ],
)
def test_filters_let_through_what_they_say(session, desk, signed_in, ledger, query, found):
    me = signed_in("reviewer", name="me")
    second(session, by=PersonFactory(name="ann"))
    judge(session, "first", "set_aside", shown=1, by=me, at=NOW, reason="stale")
    RevisionFactory(deployment=DeploymentFactory(slug="elsewhere"), origin="api")
    page = desk.get(f"/desk/queue?{query}")
    assert len(page.main.select(".desk-list li")) == found
    for link in [one for one in page.links if "/revisions/" in one]:
        assert link.endswith(f"?{query}" if query else "/1")


@pytest.mark.parametrize(
    "query",
    ["deployment=nowhere", "measure=%00", "source=x", "author=nobody", "kind=claim", "origin=post",
     "others=2", "batch=x", "batch=99999999999999999999", "page=0", "page=-1", "page=1e3", "page=9999999"],
)  # fmt: skip
def test_a_bad_filter_is_refused_by_name(desk, signed_in, ledger, query):
    signed_in("reviewer")
    assert query.partition("=")[0] in desk.get(f"/desk/queue?{query}", status=422).text


def test_empty_and_unknown_parameters_are_passed_over(desk, signed_in, ledger):
    signed_in("reviewer")
    assert "Nothing waits" in desk.get("/desk/queue?deployment=&x=1").text


def test_the_queue_is_paged_and_loses_and_doubles_nothing(session, desk, signed_in, ledger):
    signed_in("reviewer")
    source = SourceFactory()
    first = RevisionFactory(source=source)
    known = {"deployment_id": first.deployment_id, "measure_id": first.measure_id, "source_id": source.id}
    for _ in range(119):
        RevisionFactory(**known)
    seen, address = [], "/desk/queue"
    while address:
        page = desk.get(address)
        seen += [link["href"] for link in page.main.select(".desk-list li b a")]
        following = page.main.find("a", rel="next")
        address = following and following["href"]
    assert len(seen) == len(set(seen)) == 120


def test_batches_stand_as_batches(session, desk, signed_in, ledger):
    signed_in("reviewer")
    batch = BatchFactory(name="week-6.csv")
    first = RevisionFactory(batch=batch)
    RevisionFactory(batch=batch, recorded_by=first.recorded_by)
    page = desk.get("/desk/queue")
    assert "week-6.csv : 2 rows waiting" in page.text
    assert "Nothing waits beside the batches" in page.text
    assert len(desk.get(f"/desk/queue?batch={batch.id}").main.select(".desk-list li")) == 2


def test_the_queue_sends_few_statements_however_much_waits(session, desk, signed_in, ledger, engine):
    signed_in("reviewer")

    def sent() -> int:
        session.commit()
        with counted_statements(engine) as statements:
            desk.get("/desk/queue")
        return len([one for one in statements if one.lstrip().lower().startswith("select")])

    for _ in range(3):
        RevisionFactory()
    few = sent()
    for _ in range(30):
        RevisionFactory()
    assert sent() == few <= 14


# One case.


def test_a_correction_stands_beside_what_counts_now(session, desk, signed_in, ledger):
    row = revise_claim(
        session, a_row(claim_ref="first", point="350", place="Kursk"), shown=1, by=PersonFactory(),
        at=NOW, warned=(), reason="copy_error", words="The page says 350.", new_place=True,
    )  # fmt: skip
    signed_in("reviewer")
    page = desk.get(case(session, row))
    told = {
        tr.th.find(string=True, recursive=False): [td.get_text() for td in tr.select("td")]
        for tr in page.main.select(".compared tbody tr")
    }
    assert told["Figure"] == ["about 300 persons", "about 350 persons"]
    assert told["Place"] == ["not stated", "Kursk"]
    assert told["Nature"] == ["total", "total"]
    differs = [tr.th.find(string=True, recursive=False) for tr in page.main.select("tr.differs")]
    assert differs == ["Figure", "Place"]
    assert "because: copy error" in page.text
    assert "“The page says 350.”" in page.text


def test_a_new_claim_handed_in_again_stands_beside_what_was_sent_back(session, desk, signed_in, ledger):
    author, reviewer = PersonFactory(), PersonFactory(role="reviewer")
    first = record_claim(session, a_row(claim_ref="again", point="400"), by=author, at=NOW, warned=())
    decide(session, first, "sent_back", by=reviewer, at=NOW, reason="The page says 410.")
    row = revise_claim(session, a_row(claim_ref="again", point="410"), shown=1, by=author, at=NOW, warned=())
    signed_in("reviewer")
    page = desk.get(case(session, row))
    assert [th.get_text() for th in page.main.select(".compared thead th")] == [
        "Field", "As it was sent back", "As handed in",
    ]  # fmt: skip
    differs = [[cell.get_text() for cell in tr.select("td")] for tr in page.main.select("tr.differs")]
    assert differs == [["about 400 persons", "about 410 persons"]]
    assert page.main.select_one("#fields + p").get_text() == "Revision 1 was sent back: The page says 410."


def test_the_effect_on_the_reading_is_told_before_in_numbers_and_in_words(session, desk, signed_in, ledger):
    row = second(session)
    signed_in("reviewer")
    page = desk.get(case(session, row))
    [table] = page.main.select(".moves")
    cells = [[cell.get_text() for cell in tr.select("th, td")] for tr in table.select("tbody tr")]
    assert cells == [["Low", "270", "360"], ["Selected", "300", "400"], ["High", "330", "440"]]
    assert "Now: Between 270 and 330" in page.text
    assert "With this: Between 360 and 440" in page.text


def test_a_judgement_shows_the_standing_before_and_after(session, desk, signed_in, ledger):
    row = judge(
        session, "first", "set_aside", shown=1, by=PersonFactory(), at=NOW, reason="stale", words="Old."
    )
    signed_in("reviewer")
    page = desk.get(case(session, row))
    told = [[cell.get_text(" ", strip=True) for cell in tr.select("th, td")]
            for tr in page.main.select(".compared tbody tr")]  # fmt: skip
    assert told == [
        ["Standing (differs)", "good", "set aside"], ["Because (differs)", "not stated", "stale"],
    ]  # fmt: skip
    assert "“Old.”" in page.text
    assert "With this: No figure" in page.text or "With this:" in page.text
    desk.post(case(session, row), {"verdict": "approved"})
    assert [claim.standing for claim in approved_claims(session)] == ["set_aside"]


def test_likenesses_are_shown_with_why(session, desk, signed_in, ledger):
    row = enter(session, a_row(claim_ref="again"))
    signed_in("reviewer")
    page = desk.get(case(session, row))
    assert "Claims that look like it" in page.text
    assert "/desk/claims/first" in page.links


def test_a_verdict_leads_to_the_next_in_one_click(session, desk, signed_in, ledger):
    first, after = second(session), enter(session, a_row(claim_ref="third", said_on="2025-03-01"))
    me = signed_in("reviewer")
    enter(session, a_row(claim_ref="mine", said_on="2025-03-02"), by=me)
    page = desk.get(f"{case(session, first)}?measure=killed")
    assert f"{case(session, after)}?measure=killed" in page.links  # leaving it leads on too
    answer = desk.post(page.main.select_one(".verdict form")["action"], {"verdict": "approved"})
    decided = desk.get(answer.response.headers["location"])
    assert "Approved by" in decided.text
    following = decided.main.find("a", string="Next in the queue")["href"]
    assert following == f"{case(session, after)}?measure=killed"
    desk.post(following, {"verdict": "rejected", "reason": "No."})
    assert "Nothing more waits for you" in desk.get(following).text


def test_it_is_sent_back_with_a_comment_which_its_author_reads(session, desk, signed_in, ledger):
    ann = PersonFactory(name="ann")
    row = second(session, by=ann)
    signed_in("reviewer", display_name="Rita")
    desk.post(case(session, row), {"verdict": "sent_back", "reason": f"Which page? {HOSTILE}"})
    session.refresh(row)
    assert (row.verdict, row.decision_reason) == ("sent_back", f"Which page? {HOSTILE}")
    desk.site.cookies.clear()
    secret = new_secret()
    SignInFactory(secret=secret, person_id=ann.id)
    desk.hold(SIGN_IN, secret)
    home = desk.get("/desk")
    assert f"Rita: “Which page? {HOSTILE}”" in home.text
    assert "/desk/claims/second/correct" in home.links
    assert "/desk/claims/second/correct" in desk.get(case(session, row)).links


@pytest.mark.parametrize("verdict", ["sent_back", "rejected"])
def test_refusing_takes_a_reason(session, desk, signed_in, ledger, verdict):
    row = second(session)
    signed_in("reviewer")
    page = desk.post(case(session, row), {"verdict": verdict, "reason": "  "}, status=422)
    assert "takes a reason in words" in page.soup.find(id="reason-error").get_text()
    session.refresh(row)
    assert row.verdict is None


def test_a_warning_is_passed_over_only_with_a_written_reason_which_is_public(
    session, desk, signed_in, ledger, visit
):
    row = slip(session)
    signed_in("reviewer")
    page = desk.get(case(session, row))
    assert "a digit too many?" in page.text
    refused = desk.post(case(session, row), {"verdict": "approved", "reason": "Fine."}, status=422)
    assert "write why" in refused.soup.find(id="overridden-error").get_text()
    assert refused.soup.find(id="reason").get_text().strip() == "Fine."
    session.refresh(row)
    assert row.verdict is None
    desk.post(case(session, row), {"verdict": "approved", "overridden": f"Said twice. {HOSTILE}"})
    assert f"A warning was passed over: Said twice. {HOSTILE}" in visit("/claims/slip").text
    assert f"A warning was passed over: Said twice. {HOSTILE}" in visit("/changes").text


def test_a_warning_that_its_author_explained_needs_no_second_reason(session, desk, signed_in, ledger, visit):
    row = slip(session, overridden="The hearing named it twice.")
    signed_in("reviewer")
    page = desk.get(case(session, row))
    assert "wrote why it is right all the same: The hearing named it twice." in page.text
    assert page.soup.find(id="overridden") is None
    desk.post(case(session, row), {"verdict": "approved"})
    assert "A warning was passed over: The hearing named it twice." in visit("/claims/slip").text


# Who may, and who comes too late.


def test_an_editor_looks_and_decides_on_nothing(session, desk, signed_in, ledger):
    row = second(session)
    signed_in("editor")
    page = desk.get(case(session, row))
    assert "It waits for a reviewer." in page.text
    assert page.main.select_one(".verdict form") is None
    refused = desk.post(case(session, row), {"verdict": "approved"}, status=403)
    assert "A verdict takes the role reviewer, and yours is editor." in refused.text
    session.refresh(row)
    assert row.verdict is None


def test_nobody_approves_their_own_and_everybody_withdraws_it(session, desk, signed_in, ledger):
    me = signed_in("reviewer")
    row = second(session, by=me)
    page = desk.get(case(session, row))
    assert verdicts_on(page) == ["withdrawn"]
    for verdict in ("approved", "sent_back", "rejected"):
        refused = desk.post(case(session, row), {"verdict": verdict, "reason": "So."}, status=403)
        assert "You handed in Revision 1 of second yourself" in refused.text
    desk.post(case(session, row), {"verdict": "withdrawn"})
    session.refresh(row)
    assert row.verdict == "withdrawn"


def test_nobody_withdraws_what_others_handed_in(session, desk, signed_in, ledger):
    row = second(session)
    signed_in("reviewer")
    refused = desk.post(case(session, row), {"verdict": "withdrawn"}, status=403)
    assert "Only who handed in Revision 1 of second can withdraw it." in refused.text


def test_with_four_eyes_off_who_approves_alone_says_so_in_public(
    session, desk, signed_in, ledger, visit, monkeypatch
):
    alone(desk, monkeypatch)
    me = signed_in("reviewer", pseudonym="quiet-fern-21")
    row = second(session, by=me)
    page = desk.get(case(session, row))
    assert "the claim says so in public, for good" in page.text
    assert [button["value"] for button in page.main.select("button[name=verdict]")] == [
        "approved",
        "withdrawn",
    ]
    desk.post(case(session, row), {"verdict": "approved"})
    assert "alone: four eyes were switched off" in desk.get(case(session, row)).text
    told = "Entered by quiet-fern-21, who approved it alone: four eyes were switched off"
    assert told in visit("/claims/second").text
    assert (
        "entered and approved by quiet-fern-21 alone: four eyes were switched off" in visit("/changes").text
    )


def test_who_comes_second_reads_what_was_decided_and_loses_no_word(session, desk, signed_in, ledger):
    row = second(session)
    rita = PersonFactory(role="reviewer", display_name="Rita")
    decide(session, row, "rejected", by=rita, at=NOW, reason="Not in the document.")
    signed_in("reviewer")
    page = desk.post(case(session, row), {"verdict": "sent_back", "reason": "Which page?"}, status=409)
    assert "Revision 1 of second was rejected by Rita" in page.text
    assert "“Not in the document.”" in page.text
    assert "What you typed Comment Which page?" in page.text
    assert page.main.find("button", attrs={"name": "verdict"}) is None


def test_a_double_click_on_a_verdict_is_one_verdict_and_no_error(session, desk, signed_in, ledger):
    row = second(session)
    signed_in("reviewer")
    for _ in range(2):
        desk.post(case(session, row), {"verdict": "approved"})
    assert session.scalar(select(func.count()).select_from(Act).where(Act.subject == "second")) == 2


def test_what_a_newer_one_overtook_is_not_approved(session, desk, signed_in, ledger):
    claim = ClaimFactory(ref="moved-on")
    waits = RevisionFactory(claim=claim)
    RevisionFactory(claim=claim, approved=True)
    signed_in("reviewer")
    page = desk.post(case(session, waits), {"verdict": "approved", "overridden": "So."}, status=409)
    assert "A newer one than Revision 1 of moved-on counts by now" in page.text
    assert page.main.find("button", value="rejected") is not None


def test_what_rests_on_something_undecided_waits_for_it(session, desk, signed_in, ledger):
    row = second(session)
    part = enter(session, a_row(claim_ref="part", part_of="second", place="Kursk"), new_place=True)
    signed_in("reviewer")
    page = desk.post(case(session, part), {"verdict": "approved", "overridden": "So."}, status=409)
    assert "Revision 1 of part rests on second, which is not approved: decide on that first." in page.text
    assert page.soup.find(id="overridden") is None or "So." in page.text
    desk.post(case(session, row), {"verdict": "approved", "overridden": "So."})
    desk.post(case(session, part), {"verdict": "approved", "overridden": "So."})


@pytest.mark.parametrize(
    "path",
    ["nothing/revisions/1", "first/revisions/2", "first/judgements/1", "first/claims/1", "first/revisions/0",
     "first/revisions/99999999999999", "%00/revisions/1", "first/%00/1", "%3Cscript%3E/revisions/1"],
)  # fmt: skip
def test_what_there_is_not_is_not_found(desk, signed_in, ledger, path):
    signed_in("reviewer")
    desk.get(f"/desk/queue/{path}", status=404)
    desk.post(f"/desk/queue/{path}", {"verdict": "approved"}, status=404)


@pytest.mark.parametrize(
    "typed", [{}, {"verdict": "perhaps"}, {"verdict": ""}, {"verdict": "approved", "reason": "\x00"}]
)
def test_what_is_no_verdict_is_refused(session, desk, signed_in, ledger, typed):
    row = second(session)
    signed_in("reviewer")
    desk.post(case(session, row), typed, status=422)
    session.refresh(row)
    assert row.verdict is None


def test_hostile_words_are_words(session, desk, signed_in, ledger):
    document = SourceDocumentFactory(title=HOSTILE, publisher=HOSTILE, url="https://example.org/?<script>")
    author = PersonFactory(display_name=HOSTILE)
    row = RevisionFactory(
        claim=ClaimFactory(ref="hostile"), document=document, wording=HOSTILE, note=HOSTILE,
        overridden=HOSTILE, recorded_by=author.id, batch=BatchFactory(name=HOSTILE),
        source=SourceFactory(name=HOSTILE),
    )  # fmt: skip
    signed_in("reviewer")
    for path in (
        case(session, row),
        "/desk/queue",
        f"/desk/queue/batches/{row.batch_id}",
        "/desk/claims/hostile",
    ):
        page = desk.get(path)
        assert HOSTILE in page.text
        assert [script.text for script in page.soup.find_all("script", src=False)] == [str(first_script())]


# Batches.


def a_batch(session, rows: int, **cells):
    """Handed in by an editor as a file: so many totals, each two days after the one before."""
    by = PersonFactory(display_name="Ann Author")
    batch = open_batch(session, "week-6.csv", by=by, at=NOW, origin="upload")
    how = HowHandedIn(by, NOW, "upload", batch=batch)
    for number in range(rows):
        row = a_row(
            claim_ref=f"row-{number:03}", point=str(310 + number), as_of="2025-02-01", said_on="2025-02-01"
        )
        submit_row(session, row._replace(**cells), how)
    return batch


def test_a_batch_is_told_by_what_is_in_it_and_what_it_would_do(session, desk, signed_in, ledger):
    batch = a_batch(session, 3)
    how = HowHandedIn(PersonFactory(), NOW, "upload", batch=batch)
    submit_row(session, a_row(claim_ref="first", point="301"), how, reason="copy_error")
    submit_row(session, a_row(claim_ref="again", repeat_of="first"), how)
    signed_in("reviewer")
    page = desk.get(f"/desk/queue/batches/{batch.id}")
    told = [[cell.get_text() for cell in tr.select("th, td")] for tr in page.main.select(".tallied tbody tr")]
    assert told == [
        ["New claim", "3", "0", "0"], ["Add an appearance", "1", "0", "0"], ["Correct", "1", "0", "0"],
    ]  # fmt: skip
    assert "Effect of all that is open" in page.text
    assert "With all of it" in page.text
    narrowed = desk.get(f"/desk/queue/batches/{batch.id}?act=correct")
    assert len(narrowed.main.select(".batch-rows tbody tr")) == 1


def test_one_verdict_for_all_that_is_open_is_one_act_and_one_version(session, desk, signed_in, ledger):
    batch = a_batch(session, 4)
    signed_in("reviewer")
    answer = desk.post(f"/desk/queue/batches/{batch.id}", {"which": "all", "verdict": "approved"})
    assert len(approved_claims(session)) == 5
    assert session.scalar(select(func.count()).select_from(Act).where(Act.subject == "week-6.csv")) == 1
    page = desk.get(answer.response.headers["location"])
    assert page.main.select_one(".verdict form") is None
    assert [row.select("td")[-1].get_text() for row in page.main.select(".batch-rows tbody tr")] == [
        "approved"
    ] * 4
    assert "4 rows of week-6.csv" in desk.get("/desk").text


def test_ticked_rows_are_decided_on_and_the_others_wait(session, desk, signed_in, ledger):
    batch = a_batch(session, 3)
    signed_in("reviewer")
    page = desk.get(f"/desk/queue/batches/{batch.id}")
    keys = [box["value"] for box in page.main.select("input[name=rows]")]
    assert len(keys) == 3
    desk.post(
        f"/desk/queue/batches/{batch.id}",
        {"which": "ticked", "rows": keys[:2], "verdict": "sent_back", "reason": "Which page?"},
    )
    verdicts = session.scalars(
        select(Revision.verdict).where(Revision.batch_id == batch.id).order_by(Revision.id)
    )
    assert verdicts.all() == ["sent_back", "sent_back", None]


def test_a_batch_with_a_warning_needs_one_reason_which_stands_on_the_warned_rows(
    session, desk, signed_in, ledger, visit
):
    batch = a_batch(session, 2)
    submit_row(
        session, a_row(claim_ref="slip", **SLIP), HowHandedIn(PersonFactory(), NOW, "upload", batch=batch)
    )
    signed_in("reviewer")
    address = f"/desk/queue/batches/{batch.id}"
    assert "1 row with a warning" in desk.get(address).text
    refused = desk.post(address, {"which": "all", "verdict": "approved", "reason": "All good."}, status=422)
    assert "slip" in refused.soup.find(id="overridden-error").get_text()
    assert refused.soup.find(id="reason").get_text().strip() == "All good."
    assert refused.soup.find(id="which").has_attr("checked")
    assert len(approved_claims(session)) == 1
    desk.post(address, {"which": "all", "verdict": "approved", "overridden": "Said so twice."})
    assert "A warning was passed over: Said so twice." in visit("/claims/slip").text
    assert "A warning was passed over" not in visit("/claims/row-000").text


@pytest.mark.parametrize(
    ("typed", "status", "told"),
    [
        ({"which": "ticked", "verdict": "approved"}, 422, "No row is ticked."),
        ({"which": "all", "verdict": "rejected"}, 422, "takes a reason in words"),
        ({"which": "some", "verdict": "approved"}, 422, "none of the choices"),
        ({"which": "all", "verdict": "perhaps"}, 422, "none of the choices"),
        ({"which": "ticked", "rows": ["revision-1x", "x", "revision-", "revision-99999999999999999999"],
          "verdict": "approved"}, 409, "decided on meanwhile"),
        ({"which": "all", "verdict": "withdrawn"}, 403, "Only who handed in"),
    ],
)  # fmt: skip
def test_what_a_batch_cannot_be_given_is_refused_and_nothing_is_done(
    session, desk, signed_in, ledger, typed, status, told
):
    batch = a_batch(session, 2)
    signed_in("reviewer")
    assert told in desk.post(f"/desk/queue/batches/{batch.id}", typed, status=status).text
    waiting = (
        select(func.count())
        .select_from(Revision)
        .where(Revision.batch_id == batch.id, Revision.verdict.is_(None))
    )
    assert session.scalar(waiting) == 2


def test_rows_of_another_batch_are_not_decided_on_with_it(session, desk, signed_in, ledger):
    batch = a_batch(session, 1)
    other = second(session)
    signed_in("reviewer")
    typed = {"which": "ticked", "rows": [f"revision-{other.id}"], "verdict": "approved"}
    desk.post(f"/desk/queue/batches/{batch.id}", typed, status=409)
    session.refresh(other)
    assert other.verdict is None


def test_its_author_withdraws_a_batch_and_approves_none_of_it(session, desk, signed_in, ledger):
    me = signed_in("reviewer")
    batch = open_batch(session, "mine.csv", by=me, at=NOW, origin="upload")
    submit_row(
        session, a_row(claim_ref="mine", said_on="2025-03-01"), HowHandedIn(me, NOW, "upload", batch=batch)
    )
    address = f"/desk/queue/batches/{batch.id}"
    page = desk.get(address)
    assert verdicts_on(page) == ["withdrawn"]
    assert "yourself" in desk.post(address, {"which": "all", "verdict": "approved"}, status=403).text
    desk.post(address, {"which": "all", "verdict": "withdrawn"})
    assert session.scalars(select(Revision.verdict).where(Revision.batch_id == batch.id)).all() == [
        "withdrawn"
    ]


@pytest.mark.parametrize("query", ["page=0", "page=x", "act=steal"])
def test_a_bad_parameter_of_a_batch_is_refused_by_name(session, desk, signed_in, ledger, query):
    signed_in("reviewer")
    batch = a_batch(session, 1)
    assert query.partition("=")[0] in desk.get(f"/desk/queue/batches/{batch.id}?{query}", status=422).text
    desk.get(f"/desk/queue/batches/{batch.id + 1}", status=404)


def test_a_large_batch_is_looked_at_in_few_statements_and_decided_on_in_few(
    session, desk, signed_in, ledger, engine, monkeypatch
):
    """As many for four hundred rows as for forty: a page is bounded, and verdicts are given together."""
    monkeypatch.setattr("app.review.batches.MOST_WEIGHED", 300)
    signed_in("reviewer")
    sent = {}
    for rows in (40, 400):
        batch = a_batch(session, rows, claim_ref="", point="310", part_of="first", place="Kursk")
        address = f"/desk/queue/batches/{batch.id}"
        session.commit()
        session.expunge_all()
        with counted_statements(engine) as statements:
            page = desk.get(address)
        assert len(page.main.select(".batch-rows tbody tr")) == min(rows, 50)
        assert ("Work it out all the same" in page.text) == (rows == 400)
        with counted_statements(engine) as deciding:
            desk.post(address, {"which": "all", "verdict": "approved", "overridden": "So the file says."})
        sent[rows] = len(statements), len(deciding)
    assert sent[400][0] <= sent[40][0] <= 40
    assert sent[400][1] <= sent[40][1] + 5 <= 60


def test_a_batch_about_several_deployments_is_weighed_part_by_part_and_each_part_is_told_as_a_whole(
    session, desk, signed_in, ledger, monkeypatch
):
    signed_in("reviewer")
    other = DeploymentFactory(slug="other-force", name="Other force")
    batch = a_batch(session, 2)
    row = session.scalars(select(Revision).where(Revision.batch_id == batch.id).limit(1)).one()
    copied = ("measure_id", "source_id", "batch_id", "recorded_by", "origin")
    RevisionFactory(deployment_id=other.id, **{name: getattr(row, name) for name in copied})
    address = f"/desk/queue/batches/{batch.id}?weigh=all"
    assert "Weighed is part" not in desk.get(address).text
    monkeypatch.setattr("app.review.parts.PART", 0)
    first, second = desk.get(address), desk.get(f"{address}&part=2")
    assert ("Weighed is part 1 of 2" in first.text, "Weighed is part 2 of 2" in second.text) == (True, True)
    assert f"/desk/queue/batches/{batch.id}?weigh=all&part=2" in {
        one.partition("#")[0] for one in first.links
    }
    assert "Other force" in second.text.partition("Weighed is part")[2].partition("</section>")[0]


# Two at once.


def test_of_two_reviewers_at_once_one_is_told_what_the_other_decided(empty_database):
    engine = connect(empty_database)
    secrets = [new_secret(), new_secret()]
    with Session(engine) as session, used_in(session):
        a_ledger()
        address = case(session, second(session))
        for number, secret in enumerate(secrets):
            person = PersonFactory(name=f"reviewer-{number}", role="reviewer")
            SignInFactory(secret=secret, person_id=person.id)
        session.commit()
    app = create_app(Settings(database_url=empty_database, log_format="json"))
    app.dependency_overrides[present] = lambda: NOW
    ready = Barrier(2)

    def decide_by_page(number: int):
        with TestClient(app, follow_redirects=False) as client:
            client.cookies.set(SIGN_IN, secrets[number], domain="testserver.local")
            ready.wait()
            return client.post(
                address, data={"verdict": ("approved", "rejected")[number], "reason": "So it is."}
            )

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(decide_by_page, range(2)), key=lambda answer: answer.status_code)
    assert [answer.status_code for answer in answers] == [303, 409]
    assert "Nothing was done." in answers[1].text
    assert "So it is." in answers[1].text
    with Session(engine) as session:
        kinds = select(func.count()).select_from(Act).where(Act.kind.in_(("approve", "reject")))
        assert session.scalar(kinds) == 1
    engine.dispose()
