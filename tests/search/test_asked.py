"""What is typed into the search box, term by term."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.search.asked import LONGEST, MOST_TERMS, Term, read_words


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("kursk", [Term("kursk")]),
        ("kursk killed", [Term("kursk"), Term("killed")]),
        ('"nearly 11,000" kursk', [Term("nearly 11,000", is_phrase=True), Term("kursk")]),
        ("“quasi 11.000”", [Term("quasi 11.000", is_phrase=True)]),
        ("«почти 11 000", [Term("почти 11 000", is_phrase=True)]),
        ("umer*", [Term("umer", is_beginning=True)]),
        ("kursk -tass", [Term("kursk"), Term("tass", is_unwanted=True)]),
        ('kursk -"nearly all"', [Term("kursk"), Term("nearly all", is_phrase=True, is_unwanted=True)]),
        ("11,000 11.000 1'234'567", [Term("11000"), Term("11000"), Term("1234567")]),
        ("3.5", [Term("3.5")]),
        ("11 000 killed", [Term("11000"), Term("killed")]),
        ("1 1000", [Term("1"), Term("1000")]),
        ("kyiv OR kiev", [Term("kyiv"), Term("kiev", is_other=True)]),
        (
            "OR kyiv or OR -kiev OR",
            [Term("OR"), Term("kyiv"), Term("or"), Term("kiev", is_unwanted=True), Term("OR")],
        ),
        ("북한군", [Term("북한군")]),
        ("& | ! ( ) : *", []),
        ('""', []),
        ("", []),
        ("-tass", []),
    ],
)
def test_a_question_is_read_term_by_term(typed, terms):
    assert list(read_words(typed).terms) == terms


def test_a_question_of_too_many_words_says_how_many_were_left_out():
    words = read_words(" ".join(f"w{number}" for number in range(MOST_TERMS + 3)))
    assert (len(words.terms), words.left_out) == (MOST_TERMS, 3)


def test_the_last_plain_word_may_be_the_beginning_of_one():
    assert read_words("seoul zel").begun().terms == (Term("seoul"), Term("zel", is_beginning=True))
    assert read_words('zel "a phrase"').begun() is None
    assert read_words("zel -tass").begun() is None
    assert read_words("").begun() is None


@given(st.text(max_size=400))
def test_whatever_is_typed_is_read(typed):
    words = read_words(typed)
    assert len(words.typed) <= LONGEST
    assert len(words.terms) <= MOST_TERMS
    assert all(term.text.strip() for term in words.terms)
    assert not words.terms or words.wanted
    assert read_words(words.typed) == words
