"""Figures typed as printed, one row of a table each; and any figure, however it is hedged and written."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.claims.forms import GREATEST_FIGURE
from app.claims.numerals import words
from app.claims.phrases import AFTER, BEFORE, NotAFigure, ReadFigure, read_figure
from app.claims.words import Qualifier

Q = Qualifier

READ = {
    "nearly 11,000": (Q.NEARLY, None, None, 11_000),
    "quasi 11.000 soldati": (Q.NEARLY, None, None, 11_000),
    "between 10,000 and 12,000": (Q.BETWEEN, 10_000, None, 12_000),
    "tra 10.000 e 12.000": (Q.BETWEEN, 10_000, None, 12_000),
    "from 300 to 400": (Q.BETWEEN, 300, None, 400),
    "da 300 a 400 uccisi": (Q.BETWEEN, 300, None, 400),
    "300–400": (Q.BETWEEN, 300, None, 400),
    "about 300 to 400": (Q.BETWEEN, 300, None, 400),
    "between about 300 and 400": (Q.BETWEEN, 300, None, 400),
    "two or three": (Q.BETWEEN, 2, None, 3),
    "2-4 thousand": (Q.BETWEEN, 2000, None, 4000),
    "tra 2 e 4 mila": (Q.BETWEEN, 2000, None, 4000),
    "between 500 and 2 thousand": (Q.BETWEEN, 500, None, 2000),
    "at least 3,000 but no more than 4,000": (Q.BETWEEN, 3000, None, 4000),
    "between 300 and 300": (Q.STATED, None, 300, None),
    "oltre 3mila": (Q.MORE_THAN, 3000, None, None),
    "more than about 3,000": (Q.MORE_THAN, 3000, None, None),
    "some 3,000 or more": (Q.AT_LEAST, 3000, 3000, None),
    "3,000 or more": (Q.AT_LEAST, 3000, None, None),
    "3000+": (Q.AT_LEAST, 3000, None, None),
    "no fewer than 100": (Q.AT_LEAST, 100, None, None),
    "non meno di 100 morti": (Q.AT_LEAST, 100, None, None),
    "up to 12,000 troops": (Q.UP_TO, None, None, 12_000),
    "as many as 12,000": (Q.UP_TO, None, None, 12_000),
    "fino a 1.200": (Q.UP_TO, None, None, 1200),
    "non più di 40": (Q.UP_TO, None, None, 40),
    "fewer than 40": (Q.FEWER_THAN, None, None, 40),
    "exactly 137": (Q.EXACT, None, 137, None),
    "137": (Q.STATED, None, 137, None),
    "11k": (Q.STATED, None, 11_000, None),
    "3 thousand": (Q.STATED, None, 3000, None),
    "1.5 million": (Q.STATED, None, 1_500_000, None),
    "2,5 milioni": (Q.STATED, None, 2_500_000, None),
    "11\u202f000": (Q.STATED, None, 11_000, None),
    "11’000": (Q.STATED, None, 11_000, None),
    "1.234.567": (Q.STATED, None, 1_234_567, None),
    "tremila": (Q.STATED, None, 3000, None),
    "mille": (Q.STATED, None, 1000, None),
    "three hundred": (Q.STATED, None, 300, None),
    "Twenty-five soldiers": (Q.STATED, None, 25, None),
    "ventuno": (Q.STATED, None, 21, None),
    "zero": (Q.STATED, None, 0, None),
    "~300": (Q.ABOUT, None, 300, None),
    "c. 500": (Q.ABOUT, None, 500, None),
    "300 circa": (Q.ABOUT, None, 300, None),
    "300 or so": (Q.ABOUT, None, 300, None),
    "a dozen": (Q.ABOUT, None, 12, None),
    "una dozzina": (Q.ABOUT, None, 12, None),
    "almeno una trentina": (Q.AT_LEAST, 30, None, None),
    "circa un migliaio": (Q.ABOUT, None, 1000, None),
    "12.5%": (Q.STATED, None, Decimal("12.5"), None),
    "circa il 12,5 per cento": (Q.ABOUT, None, Decimal("12.5"), None),
    "up to 40 percent": (Q.UP_TO, None, None, 40),
}


@pytest.mark.parametrize(("phrase", "read"), READ.items(), ids=READ)
def test_a_phrase_proposes_a_qualifier_and_bounds(phrase, read):
    assert read_figure(phrase) == ReadFigure(*read)


DOUBTFUL = {
    ("3.000", "en"): (ReadFigure(Q.STATED, point=3000), "in English"),
    ("nearly 3.000", None): (ReadFigure(Q.NEARLY, high=3000), "in English"),
    ("quasi 3,000", None): (ReadFigure(Q.NEARLY, high=3000), "in Italian"),
    ("3,000", "it"): (ReadFigure(Q.STATED, point=3000), "in Italian"),
    ("10-12,000", None): (ReadFigure(Q.BETWEEN, low=10_000, high=12_000), "“10” is read as 10,000"),
    ("between 12,000 and 10,000", None): (ReadFigure(Q.BETWEEN, low=10_000, high=12_000), "written first"),
}


@pytest.mark.parametrize(("asked", "answer"), DOUBTFUL.items(), ids=str)
def test_what_can_be_read_in_two_ways_says_so(asked, answer):
    read = read_figure(*asked)
    expected, doubt = answer
    assert doubt in read.doubt
    assert (read.qualifier, read.low, read.point, read.high) == (
        expected.qualifier, expected.low, expected.point, expected.high,
    )  # fmt: skip


@pytest.mark.parametrize(("phrase", "language"), [("3.000", "it"), ("3,000", "en"), ("quasi 3.000", None)])
def test_what_its_language_writes_so_is_not_doubtful(phrase, language):
    assert read_figure(phrase, language).doubt is None


REFUSED = {
    "": "No figure",
    "dozens": "names no number",
    "centinaia di soldati": "names no number",
    "soldiers": "No number is understood",
    "300 killed and 2,700 wounded": "names two figures",
    "300 and 2,700": "names two figures",
    "circa 300 soldati (tra i quali 100 ufficiali)": "names two figures",
    "more than 300 to 400": "names two figures",
    "300 to 400 or more": "names two figures",
    "1, 2 and 3": "names 3 numbers",
    "not 3,000": "denies",
    "non 3.000": "denies",
    "3.5": "no whole number",
    "10,00": "no whole number",
    "1.2345 thousand": "no whole number",
    "12.345%": "no percentage",
    "between 300": "no other end",
    "at least 300 or fewer": "do not go together",
    "2000000000 million": "larger than any figure",
}


@pytest.mark.parametrize(("phrase", "reason"), REFUSED.items(), ids=REFUSED)
def test_what_is_not_understood_is_said_in_a_sentence(phrase, reason):
    with pytest.raises(NotAFigure, match=reason):
        read_figure(phrase)


CELL = {
    Q.EXACT: "point", Q.STATED: "point", Q.ABOUT: "point", Q.NEARLY: "high", Q.AT_LEAST: "low",
    Q.MORE_THAN: "low", Q.UP_TO: "high", Q.FEWER_THAN: "high",
}  # fmt: skip
BEFORE_A_FIGURE = st.sampled_from([(hedge, word) for hedge, group in BEFORE.items() for word in group])
AFTER_A_FIGURE = st.sampled_from([(hedge, word) for hedge, group in AFTER.items() for word in group])
FIGURES = st.integers(0, GREATEST_FIGURE)
WRITTEN = st.sampled_from([
    str, lambda n: f"{n:,}", lambda n: f"{n:,}".replace(",", "."), lambda n: f"{n:,}".replace(",", " "),
    lambda n: f"{n:,}".replace(",", "\u202f"), lambda n: f"{n:,}".replace(",", "’"),
])  # fmt: skip


def cells(read: ReadFigure) -> dict:
    return {name: getattr(read, name) for name in ("low", "point", "high") if getattr(read, name) is not None}


@given(BEFORE_A_FIGURE, FIGURES, WRITTEN, st.sampled_from(["", " troops", " soldati uccisi"]))
def test_any_figure_is_read_after_any_hedge(hedge, figure, write, noun):
    read = read_figure(f"{hedge[1]} {write(figure)}{noun}")
    assert (read.qualifier, cells(read)) == (hedge[0], {CELL[hedge[0]]: figure})


@given(AFTER_A_FIGURE, FIGURES, WRITTEN)
def test_any_figure_is_read_before_any_hedge(hedge, figure, write):
    read = read_figure(f"{write(figure)} {hedge[1]}")
    assert (read.qualifier, cells(read)) == (hedge[0], {CELL[hedge[0]]: figure})


RANGES = st.sampled_from(
    ["between {} and {}", "tra {} e {}", "from {} to {}", "da {} a {}", "{}-{}", "{} to {}"]
)


@given(RANGES, st.lists(FIGURES, min_size=2, max_size=2, unique=True), WRITTEN)
def test_any_range_is_read(pattern, ends, write):
    low, high = sorted(ends)
    read = read_figure(pattern.format(*map(write, (low, high))))
    if read.doubt is None or "is read as" not in read.doubt:
        assert (read.qualifier, cells(read)) == (Q.BETWEEN, {"low": low, "high": high})


@given(st.text())
def test_any_text_is_read_or_refused(text):
    try:
        read = read_figure(text)
    except NotAFigure as refusal:
        read, said = None, str(refusal)
    assert cells(read) if read else said.endswith((".", "?"))


IN_WORDS = {"ventotto": 28, "trentuno": 31, "quarantamila": 40_000, "duecento": 200, "ninety nine": 99}


def test_numbers_in_words_are_what_they_say():
    assert {word: words()[word] for word in IN_WORDS} == IN_WORDS
