"""The one shape in which an approved claim is read: by readings, charts, pages and the API alike.

Plain values, no session: what is derived from them is a pure function of them.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from app.claims.words import Nature, Qualifier, Standing
from app.dates import Days, day_said

Figure = int | Decimal
"""A whole number of the measure's unit; of a share, percent with up to two decimals."""


@dataclass(frozen=True, slots=True)
class Attribution:
    """The source of a claim, as the ledger held it at the version that was read."""

    slug: str
    name: str
    family: str  # a slug; a source without a family is a family of its own
    family_name: str
    kind: str | None = None
    country: str | None = None  # ISO 3166-1 alpha-3, or a free name
    reliability: str | None = None  # A to F; None: not graded, read as F
    stance: str | None = None  # own, opponent or third towards the sender


@dataclass(frozen=True, slots=True)
class Document:
    """What a claim was read in; every part may be unknown."""

    publisher: str | None = None
    title: str | None = None
    url: str | None = None
    language: str | None = None  # ISO 639-1


@dataclass(frozen=True, slots=True)
class ApprovedClaim:
    """The newest approved revision of one claim or appearance, with its standing."""

    ref: str
    deployment: str
    measure: str
    nature: Nature
    source: Attribution
    said_on: Days
    low: Figure | None = None
    point: Figure | None = None
    high: Figure | None = None
    qualifier: Qualifier | None = None  # None only for a stance
    as_of: Days | None = None
    period: Days | None = None
    counts_from: Days | None = None
    published_on: Days | None = None
    place: str | None = None  # a slug; None: the whole theatre
    place_name: str | None = None
    place_wholes: tuple[str, ...] = ()  # slugs of the places in which its place lies, the nearest first
    place_whole_names: tuple[str, ...] = ()  # what those are called, in the same order
    credibility: int | None = None  # 1 to 6; None: not graded, read as 6
    supersedes: str | None = None  # the claim_ref that this one restates
    part_of: str | None = None  # the claim_ref that this figure is a part of
    repeat_of: str | None = None  # the claim_ref that this is an appearance of
    standing: Standing = Standing.GOOD
    standing_reason: str | None = None
    standing_on: date | None = None  # the day on which its source withdrew it
    document: Document | None = None
    wording: str | None = None
    note: str | None = None
    revision: int = 1
    recorded_at: datetime | None = None
    appearances: int = 0  # further outlets that printed it, its own document apart

    @property
    def day_said(self) -> date:
        """The one day that counts as the day it was said."""
        return day_said(self.said_on, self.published_on)
