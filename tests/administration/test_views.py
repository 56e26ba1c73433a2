"""Deployments, measures and sources at the desk, as editors and reviewers meet them."""

import pytest
from sqlalchemy import select

from app.administration import consequences
from app.desk.suggestions import near_names
from app.models import (
    Act,
    Claim,
    Deployment,
    DeploymentDescription,
    Measure,
    Proposal,
    Source,
    SourceDescription,
)
from app.sources.queries import other_names, source_texts
from tests.factories import (
    ClaimFactory,
    DeploymentFactory,
    FamilyFactory,
    MeasureFactory,
    PersonFactory,
    PlaceFactory,
    ProposalFactory,
    RevisionFactory,
    SourceAliasFactory,
    SourceDescriptionFactory,
    SourceFactory,
    SourceMergeFactory,
)

DEPLOYMENT = {"name": "Aid to the south", "slug": "aid-south", "starts_on": "2025-02-01", "sender": "KOR"}
HOSTILE = "<script>alert('&')</script>"


@pytest.fixture
def ledger(session):
    """One claim that counts, of a source with a grade."""
    return RevisionFactory(
        claim=ClaimFactory(ref="claim"),
        deployment=DeploymentFactory(slug="troops", name="Troops abroad"),
        measure=MeasureFactory(slug="sent", label="Sent"),
        source=SourceFactory(slug="source", name="The Office", reliability="C"),
        approved=True,
    )


def form_of(page) -> dict[str, str]:
    """What stands in the form of a page, as a browser would send it."""
    form = page.main.select("form.entry")[-1]
    values = {field["name"]: field.get("value", "") for field in form.select("input[name]")}
    values |= {field["name"]: field.get_text().removeprefix("\n") for field in form.select("textarea")}
    for field in form.select("select"):
        chosen = field.select_one("option[selected]") or field.select_one("option")
        values[field["name"]] = chosen["value"]
    return values


def newest(session, description, link, owner):
    return session.scalars(
        select(description).join(owner, owner.id == link).where(description.replaced_version.is_(None))
        .order_by(description.id.desc())
    ).first()  # fmt: skip


def change(desk, path: str, **values: str):
    """A change as somebody makes it: looked at first, then saved or handed in."""
    looked = desk.post(path, form_of(desk.get(path)) | values, status=200)
    return desk.post(path, form_of(looked))


def proposed(session) -> Proposal:
    return session.scalars(select(Proposal).order_by(Proposal.id.desc())).first()


def decide(desk, proposal: Proposal, verdict: str = "approved", status: int = 303, **more: str):
    return desk.post(f"/desk/proposals/{proposal.id}", {"verdict": verdict} | more, status=status)


def test_a_reviewer_enters_a_deployment_and_it_has_its_page_at_once(session, desk, signed_in):
    signed_in("reviewer")
    answer = desk.post(
        "/desk/deployments/new", {**DEPLOYMENT, "operation": "Southern aid", "summary": HOSTILE}
    )
    assert answer.response.headers["location"] == "/desk/deployments/aid-south"
    written = session.scalars(select(DeploymentDescription)).one()
    assert (written.name, written.sender, written.level_valid_days) == ("Aid to the south", "KOR", 120)
    desk.get("/deployments/aid-south")
    act = session.scalars(select(Act).where(Act.subject == "aid-south")).one()
    assert (act.kind, act.words, act.version) == (
        "describe",
        "a new deployment, Aid to the south",
        written.version,
    )
    assert "Aid to the south" in desk.get("/changes").text


