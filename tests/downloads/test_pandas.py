"""What a researcher does first: three lines of Python, without an option."""

from collections.abc import Iterator

import pandas as pd
import pytest

from tests.running import muster

NK = "nk-troops-russia"


@pytest.fixture(scope="module")
def address(founding_url: str) -> Iterator[str]:
    """A site over the founding ledger, in a process of its own."""
    with muster("serve", "--port", "0", environment={"DATABASE_URL": founding_url}) as site:
        yield site.address()


@pytest.mark.parametrize("measure", ["sent", "casualties", "present"])
def test_the_csv_of_a_measure_is_read_by_its_address_alone(address, founding_site, measure):
    frame = pd.read_csv(f"{address}deployments/{NK}/{measure}.csv?known_on=2025-04-01")
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


def test_so_are_comparisons_and_lists(address):
    losses = pd.read_csv(f"{address}compare.csv?series={NK}/casualties&series={NK}/killed")
    assert set(losses["measure"]) == {"casualties", "killed"}
    claims = pd.read_csv(f"{address}claims.csv?deployment={NK}&measure=sent")
    assert len(claims) == 44
    assert len(pd.read_csv(f"{address}sources.csv")) == 44


def test_the_claims_behind_a_number_lead_to_their_sources(address):
    """The readings of one chart, and who said what stands behind the last of them."""
    chart = pd.read_csv(f"{address}deployments/{NK}/sent.csv")
    claims = pd.read_csv(f"{address}claims.csv?measure=sent", index_col="claim_ref")
    behind = chart.iloc[-1]["selected_claims"].split()
    assert list(claims.loc[behind, "source"]) == ["KBS (background figure)"]
