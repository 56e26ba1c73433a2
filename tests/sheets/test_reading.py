"""Files as people have them: any mark between cells, any encoding, workbooks of two kinds, and bad ones."""

import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sheets import reading
from app.sheets.reading import CannotRead, look_at
from tests.sheets.conftest import opendocument, workbook


def read(file: str | bytes, **how) -> list[tuple[int, list[str]]]:
    return list(look_at(file.encode() if isinstance(file, str) else file).rows(**how))


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_mark_between_cells_is_found(mark):
    text = f"Data{mark}Cifra\n1.2.2025{mark}“1”\n\n2.2.2025{mark}2\n"
    assert read(text) == [(1, ["Data", "Cifra"]), (2, ["1.2.2025", "“1”"]), (4, ["2.2.2025", "2"])]


ROWS = ["Date        Figure       Source", "2024-11-03  12,000       NATO", "2024-11-04  about 3,000  NATO"]
UNDER = "----------  ------       ----"
FRAME = "+------------+-------------+--------+"


def between(mark: str, row: str) -> str:
    """A row of columns with a mark before, between and after its cells."""
    return f"{mark} {row[:10]} {mark} {row[12:23]} {mark} {row[25:]} {mark}"


@pytest.mark.parametrize(
    "lines",
    [
        [between("|", ROWS[0]), "|---|---:|---|", *(between("|", row) for row in ROWS[1:])],
        ROWS,
        [ROWS[0], UNDER, *ROWS[1:]],
        [FRAME, between("|", ROWS[0]), FRAME, *(between("|", row) for row in ROWS[1:]), FRAME],
    ],
    ids=["Markdown", "columns", "columns under a rule", "a terminal"],
)
def test_a_table_that_is_drawn_in_text_is_read_without_its_rules(lines):
    found = [[cell for cell in cells if cell] for _line, cells in read("\n".join(lines))]
    assert found == [
        ["Date", "Figure", "Source"],
        ["2024-11-03", "12,000", "NATO"],
        ["2024-11-04", "about 3,000", "NATO"],
    ]


def test_a_stray_zero_byte_makes_no_other_encoding():
    assert read(b"Date,Figure\n2024-11-03,12\x00000\n")[1] == (2, ["2024-11-03", "12 000"])


def test_decimal_commas_between_semicolons_are_no_marks():
    assert read("a;b\n1,5;2,5\n3,5;4\n")[1] == (2, ["1,5", "2,5"])
    assert read("sep=;\na;b\n1,2;3\n") == [(2, ["a", "b"]), (3, ["1,2", "3"])]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", "città;più\nperché;già\n"),
        ("utf-8-sig", "città;più\nperché;già\n"),
        ("utf-16", "città;più\nperché;già\n"),
        ("utf-16-le", "città;più\nperché;già\n"),
        ("windows-1252", "città;più\nperché;già\n"),
        ("windows-1251", "дата;источник\n2025;Генштаб\n"),
        ("cp949", "날짜;출처\n2025;국가정보원\n"),
    ],
)
def test_the_encoding_is_found(encoding, text):
    expected = [line.split(";") for line in text.splitlines()]
    assert [cells for _line, cells in read(text.encode(encoding))] == expected


def test_an_encoding_that_was_guessed_wrong_can_be_chosen():
    file = "città;più\n".encode("windows-1252")
    assert list(look_at(file, "windows-1251").rows()) != list(look_at(file, "windows-1252").rows())
    with pytest.raises(CannotRead, match="Line 1 cannot be read as utf-8"):
        look_at(file, "utf-8")


def test_a_row_begins_where_its_quoted_cell_does():
    assert read('a,b\n"x\ny",1\nz,2\n') == [(1, ["a", "b"]), (2, ["x\ny", "1"]), (4, ["z", "2"])]


def test_cells_of_a_workbook_are_written_as_the_ledger_wants_them():
    rows = read(
        workbook(
            ["Losses, daily"],
            [],
            ["Date", "At", "Count", "Share", "Yes"],
            [date(2025, 2, 27), datetime.fromisoformat("2025-02-27T14:30"), 1234.0, 12.5, True],
        )
    )
    assert rows[1:] == [
        (3, ["Date", "At", "Count", "Share", "Yes"]),
        (4, ["2025-02-27", "2025-02-27T14:30", "1234", "12.5", "true"]),
    ]


def test_a_cell_merged_downwards_fills_its_rows_and_formulas_are_their_values():
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["", "Source", "Count"], ["", "NIS", 1], ["", None, 2], ["", "GUR", 3]):
        sheet.append(row)
    sheet.merge_cells("B2:B3")
    file = io.BytesIO()
    book.save(file)
    assert [cells for _line, cells in read(file.getvalue())][1:] == [["NIS", "1"], ["NIS", "2"], ["GUR", "3"]]


