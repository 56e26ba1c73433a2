"""The acts on one claim, and the judgements of its standing, as a browser meets them."""

import pytest
from sqlalchemy import func, select

from app.acts.models import Act
from app.claims.actions import revise_claim
from app.claims.queries import approved_claims
from app.models import Judgement, Revision
from app.review.actions import decide, judge
from app.review.acts_of_editors import ACTS
from tests.claims.entering import a_ledger, a_row, enter, entered_and_approved
from tests.factories import NOW, DraftFactory, PersonFactory

SET_ASIDE = {"standing_reason": "stale", "words": "Of another year."}


@pytest.fixture
def ledger(session):
    """Two claims that count: 300 killed, and 400 two weeks later."""
    a_ledger()
    entered_and_approved(session, a_row(claim_ref="first"))
    later = {"point": "400", "as_of": "2025-02-01", "said_on": "2025-02-01"}
    entered_and_approved(session, a_row(claim_ref="later", **later))


def hidden(page) -> dict[str, str]:
    """What the form carries of itself."""
    return {field["name"]: field["value"] for field in page.main.select(".verdict input[type=hidden]")}


def moves(page) -> list[list[str]]:
    """The numbers before and after, as a table on the page has them."""
    return [[cell.get_text() for cell in row.select("th, td")] for row in page.main.select(".moves tbody tr")]


def judgements(session) -> list[Judgement]:
    return list(session.scalars(select(Judgement).order_by(Judgement.id)))


# The page of a claim.


def test_every_act_is_told_from_the_published_table_with_a_link_where_it_can_be_done(desk, signed_in, ledger):
    signed_in()
    page = desk.get("/desk/claims/first")
    told = page.main.select(".acts-on > div")
    for act, row in zip(ACTS.values(), told, strict=False):
        assert row.dt.get_text(strip=True) == act.title
        assert row.dd.get_text().startswith(act.when)
    acts = ("restate", "add-appearance", "note-restart", "correct", "set-aside", "retract")
    addresses = {f"/desk/claims/first/{one}" for one in acts}
    assert addresses | {"/desk/claims/new", "/claims/first"} <= page.links
    assert "/desk/claims/first/restore" not in page.links
    assert "Not now: it is in good standing." in page.text


def test_what_waits_and_what_became_of_everything_is_on_it(session, desk, signed_in, ledger):
    ann = PersonFactory(display_name="Ann")
    refused = revise_claim(
        session, a_row(claim_ref="first", point="310"), shown=1, by=ann, at=NOW, warned=(), reason="other"
    )
    decide(session, refused, "rejected", by=PersonFactory(role="reviewer"), at=NOW, reason="It says 300.")
    revise_claim(
        session, a_row(claim_ref="first", point="320"), shown=2, by=ann, at=NOW, warned=(), reason="other"
    )
    me = signed_in()
    claim = session.scalars(select(Revision)).first().claim_id
    DraftFactory(person_id=me.id, claim_id=claim, act="correct", based_on=1)
    page = desk.get("/desk/claims/first")
    assert "Revision 3 waits for its verdict" in page.text
    assert "“It says 300.”" in page.text
    assert "Not now: a revision of it waits for its verdict." in page.text
    assert "/desk/claims/first/correct" not in page.links
    assert "Your drafts of it" in page.text
    assert {"/desk/queue/first/revisions/2", "/desk/queue/first/revisions/3"} <= page.links


def test_a_claim_that_does_not_count_yet_says_so(session, desk, signed_in, ledger):
    enter(session, a_row(claim_ref="new-one", said_on="2025-03-01"))
    signed_in()
    page = desk.get("/desk/claims/new-one")
    assert "It does not count: no revision of it is approved." in page.text
    assert not {"/claims/new-one", "/desk/claims/new-one/set-aside"} & page.links


