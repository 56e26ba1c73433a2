"""What the database holds of places and of what they lie in, broken rule by rule."""

from datetime import UTC, datetime
from itertools import pairwise

from app.places.models import PlaceDescription
from tests.factories import (
    PlaceAliasFactory,
    PlaceDescriptionFactory,
    PlaceFactory,
    PlaceMergeFactory,
    RevisionFactory,
    current_session,
    new_version,
)
from tests.rules import each_broken, insert_copies, refused, update_by_hand


def chain(*slugs):
    """Places of which each lies in the next."""
    places = [PlaceFactory(slug=slug) for slug in slugs]
    for place, whole in pairwise(places):
        PlaceDescriptionFactory(place=place, whole=whole, name=place.name)
    return places


def lies_in_its_part():
    village, _, oblast = chain("village", "raion", "oblast")
    PlaceDescriptionFactory(place=oblast, whole=village, name=oblast.name)


def lies_in_itself():
    place = PlaceFactory()
    PlaceDescriptionFactory(place=place, whole=place)


def two_in_each_other_at_once():
    one, two, other = PlaceFactory(), PlaceFactory(), PlaceFactory()
    pattern = PlaceDescriptionFactory(place=other, whole=one)
    version = new_version()
    insert_copies(
        current_session(),
        pattern,
        {"place_id": one.id, "whole_id": two.id, "name": one.name, "version": version},
        {"place_id": two.id, "whole_id": one.id, "name": two.name, "version": version},
    )


def merged_into(place, into):
    return PlaceMergeFactory(place=place, into=into)


def replaced_at_once(made):
    version = new_version()
    return made(version=version, replaced_version=version)


def second_merge(**values):
    insert_copies(current_session(), PlaceMergeFactory(), {"version": new_version()} | values)


def same_number():
    first = PlaceMergeFactory(version=new_version(), replaced_version=new_version())
    insert_copies(
        current_session(), first, {"version": first.replaced_version, "replaced_version": new_version()}
    )


def a_part_is_left():
    _, oblast = chain("town", "oblast")
    merged_into(oblast, PlaceFactory())


def a_part_comes_to_it():
    gone = PlaceFactory()
    merged_into(gone, PlaceFactory())
    PlaceDescriptionFactory(whole=gone)


def in_a_circle_of_merges():
    one, two = PlaceFactory(), PlaceFactory()
    merged_into(one, two)
    merged_into(two, one)


def under_a_merged_place(**values):
    gone = PlaceFactory()
    merged_into(gone, PlaceFactory())
    return RevisionFactory(place=gone, **values)


