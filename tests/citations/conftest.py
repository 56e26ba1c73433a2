"""A ledger of a few claims about one deployment, and citing on it."""

from dataclasses import dataclass
from datetime import date

import pytest

from app import models
from tests.factories import ClaimFactory, DeploymentFactory, MeasureFactory, RevisionFactory, SourceFactory

SENT = "/deployments/troops/sent"


@dataclass(frozen=True)
class Ledger:
    """What is claimed, and ways to claim more."""

    shared: dict[str, object]
    claims: dict[str, models.Claim]
    sources: dict[str, models.Source]

    def correct(self, ref: str, **values) -> None:
        """A correction of a claim: it counts at once."""
        counted = {"qualifier": "stated", "as_of": "2025-02-01", "said_on": "2025-02-01"}
        source = self.sources[ref]
        RevisionFactory(
            **self.shared, claim=self.claims[ref], source=source, **(counted | values), approved=True
        )


@pytest.fixture
def ledger(session):
    """Two sources about troops sent, at the default choices 9,000 to 11,000 by 1 February 2025."""
    shared = {
        "deployment": DeploymentFactory(slug="troops", name="Troops abroad", starts_on=date(2024, 10, 1)),
        "measure": MeasureFactory(slug="sent", label="Sent"),
    }
    claims = {ref: ClaimFactory(ref=ref) for ref in ("first", "second")}
    sources = {
        "first": SourceFactory(slug="ours", name="Our ministry", reliability="B"),
        "second": SourceFactory(slug="theirs", name="Their service", reliability="C"),
    }
    RevisionFactory(
        **shared,
        claim=claims["first"],
        source=sources["first"],
        point=10_000,
        qualifier="stated",
        as_of="2025-02-01",
        said_on="2025-02-01",
        wording="ten thousand",
        approved=True,
    )
    RevisionFactory(
        **shared,
        claim=claims["second"],
        source=sources["second"],
        point=3_000,
        qualifier="about",
        as_of="2024-12-01",
        said_on="2024-12-02",
        approved=True,
    )
    return Ledger(shared, claims, sources)


@pytest.fixture
def cite(visit, site):
    """Cites a view by its address; gives the path of the citation."""

    def post(of: str) -> str:
        answer = site.post("/citations", data={"of": of})
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    return post
