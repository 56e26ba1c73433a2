"""Claims and their append-only revisions.

An appearance is stored as a claim whose revision repeats another (`repeat_of_id`): what one outlet
printed of it, with its own figures and its own history (docs/decisions/0003).
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import DATERANGE, JSONB, Range
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from app.acts.models import Decided, decision_rules, found_by_version, one_of
from app.claims.words import Nature, Qualifier
from app.database import Base, no_empty_text

GREATEST_FIGURE = 10**15
"""No figure is larger: beyond it a browser's numbers are no longer whole."""


class Claim(Base):
    """A claim or an appearance under its lasting name; everything said of it is in its revisions."""

    __tablename__ = "claims"
    __table_args__ = (CheckConstraint("ref ~ '^[a-z0-9][a-z0-9._-]{0,79}$'", name="ref_is_plain"),)

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    ref: Mapped[str] = mapped_column(Text(collation="C"), unique=True)  # sorted as bytes, as exports are


def _days(column: str, reader: str = "edtf_days") -> Computed:
    return Computed(f"{reader}({column})", persisted=True)


def _a_date(column: str, days: str) -> CheckConstraint:
    """What cannot be read as days has none, and a rule about NULL days would let it pass."""
    return CheckConstraint(
        f"{column} is null or coalesce(within_known_years({days}), false)", name=f"{column}_is_a_date"
    )


_LAST_AS_OF = "least(upper(as_of_days) - 1, said_day)"

_CLAIM_RULES = (
    CheckConstraint(one_of("nature", tuple(Nature)), name="nature_is_known"),
    CheckConstraint(one_of("qualifier", tuple(Qualifier)), name="qualifier_is_known"),
    CheckConstraint("least(low, point, high) >= 0", name="figures_not_negative"),
    CheckConstraint(f"greatest(low, point, high) <= {GREATEST_FIGURE}", name="figures_not_too_large"),
    CheckConstraint(
        "case when nature = 'share' then low = round(low, 2) and point = round(point, 2) and"
        " high = round(high, 2) else low = trunc(low) and point = trunc(point) and high = trunc(high) end",
        name="figures_whole",
    ),
    CheckConstraint("low <= point and point <= high and low <= high", name="bounds_in_order"),
    CheckConstraint(
        "(num_nonnulls(low, point, high) > 0) = (nature <> 'stance')", name="a_figure_unless_a_stance"
    ),
    CheckConstraint("qualifier is not null or nature = 'stance'", name="a_qualifier_unless_a_stance"),
    CheckConstraint(
        "nature not in ('total', 'increment', 'event') or measure_kind = 'flow'", name="flow_natures_on_flows"
    ),
    CheckConstraint("nature <> 'level' or measure_kind = 'level'", name="levels_on_levels"),
    CheckConstraint(
        "nature not in ('total', 'level') or as_of is not null", name="as_of_for_totals_and_levels"
    ),
    CheckConstraint(
        "nature not in ('increment', 'event') or as_of is null", name="no_as_of_for_increments_and_events"
    ),
    CheckConstraint(
        "(nature in ('increment', 'event')) = (period is not null)", name="period_for_increments_and_events"
    ),
    _a_date("as_of", "as_of_days"),
    _a_date("period", "period_days"),
    _a_date("counts_from", "counts_from_days"),
    _a_date("said_on", "said_days"),
    _a_date("published_on", "edtf_days(published_on)"),
    CheckConstraint(
        "nature not in ('total', 'level') or lower(as_of_days) <= said_day", name="as_of_not_after_said_on"
    ),
    CheckConstraint("counts_from is null or nature = 'total'", name="counts_from_for_totals"),
    CheckConstraint(f"lower(counts_from_days) <= {_LAST_AS_OF}", name="counts_from_not_after_as_of"),
    CheckConstraint(
        "upper(said_days) - 1 <= timezone('UTC', recorded_at)::date or published_on is not null",
        name="said_by_the_day_recorded_or_published",
    ),
    CheckConstraint("credibility between 1 and 6", name="credibility_one_to_six"),
    CheckConstraint("char_length(wording) <= 300", name="wording_is_short"),
    CheckConstraint("supersedes_id <> claim_id", name="supersedes_another"),
    CheckConstraint("part_of_id <> claim_id", name="part_of_another"),
    CheckConstraint("repeat_of_id <> claim_id", name="repeats_another"),
)


_COUNTS = text("approved_version is not null and replaced_version is null")

SORTED_FIGURE = "coalesce(point, low, high, -1)"
LAST_COVERED = "coalesce(upper(as_of_days) - 1, upper(period_days) - 1, '0001-01-01'::date)"
"""The keys by which lists are sorted (app.claims.found), as their indexes hold them."""

LEADING_FIGURE = "coalesce(point, low, high)"
"""The figure by which claims like one another are found (app.claims.likeness), as the index holds it."""

