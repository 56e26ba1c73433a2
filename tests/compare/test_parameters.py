"""What is put side by side, as an address says it."""

import pytest

from app.answers.parameters import BadParameters
from app.compare.parameters import AT_MOST, Asked, By, Counted, read_asked
from app.readings.choices import Choices, Tolerance

KILLED, SENT = ("troops", "killed"), ("troops", "sent")


def refused(*asked) -> list[tuple[str, str]]:
    with pytest.raises(BadParameters) as refusal:
        read_asked(asked)
    return [(error.field, error.message) for error in refusal.value.errors]


def test_nothing_asked_for_is_an_empty_comparison():
    assert read_asked([]) == Asked((), By.DATE, Counted.ABSOLUTE, Choices())


def test_series_keep_their_order_and_are_named_once():
    asked = read_asked(
        [("series", "troops/killed"), ("series", " troops/sent "), ("series", "troops/killed")]
    )
    assert asked.subjects == (KILLED, SENT)


def test_scale_direction_and_the_common_choices_are_read():
    asked = read_asked([("by", "days"), ("scale", "per_sent"), ("tolerance", "5"), ("utm_source", "x")])
    assert (asked.by, asked.counted, asked.choices) == (
        By.DAYS,
        Counted.PER_SENT,
        Choices(tolerance=Tolerance.FIVE),
    )


@pytest.mark.parametrize("value", ["troops", "troops/", "/killed", "troops/killed/x", "a\x00/b"])
def test_a_series_that_is_none_is_named(value):
    assert refused(("series", value)) == [
        ("series", f"“{value}” is no series: write the slugs of a deployment and a measure as one/other")
    ]


def test_no_more_series_than_can_be_told_apart():
    many = [("series", f"troops/measure-{number}") for number in range(AT_MOST + 1)]
    assert refused(*many) == [("series", "is given 9 times; 8 fit on one chart")]
    assert len(read_asked(many[:AT_MOST]).subjects) == AT_MOST


def test_every_bad_value_is_named_at_once():
    found = refused(
        ("series", "x"), ("by", "week"), ("scale", "log"), ("known_on", "soon"), ("by", ""), ("scale", "")
    )
    assert [field for field, _ in found] == ["known_on", "series", "by", "scale"]
    assert found[2] == ("by", "“week” is none of date, days")


def test_a_value_given_twice_is_refused():
    assert refused(("by", "days"), ("by", "date")) == [("by", "is given 2 times; one value is taken")]


def test_the_address_says_what_is_no_default():
    asked = read_asked([("series", "troops/killed"), ("by", "date"), ("scale", "absolute")])
    assert asked.address == "/compare?series=troops%2Fkilled"
    full = read_asked(
        [("series", "troops/killed"), ("series", "troops/sent"), ("by", "days"), ("known_on", "2025-01-31")]
    )
    assert full.address == (
        "/compare?series=troops%2Fkilled&series=troops%2Fsent&by=days&known_on=2025-01-31"
    )
    assert full.without(SENT) == "/compare?series=troops%2Fkilled&by=days&known_on=2025-01-31"
