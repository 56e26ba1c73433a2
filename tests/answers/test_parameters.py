"""Choices in an address: what is read, what is refused, and that writing and reading agree."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answers.parameters import BadParameters, address_of, read_choices, write_choices
from app.readings.choices import Choices, Precedence, Tolerance

SLUGS = st.frozensets(st.from_regex(r"[a-z0-9][a-z0-9-]{0,9}", fullmatch=True), max_size=3)
DAYS = st.none() | st.dates()
ANY_CHOICES = st.builds(
    Choices,
    known_on=DAYS,
    version=st.none() | st.integers(0, 10**9),
    since=DAYS,
    on=DAYS,
    tolerance=st.sampled_from(Tolerance),
    precedence=st.sampled_from(Precedence),
    sources=SLUGS,
    families=SLUGS,
    lowest_grade=st.none() | st.sampled_from("ABCDEF"),
    stances=st.frozensets(st.sampled_from(["own", "opponent", "third"])),
    place=st.none() | st.from_regex(r"[a-z0-9][a-z0-9-]{0,9}", fullmatch=True),
)


def test_no_parameters_are_the_default_choices() -> None:
    assert read_choices([]) == Choices()


def test_an_empty_field_of_a_form_counts_as_not_given() -> None:
    assert read_choices([("known_on", ""), ("source", ""), ("tolerance", " ")]) == Choices()


def test_repeatable_parameters_gather_their_values() -> None:
    choices = read_choices([("source", "nis"), ("source", "jcs"), ("stance", "third")])
    assert choices.sources == {"nis", "jcs"}
    assert choices.stances == {"third"}


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("known_on", "2025-02", "is not a day"),
        ("known_on", "2025-02-30", "is not a day"),
        ("known_on", "20250227", "is not a day"),
        ("since", "yesterday", "is not a day"),
        ("on", "2025-2-7", "is not a day"),
        ("version", "-1", "is not a ledger version"),
        ("version", "1٣", "is not a ledger version"),
        ("tolerance", "7", "is none of rounding, 0, 5, 10, 20"),
        ("precedence", "GRADED", "is none of graded, latest"),
        ("lowest_grade", "G", "is none of A, B, C, D, E, F"),
        ("stance", "friend", "is none of own, opponent, third"),
    ],
)
def test_a_bad_value_is_refused_by_name(name: str, value: str, words: str) -> None:
    with pytest.raises(BadParameters) as refused:
        read_choices([(name, value)])
    (error,) = refused.value.errors
    assert error.field == name
    assert value in error.message
    assert words in error.message


def test_all_bad_values_are_named_at_once() -> None:
    with pytest.raises(BadParameters) as refused:
        read_choices([("known_on", "x"), ("tolerance", "y"), ("on", "z")])
    assert [error.field for error in refused.value.errors] == ["known_on", "on", "tolerance"]


def test_a_single_choice_given_twice_is_refused() -> None:
    with pytest.raises(BadParameters, match="given 2 times"):
        read_choices([("tolerance", "5"), ("tolerance", "10")])


def test_unknown_parameters_are_passed_over_on_pages_and_refused_elsewhere() -> None:
    shared = [("utm_source", "mail"), ("tolerance", "5")]
    assert read_choices(shared).tolerance is Tolerance.FIVE
    with pytest.raises(BadParameters, match="utm_source: is not a parameter here"):
        read_choices(shared, strict=True)


def test_the_canonical_address_leaves_defaults_out() -> None:
    choices = read_choices([("tolerance", "rounding"), ("place", "kursk-oblast"), ("known_on", "2025-04-01")])
    assert address_of("/deployments/x/sent", choices) == (
        "/deployments/x/sent?known_on=2025-04-01&place=kursk-oblast"
    )
    assert address_of("/deployments/x/sent", Choices()) == "/deployments/x/sent"
    assert choices.known_on == date(2025, 4, 1)


@given(ANY_CHOICES)
def test_choices_survive_being_written_and_read(choices: Choices) -> None:
    assert read_choices(write_choices(choices), strict=True) == choices