def test_an_editor_hands_a_deployment_in_and_a_reviewer_takes_it(session, desk, signed_in):
    signed_in("editor")
    desk.post("/desk/deployments/new", {**DEPLOYMENT, "reason": "Announced today."})
    assert session.scalars(select(Deployment)).all() == []
    signed_in("reviewer")
    assert "Aid to the south, new" in desk.get("/desk/administration").text
    decide(desk, proposed(session))
    assert session.scalars(select(Deployment.slug)).all() == ["aid-south"]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"slug": "troops"}, "is taken; troops-2 is free. Of a like address: Troops abroad"),
        ({"slug": "No Slug"}, "is not a slug"),
        ({"starts_on": "2025-02"}, "has to be a full date"),
        ({"starts_on": "tomorrow"}, "“tomorrow” has to be a full date, as 2024-10-01."),
        ({"level_valid_days": "0"}, "is not a number of days"),
        ({"name": " "}, "Name: Please fill this in."),
        ({"name": "x" * 301, "slug": ""}, "has 301 characters"),
        ({"name": "A\nB"}, "holds a line break"),
        ({"name": "A\x00B", "slug": ""}, "U+0000"),
        ({"reason": "A\x00B"}, "Why: This holds characters that are no text."),
        ({"name": "TROOPS abroad"}, "is what troops is called already"),
        ({"name": "\uff34roops abroad", "slug": ""}, "is what troops is called already"),
        ({"starts_on": "2024-02-30"}, "“2024-02-30” "),
        ({"operation": "…"}, "needs a letter a to z or a digit"),
    ],
)
def test_what_cannot_stand_is_said_beside_its_field_and_nothing_typed_is_lost(
    desk, signed_in, ledger, typed, sentence
):
    signed_in("reviewer")
    page = desk.post("/desk/deployments/new", {**DEPLOYMENT, "summary": HOSTILE} | typed, status=422)
    assert sentence in page.main.select_one(".error-summary").get_text()
    assert form_of(page)["summary"] == HOSTILE


@pytest.mark.parametrize(
    ("noun", "cells"),
    [
        ("sources", {"name": "국방부"}),
        ("deployments", {"name": "국방부", "starts_on": "2025-01-10"}),
        ("measures", {"label": "국방부", "kind": "flow", "unit": "persons"}),
    ],
)
def test_a_name_of_which_no_address_can_be_made_asks_for_one_in_the_language_of_the_page(
    desk, signed_in, ledger, noun, cells
):
    signed_in("reviewer")
    page = desk.post(f"/it/desk/{noun}/new", cells | {"reason": "x"}, status=422)
    assert "il nome non ha alcuna lettera dalla a alla z" in page.soup.find(id="slug-error").get_text()
    assert form_of(page)[next(iter(cells))] == "국방부"


@pytest.mark.parametrize("page", ["names", "merge", "separate", "merge?into=%00"])
def test_a_source_of_an_impossible_name_is_not_there(desk, signed_in, ledger, page):
    signed_in("reviewer")
    slug = "source" if "into" in page else "a%00b"
    assert desk.site.get(f"/desk/sources/{slug}/{page}").status_code == (422 if "into" in page else 404)


def test_a_claim_of_an_impossible_name_is_not_there(desk, signed_in, ledger):
    signed_in("reviewer")
    [ref] = desk.session.scalars(select(Claim.ref))
    for path in (f"/desk/claims/{ref}/merge?into=%00", "/desk/claims/%00/merge", "/claims/%00"):
        assert desk.site.get(path).status_code in {200, 404, 409, 422}


def test_a_name_is_changed_at_once_after_its_consequences_were_shown(session, desk, signed_in, ledger):
    signed_in("reviewer")
    path = "/desk/deployments/troops"
    looked = desk.post(path, form_of(desk.get(path)) | {"name": "Troops", "reason": "Shorter."}, status=200)
    assert "No reading moves" in looked.text
    desk.post(path, form_of(looked))
    now = session.scalars(
        select(DeploymentDescription).where(DeploymentDescription.replaced_version.is_(None))
    ).one()
    assert (now.name, now.number, now.reason) == ("Troops", 2, "Shorter.")
    assert "Saved." in desk.get(path).main.select_one("[role=status]").text
    assert "Shorter." in desk.get(f"/changes/{now.version}").text


def test_nothing_is_saved_whose_consequences_were_not_shown(session, desk, signed_in, ledger):
    signed_in("reviewer")
    path = "/desk/sources/source"
    looked = desk.post(path, form_of(desk.get(path)) | {"name": "Office", "reason": "Why."}, status=200)
    again = desk.post(path, form_of(looked) | {"reliability": "A"}, status=200)
    assert "What you change" in again.text
    assert session.scalars(select(SourceDescription)).one().name == "The Office"


