"""The chart in words."""

from app.charts.summary import chart_summary
from tests.charts.pictures import chart_of, founding_chart
from tests.readings.build import plan, read, total


def test_an_empty_chart_says_so():
    assert chart_summary(chart_of()) == "No claims yet."


def test_the_founding_chart_is_told_in_sentences():
    assert chart_summary(founding_chart()) == (
        "44 claims by 23 sources of 9 families, as of 10 October 2024 to 13 December 2025. "
        "The highest stated total is 15,000 (KBS (background figure): 15,000 sent, as of 13 December 2025, "
        "said on 13 December 2025). "
        "Among them 9 increments, 13 plans and 5 statements without a number."
    )


def test_a_plan_is_never_the_highest_total():
    text = chart_summary(chart_of(total("a", "10", "2024-11-01"), plan("b", "500000", "2024-11-02")))
    assert "The highest stated total is 10 " in text


def test_a_thinned_drawing_says_so():
    claims = [total(f"c{i}", str(i), "2025-01-01") for i in range(30)]
    text = chart_summary(chart_of(*claims, drawn_at_most=20))
    assert "The drawing shows 20 of the 30 claims. Of the others it shows 20 of 30: the lowest" in text


def test_with_a_reading_its_headline_and_contradictions_are_told():
    claims = total("a", "about 1100", "2024-12-23"), total("b", "more_than 3000", "2024-12-23", credibility=5)
    reading = read(*claims)
    text = chart_summary(chart_of(*claims, contested={c.claim_ref for c in reading.contested}), reading)
    assert reading.headline.sentence in text
    assert text.endswith("1 claim is contested by accepted ones.")
