"""A phrase and the cells beside it: who has the last word."""

import pytest

from app.desk.typed_figure import typed_figure


def read(phrase, before="", nature="total", language="", **cells):
    return typed_figure(phrase, cells, read_before=before, nature=nature, language=language)


def test_empty_cells_follow_the_phrase():
    assert read("nearly 11,000").cells == {"qualifier": "nearly", "high": "11000"}
    assert read("quasi 11.000").cells == {"qualifier": "nearly", "high": "11000"}
    assert read("between 10,000 and 12,000").said == [("at least", "10,000"), ("at most", "12,000")]


def test_cells_as_an_earlier_phrase_proposed_them_follow_the_new_one():
    figure = read("about 4,000", before="nearly 11,000", qualifier="nearly", high="11000")
    assert (figure.cells, figure.is_proposed) == ({"qualifier": "about", "point": "4000"}, True)


def test_cells_edited_by_hand_stay():
    figure = read("about 4,000", before="nearly 11,000", qualifier="nearly", high="12000")
    assert (figure.cells, figure.is_proposed) == ({"qualifier": "nearly", "high": "12000"}, False)
    assert figure.doubt is not None


@pytest.mark.parametrize("written", ["11,000", "11.000", "11 000", "11\u00a0000", "11'000"])
def test_a_cell_may_have_marks_between_thousands(written):
    assert read("", qualifier="stated", point=written).cells["point"] == "11000"


def test_a_share_keeps_its_decimals():
    assert read("12.5 %", nature="share").cells == {"qualifier": "stated", "point": "12.5"}
    assert read("", nature="share", qualifier="stated", point="12.500").cells["point"] == "12.500"


def test_a_percentage_is_no_count():
    assert read("15 percent").problem == "“15 percent” is a percentage: that is a share, not a count."


def test_a_phrase_that_cannot_be_read_is_a_problem_only_without_cells():
    assert "names no number" in read("dozens").problem
    figure = read("dozens", qualifier="at_least", low="24")
    assert (figure.problem, figure.cells["low"]) == (None, "24")
    assert "names no number" in figure.doubt


def test_a_statement_without_a_number_has_no_cells():
    assert read("nearly 11,000", nature="stance", point="3").cells == {}
