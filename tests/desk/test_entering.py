"""Claims handed in through the form, refused with all that was typed, previewed, corrected."""

import pytest
from sqlalchemy import func, select

from app.claims.drafts import save_draft
from app.claims.queries import approved_claims
from app.claims.rows import rows_of
from app.models import Claim, Draft, Revision, Source, SourceDocument
from app.review.actions import decide
from app.review.queries import open_revision
from tests.claims.entering import a_ledger, a_row, enter, entered_and_approved, ref_of
from tests.desk.filled import KEY, a_claim, beside_in, filled, problems_in, typed_in
from tests.factories import NOW, DeploymentFactory, FamilyFactory, PersonFactory, SourceFactory
from tests.visiting import counted_statements

NEW = "/desk/claims/new"


def the_row(session, claim_ref):
    """What was handed in about a claim and waits, as a row."""
    revision = open_revision(session, claim_ref)
    return rows_of(session, [revision.id])[revision.id]


def only_new(session, but=""):
    """The ref of the one claim that there is besides `but`."""
    [ref] = session.scalars(select(Claim.ref).where(Claim.ref != but))
    return ref


def test_a_claim_is_handed_in_as_it_is_printed(desk, signed_in, session):
    a_ledger()
    editor = signed_in()
    answer = desk.post(NEW, filled(wording="nearly 400 of them"))
    assert answer.response.headers["location"] == f"/desk/handed-in/{KEY}"
    revision = session.scalars(select(Revision)).one()
    row = the_row(session, only_new(session))
    assert (row.qualifier, row.low, row.point, row.high) == ("nearly", "", "", "400")
    assert (row.nature, row.as_of, row.said_on) == ("total", "2025-02-01", "2025-02-01")
    assert (revision.recorded_by, revision.origin, revision.verdict) == (editor.id, "desk", None)
    assert approved_claims(session) == []


def test_what_was_handed_in_is_told_and_leads_on(desk, signed_in, session):
    a_ledger()
    signed_in()
    desk.post(NEW, filled())
    page = desk.get(f"/desk/handed-in/{KEY}")
    assert page.heading == "Handed in"
    assert (
        "nearly 400 persons, claimed by National Intelligence Service, said on 1 February 2025" in page.text
    )
    assert "It waits for a reviewer" in page.text
    [document] = session.scalars(select(SourceDocument.id))
    again = f"{NEW}?document={document}&source=nis&deployment=nk-russia&measure=killed&said_on=2025-02-01"
    assert page.soup.find("a", string="Another claim from the same document")["href"] == again
    form = typed_in(desk.get(again))
    assert form["url"] == "https://example.org/2025/article"
    assert (form["publisher"], form["said_on"]) == ("Example Post", "2025-02-01")
    assert form["source"] == "National Intelligence Service"
    assert (form["deployment"], form["measure"]) == ("nk-russia", "killed")
    assert (form["figure"], form["as_of"], form.get("nature")) == ("", "", None)
    assert form["key"] != KEY


def test_somebody_else_does_not_see_what_was_handed_in(desk, signed_in, session):
    a_ledger()
    signed_in()
    desk.post(NEW, filled())
    signed_in()
    desk.get(f"/desk/handed-in/{KEY}", status=404)


def test_a_double_click_enters_one_claim(desk, signed_in, session):
    a_ledger()
    signed_in()
    answers = [desk.post(NEW, filled()) for _ in range(2)]
    assert {one.response.headers["location"] for one in answers} == {f"/desk/handed-in/{KEY}"}
    assert session.scalar(select(func.count()).select_from(Revision)) == 1


def test_the_same_form_with_other_content_is_another_claim_and_nothing_typed_is_lost(
    desk, signed_in, session
):
    a_ledger()
    signed_in()
    desk.post(NEW, filled())
    page = desk.post(NEW, filled(figure="about 4000"), status=409)
    assert "This form was handed in already, with other content." in page.text
    assert f"/desk/handed-in/{KEY}" in page.links
    form = typed_in(page)
    assert form["figure"] == "about 4000"
    assert form["key"] != KEY
    desk.post(NEW, filled(figure="about 4000", key=form["key"], overridden="It says so."))
    assert session.scalar(select(func.count()).select_from(Revision)) == 2


