"""Places as pages show them: the tree, one place, and the forms by which they are entered and moved."""

import pytest
from sqlalchemy import select

from app.acts.queries import ledger_version
from app.answers.queries import question
from app.claims.queries import approved_claims
from app.places.actions import InACircle, NewerDescription, create_place, describe_place
from app.places.aliases import add_alias
from app.places.models import Place
from app.places.queries import find_place, place_tree
from app.readings.choices import Choices
from tests.factories import (
    NOW,
    ClaimFactory,
    DeploymentFactory,
    MeasureFactory,
    PersonFactory,
    PlaceFactory,
    RevisionFactory,
)


@pytest.fixture
def kursk(session):
    """Sudzha in its raion in Kursk Oblast, a claim about the town and one about the oblast."""
    by = PersonFactory(role="reviewer")
    deployment, measure = DeploymentFactory(slug="troops"), MeasureFactory(slug="sent", label="Sent")
    about = {"deployment": deployment, "measure": measure, "approved": True, "as_of": "2025-02-01",
             "said_on": "2025-02-02", "qualifier": "exact"}  # fmt: skip
    create_place(session, "Kursk Oblast", whole=None, by=by, at=NOW)
    create_place(session, "Sudzha raion", whole="kursk-oblast", by=by, at=NOW)
    town = PlaceFactory(slug="sudzha", name="Sudzha")
    RevisionFactory(claim=ClaimFactory(ref="town"), place=town, point=120, **about)
    RevisionFactory(
        claim=ClaimFactory(ref="oblast"),
        place=session.scalars(select(Place).where(Place.slug == "kursk-oblast")).one(),
        point=100,
        **(about | {"as_of": "2025-01-01"}),
    )
    session.info["by"] = by
    return session


def moved(session, slug="sudzha", **cells):
    place = place_tree(session)[slug]
    said = {"name": place.name, "whole": place.whole, "reason": "It lies there.", "shown": place.number}
    return describe_place(session, slug, **{**said, **cells}, by=session.info["by"], at=NOW)


def headline(session, place, version=None):
    answer = question(session, "troops", "sent", Choices(place=place, version=version)).reading()
    return answer.headline.low


def test_a_move_counts_from_its_version_on_and_no_earlier(kursk):
    before = ledger_version(kursk)
    assert headline(kursk, "kursk-oblast") == 100
    moved(kursk, whole="sudzha-raion")
    assert headline(kursk, "kursk-oblast") == 120
    assert headline(kursk, "sudzha-raion") == 120
    assert headline(kursk, "kursk-oblast", before) == 100
    moved(kursk, whole=None, name="Суджа", reason="Elsewhere.")
    assert headline(kursk, "kursk-oblast") == 100
    assert headline(kursk, "kursk-oblast", before + 1) == 120
    [named] = [claim for claim in approved_claims(kursk) if claim.place == "sudzha"]
    assert (named.place_name, named.place_wholes) == ("Суджа", ())
    [then] = [claim for claim in approved_claims(kursk, version=before + 1) if claim.place == "sudzha"]
    assert (then.place_name, then.place_whole_names) == ("Sudzha", ("Sudzha raion", "Kursk Oblast"))
    # It is found by any name that it has or had.
    assert find_place(kursk, "Суджа") == find_place(kursk, "Sudzha") is not None


def test_what_cannot_be_so_is_refused_in_words(kursk):
    moved(kursk, whole="sudzha-raion")
    with pytest.raises(InACircle, match="Kursk Oblast cannot lie in Sudzha, which lies in it"):
        moved(kursk, "kursk-oblast", whole="sudzha")
    with pytest.raises(InACircle, match="cannot lie in itself"):
        moved(kursk, whole="sudzha")
    with pytest.raises(NewerDescription):
        moved(kursk, shown=0, name="Soudja")


def test_the_tree_the_place_and_its_claims_are_shown(kursk, visit):
    moved(kursk, whole="sudzha-raion")
    tree = visit("/places", status=200).text
    assert tree.index("Kursk Oblast") < tree.index("Sudzha raion") < tree.rindex("Sudzha")
    assert "2 claims and appearances, 1 of them about its parts" in tree
    oblast = visit("/places/kursk-oblast", status=200)
    assert "/deployments/troops/sent?place=kursk-oblast" in oblast.links
    assert {"/places/sudzha", "/places/sudzha-raion", "/claims/town"} <= oblast.links
    assert "counts for Sudzha raion, Kursk Oblast as well" in visit("/places/sudzha", status=200).text
    assert {"/places/sudzha", "/places/kursk-oblast"} <= visit("/claims/town", status=200).links
    visit("/places/atlantis", status=404)


