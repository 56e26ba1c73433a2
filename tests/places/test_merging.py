"""Places that become one, and two again; their other names; what files, searches and addresses make of it."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.acts.queries import ledger_version
from app.administration.actions import Signed
from app.administration.refusals import BadName
from app.answers.parameters import BadParameters
from app.answers.queries import question
from app.claims.queries import approved_claims
from app.database import connect
from app.places.actions import create_place, describe_place
from app.places.aliases import add_alias, end_alias
from app.places.merging import NotToBeMerged, NotToBeSeparated, merge, separate
from app.places.models import Place, PlaceMerge
from app.places.queries import find_place, place_tree
from app.readings.choices import Choices
from tests.factories import NOW, ClaimFactory, PersonFactory, RevisionFactory, used_in
from tests.ledger.exports import contents, exported, rows
from tests.ledger.ledgers import LATER, a_ledger, a_total, taken_in, told
from tests.places.test_pages import headline


@pytest.fixture
def another_session(server):
    """A session on a second migrated database of the test's own."""
    url = server.make_migrated()
    engine = connect(url)
    with Session(engine) as session:
        yield session
    engine.dispose()
    server.drop(url)


@pytest.fixture
def ledger(session, tmp_path):
    """Totals about Kursk Oblast, the `Kursk region`, which is the same, and Sudzha, which lies there."""
    folder = a_ledger(
        tmp_path / "in",
        a_total(claim_ref="oblast", place="Kursk Oblast", point="100"),
        a_total(
            claim_ref="region", place="Kursk region", point="130", as_of="2025-03-01", said_on="2025-03-02"
        ),
        a_total(claim_ref="town", place="Sudzha", point="95"),
    )
    assert told(taken_in(session, folder)) == []
    with used_in(session):
        session.info["by"] = PersonFactory(role="reviewer")
    moved(session, "sudzha", "kursk-region")
    return session


def moved(session, slug, whole):
    place = place_tree(session)[slug]
    return describe_place(
        session, slug, name=place.name, whole=whole, reason="It lies there.", shown=place.number,
        by=session.info["by"], at=LATER,
    )  # fmt: skip


def signed(session):
    with used_in(session):
        return Signed(PersonFactory(), LATER, session.info["by"], LATER)


def merged(session, old="kursk-region", into="kursk-oblast"):
    return merge(session, old, into, reason="One oblast.", signed=signed(session))


def separated(session, old="kursk-region"):
    return separate(session, old, reason="Two after all.", signed=signed(session))


def places(session, version=None):
    return {one.ref: (one.place, *one.place_wholes) for one in approved_claims(session, version=version)}


APART = {"oblast": ("kursk-oblast",), "region": ("kursk-region",), "town": ("sudzha", "kursk-region")}
AS_ONE = {"oblast": ("kursk-oblast",), "region": ("kursk-oblast",), "town": ("sudzha", "kursk-oblast")}


def test_a_merge_moves_claims_and_parts_from_its_version_on_and_is_taken_back(ledger):
    assert headline(ledger, "kursk-oblast") == 90
    act = merged(ledger)
    assert places(ledger) == AS_ONE
    assert places(ledger, act.version - 1) == APART
    assert headline(ledger, "kursk-oblast") == 125
    assert headline(ledger, "kursk-oblast", act.version - 1) == 90
    assert "kursk-region" not in place_tree(ledger)
    assert find_place(ledger, "Kursk region") == find_place(ledger, "Kursk Oblast")
    with pytest.raises(BadParameters):
        question(ledger, "troops", "sent", Choices(place="kursk-region"))
    separated(ledger)
    assert places(ledger) == APART
    assert places(ledger, act.version) == AS_ONE


def test_what_was_moved_elsewhere_since_stays_there(ledger):
    merged(ledger)
    moved(ledger, "sudzha", None)
    separated(ledger)
    assert places(ledger) == APART | {"town": ("sudzha",)}


def test_what_cannot_be_one_is_refused_in_words(ledger):
    with pytest.raises(NotToBeMerged, match="into itself"):
        merged(ledger, "sudzha", "sudzha")
    with pytest.raises(NotToBeMerged, match="Sudzha lies in Kursk region"):
        merged(ledger, "kursk-region", "sudzha")
    with pytest.raises(NotToBeSeparated, match="stands by itself"):
        separated(ledger)
    merged(ledger)
    with pytest.raises(NotToBeMerged, match="was merged into Kursk Oblast already"):
        merged(ledger, "kursk-region", "sudzha")
    create_place(ledger, "Russia", whole=None, by=ledger.info["by"], at=LATER)
    merged(ledger, "kursk-oblast", "russia")
    with pytest.raises(NotToBeSeparated, match="has to be taken back first"):
        separated(ledger)


def noted(session, name, slug="kursk-oblast"):
    return add_alias(session, slug, name, reason="Its own site.", by=session.info["by"], at=LATER)


