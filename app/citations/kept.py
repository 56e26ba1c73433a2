"""What is kept of a result: readings as the API answers them, and the claims behind them in full."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from app.answers.queries import Holding, MeasureText
from app.charts.families import family_order
from app.citations.models import CitedKind
from app.claims.answer import claim_answer
from app.readings.answer import Json, reading_answer
from app.readings.results import Reading
from app.readings.rules import RULE_SET

FORMAT = "muster-citation/1"
"""How a stored result is laid out."""

MOST_CLAIMS = 600
"""Claims that are kept in full with a result; of more only the names that the reading has of them."""


def kept_result(kind: CitedKind, readings: Iterable[Json], claims: Sequence[object] | None = None) -> Json:
    """The envelope of every result. `claims` null: they are too many, or none belong to the view."""
    return {
        "format": FORMAT,
        "kind": kind,
        "rule_set": RULE_SET,
        "readings": list(readings),
        "claims": None if claims is None else list(claims),
    }


def reading_part(held: Holding, text: MeasureText, reading: Reading, changed: datetime | None) -> Json:
    """A reading as it is kept: the API's answer, and what a chart and a page say besides."""
    families = family_order([claim for about in held.claims.claims.values() for claim in about])
    covered = max((one.last for one in reading.candidates.values()), default=None)
    return {
        "deployment_name": held.name,
        "label": text.label,
        "level_valid_days": held.claims.deployment.level_valid_days,
        "families": [[family.slug, family.name] for family in families],
        "covered": covered.isoformat() if covered else None,
        "answer": reading_answer(reading, version=held.version, last_changed_at=changed),
    }


def claims_kept_of(read: Iterable[tuple[Holding, Iterable[Reading]]]) -> list[object] | None:
    """The claims behind readings of several deployments; None: too many."""
    kept: list[object] = []
    for held, readings in read:
        claims = claims_kept(held, readings)
        if claims is None or len(kept) + len(claims) > MOST_CLAIMS:
            return None
        kept += claims
    return kept


def claims_kept(held: Holding, readings: Iterable[Reading]) -> list[object] | None:
    """Every claim about these measures that had been said, in full, by the day said; None: too many."""
    units = units_of(held)
    behind: set[str] = set()
    for reading in readings:
        known_on = reading.choices.known_on
        about = held.about(reading.measure.slug)
        behind |= {claim.ref for claim in about if known_on is None or claim.day_said <= known_on}
        # Of a sum that the reading made, the claims about killed and wounded.
        behind |= {part for candidate in reading.candidates.values() for part in candidate.parts}
    if len(behind) > MOST_CLAIMS:
        return None
    everything = (claim for claims in held.claims.claims.values() for claim in claims)
    kept = (claim for claim in everything if claim.ref in behind)
    in_order = sorted(kept, key=lambda claim: (claim.day_said, claim.ref))
    return [claim_answer(claim, units) for claim in in_order]


def units_of(held: Holding) -> Mapping[str, str]:
    """The unit of each measure."""
    return {slug: text.unit for slug, text in held.measures.items()}
