"""Places from a file, into a ledger that has places."""

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from app.accounts.models import COMMAND_LINE
from app.models import Act, Person, PlaceDescription
from app.places.command import places_command
from app.places.importing import read_places, take_places
from app.places.queries import place_tree
from tests.factories import NOW, PlaceFactory


@pytest.fixture
def taken(session, tmp_path):
    """Take in the lines of a file; what became of it."""

    def take(*lines):
        path = tmp_path / "places.csv"
        path.write_text("\n".join(lines), encoding="utf-8")
        rows, faults = read_places(path)
        assert faults == []
        by = session.scalars(select(Person).where(Person.name == COMMAND_LINE)).one()
        return take_places(session, rows, reason="A gazetteer.", by=by, at=NOW)

    return take


def lying(session):
    return {place.slug: (place.name, place.whole) for _depth, place in place_tree(session).walk()}


def told(result):
    return (result.new, result.changed, result.same, result.refused)


def test_new_places_come_in_whatever_order_and_the_same_again_changes_nothing(session, taken):
    PlaceFactory(slug="sudzha", name="Sudzha")
    lines = ("name,lies_in", "Sudzha,Sudzha District", "Sudzha District,kursk-oblast", "Kursk Oblast,")
    assert told(taken(*lines)) == (2, 1, 0, [])
    assert lying(session) == {
        "kursk-oblast": ("Kursk Oblast", None),
        "sudzha-district": ("Sudzha District", "kursk-oblast"),
        "sudzha": ("Sudzha", "sudzha-district"),
    }
    acts = session.scalars(select(Act).where(Act.kind == "describe")).all()
    assert {act.origin for act in acts} == {"command_line"}
    assert told(taken(*lines)) == (0, 0, 3, [])
    assert len(session.scalars(select(Act).where(Act.kind == "describe")).all()) == len(acts)


def test_places_are_renamed_by_their_slugs_and_moved_also_where_two_change_places(session, taken):
    taken("name,lies_in", "Outer,", "Inner,Outer")
    assert told(taken("slug,name,lies_in", "outer,Outer Land,inner", "inner,Inner,")) == (0, 2, 0, [])
    assert lying(session) == {"outer": ("Outer Land", "inner"), "inner": ("Inner", None)}
    assert told(taken("name,lies_in", "Outer,Inner")) == (0, 0, 1, [])  # a name that it had
    before = session.scalars(select(PlaceDescription).where(PlaceDescription.number == 1)).all()
    assert all(one.name in {"Outer", "Inner"} for one in before)


def test_what_cannot_be_is_refused_by_its_line(session, taken):
    taken("name,lies_in", "Outer,", "Inner,Outer")
    refused = taken(
        "slug,name,lies_in",
        ",Outer,Inner",
        ",Lost,Nowhere",
        "other,Another,",
        ",Twice,",
        ",Twice,Outer",
        ",Ελλάδα,",
    ).refused
    assert sorted(refused) == [
        "line 2: Outer cannot lie in Inner, which lies in it.",
        "line 3: lies_in “Nowhere” is no place of the ledger or of this file",
        "line 4: slug “other” is of no place, and a new one of this name would be another",
        "line 6: Twice is in line 5 already",
        "line 7: name “Ελλάδα” needs a letter a to z or a digit, to be given an address",
    ]


def test_a_file_that_is_no_list_of_places_says_why(tmp_path):
    path = tmp_path / "places.csv"
    for text, told_of in (
        ("name,latitude\nKursk,51", "line 1: unknown column latitude"),
        ("slug\nkursk", "line 1: every column once"),
        ("name,lies_in\nKursk", "line 2: has 1 cells, and the header 2"),
        ('name\n"Kursk', "cannot be read as a CSV"),
    ):
        path.write_text(text, encoding="utf-8")
        done = CliRunner().invoke(places_command, [str(path)])
        assert (done.exit_code, told_of in done.stderr) == (1, True)