def test_a_place_is_found_by_its_other_names_in_any_script(ledger, tmp_path):
    noted(ledger, "Курская область")
    noted(ledger, "Kurskaya oblast")
    more = a_ledger(
        tmp_path / "more",
        a_total(claim_ref="cyrillic", place="Курская область", point="140"),
        a_total(claim_ref="latin", place="KURSKAYA OBLAST", point="141"),
    )
    (more / "sources.csv").unlink()
    assert told(taken_in(ledger, more, at=LATER)) == []
    now = places(ledger)
    assert now["cyrillic"] == now["latin"] == ("kursk-oblast",)
    unknown = a_ledger(tmp_path / "unknown", a_total(claim_ref="new", place="Суджа"))
    assert "to be given an address" in str(told(taken_in(ledger, unknown, at=LATER)))
    ledger.rollback()


def test_a_name_leads_to_one_place_and_is_free_once_it_was_taken_back(ledger):
    for name, why in (
        ("Kursk region", "leads to the place kursk-region already"),
        ("KURSK  Region!", "leads to the place kursk-region already"),
        ("Kursk Oblast", "leads to this place already"),
        ("", "Write the other name"),
        ("n" * 301, "300"),
    ):
        with pytest.raises(BadName, match=why):
            noted(ledger, name)
    noted(ledger, "Курская область")
    with pytest.raises(BadName, match="leads to the place kursk-oblast already"):
        noted(ledger, "Курская область", "sudzha")
    end_alias(ledger, "kursk-oblast", "Курская область", by=ledger.info["by"], at=LATER)
    assert find_place(ledger, "Курская область") is None
    noted(ledger, "Курская область", "sudzha")


def test_a_name_that_came_by_a_merge_is_not_noted_nor_given_again(ledger, desk, signed_in):
    noted(ledger, "Kurskaya", "kursk-region")
    merged(ledger)
    for name in ("Kursk region", "KURSK  Region!", "Kurskaya"):
        with pytest.raises(BadName, match="leads to this place already"):
            noted(ledger, name)
    number = place_tree(ledger)["kursk-oblast"].number
    signed_in("reviewer")
    form = {"name": "Kurskaya", "whole": "", "reason": "Shorter.", "shown": str(number)}
    page = desk.post("/desk/places/kursk-oblast", form, status=422)
    assert "is or was the name of another place" in page.text
    separated(ledger)
    assert find_place(ledger, "Kurskaya") != find_place(ledger, "Kursk Oblast")


def test_yesterdays_file_moves_no_claim_back(ledger, tmp_path):
    merged(ledger)
    report = taken_in(ledger, tmp_path / "in", at=LATER)
    assert told(report) == []
    assert (report.new, report.changed) == (0, 0)
    assert places(ledger) == AS_ONE


def test_names_and_merges_come_back_byte_for_byte_with_every_version(ledger, another_session, tmp_path):
    noted(ledger, "Курская область")
    noted(ledger, "Kurskaya")
    end_alias(ledger, "kursk-oblast", "Kurskaya", by=ledger.info["by"], at=LATER)
    act = merged(ledger)
    separated(ledger)
    merged(ledger)
    first = exported(ledger, tmp_path / "out")
    nouns = [row["noun"] for row in rows(first, "descriptions.csv") if row["noun"].startswith("place_")]
    assert nouns == ["place_alias", "place_alias", *["place_merge"] * 3]
    assert told(taken_in(another_session, first, at=LATER + timedelta(days=365))) == []
    assert contents(exported(another_session, tmp_path / "again")) == contents(first)
    for version in (act.version - 1, act.version, act.version + 1, None):
        assert places(another_session, version) == places(ledger, version)
    assert another_session.scalars(select(PlaceMerge.number).order_by(PlaceMerge.id)).all() == [1, 2, 3]
    with used_in(another_session):
        another_session.info["by"] = PersonFactory(role="reviewer")
    separated(another_session)
    assert places(another_session) == APART
    another_session.execute(text("set constraints all immediate"))


