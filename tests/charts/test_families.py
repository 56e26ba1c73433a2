"""Which family gets which colour."""

from datetime import date

from app.charts.families import (
    OTHERS,
    Family,
    FamilyTally,
    family_order,
    family_styles,
    rank_families,
    tally_families,
)
from app.charts.palette import SYMBOLS
from tests.charts.pictures import share
from tests.readings.build import source, total


def tally(slug, figures, first="2024-10-01"):
    return FamilyTally(Family(slug, slug), figures, date.fromisoformat(first))


def slugs(families):
    return [family.slug for family in families]


def test_families_with_more_figures_come_first():
    assert slugs(rank_families([tally("few", 2), tally("many", 40)])) == ["many", "few"]


def test_one_more_claim_changes_no_colour():
    before = rank_families([tally("east", 5, "2024-10-02"), tally("west", 6, "2024-10-01")])
    after = rank_families([tally("east", 7, "2024-10-02"), tally("west", 6, "2024-10-01")])
    assert slugs(before) == slugs(after) == ["west", "east"]


def test_of_families_of_like_size_the_first_to_speak_comes_first():
    assert slugs(rank_families([tally("b", 4, "2024-10-03"), tally("c", 4), tally("a", 4)])) == [
        "a",
        "c",
        "b",
    ]


def test_the_order_of_claims_changes_nothing():
    claims = [total(f"c{i}", "5", "2024-11-01", by=source(f"s{i % 5}")) for i in range(20)]
    assert family_order(claims) == family_order(reversed(claims))


def test_shares_are_no_figures_and_appearances_no_claims():
    claim = total("a", "5", "2024-11-01")
    again = total("b", "5", "2024-11-01", repeat_of="a")
    (counted,) = tally_families([claim, again, share("c", 5, "2024-10-05")])
    assert (counted.figures, counted.first_said) == (1, date(2024, 10, 5))


def test_eight_families_have_a_colour_and_a_shape_and_all_others_share_one():
    styles = list(family_styles([Family(f"f{i}", "") for i in range(12)]).values())
    assert [style.slot for style in styles] == [1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0]
    assert len({style.symbol for style in styles}) == len(SYMBOLS) == 9
    assert {style.key for style in styles[8:]} == {OTHERS}