REFUSED = [
    ({"figure": ""}, "figure", "Write the figure as it is printed."),
    ({"figure": "many"}, "figure", "“many” names no number"),
    ({"figure": "15 %"}, "figure", "“15 %” is a percentage: that is a share, not a count."),
    ({"figure": "from 20"}, "figure", "begins a range that has no other end"),
    ({"figure": "x" * 301}, "figure", "at most 300 characters"),
    ({"figure": "", "low": "3", "high": "2", "qualifier": "between"}, "high", "“2” is less than “At least”"),
    ({"figure": "", "point": "300"}, "qualifier", "Choose how the figure was hedged."),
    ({"figure": "", "point": "-3", "qualifier": "stated"}, "point", "“-3” is negative."),
    ({"as_of": ""}, "as_of", "Write the last day that the figure covers"),
    ({"as_of": "2025-13"}, "as_of", "“2025-13” is not a day of the calendar."),
    ({"as_of": "27 March"}, "as_of", "“27 March” is not a date: write 2025, 2025-02 or 2025-02-27."),
    ({"as_of": "2025-03"}, "as_of", "“2025-03” begins after the day it was said"),
    ({"as_of": "2024-01-01"}, "as_of", "ends before the deployment starts"),
    ({"said_on": ""}, "said_on", "Write when it was said"),
    ({"said_on": "2030-01-01"}, "said_on", "give the day it was published in “Published on”"),
    ({"nature": ""}, "nature", "Choose what kind of statement it is."),
    ({"nature": "level"}, "nature", "“level” is nothing that killed has, which is a flow."),
    ({"nature": "increment"}, "period_start", "Write the days that the figure covers, both counted."),
    ({"nature": "increment", "period_end": "2025-02"}, "period_start", "Write on which day it begins"),
    (
        {"nature": "increment", "period_start": "2025-02", "period_end": "2025-01"},
        "period_start",
        "“2025-02/2025-01” the period “2025-02/2025-01” ends before it starts.",
    ),
    ({"source": ""}, "source", "Write who made the statement."),
    ({"source": "Nobody"}, "source", "No source is known by this name"),
    ({"place": "Kursk"}, "place", "No place is known by this name"),
    ({"deployment": ""}, "deployment", "Choose the deployment that it is about."),
    ({"deployment": "moon"}, "deployment", "“moon” is no deployment of the ledger."),
    ({"measure": "sheep"}, "measure", "“sheep” is no measure of the ledger."),
    ({"url": "javascript:alert(1)"}, "url", "is not a web address"),
    ({"language": "xx"}, "language", "is not a language of ISO 639-1"),
    ({"credibility": "7"}, "credibility", "“7” is not a number from 1 to 6."),
    ({"wording": "x" * 301}, "wording", "has 301 characters, at most 300 are kept"),
    ({"note": "x" * 20_001}, "note", "has 20,001 characters"),
    ({"part_of": "nothing"}, "part_of", "“nothing” names no claim of the ledger."),
    ({"counts_from": "2025-03-01"}, "counts_from", "is after the last day that the figure covers"),
    ({"source": "New", "new_source": "true", "source_kind": "gossip"}, "source_kind", "is not one of"),
    ({"source": "新", "new_source": "true"}, "source_slug", "Needs small letters"),
    ({"figure": "40\x000"}, "figure", "This holds characters that are no text."),
    ({"source": "NIS\x00"}, "source", "This holds characters that are no text."),
    ({"deployment": "nk\x00"}, "deployment", "This holds characters that are no text."),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "field", "said"), REFUSED, ids=lambda one: str(one)[:40])
def test_what_cannot_stand_is_refused_beside_its_field_with_all_that_was_typed(
    desk, signed_in, session, fields, field, said
):
    a_ledger()
    signed_in()
    sent = filled(**{"wording": "nearly 400", "note": "A remark", **fields})
    page = desk.post(NEW, sent, status=422)
    assert said in problems_in(page)[field]
    assert page.soup.select_one(f'.error-summary a[href="#{field}"]')
    standing = typed_in(page)
    for name, value in sent.items():
        if name not in {"do", "nature"} and "\x00" not in value:
            assert standing[name] == value
    assert standing.get("nature", "") == sent["nature"]
    assert session.scalar(select(func.count()).select_from(Revision)) == 0


