"""The one spelling of an exported row: what the database writes is read back, whatever was entered."""

# ruff: noqa: S608 - SQL is put together from names of our own

import csv
import io
import json

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from app.claims.forms import CLAIM_COLUMNS
from app.ledger.exported import as_json
from app.ledger.tables import Columns, read_rows

AWKWARD = st.sampled_from(
    [
        "=1+1",
        "+1",
        "-1",
        "@a",
        '"',
        '""',
        "\\",
        "\\.",
        "\\N",
        ",",
        "\n",
        "\t",
        "'",
        " ",
        "é",
        "김정은",
        "👩‍👩‍👧",
        "\x7f",
        "\u2028",
    ]
)
ANY = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=8)
CELL = st.lists(AWKWARD | ANY, max_size=5).map("".join)


def copied(session, sql, values):
    """What COPY writes of one row of values, and those values as the database holds them."""
    raw = session.connection().connection.driver_connection
    names = [f"c{place}" for place in range(len(values))]
    with raw.cursor() as cursor:
        cursor.execute(f"create temporary table cells ({', '.join(f'{name} text' for name in names)})")
        cursor.execute(
            f"insert into cells values ({', '.join('%s' for _ in names)})",
            [value or None for value in values],
        )
        with cursor.copy(f"copy (select {sql} from cells) to stdout with (format csv)") as copy:
            written = b"".join(bytes(block) for block in copy)
        cursor.execute("drop table cells")
    return written


def test_a_row_is_spelled_in_one_way_and_read_back(session):
    @given(st.lists(CELL, min_size=3, max_size=3))
    def check(values):
        values = ["ref", *values]
        written = copied(session, "c0, c1, c2, c3", values)
        assert written.endswith(b"\n")
        stream = io.BytesIO(b"a,b,c,d\n" + written)
        columns = Columns(("a", "b", "c", "d"), ())
        [(_, cells)] = read_rows(stream, columns, lambda line, reason: None)
        assert list(cells) == values
        assert list(csv.reader(io.StringIO(written.decode(), newline=""))) == [values]

    check()


def test_a_row_of_the_history_is_the_json_of_its_cells(session):
    columns = CLAIM_COLUMNS[:4]

    @given(st.lists(CELL, min_size=4, max_size=4))
    def check(values):
        sql = as_json({column: f"c{place}" for place, column in enumerate(columns)})
        [[written]] = csv.reader(io.StringIO(copied(session, sql, values).decode(), newline=""))
        cells = dict(zip(columns, values, strict=True))
        assert written == json.dumps(cells, ensure_ascii=False, separators=(",", ":"))

    check()


def test_what_needs_no_escape_is_written_the_same_without_one(session):
    cells = {column: f"c{place}" for place, column in enumerate(CLAIM_COLUMNS[:3])}
    values = ["nk-1.2_3", "2025-02/2025-03", ""]
    assert copied(session, as_json(cells, tuple(cells)), values) == copied(session, as_json(cells), values)


def test_figures_and_moments_have_one_spelling(session):
    spelled = text("select trim_scale(12.50)::text, trim_scale(100)::text, trim_scale(1e15)::text")
    assert session.execute(spelled).one() == ("12.5", "100", "1000000000000000")
