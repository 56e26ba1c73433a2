"""Files that are no ledger, or want to do harm: each is told in a sentence, and nothing is stored."""

# ruff: noqa: E501 - a file and its sentence are read on one line

import gzip
import stat
import struct
import zipfile

import pytest

from app.claims.forms import CLAIM_COLUMNS
from app.ledger import actions
from app.settings import Settings
from tests.ledger.ledgers import TOTAL, a_ledger, a_total, as_csv, counts, taken_in, told

HEADER = ",".join(CLAIM_COLUMNS)
ROW = as_csv([TOTAL], CLAIM_COLUMNS).splitlines()[1]


def refused_file(session, tmp_path, content):
    """What is told of a file called claims.csv with this content, given alone."""
    path = tmp_path / "claims.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    before = counts(session)
    refusals = told(taken_in(session, path))
    assert counts(session) == before
    return refusals


def refused(session, path):
    """What is told of a ledger at this path, of which nothing may be stored."""
    before = counts(session)
    refusals = told(taken_in(session, path))
    assert counts(session) == before
    return refusals


def a_zip(tmp_path, files):
    path = tmp_path / "ledger.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


SEMICOLONS = HEADER.replace(",", ";") + "\n"
UNREADABLE = {
    "an empty file": (b"", "claims.csv: is empty: its first line has to name the columns"),
    "only empty lines": (b"\n\n\r\n", "claims.csv: is empty"),
    "a byte-order mark and nothing else": (b"\xef\xbb\xbf", "claims.csv: is empty"),
    "semicolons": (SEMICOLONS, "claims.csv, line 1: is separated by semicolons: save it with commas"),
    "tabs": (HEADER.replace(",", "\t"), "claims.csv, line 1: is separated by tabs"),
    "an unknown column": (f"{HEADER},colour\n", "claims.csv, line 1: the column “colour” is not known"),
    "two unknown columns": (
        f"{HEADER},Claim_Ref,sourse\n",
        "claims.csv, line 1: the columns “Claim_Ref” (perhaps claim_ref), “sourse” (perhaps source) are not known",
    ),
    "a column without a name": (f"{HEADER},\n", "claims.csv, line 1: the column without a name is not known"),
    "a column twice": (f"{HEADER},low\n", "claims.csv, line 1: the column low is named twice"),
    "a required column missing": (
        HEADER.replace("said_on,", ""), "claims.csv, line 1: the column said_on is missing",
    ),
    "two required columns missing": (
        HEADER.replace("said_on,source,", ""), "claims.csv, line 1: the columns said_on, source are missing",
    ),
    "a header that is a row": (f"{ROW}\n", "claims.csv, line 1: the columns “one”, “troops”"),
    "a cell too many": (f"{HEADER}\n{ROW},x\n", "line 2: the row has 29 cells, the header names 28 columns"),
    "a cell too few": (f"{HEADER}\n{ROW[:-1]}\n", "line 2: the row has 27 cells, the header names 28 columns"),
    "Latin-1": (f"{HEADER}\n{ROW}caf".encode() + b"\xe9\n", "line 2: is not UTF-8: it has the byte 0xE9 here"),
    "UTF-8 cut off": (f"{HEADER}\n{ROW}".encode() + b"\xc3", "line 2: is not UTF-8: it has the byte 0xC3 here"),
    "UTF-16": (HEADER.encode("utf-16"), "claims.csv: is written in UTF-16: save the table as CSV (UTF-8)"),
    "UTF-16 without its mark": (HEADER.encode("utf-16-le"), "claims.csv: is written in UTF-16"),
    "a zero byte": (f"{HEADER}\n{ROW}\0\n", "line 2: has a byte of zero here: this is no text file"),
    "gzip": (gzip.compress(HEADER.encode()), "claims.csv: is compressed with gzip: unpack it first"),
    "PDF": (b"%PDF-1.7\n", "claims.csv: is a PDF document, not a CSV"),
    "an old spreadsheet": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "claims.csv: is an old spreadsheet file"),
    "a picture": (b"\x89PNG\r\n\x1a\n", "claims.csv: is a picture, not a CSV"),
    "any bytes": (bytes(range(1, 256)), "is not UTF-8: it has the byte 0x80 here"),
    "a quotation mark never closed": (
        f'{HEADER}\n{ROW}"open\n{ROW}\n', "line 2: a quotation mark is opened here and never closed",
    ),
    "a quotation mark inside a cell": (f'{HEADER}\n"on"e,{ROW}\n', "line 2: a quotation mark stands where"),
    "a cell without end": (
        f'{HEADER}\n{ROW}"' + "x" * 2_000_000, "line 2: the line goes on for more than 1,000,000",
    ),
    "a cell of lines without end": (
        f'{HEADER}\n{ROW}"' + "x\n" * 600_000, "the row goes on for more than 1,000,000",
    ),
    "a line without end": (HEADER + "," * 2_000_000, "line 1: the line goes on for more than 1,000,000"),
    "a row without end": (f"{HEADER}\n" + '"a\n",' * 400_000, "the row goes on for more than 1,000,000"),
    "empty lines without end": (f"{HEADER}\n" + "\n" * 10_002, "more than 10,000 empty lines follow one another"),
    "empty rows without end": (f"{HEADER}\n" + ",\n" * 10_002, "more than 10,000 empty lines follow one another"),
}  # fmt: skip


