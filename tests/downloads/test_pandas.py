"""What a researcher does first: three lines of Python, without an option."""

import pandas as pd
import pytest

NK = "nk-troops-russia"


@pytest.mark.parametrize("measure", ["sent", "casualties", "present"])
def test_the_csv_of_a_measure_is_read_by_its_address_alone(founding_address, founding_site, measure):
    frame = pd.read_csv(f"{founding_address}deployments/{NK}/{measure}.csv?known_on=2025-04-01")
    points = founding_site.get(f"/api/v1/deployments/{NK}/readings/{measure}?known_on=2025-04-01").json()[
        "points"
    ]
    assert list(frame["on"]) == [point["on"] for point in points]
    for name in ("low", "selected", "high"):
        told = [None if pd.isna(number) else int(number) for number in frame[name]]
        assert told == [point[name] for point in points]
    for name in ("derived", "strained"):
        assert frame[name].dtype == bool
        assert list(frame[name]) == [point[name] for point in points]
    assert set(frame["known_on"]) == {"2025-04-01"}
    assert list(pd.to_datetime(frame["on"]).dt.strftime("%Y-%m-%d")) == list(frame["on"])


def test_so_are_comparisons_and_lists(founding_address):
    losses = pd.read_csv(f"{founding_address}compare.csv?series={NK}/casualties&series={NK}/killed")
    assert set(losses["measure"]) == {"casualties", "killed"}
    claims = pd.read_csv(f"{founding_address}claims.csv?deployment={NK}&measure=sent")
    assert len(claims) == 44
    assert len(pd.read_csv(f"{founding_address}sources.csv")) == 44


def test_the_claims_behind_a_number_lead_to_their_sources(founding_address):
    """The readings of one chart, and who said what stands behind the last of them."""
    chart = pd.read_csv(f"{founding_address}deployments/{NK}/sent.csv")
    claims = pd.read_csv(f"{founding_address}claims.csv?measure=sent", index_col="claim_ref")
    behind = chart.iloc[-1]["selected_claims"].split()
    assert list(claims.loc[behind, "source"]) == ["KBS (background figure)"]