@pytest.mark.parametrize("ref", ["nothing", "%00", "%3Cscript%3E", "a" * 5000])
def test_a_claim_that_there_is_not_is_not_found(desk, signed_in, ledger, ref):
    signed_in()
    for path in (f"/desk/claims/{ref}", f"/desk/claims/{ref}/set-aside"):
        desk.get(path, status=404)
    desk.post(f"/desk/claims/{ref}/set-aside", SET_ASIDE | {"shown": "1"}, status=404)
    desk.get("/desk/claims/first/steal", status=404)


# Judging.


def test_the_effect_is_shown_at_once_and_the_judgement_waits_for_a_verdict(session, desk, signed_in, ledger):
    me = signed_in()
    page = desk.get("/desk/claims/later/set-aside")
    cells = [
        [cell.get_text() for cell in row.select("th, td")] for row in page.main.select(".moves tbody tr")
    ]
    assert cells[:3] == [["Low", "360", "270"], ["Selected", "400", "300"], ["High", "440", "330"]]
    assert "With this: Between 270 and 330" in page.text
    answer = desk.post("/desk/claims/later/set-aside", hidden(page) | SET_ASIDE)
    assert answer.response.headers["location"] == "/desk/queue/later/judgements/1"
    [judgement] = judgements(session)
    assert (judgement.standing, judgement.standing_reason, judgement.words, judgement.verdict) == (
        "set_aside", "stale", "Of another year.", None,
    )  # fmt: skip
    assert judgement.recorded_by == me.id
    assert {claim.standing for claim in approved_claims(session)} == {"good"}
    assert "You handed it in" in desk.get("/desk/queue/later/judgements/1").text


def test_a_claim_is_retracted_as_of_a_day_and_restored_in_words(session, desk, signed_in, ledger):
    signed_in()
    page = desk.get("/desk/claims/later/retract")
    desk.post("/desk/claims/later/retract", hidden(page) | {"standing_on": "2025-06-01"})
    [retracted] = judgements(session)
    decide(session, retracted, "approved", by=PersonFactory(role="reviewer"), at=NOW)
    page = desk.get("/desk/claims/later/restore")
    cells = [
        [cell.get_text() for cell in row.select("th, td")] for row in page.main.select(".moves tbody tr")
    ]
    assert cells[0] == ["Low", "270", "360"]
    desk.post("/desk/claims/later/restore", hidden(page) | {"words": "It stands by it after all."})
    assert [one.standing for one in judgements(session)] == ["retracted", "good"]


@pytest.mark.parametrize(
    ("act", "typed", "field", "told"),
    [
        ("set-aside", {"words": "kept"}, "standing_reason", "Please choose why."),
        ("set-aside", {"standing_reason": "withdrawn", "words": "kept"}, "standing_reason", "Is not one of"),
        ("set-aside", {"standing_reason": "<b>", "words": "kept"}, "standing_reason", "Is not one of"),
        ("retract", {"words": "kept"}, "standing_on", "is needed"),
        ("retract", {"standing_on": "2999-01-01", "words": "kept"}, "standing_on", "still to come"),
        ("retract", {"standing_on": "2025-06", "words": "kept"}, "standing_on", "is no full date"),
        ("retract", {"standing_on": "0", "words": "kept"}, "standing_on", "0"),
        ("restore", {}, "words", "is needed"),
    ],
)
def test_what_is_missing_or_wrong_is_said_beside_its_field_and_all_that_was_typed_stays(
    session, desk, signed_in, ledger, act, typed, field, told
):
    signed_in()
    address = f"/desk/claims/first/{act}"
    page = desk.post(address, hidden(desk.get(address)) | typed, status=422)
    assert told in page.soup.find(id=f"{field}-error").get_text()
    assert page.soup.find(id="words").get_text().strip() == typed.get("words", "")
    assert judgements(session) == []