def test_several_refusals_stand_in_the_order_of_the_form(desk, signed_in):
    a_ledger()
    signed_in()
    page = desk.post(NEW, filled(source="", said_on="", figure="", as_of=""), status=422)
    assert list(problems_in(page)) == ["source", "said_on", "figure", "as_of"]
    assert page.soup.find(attrs={"autofocus": True})["id"] == "source"


def test_what_a_nature_does_not_use_counts_as_not_written_and_is_kept_in_the_form(desk, signed_in, session):
    a_ledger()
    signed_in()
    increment = filled(nature="increment", period_start="2025-01", figure="40")
    page = desk.post(NEW, {**increment, "do": "preview"}, status=200)
    assert typed_in(page)["as_of"] == "2025-02-01"
    desk.post(NEW, increment)
    row = the_row(session, only_new(session))
    assert (row.nature, row.as_of, row.period) == ("increment", "", "2025-01/2025-01")


def test_a_statement_without_a_number_needs_none(desk, signed_in, session):
    a_ledger()
    signed_in()
    desk.post(NEW, filled(nature="stance", figure="nearly 400", point="300"))
    row = the_row(session, only_new(session))
    assert (row.nature, row.qualifier, row.low, row.point, row.high) == ("stance", "", "", "", "")


def test_a_preview_stores_nothing_and_shows_the_effect_with_everything_typed_still_there(
    desk, signed_in, session
):
    ref = a_claim(session)
    signed_in()
    sent = filled(do="preview", url="https://example.org/2025/article?utm_source=post")
    page = desk.post(NEW, sent, status=200)
    told = beside_in(page)
    assert "National Intelligence Service: nearly 400" in told
    assert "At the end of 1 February 2025 Now With this low 270 360 , changed" in told
    assert "selected 300 400 , changed high open 400 , changed" in told
    standing = typed_in(page)
    assert standing["url"] == "https://example.org/2025/article"
    assert (standing["figure"], standing["high"], standing["qualifier"]) == ("nearly 400", "400", "nearly")
    assert (standing["low"], standing["point"], standing["key"]) == ("", "", KEY)
    assert session.scalars(select(Claim.ref)).all() == [ref]
    desk.post(NEW, {**standing, "do": "hand_in"})
    assert the_row(session, only_new(session, ref)).high == "400"


def test_a_contradiction_is_said_before_it_is_caused(desk, signed_in, session):
    ref = a_claim(session)
    signed_in()
    page = desk.post(NEW, filled(do="preview", figure="exactly 100"), status=200)
    told = beside_in(page)
    assert "contested" in told or "rule out" in told
    assert f"/claims/{ref}" in page.links


def test_a_contradiction_that_is_resolved_is_said(desk, signed_in, session):
    ref = a_claim(session)
    entered_and_approved(
        session, a_row(point="3000", qualifier="stated", as_of="2025-01-12", said_on="2025-01-12")
    )
    signed_in()
    page = desk.get(f"/desk/claims/{ref}/correct")
    form = typed_in(page) | {"point": "3100", "reason": "copy_error", "do": "preview"}
    told = beside_in(desk.post(f"/desk/claims/{ref}/correct", form, status=200))
    assert "It resolves 1 contradiction" in told


def test_a_warning_never_blocks_but_takes_a_reason_that_is_public(desk, signed_in, session):
    ref = a_claim(session)
    signed_in()
    sent = filled(figure="nearly 40,000")
    page = desk.post(NEW, sent, status=422)
    assert "a digit too many?" in page.text
    assert problems_in(page) == {"overridden": "Write why it is right all the same; the reason is public."}
    assert typed_in(page)["figure"] == "nearly 40,000"
    desk.post(NEW, {**sent, "overridden": "The ministry confirmed it by telephone."})
    revision = open_revision(session, only_new(session, ref))
    assert revision.overridden == "The ministry confirmed it by telephone."
    assert "The ministry confirmed it by telephone." in desk.get(f"/desk/handed-in/{KEY}").text


def test_a_reason_without_a_warning_is_not_kept(desk, signed_in, session):
    a_ledger()
    signed_in()
    desk.post(NEW, filled(overridden="Just so."))
    assert open_revision(session, only_new(session)).overridden is None


