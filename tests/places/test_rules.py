"""What the database holds of places and of what they lie in, broken rule by rule."""

from itertools import pairwise

from app.places.models import PlaceDescription
from tests.factories import PlaceDescriptionFactory, PlaceFactory, current_session, new_version
from tests.rules import each_broken, insert_copies, refused


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


BROKEN = [
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