BROKEN = [
    (
        "place_aliases_one_current_per_name",
        lambda: insert_copies(current_session(), PlaceAliasFactory(name="Twice"), {"version": new_version()}),
    ),
    ("place_aliases_slug_is_plain", lambda: PlaceAliasFactory(slug="No Slug")),
    ("place_aliases_name_is_short", lambda: PlaceAliasFactory(name="n" * 301)),
    ("place_aliases_no_empty_text", lambda: PlaceAliasFactory(name="")),
    ("place_aliases_replaced_later", lambda: replaced_at_once(PlaceAliasFactory)),
    (
        "place_aliases_lead_to_one_place",
        lambda: [PlaceFactory(name="Taken"), PlaceAliasFactory(name="Taken")],
    ),
    (
        "place_aliases_lead_to_one_place",
        lambda: [PlaceFactory(slug="taken"), PlaceAliasFactory(slug="taken")],
    ),
    (
        "place_aliases_lead_to_one_place",
        lambda: [PlaceAliasFactory(slug="taken"), PlaceAliasFactory(slug="taken")],
    ),
    (
        "place_aliases_lead_to_one_place",
        lambda: [PlaceDescriptionFactory(name="Was so"), PlaceAliasFactory(name="Was so")],
    ),
    ("places_lead_to_one_place", lambda: [PlaceAliasFactory(slug="taken"), PlaceFactory(slug="taken")]),
    (
        "place_descriptions_lead_to_one_place",
        lambda: [PlaceAliasFactory(name="Taken"), PlaceDescriptionFactory(name="Taken")],
    ),
    ("place_merges_into_another", lambda: merged_into(one := PlaceFactory(), one)),
    ("place_merges_replaced_later", lambda: replaced_at_once(PlaceMergeFactory)),
    ("place_merges_numbered_from_one", lambda: PlaceMergeFactory(number=0)),
    ("place_merges_numbers_follow", lambda: PlaceMergeFactory(number=2)),
    ("place_merges_one_per_place_id_number", same_number),
    ("place_merges_one_current", lambda: second_merge(number=2)),
    ("place_merges_origin_is_known", lambda: PlaceMergeFactory(origin="post")),
    (
        "place_merges_recorded_in_known_years",
        lambda: PlaceMergeFactory(recorded_at=datetime(3000, 1, 1, tzinfo=UTC)),
    ),
    ("place_merges_no_empty_text", lambda: PlaceMergeFactory(reason="")),
    ("place_descriptions_lie_in_one_that_stands", a_part_comes_to_it),
    ("places_slug_is_plain", lambda: PlaceFactory(slug="Kursk Oblast")),
    ("places_no_empty_text", lambda: PlaceFactory(name="")),
    ("places_one_per_slug", lambda: [PlaceFactory(slug="kursk"), PlaceFactory(slug="kursk")]),
    ("place_descriptions_no_empty_text", lambda: PlaceDescriptionFactory(name="")),
    ("place_descriptions_name_is_short", lambda: PlaceDescriptionFactory(name="n" * 301)),
    ("place_descriptions_origin_is_known", lambda: PlaceDescriptionFactory(origin="post")),
    ("place_descriptions_lies_in_another", lies_in_itself),
    ("place_descriptions_lie_in_no_circle", lies_in_its_part),
    ("place_descriptions_lie_in_no_circle", two_in_each_other_at_once),
    (
        "place_descriptions_keep_their_names",
        lambda: [PlaceFactory(name="Kursk"), PlaceDescriptionFactory(name="Kursk")],
    ),
    (
        "place_descriptions_keep_their_names",
        lambda: [PlaceDescriptionFactory(name="Kursk"), PlaceDescriptionFactory(name="Kursk")],
    ),
    (
        "places_keep_their_names",
        lambda: [PlaceDescriptionFactory(name="Kursk"), PlaceFactory(name="Kursk")],
    ),
]


@each_broken(BROKEN)
def test_what_is_no_place_is_refused(session, rule, attempt):
    with refused(session, rule):
        attempt()


def test_a_place_can_move_and_what_was_above_it_come_into_it(session):
    """Circles are looked for at each version: what lay in one another at different times is none."""
    town, oblast = chain("town", "oblast")
    PlaceDescriptionFactory(place=town, name=town.name)
    later = PlaceDescriptionFactory(place=oblast, whole=town, name=oblast.name)
    assert session.get_one(PlaceDescription, later.id).whole_id == town.id


def test_no_claim_is_left_about_a_place_that_is_merged_or_given_to_one(session):
    for values in ({"approved": True}, {}):
        place = PlaceFactory()
        RevisionFactory(place=place, **values)
        with refused(session, "place_merges_leave_no_claim"):
            merged_into(place, PlaceFactory())
        with refused(session, "claim_revisions_name_a_place_that_stands"):
            under_a_merged_place(**values)
    assert under_a_merged_place(rejected=True).id


def test_what_a_place_is_called_besides_and_merged_into_ceases_once(session):
    for made in (PlaceAliasFactory, PlaceMergeFactory):
        past = made(version=new_version(), replaced_version=new_version())
        with refused(session, f"{past.__tablename__}_closed_once"):
            update_by_hand(session, past, replaced_version=new_version())


def test_a_merge_leads_in_no_circle_and_leaves_no_part(session):
    with refused(session, "place_merges_never_in_a_circle"):
        in_a_circle_of_merges()
    with refused(session, "place_merges_leave_no_part"):
        a_part_is_left()