@pytest.mark.parametrize(
    ("asked", "there"),
    [
        ("/places/kursk-region", "/places/kursk-oblast"),
        ("/it/places/kursk-region", "/it/places/kursk-oblast"),
        ("/places/kurskaya-oblast", "/places/kursk-oblast"),
        ("/claims?place=kursk-region&order=as_of", "/claims?place=kursk-oblast&order=as_of"),
        ("/api/v1/claims?place=kursk-region&limit=5", "/api/v1/claims?place=kursk-oblast&limit=5"),
        (
            "/deployments/troops/sent.csv?place=kursk-region",
            "/deployments/troops/sent.csv?place=kursk-oblast",
        ),
    ],
)
def test_the_old_address_and_that_of_another_name_lead_on_for_good(ledger, site, visit, asked, there):
    merged(ledger)
    noted(ledger, "Kurskaya oblast")
    answer = site.get(asked, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (308, there)


def test_a_version_from_before_is_answered_as_it_was_and_names_are_searched(ledger, site, visit):
    noted(ledger, "Курская область")
    act = merged(ledger)
    address = "/api/v1/deployments/troops/readings/sent?place=kursk-region"
    then = site.get(f"{address}&version={act.version - 1}", follow_redirects=False)
    assert (then.status_code, then.json()["choices"]["place"]) == (200, "kursk-region")
    for words in ("курская", "kursk+region"):
        found = visit(f"/search?q={words}", status=200).links
        assert {"/places/kursk-oblast", "/claims/oblast", "/claims/region", "/claims/town"} <= found
    page = visit("/places/kursk-oblast", status=200).text
    assert "Also known as Kursk region; Курская область" in page
    assert "Kursk region was merged into it." in page
    log = visit("/changes", status=200).text
    assert "also known as Курская область" in log
    assert "/places/kursk-region" not in visit("/places", status=200).links


def test_two_merge_from_pages_that_show_what_it_does_and_take_it_back(ledger, desk, signed_in):
    signed_in("reviewer")
    page = desk.get("/desk/places/kursk-region/merge?into=kursk-oblast", status=200)
    assert "Readings of Kursk Oblast" in page.text
    seen = page.soup.find("input", {"name": "seen"})["value"]
    form = {"into": "kursk-oblast", "seen": seen, "reason": "One oblast."}
    assert (
        "Please fill this in"
        in desk.post("/desk/places/kursk-region/merge", form | {"reason": ""}, status=422).text
    )
    create_place(ledger, "Russia", whole=None, by=ledger.info["by"], at=NOW)
    moved(ledger, "kursk-oblast", "russia")
    between = desk.post("/desk/places/kursk-region/merge", form, status=409)
    assert "has changed since" in between.text
    assert "One oblast." in between.text
    form["seen"] = between.soup.find("input", {"name": "seen"})["value"]
    handed_in = desk.post("/desk/places/kursk-region/merge", form, status=303).response.headers["location"]
    assert "One oblast." in desk.get("/desk/administration", status=200).text + desk.get(handed_in).text
    signed_in("reviewer")
    assert "Readings of Kursk Oblast" in desk.get(handed_in, status=200).text
    desk.post(handed_in, {"verdict": "approved"}, status=303)
    assert "It was merged into" in desk.get("/desk/places/kursk-region", status=200).text
    assert places(ledger)["region"] == ("kursk-oblast", "russia")
    address = "/desk/places/kursk-region/separate"
    assert "lie in it, again" in desk.get(address, status=200).text
    desk.post(address, {"reason": ""}, status=422)
    handed_in = desk.post(address, {"reason": "Two."}, status=303).response.headers["location"]
    signed_in("reviewer")
    desk.post(handed_in, {"verdict": "approved"}, status=303)
    assert places(ledger)["region"] == ("kursk-region",)


def test_a_reviewer_notes_other_names_and_takes_them_back(ledger, desk, signed_in):
    signed_in("reviewer")
    address = "/desk/places/kursk-oblast/names"
    taken = desk.post(address, {"name": "Sudzha", "reason": "Why not"}, status=422)
    assert taken.soup.find("input", {"name": "name"})["value"] == "Sudzha"
    assert "leads to the place sudzha already" in taken.text
    desk.post(address, {"name": "Курская область"}, status=303)
    assert "Курская область" in desk.get(address, status=200).text
    desk.post(address, {"end": "Курская область"}, status=303)
    assert find_place(ledger, "Курская область") is None
    assert ledger.scalar(select(Place.slug).where(Place.name == "Курская область")) is None


def test_words_typed_for_a_merge_that_is_refused_are_still_there(ledger, desk, signed_in):
    signed_in("reviewer")
    form = {"into": "nowhere", "seen": "", "reason": "One oblast."}
    refused = desk.post("/desk/places/kursk-region/merge", form, status=422)
    assert refused.soup.find("textarea", {"name": "reason"}).text.strip() == "One oblast."
    again = "/desk/places/kursk-region/merge?into=kursk-oblast&reason=One+oblast."
    assert desk.get(again, status=200).soup.find("textarea", {"name": "reason"}).text.strip() == "One oblast."
    merged(ledger)
    change = {"name": "Kursk", "whole": "", "reason": "It is called so.", "shown": "1", "seen": ""}
    for address, typed, status in (
        ("/desk/places/kursk-region", change, 409),
        ("/desk/places/kursk-region/names", {"name": "Kursk", "reason": "It is called so."}, 422),
    ):
        page = desk.post(address, typed, status=status)
        assert {"Kursk", "It is called so."} <= {one.text for one in page.soup.select("p.said")}
    apart = desk.post("/desk/places/sudzha/separate", {"reason": "Two towns."}, status=409)
    assert "Two towns." in {one.text for one in apart.soup.select("p.said")}
    desk.post("/desk/places/nowhere", change, status=404)


def test_a_claim_that_waits_is_not_left_behind(ledger):
    with used_in(ledger):
        region = ledger.scalars(select(Place).where(Place.slug == "kursk-region")).one()
        RevisionFactory(claim=ClaimFactory(ref="waits"), place=region)
    before = ledger_version(ledger)
    with pytest.raises(NotToBeMerged, match="waits about Kursk region waits for its verdict"):
        merged(ledger)
    assert ledger_version(ledger) == before