def test_a_grade_is_handed_in_with_its_effect_and_counts_once_a_second_person_says_so(
    session, desk, signed_in, ledger
):
    other = SourceFactory(slug="press", name="Press", reliability="B")
    RevisionFactory(
        deployment=session.get(Deployment, ledger.deployment_id),
        measure=session.get(Measure, ledger.measure_id),
        source=other, point=400, approved=True,
    )  # fmt: skip
    ada = signed_in("reviewer", display_name="Ada")
    path = "/desk/sources/source"
    typed = {"reliability": "A", "reason": "It has its own records."}
    looked = desk.post(path, form_of(desk.get(path)) | typed, status=200)
    assert "It touches 1 claim." in looked.text
    assert "400" in looked.text
    assert "100" in looked.text
    desk.post(path, form_of(looked))
    proposal = proposed(session)
    assert session.scalars(select(SourceDescription.reliability).order_by(SourceDescription.id)).all() == [
        "C",
        "B",
    ]
    own = decide(desk, proposal, status=403)
    assert "Somebody else decides" in own.text
    assert "waits for a second person" in desk.get(path).text

    bea = signed_in("reviewer", display_name="Bea")
    assert "It has its own records." in desk.get(f"/desk/proposals/{proposal.id}").text
    decide(desk, proposal)
    now = session.scalars(
        select(SourceDescription).where(SourceDescription.number == 2)
    ).one()  # fmt: skip
    assert (now.reliability, now.recorded_by) == ("A", ada.id)
    act = session.scalars(select(Act).where(Act.version == now.version)).one()
    assert (act.by_id, act.reason) == (bea.id, "It has its own records.")
    public = desk.get("/sources/source").text
    assert f"From version {now.version}" in public
    assert "Reliability C became A" in public
    assert "It has its own records." in public


def test_a_proposal_is_rejected_with_a_reason_or_withdrawn_and_changes_nothing(
    session, desk, signed_in, ledger
):
    signed_in("editor")
    change(desk, "/desk/sources/source", reliability="A", reason="Why.")
    first = proposed(session)
    assert "takes a reviewer" not in decide(desk, first, "rejected", status=403, reason="No.").text
    decide(desk, first, "withdrawn")
    change(desk, "/desk/sources/source", reliability="B", reason="Why.")
    second = proposed(session)
    signed_in("reviewer")
    assert "Write why it is rejected." in decide(desk, second, "rejected", status=422).text
    decide(desk, second, "rejected", reason="Its records are not its own.")
    assert "Its records are not its own." in desk.get(f"/desk/proposals/{second.id}").text
    decide(desk, second, "rejected", reason="Its records are not its own.")  # a double click
    assert "decided on already" in decide(desk, second, "approved", status=409).text
    assert [one.verdict for one in session.scalars(select(Proposal).order_by(Proposal.id))] == [
        "withdrawn",
        "rejected",
    ]
    assert session.scalars(select(SourceDescription)).one().reliability == "C"


def test_of_two_at_once_the_second_sees_both_and_loses_nothing(session, desk, signed_in, ledger):
    signed_in("reviewer")
    path = "/desk/sources/source"
    typed = form_of(desk.get(path)) | {"note": "What I wrote.", "reason": "Mine."}
    SourceDescriptionFactory(
        source=session.get(Source, ledger.source_id), name="The Other Name", reliability="C"
    )
    page = desk.post(path, typed, status=409)
    table = page.main.select_one("table").get_text(" ", strip=True)
    assert "The Other Name" in table
    assert "The Office" in table
    assert form_of(page)["note"] == "What I wrote."
    looked = desk.post(path, form_of(page), status=200)
    desk.post(path, form_of(looked))
    now = session.scalars(select(SourceDescription).where(SourceDescription.replaced_version.is_(None))).one()
    assert (now.number, now.note, now.name) == (3, "What I wrote.", "The Office")


def test_a_double_click_saves_once_and_says_so(session, desk, signed_in, ledger):
    signed_in("reviewer")
    for _click in range(2):
        answer = desk.post("/desk/deployments/new", DEPLOYMENT | {"reason": "Announced."})
        assert answer.response.headers["location"] == "/desk/deployments/aid-south"
        assert desk.post("/desk/places", {"name": "Lgov"}).response.headers["location"] == "/desk/places/lgov"
        desk.post("/desk/sources/source/names", {"name": "Bureau", "reason": "Its own site."})
    looked = desk.post(
        "/desk/sources/source",
        form_of(desk.get("/desk/sources/source")) | {"note": "New.", "reason": "Why."}, status=200,
    )  # fmt: skip
    place = {"name": "Lgow", "reason": "So it is spelt.", "shown": "1", "seen": ""}
    for _click in range(2):
        desk.post("/desk/sources/source", form_of(looked))
        desk.post("/desk/places/lgov", place)
    assert session.scalars(select(SourceDescription.number)).all() == [1, 2]
    assert desk.post("/desk/places/lgov", place | {"reason": "Otherwise."}, status=409).text.count("Lgow") > 1
    signed_in("reviewer")
    assert "Somebody else" in desk.post("/desk/sources/source", form_of(looked), status=409).text


