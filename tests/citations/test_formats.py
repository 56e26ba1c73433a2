"""Citations as reference managers read them, also where somebody's name was made to break them."""

import json
from datetime import date

import pytest
import rispy
from pybtex.database import parse_string

from app.citations.formats import Reference, bibtex, csl, one_line, plain_text, ris

HOSTILE = (
    'Sent}, url = {http://evil.example}, note={x} 100% of \\input{secret} # & _ ~ ^ 한국 “Ω” "quoted" @misc{'
)
LINES = "Sent\r\nER  - \r\nTY  - BOOK\u2028AU  - Somebody else\x00\u202e"


def of(title, author="Muster"):
    title, author = one_line(title), one_line(author)
    return Reference(
        key="abcdefghijklmnop",
        title=title,
        author=author,
        publisher=author,
        version=12,
        issued=date(2026, 11, 22),
        accessed=date(2026, 11, 23),
        url="https://muster.example/citations/abcdefghijklmnop",
        note=f"{title} 3,000.",
    )


def test_plain_text_says_who_what_which_version_when_and_where():
    assert plain_text(of("Sent: Troops abroad (ledger version 12, rule set 1)")) == (
        "Muster. (2026). Sent: Troops abroad (ledger version 12, rule set 1) [Data set]."
        " Result stored on 23 November 2026. https://muster.example/citations/abcdefghijklmnop\n"
    )


@pytest.mark.parametrize("words", [HOSTILE, LINES, "{", "}", "\\", "%", "a and b, Jr.", "“", "x" * 5000])
def test_bibtex_is_one_entry_with_its_own_fields_whatever_a_name_holds(words):
    written = bibtex(of(words, author=words))
    [entry] = parse_string(written, "bibtex").entries.values()
    assert entry.key == "muster-abcdefghijklmnop"
    assert set(entry.fields) == {"title", "publisher", "year", "month", "version", "url", "urldate", "note"}
    assert entry.fields["url"] == "https://muster.example/citations/abcdefghijklmnop"
    assert len(entry.persons["author"]) == 1
    assert written.count("@misc{") == 1 + written.count("@misc{\\textbraceleft")


def test_bibtex_leaves_no_command_and_no_comment_of_a_name():
    written = bibtex(of("100% of \\input{x} & more_#"))
    assert r"100\% of \textbackslash{}input\textbraceleft{}x\textbraceright{} \& more\_\#" in written


@pytest.mark.parametrize("words", [HOSTILE, LINES, "TY  - BOOK", "ER  - "])
def test_ris_is_one_reference_with_its_own_fields_whatever_a_name_holds(words):
    [entry] = rispy.loads(ris(of(words, author=words)))
    assert entry["type_of_reference"] == "DATA"
    assert entry["title"] == one_line(words)
    assert entry["authors"] == [one_line(words)]
    assert entry["urls"] == ["https://muster.example/citations/abcdefghijklmnop"]
    assert (entry["year"], entry["access_date"]) == ("2026", "2026/11/23")


def test_csl_json_says_the_same_and_keeps_every_letter():
    [item] = json.loads(csl(of(HOSTILE)))
    assert item["title"] == HOSTILE
    assert item["author"] == [{"literal": "Muster"}]
    assert item["type"] == "dataset"
    assert item["accessed"] == {"date-parts": [[2026, 11, 23]]}


def test_lines_and_signs_that_turn_or_end_text_are_left_out():
    assert one_line(LINES) == "Sent ER - TY - BOOK AU - Somebody else"
