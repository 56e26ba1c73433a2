"""Claims and days in words."""

import pytest

from app.charts.wording import claim_in_words, days_in_words, figure_in_words, listed, many, said_in_words
from app.claims.words import Standing
from app.dates import read_date, read_period
from tests.charts.pictures import share, stance
from tests.readings.build import event, increment, level, plan, source, total

NIS = source("South Korea NIS".lower())


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("11000", "11,000"),
        ("exact 101", "101"),
        ("about 3000", "about 3,000"),
        ("nearly 11000", "nearly 11,000"),
        ("at_least 100", "at least 100"),
        ("more_than 1", "more than 1"),
        ("up_to 500", "up to 500"),
        ("fewer_than 20", "fewer than 20"),
        ("between 2000 3000", "between 2,000 and 3,000"),
        ("low=3000 point=3000 at_least", "3,000 or more"),
        ("low=10 point=12 high=15 about", "about 12 (at least 10, at most 15)"),
    ],
)
def test_a_figure_is_told_with_its_hedge(words, read):
    assert figure_in_words(total("a", words, "2024-12-01")) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [("2024-10-23", "23 October 2024"), ("2024-10", "October 2024"), ("2024", "2024")],
)
def test_a_date_is_told_as_precisely_as_it_was_written(written, read):
    assert days_in_words(read_date(written)) == read


def test_a_period_is_told_by_its_ends():
    assert days_in_words(read_period("2025-01/2025-02")) == "from January 2025 to February 2025"


def test_the_day_of_saying_is_not_invented():
    assert said_in_words(read_date("2024-10")) == "said in October 2024"
    assert said_in_words(read_date("2024-10-05")) == "said on 5 October 2024"


@pytest.mark.parametrize(
    ("claim", "read"),
    [
        (
            total("a", "about 3000", "2024-10-23", by=NIS),
            "about 3,000 sent, as of 23 October 2024, said on 23 October 2024",
        ),
        (
            increment("a", "1500", "2024-10-08/2024-10-13", by=NIS),
            "1,500 sent, from 8 October 2024 to 13 October 2024, said on 13 October 2024",
        ),
        (
            event("a", "50", "2024-12-14", by=NIS),
            "50 sent in one event, on 14 December 2024, said on 14 December 2024",
        ),
        (
            plan("a", "about 10000", "2024-10-17", by=NIS, as_of=read_date("2024-12")),
            "a plan, about 10,000, by December 2024, said on 17 October 2024",
        ),
        (share("a", 33.25, "2025-01-19", by=NIS), "33.25 % sent, a share, said on 19 January 2025"),
        (stance("a", "2024-10-10", by=NIS), "a statement without a number, said on 10 October 2024"),
        (
            level("a", "5", "2025-01-01", by=NIS, place="kursk", place_name="Kursk Oblast"),
            "5 sent, in Kursk Oblast, as of 1 January 2025, said on 1 January 2025",
        ),
        (
            total("a", "5", "2025-01-01", by=NIS, counts_from="2024-12", standing=Standing.SET_ASIDE),
            "5 sent, counted from December 2024, as of 1 January 2025, said on 1 January 2025, set aside",
        ),
    ],
)
def test_a_claim_says_who_how_much_and_when(claim, read):
    assert claim_in_words(claim, "sent") == f"{NIS.name}: {read}"


def test_lists_and_plurals():
    assert (many(1, "family", "families"), many(2, "family", "families")) == ("1 family", "2 families")
    assert (listed([]), listed(["a"]), listed(["a", "b", "c"])) == ("", "a", "a, b and c")