def test_a_proposal_that_was_overtaken_cannot_be_approved(session, desk, signed_in, ledger):
    signed_in("editor")
    change(desk, "/desk/sources/source", reliability="A", reason="Why.")
    SourceDescriptionFactory(source=session.get(Source, ledger.source_id), name="The Office", reliability="D")
    signed_in("reviewer")
    assert "changed otherwise" in desk.get(f"/desk/proposals/{proposed(session).id}").text
    assert "Somebody else has changed" in decide(desk, proposed(session), status=409).text
    assert proposed(session).verdict is None


def test_two_changes_to_one_thing_do_not_wait_at_once(desk, signed_in, ledger):
    signed_in("editor")
    change(desk, "/desk/sources/source", reliability="A", reason="Why.")
    path = "/desk/sources/source"
    looked = desk.post(path, form_of(desk.get(path)) | {"reliability": "B", "reason": "Why."}, status=200)
    assert "Another change to it waits" in desk.post(path, form_of(looked), status=409).text


def test_a_first_day_after_a_claim_ends_is_refused_in_a_sentence(session, desk, signed_in, ledger):
    signed_in("editor")
    change(desk, "/desk/deployments/troops", starts_on="2025-04-01", reason="Later.")
    signed_in("reviewer")
    page = decide(desk, proposed(session), status=422)
    assert "claim claim ends before 2025-04-01" in page.text
    assert proposed(session).verdict is None


def test_a_measure_says_which_readings_are_called_otherwise(session, desk, signed_in, ledger):
    signed_in("reviewer")
    path = "/desk/measures/sent"
    page = desk.get(path)
    assert "kind" not in form_of(page)  # it stands for good
    looked = desk.post(path, form_of(page) | {"unit": "vehicles", "reason": "Why."}, status=200)
    assert "what they mean is said otherwise" in looked.text
    cells = [cell.get_text() for cell in looked.main.select("table")[-1].select("tbody td")]
    assert cells == ["100 persons", "100 vehicles"]
    assert "held against" not in looked.text
    desk.post(path, form_of(looked))
    assert proposed(session).noun == "measure"
    desk.post("/desk/measures/new", {"label": "Wounded", "kind": "flow", "unit": "persons"})
    assert session.scalars(select(Measure.slug).order_by(Measure.id)).all() == ["sent", "wounded"]


def test_another_unit_says_against_which_measures_its_numbers_are_held(session, desk, signed_in, ledger):
    MeasureFactory(slug="casualties", label="Casualties")
    signed_in("reviewer")
    path = "/desk/measures/sent"
    looked = desk.post(path, form_of(desk.get(path)) | {"unit": "vehicles", "reason": "Why."}, status=200)
    assert "which would not count the same: Casualties (persons)." in " ".join(looked.main.text.split())
    desk.post(path, form_of(looked))
    signed_in("reviewer")
    assert "Casualties (persons)" in desk.get(f"/desk/proposals/{proposed(session).id}").text


def test_a_source_is_not_entered_under_a_name_that_leads_to_another(desk, signed_in, ledger, session):
    SourceAliasFactory(source=session.get(Source, ledger.source_id), name="Bureau")
    signed_in("editor")
    for name in ("The Office", "Bureau"):
        page = desk.post("/desk/sources/new", {"name": name, "slug": "another"}, status=422)
        assert "leads to the source source already" in page.text
    desk.post("/desk/sources/new", {"name": "Another bureau", "reliability": "B"})
    desk.get("/sources/another-bureau")


