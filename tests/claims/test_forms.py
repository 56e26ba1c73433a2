"""The shape of one claim, whoever writes it down: a spreadsheet, a form, a program."""

from datetime import date

import pytest

from app.claims.forms import CLAIM_COLUMNS, ClaimRow, claim_row, last_day_counted, read_claim

TODAY = date(2026, 11, 1)
TOTAL = ClaimRow(
    claim_ref="one", deployment="troops", measure="sent", nature="total", point="100", qualifier="stated",
    as_of="2025-01-31", said_on="2025-02-01", source="Ministry",
)  # fmt: skip


def read(**cells):
    return read_claim(TOTAL._replace(**cells), TODAY)


def columns_at_fault(**cells):
    return [problem.column for problem in read(**cells).problems]


def test_a_row_without_fault_has_no_problem():
    assert read().problems == []


def test_the_columns_are_those_of_the_claims_csv():
    assert ",".join(CLAIM_COLUMNS) == (
        "claim_ref,deployment,measure,nature,low,point,high,qualifier,as_of,period,counts_from,place,said_on,"
        "source,publisher,title,url,published_on,language,wording,credibility,supersedes,part_of,repeat_of,"
        "standing,standing_reason,standing_on,note"
    )


def test_a_row_is_made_from_names_and_what_is_none_is_not_known():
    row = claim_row({"claim_ref": "one", "low": None, "point": "5"})
    assert (row.claim_ref, row.low, row.point, row.high) == ("one", "", "5", "")


def test_a_name_that_is_no_column_is_refused():
    with pytest.raises(TypeError, match="colour"):
        claim_row({"colour": "red"})


def test_an_empty_standing_is_good():
    assert read().row.standing == "good"


def test_space_around_cells_and_kinds_of_line_ends_are_no_content():
    row = read(point=" 100\t", note=" one\r\ntwo\rthree \n", source="\u00a0Ministry ").row
    assert (row.point, row.note, row.source) == ("100", "one\ntwo\nthree", "Ministry")


def test_a_letter_written_as_two_is_the_same_letter():
    assert read(source="Minist\u00e8re").row == read(source="Ministe\u0300re").row


@pytest.mark.parametrize(
    ("written", "kept"),
    [("5", "5"), ("0", "0"), ("12.5", "12.5"), ("12.50", "12.5"), ("100.00", "100"), ("0.05", "0.05")],
)
def test_a_percentage_has_one_spelling(written, kept):
    found = read(nature="share", point=written, as_of="")
    assert (found.problems, found.row.point) == ([], kept)


@pytest.mark.parametrize(
    "written", ["", "1.", ".5", "1.234", "01", "1,5", "-1", "\u0661", "NaN", "1e1", "0x1"]
)
def test_what_is_no_percentage_is_refused(written):
    assert columns_at_fault(nature="share", point=written) == ["point"]


@pytest.mark.parametrize("figure", ["0", "1", "1000000000000000"])
def test_the_least_and_the_greatest_figure_are_taken(figure):
    assert columns_at_fault(point=figure) == []


def test_bounds_are_compared_as_numbers():
    assert columns_at_fault(low="9", point="10", high="11") == []
    assert columns_at_fault(low="10", point="9", high="11") == ["point"]
    assert columns_at_fault(low="10", point="", high="9") == ["high"]
    assert columns_at_fault(low="3", point="2", high="1") == ["point", "high"]


def test_a_figure_that_cannot_be_read_is_not_compared():
    assert columns_at_fault(low="many", point="1") == ["low"]


def test_all_that_is_wrong_is_told_at_once():
    wrong = {"claim_ref": "", "nature": "x", "point": "", "as_of": "x", "said_on": "", "url": "x"}
    assert columns_at_fault(**wrong) == ["as_of", "claim_ref", "nature", "point", "said_on", "url"]


@pytest.mark.parametrize(
    ("as_of", "said_on", "published_on", "fault"),
    [
        ("2025-02", "2025-02-01", "", []),  # the month begins on the day it was said
        ("2025-02-02", "2025-02-01", "", ["as_of"]),
        ("2025-02-15", "2025-02", "", []),  # said_on means its last day
        ("2025-02-15", "2025-02", "2025-02-10", ["as_of"]),  # published before: said by then
        ("2025-02-15", "2025-02", "2025-02-15", []),
        ("2025-02-15", "2025-02", "2025-01", ["as_of"]),  # never before its own first day, 1 February
        ("2025-02-01", "2025-02", "2025-01", []),
    ],
)
def test_a_total_begins_no_later_than_the_day_it_was_said(as_of, said_on, published_on, fault):
    assert columns_at_fault(as_of=as_of, said_on=said_on, published_on=published_on) == fault


@pytest.mark.parametrize(
    ("counts_from", "fault"),
    [
        ("2025-01-31", []),
        ("2025-01", []),
        ("2025", []),
        ("2025-02", ["counts_from"]),
        ("2026", ["counts_from"]),
    ],
)
def test_a_count_starts_no_later_than_it_ends(counts_from, fault):
    assert columns_at_fault(counts_from=counts_from) == fault


def test_a_plan_may_be_about_days_to_come():
    assert columns_at_fault(nature="plan", as_of="2027") == []


def test_what_was_said_after_today_needs_the_day_of_its_document():
    assert columns_at_fault(said_on="2026-11-01") == []
    assert columns_at_fault(said_on="2026-11-02") == ["said_on"]
    assert columns_at_fault(said_on="2026-11") == ["said_on"]
    assert columns_at_fault(said_on="2026-11", published_on="2026-10-30") == []


def test_a_wording_is_counted_in_characters():
    assert columns_at_fault(wording="語" * 300) == []
    assert columns_at_fault(wording="語" * 301) == ["wording"]


@pytest.mark.parametrize("character", ["\x00", "\x1f", "\x7f", "\x85x", "\ud800"])
def test_a_character_that_is_no_text_is_refused(character):
    assert columns_at_fault(note=f"a{character}b") == ["note"]


@pytest.mark.parametrize("address", ["http://example.org", "HTTPS://example.org/ü?q=1#x"])
def test_a_web_address_is_taken(address):
    assert columns_at_fault(url=address) == []


@pytest.mark.parametrize(
    "address", ["example.org", "http://", "https:///path", "data:text/html,x", "https://a\nb"]
)
def test_what_is_no_web_address_is_refused(address):
    assert columns_at_fault(url=address) == ["url"]


@pytest.mark.parametrize(
    ("cells", "day"),
    [
        ({}, date(2025, 1, 31)),
        ({"as_of": "2025", "said_on": "2025-02-01"}, date(2025, 2, 1)),  # cut to the day it was said
        ({"nature": "event", "as_of": "", "period": "2025-01/2025-02"}, date(2025, 2, 28)),
        ({"nature": "level"}, None),
        ({"nature": "event", "as_of": "", "period": ""}, None),
    ],
)
def test_the_last_day_counted_is_cut_to_the_day_it_was_said(cells, day):
    found = read(**cells)
    assert last_day_counted(found.row.nature, found.days) == day