_NARROWS_A_LIST = ("deployment_id", "measure_id", "source_id", "nature", "place_id", "repeat_of_id")
"""By what lists are narrowed beside days, as the indexes of their orders hold it."""

_MAY_BE_ALIKE = text("repeat_of_id is null and replaced_version is null")


class Revision(Decided, Base):
    """One version of a claim as entered; never rewritten. The public sees the newest approved one.

    Figures are in the measure's unit (shares in percent), None where nobody stated one. Dates are
    kept as written (EDTF level 0); the days they cover are computed beside them.
    """

    __tablename__ = "claim_revisions"
    __table_args__ = (
        UniqueConstraint("claim_id", "number"),
        # What is read beside the claim narrows those that were set aside or retracted (app.claims.found).
        Index(
            "claim_revisions_one_current",
            "claim_id",
            unique=True,
            postgresql_include=[
                *_NARROWS_A_LIST,
                "said_day",
                "as_of_days",
                "period_days",
                "low",
                "point",
                "high",
            ],
            postgresql_where=_COUNTS,
        ),
        Index("claim_revisions_one_open", "claim_id", unique=True, postgresql_where=text("verdict is null")),
        Index("claim_revisions_by_subject", "deployment_id", "measure_id", "replaced_version"),
        Index("claim_revisions_by_source", "source_id", "claim_id"),
        Index(
            "claim_revisions_by_statement",
            "deployment_id",
            "measure_id",
            text("coalesce(as_of_days, period_days)"),
            # Read beside the order, so that the claims of a measure are known without a look at each.
            postgresql_include=["claim_id", "said_day"],
            postgresql_where=text(
                "approved_version is not null and replaced_version is null and repeat_of_id is null"
            ),
        ),
        Index("claim_revisions_by_nature", "nature", "measure_id", postgresql_where=_COUNTS),
        # What follows the claim narrows a list while its index is walked, without a look at the claims.
        Index(
            "claim_revisions_by_figure",
            text(SORTED_FIGURE),
            "claim_id",
            "said_day",
            text(LAST_COVERED),
            *_NARROWS_A_LIST,
            postgresql_where=_COUNTS,
        ),
        Index(
            "claim_revisions_by_last_day",
            text(LAST_COVERED),
            "claim_id",
            "said_day",
            *_NARROWS_A_LIST,
            postgresql_where=_COUNTS,
        ),
        Index(
            "claim_revisions_by_source_listed",
            "source_id",
            "claim_id",
            "said_day",
            text(LAST_COVERED),
            *(column for column in _NARROWS_A_LIST if column != "source_id"),
            postgresql_where=_COUNTS,
        ),
        Index(
            "claim_revisions_by_deployment_figure",
            "deployment_id",
            text(LEADING_FIGURE),
            "said_day",
            postgresql_where=_MAY_BE_ALIKE,
        ),
        Index(
            "claim_revisions_by_deployment_wording",
            "deployment_id",
            text("md5(lower(wording))"),
            "said_day",
            postgresql_where=text(
                "repeat_of_id is null and replaced_version is null and wording is not null"
            ),
        ),
        Index(
            "claim_revisions_by_deployment_said",
            "deployment_id",
            "said_day",
            "claim_id",
            text(LAST_COVERED),
        ),
        Index(
            "claim_revisions_by_said_day",
            "said_day",
            "claim_id",
            text(LAST_COVERED),
            *_NARROWS_A_LIST,
            postgresql_where=_COUNTS,
        ),
        Index(
            "claim_revisions_by_voice",
            "deployment_id",
            "measure_id",
            "source_id",
            # All that totals of one source are held against one another by (app.claims.voiced).
            postgresql_include=["claim_id", "place_id", "as_of_days", "low", "point", "high"],
            postgresql_where=text(
                "nature = 'total' and counts_from is null and repeat_of_id is null"
                " and approved_version is not null and replaced_version is null"
            ),
        ),
        Index(
            "claim_revisions_by_repeat_of",
            "repeat_of_id",
            postgresql_include=["approved_version", "replaced_version"],
            postgresql_where=text("repeat_of_id is not null"),
        ),
        Index(
            "claim_revisions_by_supersedes",
            "supersedes_id",
            postgresql_where=text("supersedes_id is not null"),
        ),
        Index("claim_revisions_by_part_of", "part_of_id", postgresql_where=text("part_of_id is not null")),
        Index(
            "claim_revisions_by_place",
            "place_id",
            "said_day",
            "claim_id",
            text(LAST_COVERED),
            *(column for column in _NARROWS_A_LIST if column != "place_id"),
            postgresql_where=text(
                "place_id is not null and approved_version is not null and replaced_version is null"
            ),
        ),
        Index("claim_revisions_by_batch", "batch_id", postgresql_where=text("batch_id is not null")),
        Index("claim_revisions_by_document", "document_id", postgresql_where=text("document_id is not null")),
        Index("claim_revisions_sent_back", "recorded_by", postgresql_where=text("verdict = 'sent_back'")),
        Index(
            "claim_revisions_without_document",
            "said_day",
            "claim_id",
            postgresql_where=text(
                "document_id is null and approved_version is not null and replaced_version is null"
            ),
        ),
        Index(
            "claim_revisions_entered_by",
            "recorded_by",
            "id",
            postgresql_where=text("origin <> 'command_line'"),
        ),
        *found_by_version("claim_revisions"),
        ForeignKeyConstraint(
            ["measure_id", "measure_kind"],
            ["measures.id", "measures.kind"],
            name="claim_revisions_measure_exists",
        ),
        *_CLAIM_RULES,
        *decision_rules("wording", "note"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id"))
    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployments.id"))
    measure_id: Mapped[int]
    measure_kind: Mapped[str]  # held equal to the measure's by a foreign key
    nature: Mapped[str]
    low: Mapped[Decimal | None]
    point: Mapped[Decimal | None]
    high: Mapped[Decimal | None]
    qualifier: Mapped[str | None]
    as_of: Mapped[str | None]
    as_of_days: Mapped[Range[date] | None] = mapped_column(DATERANGE, _days("as_of"))
    period: Mapped[str | None]
    period_days: Mapped[Range[date] | None] = mapped_column(DATERANGE, _days("period", "edtf_period"))
    counts_from: Mapped[str | None]
    counts_from_days: Mapped[Range[date] | None] = mapped_column(DATERANGE, _days("counts_from"))
    place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"))
    said_on: Mapped[str]
    # Never empty, but that is for the rule `said_on_is_a_date` to say: NOT NULL would refuse without a name.
    said_days: Mapped[Range[date]] = mapped_column(DATERANGE, _days("said_on"), nullable=True)
    # The one day that counts as the day it was said (method.md, section 4).
    said_day: Mapped[date] = mapped_column(
        Computed("day_said(said_on, published_on)", persisted=True), nullable=True
    )
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id"))
    document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"))
    # The date of the document as it carried this claim: a page may be printed again later.
    published_on: Mapped[str | None]
    wording: Mapped[str | None]
    credibility: Mapped[int | None] = mapped_column(SmallInteger)
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("claims.id"))
    part_of_id: Mapped[int | None] = mapped_column(ForeignKey("claims.id"))
    repeat_of_id: Mapped[int | None] = mapped_column(ForeignKey("claims.id"))
    note: Mapped[str | None]
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batches.id"))


_PLAIN_KEY = "key ~ '^[A-Za-z0-9_-]{16,80}$'"


class Draft(Base):
    """What somebody has typed into a form and not handed in yet. It comes and goes; nobody else sees it."""

    __tablename__ = "drafts"
    __table_args__ = (
        UniqueConstraint("person_id", "key"),
        Index(
            "drafts_one_per_claim",
            "person_id",
            "claim_id",
            "act",
            unique=True,
            postgresql_where=text("claim_id is not null"),
        ),
        CheckConstraint(_PLAIN_KEY, name="key_is_plain"),
        CheckConstraint("jsonb_typeof(values) = 'object'", name="values_are_named"),
        CheckConstraint("octet_length(values::text) <= 2000000", name="values_fit_a_form"),
        CheckConstraint("saves >= 1", name="saved_from_one"),
        CheckConstraint("saved_at >= begun_at", name="saved_once_begun"),
        CheckConstraint(
            "based_on >= 1 and (based_on is null or claim_id is not null)", name="based_on_a_revision"
        ),
        no_empty_text("act"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    key: Mapped[str]  # of the form, the same under which it will be handed in
    act: Mapped[str]  # as in app.review.acts_of_editors
    claim_id: Mapped[int | None] = mapped_column(ForeignKey("claims.id"))  # None: a new claim
    based_on: Mapped[int | None]  # the number of the revision that the form showed
    values: Mapped[dict[str, Any]] = mapped_column(JSONB)  # what stands in the fields, by name
    saves: Mapped[int]  # how often it was saved: who saves has to have seen the newest
    begun_at: Mapped[datetime]
    saved_at: Mapped[datetime]


class Submission(Base):
    """A form that was handed in, by the key it carried: what is sent twice is entered once."""

    __tablename__ = "submissions"
    __table_args__ = (
        UniqueConstraint("person_id", "key"),
        CheckConstraint(_PLAIN_KEY, name="key_is_plain"),
        CheckConstraint("digest ~ '^[0-9a-f]{64}$'", name="content_is_hashed"),
        CheckConstraint("num_nonnulls(revision_id, judgement_id) <= 1", name="made_one_thing"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    key: Mapped[str]
    digest: Mapped[str]  # of what was handed in: another content under the same key is another claim
    at: Mapped[datetime]
    revision_id: Mapped[int | None] = mapped_column(ForeignKey("claim_revisions.id"))
    judgement_id: Mapped[int | None] = mapped_column(ForeignKey("judgements.id"))