def test_other_names_are_noted_and_taken_back_and_the_page_of_the_source_shows_them(
    session, desk, signed_in, ledger
):
    signed_in("reviewer")
    path = "/desk/sources/source/names"
    desk.post(path, {"name": "Bureau", "reason": "Called so by its own site."})
    assert "leads to this source already" in desk.post(path, {"name": "Bureau"}, status=422).text
    public = desk.get("/sources/source").text
    assert "Also known as Bureau" in public
    assert "Called so by its own site." in public
    assert "/sources/source" in desk.get("/search?q=bureau").links
    desk.post(path, {"end": "Bureau"})
    desk.post(path, {"end": "Bureau"})  # a double click
    assert "No longer known as Bureau" in desk.get("/sources/source").text
    signed_in("editor")
    assert "takes a reviewer" in desk.post(path, {"end": "Bureau"}, status=403).text


@pytest.mark.parametrize("noun", ["source", "place"])
def test_an_editor_hands_another_name_in_once_and_a_reviewer_takes_it(session, desk, signed_in, ledger, noun):
    PlaceFactory(slug="place", name="Kursk")
    signed_in("editor")
    path = f"/desk/{noun}s/{noun}/names"
    assert "the reason is public" in desk.post(path, {"name": "Бюро"}, status=422).text
    for _click in range(2):  # a double click hands in once
        desk.post(path, {"name": "Бюро", "reason": "Its own site."})
    [proposal] = session.scalars(select(Proposal)).all()
    other = desk.post(path, {"name": "Bureau", "reason": "Its own site."}, status=409)
    assert "Another change to it waits" in other.text
    assert other.soup.find("input", {"name": "name"})["value"] == "Bureau"
    signed_in("reviewer")
    assert "also known as “Бюро”" in desk.get("/desk/administration").text
    assert "also known as “Бюро”" in desk.get(f"/desk/proposals/{proposal.id}").text
    decide(desk, proposal)
    assert "Бюро" in desk.get(path).main.select_one("ul.desk-list").text
    assert "Also known as Бюро" in desk.get(f"/{noun}s/{noun}").text


def test_a_name_of_other_case_is_not_given_to_another_source(desk, signed_in, ledger):
    SourceFactory(slug="press", name="Press")
    signed_in("reviewer")
    page = desk.post("/desk/sources/press/names", {"name": "THE OFFICE"}, status=422)
    assert "leads to the source source already" in page.text


def test_long_lists_are_shown_a_page_at_a_time_and_narrowed(session, desk, signed_in):
    for number in range(101):
        SourceFactory(slug=f"source-{number:03}", name=f"Source {number:03}")
        PlaceFactory(slug=f"place-{number:03}", name=f"Place {number:03}")
        PersonFactory(name=f"person-{number:03}", display_name=f"Person {number:03}")
    signed_in("administrator", name="boss", display_name="Boss")
    for path, last in (
        ("/desk/sources", "source-100"), ("/desk/places", "place-100"), ("/desk/people", "person-100"),
    ):  # fmt: skip
        first = desk.get(path)
        assert f"{path}/{last}" not in first.links
        second = desk.get(f"{path}?page=2")
        assert f"{path}/{last}" in second.links
        assert f"{path}/{last.replace('100', '050')}" not in second.links
        found = desk.get(f"{path}?q={last[0].upper()}{last[1:].replace('-100', '+10')}").links
        assert {one for one in found if one[-4:] in {"-100", "-099"}} == {f"{path}/{last}"}
        desk.get(f"{path}?page=x", status=422)
        desk.get(f"{path}?q={'x' * 201}", status=422)


def test_a_merge_is_proposed_with_both_side_by_side_and_leads_on_for_good(session, desk, signed_in, ledger):
    into = SourceFactory(
        slug="ministry", name="Ministry", reliability="A", family=FamilyFactory(name="The state")
    )
    signed_in("editor")
    path = "/desk/sources/source/merge"
    looked = desk.get(f"{path}?into=ministry")
    assert "The state" in looked.main.select_one("table").get_text()
    assert "It touches 1 claim." in looked.text
    assert "Please fill this in." in desk.post(path, form_of(looked), status=422).text
    desk.post(path, form_of(looked) | {"reason": "One office."})
    signed_in("reviewer")
    page = desk.get(f"/desk/proposals/{proposed(session).id}")
    assert "The Office merged into Ministry" in page.text
    decide(desk, proposed(session))
    moved = desk.site.get("/sources/source", follow_redirects=False)
    assert (moved.status_code, moved.headers["location"]) == (308, "/sources/ministry")
    public = desk.get("/sources/ministry")
    assert "The Office was merged into it" in public.text
    assert "One office." in public.text
    assert "/claims/claim" in public.links
    assert "One office." in desk.get("/claims/claim").text
    assert "merged into Ministry" in desk.get("/desk/sources").text
    late = desk.post(
        "/desk/sources/source", {"note": "It sits in the capital.", "reason": "Why."}, status=409
    )
    assert {"It sits in the capital.", "Why."} == {one.text for one in late.main.select("p.said")}
    assert "was merged since" in late.text
    assert "was merged into" in desk.get("/desk/sources/source").text
    assert into.id

    desk.post("/desk/sources/source/separate", {"reason": "Two after all."})
    assert "by itself again" in desk.get(f"/desk/proposals/{proposed(session).id}").text
    signed_in("reviewer")
    decide(desk, proposed(session))
    desk.get("/sources/source")
    assert "Two after all." in desk.get("/sources/ministry").text


