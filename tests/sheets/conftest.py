"""The desk with a small ledger, and tables that are brought to it."""

from datetime import date
from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pytest

from tests.accounts.conftest import desk, signed_in
from tests.claims.entering import a_ledger

__all__ = ["desk", "signed_in"]


@pytest.fixture
def ledger(session):
    """One deployment, a flow and a level, and one source."""
    a_ledger()


@pytest.fixture
def ann(session, desk, signed_in):
    """An editor who is signed in."""
    return signed_in("editor", name="ann")


def workbook(*rows, title="Losses", more=()) -> bytes:
    """An .xlsx with these rows in its first worksheet; `more` are worksheets by title and rows."""
    book = openpyxl.Workbook()
    for number, (name, lines) in enumerate([(title, rows), *more]):
        sheet = book.active if number == 0 else book.create_sheet()
        sheet.title = name
        for line in lines:
            sheet.append(line)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def opendocument(*rows) -> bytes:
    """An .ods with these rows, as small as one can be."""
    cells = "".join(f"<table:table-row>{''.join(map(_cell, row))}</table:table-row>" for row in rows)
    names = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{names} office:version="1.2">'
        f'<office:body><office:spreadsheet><table:table table:name="Foglio1">{cells}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    file = BytesIO()
    with ZipFile(file, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", manifest)
    return file.getvalue()


def _cell(value) -> str:
    if isinstance(value, str) and value.startswith("<table:"):
        return value  # a cell as it is written
    if value == "":
        return "<table:table-cell/>"
    if isinstance(value, date):
        return f'<table:table-cell office:value-type="date" office:date-value="{value}"/>'
    if isinstance(value, float):
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
    return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'