@pytest.mark.parametrize("what", UNREADABLE)
def test_a_file_that_cannot_be_read_is_told_in_one_sentence(session, tmp_path, what):
    content, sentence = UNREADABLE[what]
    (refusal,) = refused_file(session, tmp_path, content)
    assert sentence in refusal
    assert len(refusal) < 250


def test_ten_thousand_columns_are_counted_and_not_listed(session, tmp_path):
    columns = ",".join(f"c{number}" for number in range(10_000))
    (refusal,) = refused_file(session, tmp_path, f"{HEADER},{columns}\n{ROW}\n")
    assert "“c0”, “c1”, “c2”, “c3”, “c4” and 9,995 more are not known" in refusal
    assert len(refusal) < 250


def test_a_column_name_of_any_length_is_shortened(session, tmp_path):
    (refusal,) = refused_file(session, tmp_path, f"{HEADER},{'n' * 100_000}\n")
    assert len(refusal) < 250


def test_a_header_alone_is_a_ledger_without_claims(session, tmp_path):
    path = tmp_path / "claims.csv"
    path.write_text(f"{HEADER}\n")
    report = taken_in(session, path)
    assert (report.is_refused, report.claims.rows, report.version) == (False, 0, None)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_any_line_end_and_a_byte_order_mark_are_read(session, tmp_path, end, mark):
    folder = a_ledger(tmp_path, a_total(), a_total(claim_ref="two"))
    text = (folder / "claims.csv").read_text()
    (folder / "claims.csv").write_bytes(mark + text.replace("\n", end).encode())
    assert taken_in(session, folder).new == 2


def test_lines_are_counted_through_quoted_line_ends_and_empty_lines(session, tmp_path):
    folder = a_ledger(tmp_path, a_total(note="one\ntwo\nthree"), a_total(claim_ref="two", point="x"))
    path = folder / "claims.csv"
    path.write_text(path.read_text().replace("\ntwo,", "\n\n\ntwo,"), newline="")
    (refusal,) = told(taken_in(session, folder))
    assert refusal.startswith("claims.csv, line 7, column point")


def test_a_file_longer_than_what_is_read_at_once_is_read_whole(session, tmp_path):
    rows = [a_total(claim_ref=f"r{n}", note="é" * 3000 + "\n") for n in range(200)]
    folder = a_ledger(tmp_path, *rows, a_total(point="x"))
    (refusal,) = told(taken_in(session, folder))
    assert refusal.startswith(f"claims.csv, line {2 + 2 * 200}, column point")


def test_a_folder_without_claims_is_told_and_hints_at_the_likely_file(session, tmp_path):
    assert told(taken_in(session, tmp_path)) == [f"{tmp_path.name}: the folder has no claims.csv"]
    (tmp_path / "march.csv").write_text(HEADER)
    (refusal,) = told(taken_in(session, tmp_path))
    assert "the folder has no claims.csv; march.csv is there: rename the file" in refusal