@pytest.mark.parametrize(
    "address",
    ["/claims?place=kursk-oblast", "/search?q=oblast", "/deployments/troops/sent?place=kursk-oblast"],
)
def test_claims_about_a_part_are_found_by_its_whole(kursk, visit, address):
    moved(kursk, whole="sudzha-raion")
    assert {"/claims/town", "/claims/oblast"} <= visit(address, status=200).links


def test_the_api_filters_by_the_whole(kursk, site, visit):
    moved(kursk, whole="sudzha-raion")
    listed = site.get("/api/v1/claims?place=kursk-oblast").json()["items"]
    assert [claim["place_slug"] for claim in listed] == ["kursk-oblast", "sudzha"]


def test_a_reviewer_moves_a_place_by_its_form(kursk, desk, signed_in):
    signed_in("reviewer")
    assert "Sudzha" in desk.get("/desk/places", status=200).text
    form = {"name": "Sudzha", "whole": "kursk-oblast", "shown": "0"}
    unsaid = desk.post("/desk/places/sudzha", form | {"whole": "", "name": "S"}, status=422)
    assert "Why" in unsaid.text
    # A move is weighed first: nothing is stored, and what was typed stands in the page that says so.
    shown = desk.post("/desk/places/sudzha", form | {"reason": "On the map."}, status=200)
    assert "Readings of Kursk Oblast" in shown.text
    assert [cell.text for cell in shown.soup.select(".moves tr:nth-of-type(1) td")][:2] == ["100", "120"]
    assert "On the map." in shown.soup.find("textarea", {"name": "reason"}).text
    seen = shown.soup.find("input", {"name": "seen"})["value"]
    desk.post("/desk/places/sudzha", form | {"reason": "On the map.", "seen": seen}, status=303)
    assert "On the map." in desk.get("/desk/places/sudzha", status=200).text
    circle = form | {"name": "K", "whole": "sudzha", "reason": "x", "shown": "1"}
    refused = desk.post("/desk/places/kursk-oblast", circle, status=422)
    assert "cannot lie in Sudzha" in refused.text
    assert refused.soup.find("input", {"name": "name"})["value"] == "K"
    desk.post("/desk/places", {"name": "kursk oblast", "whole": ""}, status=422)
    desk.post("/desk/places", {"name": "Lgov", "whole": "kursk-oblast"}, status=303)
    log = desk.get("/changes", status=200)
    assert "Added : the place Lgov" in log.text
    assert "/places/lgov" in log.links
    assert "Lies in" in desk.get(f"/changes/{ledger_version(kursk) - 1}", status=200).text


def test_an_editor_adds_places_and_moves_none(kursk, desk, signed_in):
    signed_in("editor")
    assert "takes a reviewer" in desk.get("/desk/places/sudzha", status=200).text
    desk.post("/desk/places/sudzha", {}, status=403)


def test_of_many_places_one_is_chosen_by_any_of_its_names(kursk, desk, signed_in):
    for number in range(201):
        PlaceFactory(slug=f"village-{number}", name=f"Village {number}")
    add_alias(kursk, "kursk-oblast", "Курская область", by=kursk.info["by"], at=NOW)
    signed_in("reviewer")
    form = desk.get("/desk/places/village-7").main.select("form.entry")[-1]
    offered = [one["value"] for one in form.select("datalist option")]
    assert (form.select("select"), len(offered)) == ([], 200)
    assert "Kursk Oblast" in offered
    typed = {"name": "Village 7", "reason": "On the map.", "shown": "0", "seen": ""}
    for whole in ("Sudzha raion, Kursk Oblast", "Sudzha raion", "sudzha-raion"):
        shown = desk.post("/desk/places/village-7", typed | {"whole": whole}, status=200)
        assert "Move it" in shown.text
        assert shown.soup.find(id="whole")["value"].startswith("Sudzha raion")
    refused = desk.post("/desk/places/village-7", typed | {"whole": "Atlantis"}, status=422)
    assert "“Atlantis” is no place of the ledger." in refused.text
    assert refused.soup.find(id="whole")["value"] == "Atlantis"
    desk.post("/desk/places", {"name": "Lgov", "whole": "Курская область"})
    assert place_tree(kursk)["lgov"].whole == "kursk-oblast"
    both = desk.get("/desk/places/village-7/merge?into=Village+8")
    assert both.soup.find("input", {"name": "into", "type": "hidden"})["value"] == "village-8"
    missing = desk.get("/desk/places/village-7/merge?into=Atlantis", status=422)
    assert missing.soup.find(id="into")["value"] == "Atlantis"
