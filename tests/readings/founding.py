"""The founding ledger straight from its files, without the database or the import."""

import csv
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from unicodedata import normalize

from app.claims.approved import ApprovedClaim, Attribution
from app.claims.words import Nature, Qualifier, Standing
from app.dates import read_date, read_period
from app.readings.facts import DeploymentClaims, DeploymentFacts, Kind, MeasureFacts

FOLDER = Path(__file__).parents[2] / "examples" / "nk-russia"


def rows(name):
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def slug(name):
    plain = normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "-".join("".join(letter if letter.isalnum() else " " for letter in plain).split())


@cache
def sources() -> dict[str, Attribution]:
    return {
        row["name"]: Attribution(
            slug=slug(row["name"]),
            name=row["name"],
            family=slug(row["family"] or row["name"]),
            family_name=row["family"] or row["name"],
            kind=row["kind"] or None,
            country=row["country"] or None,
            reliability=row["reliability"] or None,
            stance=row["stance"] or None,
        )
        for row in rows("sources.csv")
    }


def approved(row) -> ApprovedClaim:
    def number(cell):
        kind = Decimal if row["nature"] == "share" else int
        return kind(row[cell]) if row[cell] else None

    def days(cell):
        return read_date(row[cell]) if row[cell] else None

    return ApprovedClaim(
        ref=row["claim_ref"],
        deployment=row["deployment"],
        measure=row["measure"],
        nature=Nature(row["nature"]),
        source=sources()[row["source"]],
        said_on=read_date(row["said_on"]),
        low=number("low"),
        point=number("point"),
        high=number("high"),
        qualifier=Qualifier(row["qualifier"]) if row["qualifier"] else None,
        as_of=days("as_of"),
        period=read_period(row["period"]) if row["period"] else None,
        counts_from=days("counts_from"),
        published_on=days("published_on"),
        place=slug(row["place"]) or None,
        place_name=row["place"] or None,
        credibility=number("credibility"),
        supersedes=row["supersedes"] or None,
        part_of=row["part_of"] or None,
        repeat_of=row["repeat_of"] or None,
        standing=Standing(row["standing"] or "good"),
        standing_reason=row["standing_reason"] or None,
    )


@cache
def deployment(name) -> DeploymentClaims:
    facts = next(row for row in rows("deployments.csv") if row["slug"] == name)
    return DeploymentClaims.of(
        DeploymentFacts(name, date.fromisoformat(facts["starts_on"]), int(facts["level_valid_days"])),
        [MeasureFacts(row["slug"], Kind(row["kind"]), row["unit"]) for row in rows("measures.csv")],
        [approved(row) for row in rows("claims.csv") if row["deployment"] == name],
    )