def test_a_likeness_becomes_an_appearance_in_one_click(desk, signed_in, session):
    ref = a_claim(session)
    signed_in()
    sent = filled(figure="about 300", said_on="2025-01-13", as_of="2025-01-13")
    page = desk.post(NEW, {**sent, "do": "preview"}, status=200)
    assert "the same source, the same figure" in beside_in(page)
    button = page.soup.find("button", attrs={"name": "appearance_of"})
    assert button["value"] == ref
    desk.post(NEW, {**typed_in(page), "appearance_of": ref})
    row = the_row(session, only_new(session, ref))
    assert (row.repeat_of, row.publisher, row.point) == (ref, "Example Post", "300")
    assert "Add an appearance" in desk.get(f"/desk/handed-in/{KEY}").text


def test_an_appearance_of_nothing_is_not_found(desk, signed_in):
    a_ledger()
    signed_in()
    for hostile in ("nothing", "\x00", "x" * 150_000):
        desk.post(NEW, filled(appearance_of=hostile), status=404)


def test_a_known_document_is_recognised_by_its_address_alone(desk, signed_in, session):
    a_claim(
        session,
        url="https://www.example.org/known",
        publisher="Example Post",
        title="A report",
        language="en",
        published_on="2025-01-14",
    )
    signed_in()
    only = {"publisher": "", "url": "https://example.org/known/?utm_medium=x&fbclid=1"}
    only |= {"said_on": "2025-01-14", "as_of": "2025-01-14"}
    page = desk.post(NEW, filled(do="preview", **only), status=200)
    standing = typed_in(page)
    assert standing["url"] == "https://www.example.org/known"
    assert (standing["publisher"], standing["title"]) == ("Example Post", "A report")
    assert (standing["language"], standing["published_on"]) == ("en", "2025-01-14")
    assert "1 claim read in it" in page.text
    desk.post(NEW, filled(**only))
    assert session.scalar(select(func.count()).select_from(SourceDocument)) == 1


def test_what_somebody_wrote_of_a_document_is_not_replaced(desk, signed_in, session):
    a_claim(session, url="https://example.org/known", publisher="Example Post", language="en")
    signed_in()
    other = filled(do="preview", url="https://example.org/known", publisher="Its new name")
    standing = typed_in(desk.post(NEW, other, status=200))
    assert (standing["publisher"], standing["language"]) == ("Its new name", "")


def test_recent_documents_are_one_click_away(desk, signed_in, session):
    a_ledger()
    signed_in()
    desk.post(NEW, filled(title="A report", published_on="2025-02-02"))
    page = desk.get(NEW)
    [link] = [one for one in page.soup.select(".recent a") if "Example Post: A report" in one.get_text()]
    form = typed_in(desk.get(link["href"]))
    assert (form["title"], form["published_on"], form["said_on"]) == ("A report", "2025-02-02", "2025-02-01")
    assert form["source"] == "National Intelligence Service"


def test_a_document_that_there_is_not_is_not_found(desk, signed_in):
    signed_in()
    for hostile in ("999", "x", "-1", "9" * 200, "%00"):
        desk.get(f"{NEW}?document={hostile}", status=404)


def test_an_address_begins_a_form_with_what_the_ledger_knows(desk, signed_in):
    a_ledger()
    DeploymentFactory(slug="another")
    signed_in()
    form = typed_in(desk.get(f"{NEW}?source=nis&deployment=nk-russia&measure=present&said_on=2025-02"))
    assert form["source"] == "National Intelligence Service"
    assert (form["deployment"], form["measure"], form["said_on"]) == ("nk-russia", "present", "2025-02")
    unknown = typed_in(desk.get(f"{NEW}?source=moon&deployment=moon&measure=%00&utm_source=x"))
    assert (unknown["source"], unknown["deployment"], unknown["measure"]) == ("", "", "")


def test_the_only_deployment_is_chosen(desk, signed_in):
    a_ledger()
    signed_in()
    assert typed_in(desk.get(NEW))["deployment"] == "nk-russia"


def test_sources_are_offered_with_their_families(desk, signed_in):
    SourceFactory(name="A service", family=FamilyFactory(name="A government"))
    signed_in()
    options = desk.get(NEW).soup.select("#sources option")
    assert [(one["value"], one.get_text()) for one in options] == [("A service", "A government")]