def test_a_worksheet_is_chosen_by_name():
    table = look_at(workbook(["a"], ["1"], more=[("Second", [["b"], ["2"]])]))
    assert table.worksheets == ("Losses", "Second")
    assert list(table.rows("Second")) == [(1, ["b"]), (2, ["2"])]


def test_an_open_document_is_read_too():
    file = opendocument(
        ["Data", "Cifra"], [date(2025, 2, 27), 1234.0], ["", ""], ["28.2.2025", "circa 3.000"]
    )
    assert read(file) == [
        (1, ["Data", "Cifra"]),
        (2, ["2025-02-27", "1234"]),
        (4, ["28.2.2025", "circa 3.000"]),
    ]


def test_a_cell_of_an_ods_merged_downwards_fills_its_rows():
    kursk = (
        '<table:table-cell office:value-type="string" table:number-rows-spanned="2"'
        ' table:number-columns-spanned="1"><text:p>Kursk</text:p></table:table-cell>'
    )
    file = opendocument(
        ('<table:table-cell table:number-columns-repeated="1"/>', "Place", "Sum"),
        ("", "", ""),
        ("a", kursk, 1.0),
        ("b", "<table:covered-table-cell/>", 2.0),
        ("c", "", 3.0),
    )
    assert read(file) == [
        (1, ["", "Place", "Sum"]),
        (3, ["a", "Kursk", "1"]),
        (4, ["b", "Kursk", "2"]),
        (5, ["c", "", "3"]),
    ]


def test_an_ods_that_declares_a_document_type_is_refused():
    file = opendocument(("a", "b"), ("1", "2"))
    grown = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(file)) as given, zipfile.ZipFile(grown, "w") as written:
        for name in given.namelist():
            content = given.read(name)
            if name == "content.xml":
                content = content.replace(b"?>", b'?><!DOCTYPE x [<!ENTITY e "eeee">]>', 1)
            written.writestr(name, content)
    with pytest.raises(CannotRead):  # by whichever of the two readers comes to it first
        read(grown.getvalue())


def a_zip(**files: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), text)
    return held.getvalue()


def far_away() -> bytes:
    """A few kilobytes that ask for half a terabyte: a cell in the last corner of a worksheet."""
    book = openpyxl.Workbook()
    book.active["A1"] = "Date"
    book.active.cell(1_048_576, 16_384, "x")
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("file", "why"),
    [
        (b"", "empty"),
        (b"%PDF-1.7", "PDF"),
        (b"\x1f\x8b\x08", "compressed"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old format"),
        (b"\x89PNG\r\n", "picture"),
        (b"<!DOCTYPE html><table>", "web page"),
        (b"\xef\xbb\xbf\n<HTML><table>", "web page"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "picture"),
        (b'<?xml version="1.0"?><Workbook/>', "a document, not a table"),
        (a_zip(**{"Index__Document.iwa": "x"}), "a document, not a table"),
        ("Date;Figure\n".encode("utf-32"), "UTF-32"),
        (b"PK\x03\x04nonsense", "damaged"),
        (a_zip(readme_txt="hello"), "no spreadsheet"),
        (a_zip(xl__workbook_xml="<no"), "damaged"),
        ('a,b\n1,"2\n3,4\n', "From line 2 on"),
        ("\n".join("a" for _ in range(reading.MOST_ROWS + 2)), "more than 100,000 rows"),
        (",".join("a" for _ in range(201)), "Line 1 has more than 200 cells"),
        ("a,b\n1," + "x" * 20_001, "Line 2 has a cell of more than 20,000 characters"),
        (b"a,b\n" + b"1,2\n" * 5_000_001, "larger than 20 MB"),
        (far_away(), "more memory or time"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 60 else "",
)
def test_what_cannot_be_read_is_refused_by_what_is_wrong(file, why):
    with pytest.raises(CannotRead) as refusal:
        read(file)
    assert why in refusal.value.sentence


def test_a_workbook_that_unpacks_to_more_than_is_read_is_refused(monkeypatch):
    monkeypatch.setattr(reading, "LARGEST_UNPACKED", 1_000_000)
    with pytest.raises(CannotRead, match="Unpacked it is larger"):
        look_at(a_zip(xl__workbook_xml="0" * 2_000_000))


@given(st.binary(max_size=300))
def test_no_file_does_more_than_be_refused(file):
    if file.startswith(b"PK"):
        return  # each of these would start a process
    try:
        rows = read(file)
    except CannotRead:
        return
    assert all(line >= 1 and "\0" not in "".join(cells) for line, cells in rows)
