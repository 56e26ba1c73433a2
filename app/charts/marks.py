"""From claims to the marks of a chart: the one set that figure, drawing, table and summary share.

A mark shows what was stated and nothing else: a point, a bar between stated bounds, an arrow up
from a floor, an arrow down from a ceiling. Totals and levels stand on the measure's axis at
their as-of day. Increments, events and restarted counts say what happened over a period of
their own, so they stand apart, over that period. What moves no reading (plans, shares,
statements without a number, claims set aside) is marked beside the axes, on the day it was said.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.charts.crowds import CROWDED, DRAWN_AT_MOST, Rank, Shown, shown, stacked, thinned
from app.charts.families import Family, FamilyStyle, family_order, family_styles
from app.charts.lines import FamilyLine, Statement, family_lines
from app.charts.mark import ROWS, Aside, Lane, Mark
from app.charts.wording import figure_in_words
from app.claims.approved import ApprovedClaim
from app.claims.words import Nature
from app.readings.candidates import cut_as_of, figures_of, in_good_standing
from app.readings.facts import Kind
from app.readings.intervals import own_value


@dataclass(frozen=True, slots=True)
class Subject:
    """What a chart is about: one measure of one deployment, or of one part of the theatre."""

    noun: str  # what is counted, as it follows a number: "sent", "killed or wounded", "containers"
    unit: str
    kind: Kind
    starts_on: date
    level_valid_days: int = 120  # for how many days a level holds, its own day counted
    place: str | None = None  # a slug; None: the whole theatre


@dataclass(frozen=True, slots=True)
class Chart:
    """What a chart of one measure shows. `marks` come in the order of their days."""

    subject: Subject
    marks: tuple[Mark, ...]
    drawn: tuple[Mark, ...]  # all of them, or a fair selection; those in front come last
    families: tuple[FamilyStyle, ...]  # of the marks, in the order of their colours
    lines: tuple[FamilyLine, ...]
    thinned: tuple[Shown, ...] = ()  # of each rank how many are drawn; empty where all are

    def on_lane(self, lane: Lane) -> list[Mark]:
        """The drawn marks of one lane, those in front last."""
        return [mark for mark in self.drawn if mark.lane is lane]

    @property
    def is_crowded(self) -> bool:
        """Whether lines have to step back behind the marks, and marks carry no words of their own."""
        return len(self.drawn) > CROWDED

    @property
    def rows_aside(self) -> list[Aside]:
        """The rows beside the axes that have a mark, from top to bottom."""
        present = {mark.row for mark in self.drawn}
        return [row for row in Aside if row in present]


@dataclass(frozen=True, slots=True)
class ChartRow:
    """One line of the table below a chart: the same numbers in words."""

    claim_ref: str
    on: date
    figure: str
    source: str
    family: str
    nature: str
    words: str
    contested: bool
    counts: bool  # in good standing and of a nature that moves a reading


def chart_marks(
    claims: Iterable[ApprovedClaim],
    *,
    subject: Subject,
    families: Sequence[Family] | None = None,
    contested: Collection[str] = (),
    known_on: date | None = None,
    drawn_at_most: int = DRAWN_AT_MOST,
    first: Mapping[str, Rank] | None = None,
) -> Chart:
    """The marks of one measure's claims; further appearances among them are left out.

    `families` is the order of all families of the deployment (family_order), so that colours
    are the same on each of its charts; without it the order is that of these claims alone.
    `contested` are the claim_refs that a reading ruled out. What was said after `known_on` is
    left out, and a retraction counts from its day on. `first` are those that are drawn before others where
    there are too many.
    """
    own = [claim for claim in claims if claim.repeat_of is None]
    styles = dict(family_styles(family_order(own) if families is None else families))
    for claim in own:  # a family that came after the order was made shares the neutral style
        source = claim.source
        styles.setdefault(source.family, FamilyStyle(source.family, source.family_name, 0))
    contested = frozenset(contested)
    marks = sorted(
        (
            _mark(claim, styles[claim.source.family], subject, known_on, contested=claim.ref in contested)
            for claim in own
            if known_on is None or claim.day_said <= known_on
        ),
        key=lambda mark: (mark.on, mark.claim.day_said, mark.claim.ref),
    )
    present = {mark.style.slug for mark in marks}
    drawn = thinned(marks, drawn_at_most, first)
    valid_days = subject.level_valid_days if subject.kind is Kind.LEVEL else None
    return Chart(
        subject=subject,
        marks=tuple(marks),
        drawn=tuple(stacked(drawn)),
        thinned=shown(marks, drawn, first or {}),
        families=tuple(
            sorted(
                (style for slug, style in styles.items() if slug in present),
                key=lambda style: (style.slot == 0, style.slot, style.name),
            )
        ),
        lines=tuple(family_lines(_statements(marks), valid_days=valid_days)),
    )


def _lane(claim: ApprovedClaim, starts_on: date, *, good: bool) -> tuple[Lane, Aside | None]:
    if not good:
        return Lane.ASIDE, Aside.SET_ASIDE
    if claim.nature in ROWS:
        return Lane.ASIDE, ROWS[claim.nature]
    restarted = claim.counts_from is not None and claim.counts_from.first > starts_on
    if claim.nature in (Nature.INCREMENT, Nature.EVENT) or restarted:
        return Lane.SPAN, None
    return Lane.AXIS, None


def _mark(
    claim: ApprovedClaim, style: FamilyStyle, subject: Subject, known_on: date | None, *, contested: bool
) -> Mark:
    lane, row = _lane(claim, subject.starts_on, good=in_good_standing(claim, known_on))
    first, on = _days(claim, lane, subject.starts_on)
    return Mark(
        claim=claim,
        lane=lane,
        row=row,
        first=first,
        on=on,
        style=style,
        contested=contested,
        part=claim.place != subject.place,
        noun=subject.noun,
    )


def _days(claim: ApprovedClaim, lane: Lane, starts_on: date) -> tuple[date, date]:
    """The first and the last day that a mark is about; the second is where it stands."""
    if lane is Lane.ASIDE:
        return claim.day_said, claim.day_said
    if claim.period is not None:
        return claim.period.first, claim.period.last
    first, on = cut_as_of(claim)
    if lane is Lane.SPAN and claim.counts_from is not None:
        first = claim.counts_from.first
    else:
        first = max(first, starts_on)
    return min(first, on), on


def _statements(marks: Iterable[Mark]) -> list[Statement]:
    """What the families' own lines run through: totals and levels that nothing replaced."""
    on_axis = [mark for mark in marks if mark.lane is Lane.AXIS]
    replaced = {mark.claim.supersedes for mark in on_axis if mark.claim.supersedes is not None}
    return [
        Statement(mark.style, mark.claim.place or "", mark.part, mark.on, value)
        for mark in on_axis
        if mark.claim.ref not in replaced and (value := own_value(figures_of(mark.claim))) is not None
    ]


def chart_rows(chart: Chart) -> list[ChartRow]:
    """The table below the chart: every mark, also those that the drawing had no room for."""
    return [
        ChartRow(
            claim_ref=mark.claim.ref,
            on=mark.on,
            figure=figure_in_words(mark.claim),
            source=mark.claim.source.name,
            family=mark.style.name,
            nature=mark.claim.nature.value,
            words=mark.words,
            contested=mark.contested,
            counts=mark.lane is not Lane.ASIDE,
        )
        for mark in chart.marks
    ]