def test_a_name_like_a_source_is_put_right_in_one_click(desk, signed_in):
    a_ledger()
    signed_in()
    sent = filled(source="Intelligence Service", do="preview")
    page = desk.post(NEW, sent, status=200)
    [near] = page.soup.find_all("button", attrs={"name": "source_instead"})
    assert near["value"] == "National Intelligence Service"
    sent.pop("do")
    put_right = desk.post(NEW, {**sent, "source_instead": near["value"]}, status=200)
    assert typed_in(put_right)["source"] == "National Intelligence Service"


def test_a_new_source_is_taken_in_with_its_first_claim(desk, signed_in, session):
    a_ledger()
    signed_in()
    described = {
        "source": "A new ministry",
        "new_source": "true",
        "source_kind": "government",
        "source_country": "KOR",
        "source_family": "South Korean government",
        "source_reliability": "B",
        "source_stance": "third",
    }
    page = desk.post(NEW, filled(do="preview", **described), status=200)
    assert "New: it will be taken in with this claim." in page.text
    assert session.scalar(select(Source.id).where(Source.slug == "a-new-ministry")) is None
    desk.post(NEW, filled(**described))
    assert the_row(session, only_new(session)).source == "A new ministry"
    assert session.scalar(select(Source.id).where(Source.slug == "a-new-ministry")) is not None


def test_a_source_whose_claim_is_refused_is_not_taken_in(desk, signed_in, session):
    a_ledger()
    signed_in()
    sent = filled(source="A new ministry", new_source="true", part_of="nothing")
    desk.post(NEW, sent, status=422)
    assert session.scalar(select(Source.id).where(Source.slug == "a-new-ministry")) is None


def test_a_new_place_is_taken_in_where_somebody_says_that_it_is_new(desk, signed_in, session):
    a_ledger()
    signed_in()
    desk.post(NEW, filled(place="Kursk", new_place="true"))
    assert the_row(session, only_new(session)).place == "Kursk"


def test_a_part_is_chosen_among_the_claims_of_its_source(desk, signed_in, session):
    ref = a_claim(session)
    entered_and_approved(session, a_row(point="10", as_of="2025-01-01", said_on="2025-01-01"))
    signed_in()
    page = desk.post(NEW, filled(do="preview"), status=200)
    offered = [one["value"] for one in page.soup.select("#nameable option")]
    assert (offered[0], len(offered)) == (ref, 2)
    desk.post(NEW, filled(part_of=ref))
    [waiting] = [one for one in session.scalars(select(Claim.ref)) if open_revision(session, one)]
    assert the_row(session, waiting).part_of == ref


def test_a_total_that_counts_from_a_later_day_notes_a_restarted_count(desk, signed_in, session):
    a_ledger()
    signed_in()
    desk.post(NEW, filled(counts_from="2025-01-01"))
    assert the_row(session, only_new(session)).counts_from == "2025-01-01"
    assert "Note a restarted count" in desk.get(f"/desk/handed-in/{KEY}").text


def test_figures_by_hand_have_the_last_word(desk, signed_in, session):
    a_ledger()
    signed_in()
    by_hand = filled(figure="nearly 400", qualifier="about", point="390", do="preview")
    page = desk.post(NEW, by_hand, status=200)
    assert "The figures that you entered by hand are kept." in page.text
    desk.post(NEW, {**by_hand, "do": "hand_in"})
    row = the_row(session, only_new(session))
    assert (row.qualifier, row.point, row.high) == ("about", "390", "")


def test_figures_that_were_proposed_follow_the_phrase(desk, signed_in, session):
    a_ledger()
    signed_in()
    page = desk.post(NEW, filled(do="preview"), status=200)
    desk.post(NEW, {**typed_in(page), "figure": "tra 200 e 300", "do": "hand_in"})
    row = the_row(session, only_new(session))
    assert (row.qualifier, row.low, row.point, row.high) == ("between", "200", "", "300")


def test_a_doubtful_phrase_is_said_to_be(desk, signed_in):
    a_ledger()
    signed_in()
    page = desk.post(NEW, filled(do="preview", figure="3.000"), status=200)
    assert "in English it could be a decimal fraction" in page.text


