"""Drafts of the form: saved by script and by button, opened, thrown away, never overwritten unseen."""

from sqlalchemy import func, select

from app.claims.drafts import find_draft, save_draft
from app.models import Draft, Revision
from app.review.actions import decide
from tests.claims.entering import a_ledger, enter
from tests.desk.filled import KEY, a_claim, filled, typed_in
from tests.factories import NOW, PersonFactory

SAVE = f"/desk/drafts/{KEY}"


def save_by_script(desk, **fields: str):
    """What the script is answered."""
    answer = desk.site.post(SAVE, data=filled(**fields), headers={"accept": "application/json"})
    return answer.status_code, answer.json()


def count(session, model) -> int:
    return session.scalar(select(func.count()).select_from(model))


def test_a_draft_is_saved_and_opened_as_it_was(desk, signed_in, session):
    a_ledger()
    signed_in()
    sent = filled(figure="nearly", wording="not done yet", nature="", new_source="true")
    answer = desk.post(SAVE, sent)
    assert answer.response.headers["location"] == SAVE
    page = desk.get(SAVE)
    form = typed_in(page)
    assert {name: form.get(name, "") for name in sent if name != "do"} == {
        name: value for name, value in sent.items() if name != "do"
    }
    assert (form["saves"], form["key"]) == ("1", KEY)
    assert "A draft, saved on 15 January 2026, 09:30 UTC." in page.text
    assert count(session, Revision) == 0


def test_the_script_is_told_how_often_a_draft_was_saved(desk, signed_in):
    a_ledger()
    signed_in()
    assert save_by_script(desk) == (200, {"saves": 1, "address": SAVE})
    assert save_by_script(desk, saves="1", figure="about 400") == (200, {"saves": 2, "address": SAVE})
    assert typed_in(desk.get(SAVE))["figure"] == "about 400"


def test_an_answer_that_was_lost_on_its_way_is_no_conflict(desk, signed_in):
    a_ledger()
    signed_in()
    save_by_script(desk)
    assert save_by_script(desk) == (200, {"saves": 1, "address": SAVE})


def test_two_tabs_never_overwrite_each_other(desk, signed_in, session):
    a_ledger()
    editor = signed_in()
    save_by_script(desk, figure="about 400")
    status, told = save_by_script(desk, figure="about 500")
    assert (status, told["sentence"]) == (
        409,
        "This draft was saved from another window since. Nothing was overwritten.",
    )
    page = desk.post(SAVE, filled(figure="about 500"), status=409)
    table = [
        [cell.get_text() for cell in row.find_all(["th", "td"])] for row in page.soup.select(".conflict tr")
    ]
    assert table == [
        ["Field", "As typed here", "In the other window"],
        ["Figure as printed", "about 500", "about 400"],
    ]
    assert SAVE in page.links
    form = typed_in(page)
    assert (form["figure"], form["saves"]) == ("about 500", "1")
    assert find_draft(session, editor, KEY).values["figure"] == "about 400"
    desk.post(SAVE, form)
    assert find_draft(session, editor, KEY).values["figure"] == "about 500"


def test_two_tabs_on_one_act_share_its_draft(desk, signed_in, session):
    ref = a_claim(session)
    editor = signed_in()
    about = {"act": "correct", "claim_ref": ref, "shown": "1"}
    desk.post("/desk/drafts/the-first-of-two-tabs", filled(**about, note="First"))
    other = filled(**about, note="Second", key="the-second-of-two-tabs")
    page = desk.post("/desk/drafts/the-second-of-two-tabs", other, status=409)
    form = typed_in(page)
    assert (form["note"], form["key"], form["saves"]) == ("Second", "the-first-of-two-tabs", "1")
    desk.post("/desk/drafts/the-first-of-two-tabs", form)
    assert find_draft(session, editor, "the-first-of-two-tabs").values["note"] == "Second"


def test_a_draft_that_was_thrown_away_elsewhere_begins_anew_and_loses_nothing(desk, signed_in, session):
    a_ledger()
    editor = signed_in()
    desk.post(SAVE, filled())
    answer = desk.post(f"{SAVE}/discard")
    assert answer.response.headers["location"] == "/desk"
    page = desk.post(SAVE, filled(saves="1", figure="about 500"), status=409)
    assert "was handed in or thrown away" in page.text
    form = typed_in(page)
    assert (form["figure"], form["saves"]) == ("about 500", "0")
    assert form["key"] != KEY
    desk.post(f"/desk/drafts/{form['key']}", form)
    assert find_draft(session, editor, form["key"]).values["figure"] == "about 500"


