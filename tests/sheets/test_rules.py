from datetime import timedelta

from tests.factories import (
    NOW,
    ColumnMappingFactory,
    PersonFactory,
    SpreadsheetCheckFactory,
    SpreadsheetFactory,
    SpreadsheetRowFactory,
)
from tests.rules import each_broken, refused


def one_header_twice():
    person = PersonFactory().id
    return [ColumnMappingFactory(person_id=person, header="0" * 64) for _time in range(2)]


def one_key_twice():
    return [SpreadsheetFactory(key="the-same-key-of-a-table") for _time in range(2)]


BROKEN = [
    ("spreadsheets_key_is_plain", lambda: SpreadsheetFactory(key="short")),
    ("spreadsheets_one_per_key", one_key_twice),
    ("spreadsheets_kept_until_handed_in", lambda: SpreadsheetFactory(file=None)),
    ("spreadsheets_rows_counted_from_nought", lambda: SpreadsheetFactory(rows=-1)),
    ("spreadsheets_header_line_from_nought", lambda: SpreadsheetFactory(header_line=-1)),
    ("spreadsheets_like_known_is_known", lambda: SpreadsheetFactory(like_known="whatever")),
    ("spreadsheets_touched_once_begun", lambda: SpreadsheetFactory(touched_at=NOW - timedelta(days=1))),
    ("spreadsheets_mapping_is_named", lambda: SpreadsheetFactory(mapping=["Date"])),
    ("spreadsheets_versions_from_nought", lambda: SpreadsheetFactory(mapping={}, checked_version=-1)),
    ("spreadsheets_mapped_before_checked", lambda: SpreadsheetFactory(checked_version=1)),
    ("spreadsheets_no_empty_text", lambda: SpreadsheetFactory(name="")),
    ("spreadsheet_rows_lines_from_one", lambda: SpreadsheetRowFactory(line=0)),
    ("spreadsheet_checks_lines_from_one", lambda: SpreadsheetCheckFactory(line=0)),
    (
        "spreadsheet_checks_kind_is_known",
        lambda: SpreadsheetCheckFactory(kind="odd"),
    ),
    ("spreadsheet_checks_problems_are_listed", lambda: SpreadsheetCheckFactory(kind="refused", problems={})),
    ("spreadsheet_checks_refused_for_a_reason", lambda: SpreadsheetCheckFactory(kind="refused")),
    ("column_mappings_header_is_hashed", lambda: ColumnMappingFactory(header="Date,Figure")),
    ("column_mappings_mapping_is_named", lambda: ColumnMappingFactory(mapping=[])),
    ("column_mappings_one_per_header", one_header_twice),
]


@each_broken(BROKEN)
def test_a_table_that_breaks_a_rule_is_refused(session, rule, attempt):
    with refused(session, rule):
        attempt()