@pytest.mark.parametrize(
    ("act", "kept", "left_out"),
    [
        ("correct", {"point": "300", "said_on": "2025-01-13", "publisher": "Post"}, ()),
        ("restate", {"as_of": "2025-01-13", "nature": "total"}, ("point", "said_on", "publisher")),
        ("add-appearance", {"point": "300", "said_on": "2025-01-13"}, ("publisher", "wording")),
        ("note-restart", {"nature": "total", "measure": "killed"}, ("point", "as_of", "said_on")),
    ],
)
def test_the_form_of_an_act_begins_with_what_both_have_in_common(
    desk, signed_in, session, act, kept, left_out
):
    ref = a_claim(session, publisher="Post", wording="about 300")
    signed_in()
    form = typed_in(desk.get(f"/desk/claims/{ref}/{act}"))
    assert kept.items() <= form.items()
    assert {form[name] for name in left_out} <= {""}
    assert (form["shown"], form["source"]) == ("1", "National Intelligence Service")


def test_a_correction_is_a_further_revision_with_its_reason(desk, signed_in, session):
    ref = a_claim(session)
    signed_in()
    address = f"/desk/claims/{ref}/correct"
    form = typed_in(desk.get(address)) | {"point": "310", "do": "hand_in"}
    page = desk.post(address, form, status=422)
    assert "reason" in problems_in(page)
    desk.post(address, form | {"reason": "copy_error", "words": "It says 310."})
    revision = open_revision(session, ref)
    assert (revision.number, revision.reason, revision.point) == (2, "copy_error", 310)
    assert "Correct" in desk.get(f"/desk/handed-in/{form['key']}").text


def test_a_correction_that_changes_nothing_is_said_to_be_one(desk, signed_in, session):
    ref = a_claim(session)
    signed_in()
    address = f"/desk/claims/{ref}/correct"
    form = typed_in(desk.get(address)) | {"reason": "copy_error", "do": "hand_in"}
    assert f"{ref} says just this already." in desk.post(address, form, status=409).text


def test_a_restatement_names_what_it_restates(desk, signed_in, session):
    ref = a_claim(session)
    signed_in()
    address = f"/desk/claims/{ref}/restate"
    form = typed_in(desk.get(address)) | {"figure": "about 350", "said_on": "2025-01-20", "do": "hand_in"}
    desk.post(address, form)
    row = the_row(session, only_new(session, ref))
    assert (row.supersedes, row.point, row.as_of) == (ref, "350", "2025-01-13")


def test_a_restatement_of_other_days_is_refused_kindly(desk, signed_in, session):
    ref = a_claim(session)
    signed_in()
    address = f"/desk/claims/{ref}/restate"
    form = typed_in(desk.get(address)) | {
        "figure": "350", "said_on": "2025-03-20", "as_of": "2025-03-19", "do": "hand_in",
    }  # fmt: skip
    page = desk.post(address, form, status=422)
    assert "can only be restated by its own source, later, for the same measure and days" in page.text
    assert typed_in(page)["figure"] == "350"


def test_an_appearance_names_what_it_repeats(desk, signed_in, session):
    ref = a_claim(session)
    signed_in()
    address = f"/desk/claims/{ref}/add-appearance"
    form = typed_in(desk.get(address)) | {"url": "https://example.org/reprint", "do": "hand_in"}
    desk.post(address, form)
    row = the_row(session, only_new(session, ref))
    assert (row.repeat_of, row.url, row.point) == (ref, "https://example.org/reprint", "300")


def test_a_restarted_count_needs_its_first_day(desk, signed_in, session):
    ref = a_claim(session)
    signed_in()
    address = f"/desk/claims/{ref}/note-restart"
    form = typed_in(desk.get(address)) | {
        "figure": "40", "said_on": "2025-06-30", "as_of": "2025-06-30", "do": "hand_in",
    }  # fmt: skip
    page = desk.post(address, form, status=422)
    assert problems_in(page)["counts_from"] == "Write the first day that the new count covers."
    desk.post(address, form | {"counts_from": "2025-06-01"})
    assert the_row(session, only_new(session, ref)).counts_from == "2025-06-01"


def test_an_act_on_no_claim_is_not_found(desk, signed_in):
    signed_in()
    for hostile in ("nothing", "%00", "UPPER", "x" * 5000):
        desk.get(f"/desk/claims/{hostile}/correct", status=404)
        desk.post(f"/desk/claims/{hostile}/correct", filled(), status=404)


