"""The sentences of readings in Italian, written down by hand before the program said them."""

from datetime import date

import pytest

from app.languages.spoken import speaking
from app.readings.sentences import check_in_words
from tests.readings.build import increment, level, read, source, total

A, B, C = source("a", reliability="A"), source("b"), source("c", reliability="C")
SAID = "2025-03-27"


@pytest.fixture(autouse=True)
def italian():
    with speaking("it"):
        yield


def founding():
    """The founding article's three statements, of which at most two can be true."""
    return read(
        total("initial", "more_than 11,000", "2024-12-31", said=SAID, credibility=1),
        increment("more", "stated 3,000", "2025-01/2025-02", said=SAID, credibility=2),
        total("total", "nearly 11,000", SAID, said=SAID, credibility=3),
    )


def test_the_founding_articles_contradiction():
    (item,) = founding().contested
    assert item.sentence == (
        "più di 11.000 entro il 31 dicembre e 3.000 in più nei mesi di gennaio e febbraio danno "
        "insieme almeno 13.700; non può essere vero anche questo: quasi 11.000 entro il 27 marzo."
    )


def test_the_headline_of_the_founding_article():
    headline = founding().headline
    assert headline.sentence == ("Almeno 13.700 entro il 28 febbraio 2025; valore scelto: 14.000 (derivato).")
    assert headline.statements == "Ultime dichiarazioni: 11.000 (una fonte, nessuna contestata)."


def test_other_speakers_hear_nothing_of_it():
    with speaking("en"):
        (item,) = founding().contested
        assert item.sentence.endswith("make at least 13,700; nearly 11,000 by 27 March cannot also be true.")


def test_a_floor_against_a_ceiling():
    (item,) = read(
        total("floor", "more_than 3,000", "2024-12-08", by=A),
        total("c", "about 1,100", "2024-12-11", by=C),
    ).contested
    assert item.sentence == (
        "più di 3.000 entro l’8 dicembre significa almeno 3.000; "
        "non può essere vero anche questo: circa 1.100 entro l’11 dicembre (al massimo 1.210)."
    )
    assert item.needs == (
        "Perché valga, dovrebbe essere sbagliato questo: più di 3.000 entro l’8 dicembre (A)."
    )


def test_a_difference_of_totals_against_an_increment():
    (item,) = read(
        total("begin", "exact 100", "2024-10-05", by=A),
        total("end", "exact 150", "2024-10-09", by=A),
        increment("c", "exact 70", "2024-10-06/2024-10-09", by=C),
    ).contested
    assert item.sentence == (
        "precisamente 150 entro il 9 ottobre, sottraendo precisamente 100 entro il 5 ottobre, "
        "lascia al massimo 50; non può essere vero anche questo: "
        "precisamente 70 in più nel periodo 6–9 ottobre."
    )


def test_a_level_is_there_on_a_day_and_statements_are_counted():
    headline = read(
        level("l", "between 2,000 4,000", "2025-03-01", by=A),
        level("m", "exact 9,000", "2025-03-01", by=B),
        level("n", "exact 8,000", "2025-03-01", by=C),
    ).headline
    assert headline.sentence.startswith("Tra 2.000 e 4.000 il 1º marzo 2025; ")
    assert headline.statements.endswith("(3 famiglie, 2 contestate).")


@pytest.mark.parametrize(
    ("killed", "ceiling", "told"),
    [
        (1, 0, "almeno 1 ucciso, ma al massimo 0 uccisi o feriti."),
        (1_200, 1, "almeno 1.200 uccisi, ma al massimo 1 ucciso o ferito."),
    ],
)
def test_one_is_told_in_the_singular(killed, ceiling, told):
    day = date(2025, 4, 8)
    sentence = check_in_words(("killed", killed), ("casualties", (), ceiling), day, day)
    assert sentence == (
        "L’8 aprile 2025 le letture di uccisi e uccisi o feriti non possono essere tutte giuste: " + told
    )


def test_a_run_of_days_and_what_is_taken_off():
    told = check_in_words(
        ("present", 12_000), ("sent", ("killed", "returned"), 11_500), date(2025, 4, 8), date(2025, 5, 11)
    )
    assert told == (
        "Nel periodo 8 aprile 2025 – 11 maggio 2025 le letture di presenti, inviati, uccisi e rientrati non "
        "possono essere tutte giuste: il primo giorno almeno 12.000 presenti, ma al massimo 11.500 inviati "
        "meno quelli uccisi e quelli rientrati in patria."
    )


def test_a_contradiction_is_told_in_the_language_of_its_reading_whenever_it_is_asked():
    (item,) = read(
        total("floor", "more_than 3,000", "2024-12-08", by=A),
        total("c", "about 1,100", "2024-12-11", by=C),
    ).contested
    with speaking("en"):
        assert item.needs.startswith("Perché valga")
        assert "significa almeno 3.000" in item.sentence