@pytest.mark.parametrize(
    "typed", [{}, {"shown": "x"}, {"shown": "0"}, {"shown": "9" * 30}, {"shown": "1", "key": "x"}]
)
def test_what_comes_from_no_form_of_this_site_stores_nothing(session, desk, signed_in, ledger, typed):
    signed_in()
    desk.post("/desk/claims/first/set-aside", SET_ASIDE | typed, status=422)
    assert judgements(session) == []


def test_a_double_click_hands_in_one_judgement(session, desk, signed_in, ledger):
    signed_in()
    form = hidden(desk.get("/desk/claims/first/set-aside")) | SET_ASIDE
    first, again = (desk.post("/desk/claims/first/set-aside", form) for _ in range(2))
    assert first.response.headers["location"] == again.response.headers["location"]
    assert len(judgements(session)) == 1
    assert session.scalar(select(func.count()).select_from(Act).where(Act.kind == "submit")) == 3


def test_a_form_sent_again_with_other_content_is_told_what_it_made(session, desk, signed_in, ledger):
    signed_in()
    form = hidden(desk.get("/desk/claims/first/set-aside")) | SET_ASIDE
    desk.post("/desk/claims/first/set-aside", form)
    page = desk.post("/desk/claims/first/set-aside", form | {"words": "Other words."}, status=409)
    assert "handed in already, with other content" in page.text
    assert page.soup.find(id="words").get_text().strip() == "Other words."
    assert len(judgements(session)) == 1


def test_of_two_editors_the_second_sees_what_the_first_did_and_may_go_on(session, desk, signed_in, ledger):
    signed_in()
    form = hidden(desk.get("/desk/claims/first/set-aside")) | SET_ASIDE
    revise_claim(
        session, a_row(claim_ref="first", point="310"), shown=1, by=PersonFactory(display_name="Ann"),
        at=NOW, warned=(), reason="other",
    )  # fmt: skip
    page = desk.post("/desk/claims/first/set-aside", form, status=409)
    assert "Revision 2 of first has been handed in since this form was opened at revision 1" in page.text
    assert "Correct by Ann" in page.text
    assert page.soup.find(id="words").get_text().strip() == "Of another year."
    assert page.soup.select_one("#standing_reason option[selected]")["value"] == "stale"
    desk.post("/desk/claims/first/set-aside", hidden(page) | SET_ASIDE)
    assert len(judgements(session)) == 1


def test_a_second_judgement_waits_for_the_first(session, desk, signed_in, ledger):
    judge(session, "first", "set_aside", shown=1, by=PersonFactory(), at=NOW, reason="stale")
    signed_in()
    page = desk.get("/desk/claims/first/retract")
    assert "Not to be done now: a judgement of it waits for its verdict." in page.text
    refused = desk.post(
        "/desk/claims/first/retract", hidden(page) | {"standing_on": "2025-06-01"}, status=409
    )
    assert "waits for its verdict already" in refused.text
    assert refused.soup.find(id="standing_on")["value"] == "2025-06-01"


def test_a_standing_that_is_so_already_is_refused(session, desk, signed_in, ledger):
    row = judge(session, "first", "set_aside", shown=1, by=PersonFactory(), at=NOW, reason="stale")
    decide(session, row, "approved", by=PersonFactory(role="reviewer"), at=NOW)
    signed_in()
    page = desk.get("/desk/claims/first/set-aside")
    assert "Nothing: it stands so already." in page.text
    refused = desk.post("/desk/claims/first/set-aside", hidden(page) | SET_ASIDE, status=409)
    assert "The standing of first is just this already." in refused.text


def test_what_is_typed_when_the_sign_in_is_lost_comes_back(session, desk, signed_in, ledger):
    signed_in()
    form = hidden(desk.get("/desk/claims/first/set-aside")) | SET_ASIDE
    desk.site.cookies.clear()
    page = desk.post("/desk/claims/first/set-aside", form, status=401)
    kept = page.soup.find(attrs={"name": "kept"})["value"]
    assert "words=Of+another+year." in kept
    assert f"key={form['key']}" in kept
