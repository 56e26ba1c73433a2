"""Dates, counts and addresses as pages show them."""

from datetime import UTC, date, datetime

import pycountry
import pytest
from jinja2 import UndefinedError

from app.claims.approved import ApprovedClaim, Attribution
from app.claims.words import Nature, Qualifier
from app.dates import read_date, read_period
from app.languages.iso import english_names
from app.pages import (
    ENVIRONMENT,
    counted,
    country,
    host_of,
    in_a_sentence,
    iso,
    language,
    moment,
    numbers_marked,
    quantity,
    short_days,
    stated,
    web_address,
    with_query,
)


def claim(**values):
    source = Attribution(slug="s", name="S", family="s", family_name="S")
    made = {"nature": Nature.TOTAL, "qualifier": Qualifier.STATED} | values
    return ApprovedClaim(
        ref="c", deployment="d", measure="m", source=source, said_on=read_date("2025"), **made
    )


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("2025", "2025"),
        ("2025-07", "Jul 2025"),
        ("2025-07-09", "9 Jul 2025"),
        ("2024-10-08/2024-10-13", "8 to 13 Oct 2024"),
        ("2024-10-28/2024-11-02", "28 Oct to 2 Nov 2024"),
        ("2024-12-28/2025-01-02", "28 Dec 2024 to 2 Jan 2025"),
        ("2025-01/2025-02", "Jan to Feb 2025"),
        ("2024-12/2025-02", "Dec 2024 to Feb 2025"),
        ("2025-01/2025-02-27", "Jan 2025 to 27 Feb 2025"),
        ("2024/2025", "2024 to 2025"),
        ("2025-01/2025-01", "Jan 2025"),
    ],
)
def test_short_dates_are_as_precise_as_they_were_written(written, shown):
    days = read_period(written) if "/" in written else read_date(written)
    assert short_days(days) == shown


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"point": 3000}, "3,000 persons"),
        ({"point": 3000, "qualifier": Qualifier.ABOUT}, "about 3,000 persons"),
        ({"high": 11000, "qualifier": Qualifier.NEARLY}, "nearly 11,000 persons"),
        ({"low": 300, "qualifier": Qualifier.AT_LEAST}, "at least 300 persons"),
        ({"low": 10000, "high": 12000, "qualifier": Qualifier.BETWEEN}, "between 10,000 and 12,000 persons"),
        ({"point": 12000, "nature": Nature.PLAN}, "a plan: 12,000 persons"),
        ({"point": 15, "nature": Nature.SHARE}, "15 %"),
        ({"nature": Nature.STANCE, "qualifier": None}, "a statement without a number"),
    ],
)
def test_what_was_stated_keeps_its_hedge_and_its_unit(values, words):
    assert quantity(claim(**values), "persons") == words


def test_a_statement_without_a_number_has_none_in_a_table():
    assert stated(claim(nature=Nature.STANCE, qualifier=None)) == "no number"


def test_numbers_are_marked_and_everything_else_is_escaped():
    assert numbers_marked("about 3,000 <b>'5'") == "about <b>3,000</b> &lt;b&gt;&#39;<b>5</b>&#39;"


@pytest.mark.parametrize(
    ("label", "words"),
    [("Killed or wounded", "killed or wounded"), ("UN staff", "UN staff"), ("X", "x"), ("", "")],
)
def test_a_label_within_a_sentence_begins_small_unless_it_is_an_acronym(label, words):
    assert in_a_sentence(label) == words


def test_things_are_counted_in_the_right_number():
    assert counted(1, "claim") == "1 claim"
    assert counted(1200, "claim") == "1,200 claims"
    assert counted(2, "family", "families") == "2 families"


@pytest.mark.parametrize(
    ("url", "followed"),
    [
        ("https://example.org/a", True),
        ("HTTP://example.org", True),
        ("javascript:alert(1)", False),
        (" javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//example.org/a", False),
        ("https:///nowhere", False),
        ("http://[broken", False),
        (None, False),
    ],
)
def test_only_web_addresses_are_followed(url, followed):
    assert (web_address(url) == url and url is not None) is followed


def test_names_for_codes_and_hosts():
    assert (country("PRK"), country("RUS"), country("Freedonia")) == ("North Korea", "Russia", "Freedonia")
    assert (language("ko"), language("xx")) == ("Korean", "xx")
    assert host_of("https://www.example.org/a") == "example.org"


def test_a_language_is_called_what_the_standard_calls_it():
    named = [one for one in pycountry.languages if hasattr(one, "alpha_2")]
    assert len(named) > 180
    assert {one.alpha_2: one.name for one in named} == english_names()


def test_machines_read_the_same_days():
    assert iso(read_period("2025-01/2025-02")) == "2025-01"
    assert iso(date(2025, 1, 2)) == "2025-01-02"
    assert moment(datetime(2026, 11, 23, 9, 5, tzinfo=UTC)) == "23 November 2026, 09:05 UTC"


def test_an_address_without_parameters_has_no_question_mark():
    assert with_query("/claims", []) == "/claims"
    assert with_query("/claims", [("q", "a b"), ("q", "&")]) == "/claims?q=a+b&q=%26"


def test_an_unknown_name_in_a_template_is_an_error():
    with pytest.raises(UndefinedError):
        ENVIRONMENT.from_string("{{ nothing }}").render()


def test_what_is_put_into_a_template_is_escaped():
    assert ENVIRONMENT.from_string("{{ text }}").render(text="<i>") == "&lt;i&gt;"
