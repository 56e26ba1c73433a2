"""What stands in the cells of a CSV."""

import csv
from datetime import date
from io import StringIO

from app.answers.queries import Holding, MeasureText, Question
from app.downloads.tables import COLUMNS, NAMED, as_csv, names, reading_csv
from app.readings.choices import Choices
from tests.readings.build import START, increment, ledger


def asked_of(claims, **choices):
    held = ledger(*claims)
    facts = held.measures["sent"]
    text = MeasureText("sent", "Sent", facts.kind, facts.unit, None)
    return Question(Holding(7, None, "D", held, {"sent": text}), text, Choices(**choices), None, None)


def rows_of(content):
    return list(csv.DictReader(StringIO(content.decode(), newline="")))


def test_every_row_says_what_was_asked():
    asked = asked_of([increment("a", "5", "2025-01-01/2025-01-31")], known_on=date(2025, 6, 1), place=None)
    rows = rows_of(reading_csv(asked))
    assert list(rows[0]) == list(COLUMNS)
    assert {(row["version"], row["known_on"], row["choices"]) for row in rows} == {
        ("7", "2025-06-01", "known_on=2025-06-01")
    }


def test_a_sum_of_very_many_names_the_first_and_says_how_many_more():
    assert names([f"c{number}" for number in range(NAMED)]).split()[-1] == f"c{NAMED - 1}"
    told = names([f"c{number}" for number in range(NAMED + 3)]).split()
    assert (len(told), told[-1]) == (NAMED + 1, "+3")


def test_a_file_grows_with_its_rows_and_not_with_their_square():
    days = [date.fromordinal(START.toordinal() + number) for number in range(600)]
    claims = [increment(f"claim-number-{on}", "exact 5", f"{on}/{on}") for on in days]
    content = reading_csv(asked_of(claims))
    rows = rows_of(content)
    assert len(rows) == 601
    assert rows[-2]["selected"] == "3000"
    assert rows[-2]["selected_claims"].endswith(f"+{600 - NAMED}")
    assert len(content) < 601 * 3 * (NAMED + 5) * 24


def test_nothing_is_an_empty_cell():
    assert as_csv(("a", "b"), [(None, 0)]) == b"a,b\n,0\n"