def test_what_was_sent_back_comes_back_with_why(desk, signed_in, session):
    a_ledger()
    editor = signed_in()
    revision = enter(session, by=editor)
    decide(
        session, revision, "sent_back", by=PersonFactory(role="reviewer"), at=NOW, reason="Which document?"
    )
    ref = ref_of(session, revision)
    page = desk.get(f"/desk/claims/{ref}/correct")
    assert "Revision 1 was sent back: Which document?" in page.text
    assert typed_in(page)["point"] == "300"
    desk.post(
        f"/desk/claims/{ref}/correct", typed_in(page) | {"url": "https://example.org/it", "do": "hand_in"}
    )
    assert the_row(session, ref).url == "https://example.org/it"


def test_two_editors_on_one_claim_never_overwrite_each_other(desk, signed_in, session):
    ref = a_claim(session)
    signed_in()
    address = f"/desk/claims/{ref}/correct"
    mine = typed_in(desk.get(address)) | {
        "reason": "copy_error",
        "point": "310",
        "note": "Mine",
        "do": "hand_in",
    }
    theirs = typed_in(desk.get(address)) | {"reason": "copy_error", "point": "320", "do": "hand_in"}
    signed_in()
    desk.post(address, theirs)
    page = desk.post(address, mine, status=409)
    assert "has been handed in since this form was opened" in page.text
    table = page.soup.select_one(".conflict table")
    told = [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in table.find_all("tr")]
    assert told[0] == ["Field", "As typed here", "In revision 2"]
    assert ["Figure", "310", "320"] in told
    again = typed_in(page)
    assert (again["point"], again["note"], again["shown"]) == ("310", "Mine", "2")
    waiting = desk.post(address, again | {"do": "hand_in"}, status=409)
    assert "Revision 2" in waiting.text
    assert "waits for its verdict" in waiting.text
    decide(session, open_revision(session, ref), "approved", by=PersonFactory(role="reviewer"), at=NOW)
    desk.post(address, typed_in(waiting) | {"do": "hand_in"})
    assert open_revision(session, ref).note == "Mine"


def test_a_form_without_a_key_loses_nothing(desk, signed_in):
    a_ledger()
    signed_in()
    for key in ("", "\x00", "short", "k" * 150_000):
        page = desk.post(NEW, filled(key=key, figure="", wording="Still here"), status=422)
        assert typed_in(page)["wording"] == "Still here"


def test_nearly_two_hundred_thousand_characters_are_refused_and_kept(desk, signed_in):
    a_ledger()
    signed_in()
    page = desk.post(NEW, filled(note="x" * 199_000, source="y" * 100_000), status=422)
    assert len(typed_in(page)["note"]) == 199_000
    assert "source" in problems_in(page)


def test_a_lost_session_keeps_what_was_typed(desk, signed_in, session):
    a_ledger()
    desk.site.cookies.clear()
    page = desk.post(NEW, filled(), status=401)
    assert "Nothing that you typed is lost" in page.text
    kept = page.soup.find("input", attrs={"name": "kept"})["value"]
    assert "figure=nearly+400" in kept


def test_the_form_asks_the_database_as_often_however_much_there_is(desk, signed_in, session, engine):
    ref = a_claim(session)
    signed_in()
    asked = []
    for day in ("2025-01-14", "2025-01-15", "2025-01-16", "2025-01-17"):
        entered_and_approved(session, a_row(as_of=day, said_on=day, url=f"https://example.org/{day}"))
        with counted_statements(engine) as statements:
            desk.get(f"/desk/claims/{ref}/correct")
        asked.append(len(statements))
    assert asked[1:] == [asked[1]] * 3


def test_a_draft_is_opened_instead_of_its_act(desk, signed_in, session):
    ref = a_claim(session)
    editor = signed_in()
    save_draft(
        session,
        KEY,
        {"point": "299"},
        by=editor,
        at=NOW,
        expected=0,
        act="correct",
        claim_ref=ref,
        based_on=1,
    )
    answer = desk.get(f"/desk/claims/{ref}/correct", status=303)
    assert answer.response.headers["location"] == f"/desk/drafts/{KEY}"
    assert session.scalar(select(func.count()).select_from(Draft)) == 1