def test_a_merge_whose_sources_have_changed_since_is_shown_again(session, desk, signed_in, ledger):
    other = SourceFactory(slug="ministry", name="Ministry")
    signed_in("editor")
    path = "/desk/sources/source/merge"
    looked = desk.get(f"{path}?into=ministry")
    SourceDescriptionFactory(source=other, name="Ministry", reliability="E")
    page = desk.post(path, form_of(looked) | {"reason": "One office."}, status=409)
    assert "has changed since" in page.text
    assert form_of(page)["reason"] == "One office."
    desk.post(path, form_of(page))


def test_what_cannot_be_merged_is_said(session, desk, signed_in, ledger):
    gone = SourceFactory(slug="gone", name="Gone")
    SourceMergeFactory(source=gone, into=session.get(Source, ledger.source_id))
    signed_in("reviewer")
    assert "was merged into The Office already" in desk.get("/desk/sources/source/merge?into=gone").text
    assert "There is no such source." in desk.get("/desk/sources/source/merge?into=nobody", status=422).text
    assert "stands by itself" in desk.get("/desk/sources/source/separate").text


def test_whoever_works_alone_approves_alone_and_it_says_so(session, desk, signed_in, ledger, monkeypatch):
    monkeypatch.setattr(desk.site.app.state.settings, "four_eyes", False)
    signed_in("reviewer")
    change(desk, "/desk/sources/source", reliability="A", reason="Why.")
    decide(desk, proposed(session))
    assert proposed(session).approved_alone
    assert "approved alone" in desk.get(f"/desk/proposals/{proposed(session).id}").text


def test_a_proposal_of_nobody_known_is_not_there(desk, signed_in):
    signed_in("reviewer")
    assert ProposalFactory(recorded_by=PersonFactory().id).id
    desk.get("/desk/proposals/9999999", status=404)


def test_another_name_is_offered_at_entry_and_a_slip_of_it_leads_on(session, desk, signed_in, ledger):
    SourceAliasFactory(source=session.get(Source, ledger.source_id), name="Bureau of Counting")
    signed_in("editor")
    page = desk.get("/desk/claims/new")
    offered = page.soup.select_one('#sources option[value="Bureau of Counting"]')
    assert offered.get_text() == "another name of The Office"
    assert near_names("Buraeu of counting", source_texts(session), other_names(session)) == ["The Office"]
    assert near_names("counting", source_texts(session), other_names(session)) == ["The Office"]


def test_what_is_too_large_to_be_read_at_once_is_named(desk, signed_in, ledger, monkeypatch):
    monkeypatch.setattr(consequences, "MOST_CLAIMS", 0)
    signed_in("editor")
    path = "/desk/sources/source"
    looked = desk.post(path, form_of(desk.get(path)) | {"reliability": "A", "reason": "Why."}, status=200)
    assert (
        "Too much is claimed of these to say at once how their readings would move: Troops abroad."
        in looked.text
    )
    assert "1 reading is touched" in looked.text


def test_the_address_of_the_form_is_nobodys(desk, signed_in):
    signed_in("reviewer")
    page = desk.post("/desk/measures/new", {"label": "New", "kind": "flow", "unit": "persons"}, status=422)
    assert "cannot be an address" in page.text


def test_the_pages_speak_italian(desk, signed_in, ledger):
    signed_in("reviewer")
    looked = desk.get("/it/desk/sources/source")
    assert "Guarda che cosa cambia" in looked.text
    assert "dichiarazioni" in desk.get("/it/desk/sources/source/merge").text.lower()