def test_handing_in_takes_the_draft_away_and_a_late_save_brings_none_back(desk, signed_in, session):
    a_ledger()
    signed_in()
    desk.post(SAVE, filled())
    desk.post("/desk/claims/new", filled(saves="1"))
    assert count(session, Draft) == 0
    status, told = save_by_script(desk, saves="1")
    assert status == 409
    assert "This form was handed in already" in told["sentence"]
    page = desk.post(SAVE, filled(saves="1", figure="about 500"), status=409)
    assert f"/desk/handed-in/{KEY}" in page.links
    assert typed_in(page)["figure"] == "about 500"
    assert desk.get(SAVE, status=303).response.headers["location"] == f"/desk/handed-in/{KEY}"


def test_a_draft_is_its_authors_alone(desk, signed_in, session):
    a_ledger()
    signed_in()
    desk.post(SAVE, filled())
    signed_in()
    desk.get(SAVE, status=404)
    desk.post(f"{SAVE}/discard")
    assert count(session, Draft) == 1
    assert save_by_script(desk) == (
        200,
        {"saves": 1, "address": SAVE},
    )  # a key of one's own, by chance the same
    assert count(session, Draft) == 2


def test_a_draft_of_a_claim_that_changed_since_shows_both(desk, signed_in, session):
    ref = a_claim(session)
    editor = signed_in()
    about = {"act": "correct", "claim_ref": ref, "based_on": 1}
    save_draft(session, KEY, {"point": "310", "shown": "1"}, by=editor, at=NOW, expected=0, **about)
    signed_in()
    form = typed_in(desk.get(f"/desk/claims/{ref}/correct"))
    desk.post(f"/desk/claims/{ref}/correct", form | {"point": "320", "reason": "copy_error", "do": "hand_in"})
    desk.site.cookies.clear()
    from_now_on = signed_in()
    save_draft(session, KEY, {"point": "310", "shown": "1"}, by=from_now_on, at=NOW, expected=0, **about)
    page = desk.get(SAVE)
    assert "has changed since this draft was begun" in page.text
    assert "In revision 2" in page.text
    assert (typed_in(page)["point"], typed_in(page)["shown"]) == ("310", "2")


def test_no_draft_comes_from_no_form_of_ours(desk, signed_in):
    a_ledger()
    signed_in()
    for hostile in (
        {"act": "set-aside"},
        {"act": "\x00"},
        {"act": "correct", "claim_ref": ""},
        {"act": "enter", "claim_ref": "one"},
    ):
        desk.post(SAVE, filled(**hostile), status=422)
    desk.post(SAVE, filled(act="correct", claim_ref="\x00"), status=404)
    desk.post(SAVE, filled(act="correct", claim_ref="nothing"), status=404)
    desk.post("/desk/drafts/short", filled(), status=422)
    desk.get("/desk/drafts/%00", status=404)
    desk.post("/desk/drafts/%00", filled(), status=422)
    desk.post("/desk/drafts/%00/discard")


def test_what_is_no_text_is_left_out_of_a_draft(desk, signed_in):
    a_ledger()
    signed_in()
    assert save_by_script(desk, note="a\x00b")[0] == 200
    assert typed_in(desk.get(SAVE))["note"] in {"ab", "a\ufffdb"}


def test_a_draft_too_long_to_be_kept_comes_back_whole(desk, signed_in, session):
    a_ledger()
    signed_in()
    names = ("note", "wording", "title", "publisher", "words", "place")
    long = dict.fromkeys(names, "x" * 180_000)
    page = desk.post(SAVE, filled(**long), status=413)
    assert "too long to be kept as a draft" in page.text
    assert len(typed_in(page)["note"]) == 180_000
    assert count(session, Draft) == 0


def test_a_lost_session_is_told_to_the_script(desk, signed_in):
    answer = desk.site.post(SAVE, data=filled(), headers={"accept": "application/json"})
    assert answer.status_code == 401


def test_a_reviewer_decides_while_a_draft_waits(desk, signed_in, session):
    """A draft of a correction outlives the verdict on what it corrects."""
    a_ledger()
    editor = signed_in()
    revision = enter(session, by=editor)
    page = desk.get("/desk/claims/national-intelligence-service-killed-300-20250113/correct")
    form = typed_in(page) | {"note": "More", "reason": "other"}
    desk.post(f"/desk/drafts/{form['key']}", form)
    decide(session, revision, "approved", by=PersonFactory(role="reviewer"), at=NOW)
    opened = typed_in(desk.get(f"/desk/drafts/{form['key']}"))
    assert opened["note"] == "More"
    action = "/desk/claims/national-intelligence-service-killed-300-20250113/correct"
    desk.post(action, opened | {"do": "hand_in"})
    assert count(session, Draft) == 0


def test_a_draft_of_a_judgement_is_opened_where_it_is_typed(desk, signed_in, session):
    ref = a_claim(session)
    editor = signed_in()
    about = {"act": "set_aside", "claim_ref": ref, "based_on": 1}
    save_draft(session, KEY, {"words": "Doubtful"}, by=editor, at=NOW, expected=0, **about)
    answer = desk.get(SAVE, status=303)
    assert answer.response.headers["location"] == f"/desk/claims/{ref}/set-aside"
