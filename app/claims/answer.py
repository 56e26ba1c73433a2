"""A claim as JSON: the one shape in which the API, downloads and whatever else is read by programs give it.

    claim_answer(claim, units)    units: the unit of each measure by its slug (app.answers.queries)

First the columns of the claims CSV, in their order and under their names, then what the ledger says besides.
A row of these columns is also what `POST /api/v1/claims` takes. The types are what the API's description
is made from (app/api/openapi.py), so a key stands here once: with its type, its meaning and an example.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated

from pydantic import Field

# pydantic describes the TypedDict of typing only from Python 3.12 on.
from typing_extensions import TypedDict

from app.claims.approved import ApprovedClaim, Document, Figure
from app.claims.forms import GREATEST_FIGURE
from app.claims.words import Nature, Qualifier, Standing, StandingReason
from app.dates import Days
from app.readings.answer import moment_answer

CLAIM_REF = r"^[a-z0-9][a-z0-9._-]{0,79}$"
PARTIAL_DATE = r"^[12][0-9]{3}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$"
PARTIAL_PERIOD = f"{PARTIAL_DATE[:-1]}/{PARTIAL_DATE[1:]}"

Number = Annotated[float, Field(ge=0, le=GREATEST_FIGURE)]
"""A figure as JSON has it: whole numbers without a point, shares with up to two decimals."""

_Figure = Number | None
_Ref = Annotated[str, Field(pattern=CLAIM_REF)]
_Date = Annotated[str, Field(pattern=PARTIAL_DATE)]


class ClaimColumns(TypedDict):
    """The columns of the claims CSV. Dates have the precision that is known; null is not known, never 0."""

    claim_ref: Annotated[_Ref, Field(description="The lasting key of the claim.")]
    deployment: Annotated[str, Field(description="The slug of the deployment.")]
    measure: Annotated[str, Field(description="The slug of the measure.")]
    nature: Annotated[Nature, Field(description="What the claim is (method, section 1).")]
    low: Annotated[_Figure, Field(description="The floor, as stated.")]
    point: Annotated[_Figure, Field(description="The figure, as stated.")]
    high: Annotated[_Figure, Field(description="The ceiling, as stated.")]
    qualifier: Annotated[Qualifier | None, Field(description="How the figure was hedged; null of a stance.")]
    as_of: Annotated[_Date | None, Field(description="The last day that the figure covers.")]
    period: Annotated[
        Annotated[str, Field(pattern=PARTIAL_PERIOD)] | None,
        Field(description="First and last day covered, both counted, as start/end."),
    ]
    counts_from: Annotated[
        _Date | None, Field(description="The first day that a total counts from, where it was restarted.")
    ]
    place: Annotated[str | None, Field(description="The part of the theatre; null is all of it.")]
    said_on: Annotated[_Date, Field(description="When the source said it.")]
    source: Annotated[str, Field(description="Who made the claim, by name.")]
    publisher: Annotated[str | None, Field(description="Who printed it.")]
    title: Annotated[str | None, Field(description="The document, described by who entered it.")]
    url: Annotated[str | None, Field(description="Where it was read.")]
    published_on: Annotated[_Date | None, Field(description="The date of the document.")]
    language: Annotated[str | None, Field(description="The document's language, ISO 639-1.")]
    wording: Annotated[str | None, Field(description="The words that carry the figure.")]
    credibility: Annotated[
        Annotated[int, Field(ge=1, le=6)] | None, Field(description="1 to 6 (NATO scale); null: not graded.")
    ]
    supersedes: Annotated[_Ref | None, Field(description="The earlier claim that this one restates.")]
    part_of: Annotated[_Ref | None, Field(description="The claim that this figure is a part of.")]
    repeat_of: Annotated[_Ref | None, Field(description="The claim that this row is an appearance of.")]
    standing: Annotated[Standing, Field(description="Whether the claim counts.")]
    standing_reason: Annotated[StandingReason | None, Field(description="Why it does not, or no more.")]
    standing_on: Annotated[_Date | None, Field(description="The day on which its source withdrew it.")]
    note: Annotated[str | None, Field(description="Remarks of who entered it.")]


class ClaimAnswer(ClaimColumns):
    """A claim or an appearance as the ledger holds it: the columns of its row, and what they mean here."""

    source_slug: Annotated[str, Field(description="The slug of the source.")]
    family: Annotated[str, Field(description="The slug of the source's family; without one its own.")]
    reliability: Annotated[str | None, Field(description="The source's grade, A to F; null: not graded.")]
    stance: Annotated[
        str | None, Field(description="The source's stance towards the sender: own, opponent or third.")
    ]
    place_slug: Annotated[str | None, Field(description="The slug of the place.")]
    unit: Annotated[
        str | None, Field(description="What the figures count; `%` of a share, null of a stance.")
    ]
    appearances: Annotated[int, Field(ge=0, description="Further outlets that printed it.")]
    revision: Annotated[int, Field(ge=1, description="The number of the revision that counts.")]
    recorded_at: Annotated[
        str | None,
        Field(description="When that revision was entered, UTC.", json_schema_extra={"format": "date-time"}),
    ]
    page: Annotated[str, Field(description="The path of its page on this site.")]


def claim_answer(claim: ApprovedClaim, units: Mapping[str, str]) -> ClaimAnswer:
    """The claim in its one shape. Raises KeyError where `units` lacks its measure."""
    document = claim.document or Document()
    return {
        "claim_ref": claim.ref,
        "deployment": claim.deployment,
        "measure": claim.measure,
        "nature": claim.nature,
        "low": _number(claim.low),
        "point": _number(claim.point),
        "high": _number(claim.high),
        "qualifier": claim.qualifier,
        "as_of": _written(claim.as_of),
        "period": _written(claim.period),
        "counts_from": _written(claim.counts_from),
        "place": claim.place_name,
        "said_on": claim.said_on.written,
        "source": claim.source.name,
        "publisher": document.publisher,
        "title": document.title,
        "url": document.url,
        "published_on": _written(claim.published_on),
        "language": document.language,
        "wording": claim.wording,
        "credibility": claim.credibility,
        "supersedes": claim.supersedes,
        "part_of": claim.part_of,
        "repeat_of": claim.repeat_of,
        "standing": claim.standing,
        "standing_reason": None if claim.standing_reason is None else StandingReason(claim.standing_reason),
        "standing_on": None if claim.standing_on is None else claim.standing_on.isoformat(),
        "note": claim.note,
        "source_slug": claim.source.slug,
        "family": claim.source.family,
        "reliability": claim.source.reliability,
        "stance": claim.source.stance,
        "place_slug": claim.place,
        "unit": _unit(claim, units),
        "appearances": claim.appearances,
        "revision": claim.revision,
        "recorded_at": moment_answer(claim.recorded_at),
        "page": f"/claims/{claim.ref}",
    }


def _number(figure: Figure | None) -> Number | None:
    return float(figure) if isinstance(figure, Decimal) else figure


def _written(days: Days | None) -> str | None:
    return None if days is None else days.written


def _unit(claim: ApprovedClaim, units: Mapping[str, str]) -> str | None:
    unit = units[claim.measure]
    if claim.nature is Nature.STANCE:
        return None
    return "%" if claim.nature is Nature.SHARE else unit