GOOD = {"claims.csv": f"{HEADER}\n"}
TRICKS = {
    "an absolute path": ({"/etc/passwd": ""}, "/etc/passwd: the zip holds an absolute path"),
    "a drive": ({"C:\\claims.csv": ""}, "C:/claims.csv: the zip holds an absolute path"),
    "a path upwards": ({"../claims.csv": ""}, "../claims.csv: the zip holds a path that leaves its folder"),
    "a path upwards, later": ({"a/../../b": ""}, "a/../../b: the zip holds a path that leaves its folder"),
    "a path upwards, backwards": ({"..\\b": ""}, "../b: the zip holds a path that leaves its folder"),
    "another zip": ({"inner.zip": "PK"}, "inner.zip: the zip holds another zip: unpack it first"),
    "a spreadsheet": (
        {"[Content_Types].xml": ""},
        "is a spreadsheet or text document: save the table as CSV",
    ),
    "no claims": ({}, "ledger.zip: the zip has no claims.csv"),
    "two ledgers": ({"a/claims.csv": "", "b/claims.csv": ""}, "the zip holds more than one claims.csv"),
    "claims too deep": ({"a/b/claims.csv": ""}, "the zip has no claims.csv"),
    "too many files": ({f"f{n}": "" for n in range(1001)}, "the zip holds more than 1,000 files"),
    "a very long list of files": ({"n" * 60_000 + str(n): "" for n in range(20)}, "more than 1,000 files"),
}


@pytest.mark.parametrize("what", TRICKS)
def test_a_zip_with_a_trick_is_told_and_left(session, tmp_path, what):
    files, sentence = TRICKS[what]
    with_claims = {} if "claims" in what or "ledgers" in what else GOOD
    (refusal,) = refused(session, a_zip(tmp_path, {**with_claims, **files}))
    assert sentence in refusal


def test_a_link_in_a_zip_is_told(session, tmp_path):
    link = zipfile.ZipInfo("claims.csv")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    path = tmp_path / "ledger.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert refused(session, path) == ["claims.csv: the zip holds a link instead of a file"]


def test_a_file_twice_in_a_zip_is_told(session, tmp_path):
    path = tmp_path / "ledger.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("claims.csv", HEADER)
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("claims.csv", HEADER)
    assert refused(session, path) == ["claims.csv: is in the zip more than once"]


def test_an_encrypted_zip_is_told(session, tmp_path):
    path = a_zip(tmp_path, GOOD)
    content = bytearray(path.read_bytes())
    content[6] |= 1  # the flag of the file itself
    content[content.index(b"PK\x01\x02") + 8] |= 1  # and of the list of files
    path.write_bytes(content)
    assert refused(session, path) == ["claims.csv: the zip is encrypted: make one without a password"]


def damaged(content, how):
    if how == "its end is cut off":
        return content[:-30]
    if how == "its data is changed":
        return content[:60] + bytes([content[60] ^ 0xFF]) + content[61:]
    if how == "its method is unknown":
        changed = bytearray(content)
        struct.pack_into("<H", changed, 8, 99)
        struct.pack_into("<H", changed, changed.index(b"PK\x01\x02") + 10, 99)
        return bytes(changed)
    return b"PK\x03\x04" + b"\0" * 100


@pytest.mark.parametrize(
    "how", ["its end is cut off", "its data is changed", "its method is unknown", "it only begins like one"]
)
def test_a_damaged_zip_is_told(session, tmp_path, how):
    path = a_zip(tmp_path, {"claims.csv": f"{HEADER}\n" + f"{ROW}\n" * 50})
    path.write_bytes(damaged(path.read_bytes(), how))
    assert "the zip is damaged" in refused(session, path)[0]


@pytest.mark.parametrize("said", ["what it holds", "that it is small"])
def test_a_zip_bomb_is_stopped_while_it_is_read(session, tmp_path, monkeypatch, said):
    monkeypatch.setattr(actions, "read_settings", lambda: Settings(import_limit_mb=3))
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("claims.csv", f"{HEADER}\n" + f"{ROW}\n" * 40_000)
    if said == "that it is small":
        content = bytearray(path.read_bytes())
        struct.pack_into("<I", content, content.index(b"PK\x01\x02") + 24, 1000)
        path.write_bytes(content)
    refusals = refused(session, path)
    assert any(
        "is larger than 3 MB once unpacked" in refusal or "the zip is damaged" in refusal
        for refusal in refusals
    )


def test_a_large_file_that_is_no_zip_is_stopped_as_well(session, tmp_path, monkeypatch):
    monkeypatch.setattr(actions, "read_settings", lambda: Settings(import_limit_mb=3))
    refusals = refused_file(session, tmp_path, f"{HEADER}\n" + f"{ROW}\n" * 40_000)
    assert "claims.csv: is larger than 3 MB once unpacked, the most that is read" in refusals
