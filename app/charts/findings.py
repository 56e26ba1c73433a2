"""What the page says of a reading beside its chart: how each claim fared in it, and what collides.

Plain values for templates, made from a reading; nothing is computed here that the reading does not hold.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.claims.approved import ApprovedClaim, Attribution
from app.claims.words import Nature
from app.languages.spoken import N_, _, pgettext
from app.readings.candidates import Candidate
from app.readings.facts import Kind, MeasureFacts
from app.readings.outlines import Fates
from app.readings.results import Contested, LatestStatement, Reading, Step
from app.readings.why import Reason, Why
from app.readings.wording import claim_in_words


@dataclass(frozen=True, slots=True)
class Named:
    """A claim, a derived claim or an event floor, by its words and who made it."""

    ref: str
    words: str  # such as `nearly 11,000 by 27 March 2025`
    source: Attribution
    has_page: bool  # derived claims and event floors have none


@dataclass(frozen=True, slots=True)
class Contradiction:
    """One contested claim with the accepted ones that rule it out."""

    claim: Named
    witness: tuple[Named, ...]
    item: Contested


@dataclass(frozen=True, slots=True)
class Quarrel:
    """The contradictions between two sources, or of one with itself (then both are the same)."""

    sources: tuple[Attribution, Attribution]
    contradictions: tuple[Contradiction, ...]

    @property
    def is_with_itself(self) -> bool:
        """Whether one source contradicts itself."""
        return self.sources[0].slug == self.sources[1].slug


@dataclass(frozen=True, slots=True)
class SuspectClaim:
    """A total that by itself contradicts many others."""

    claim: Named
    contradicts: int
    is_contested: bool


@dataclass(frozen=True, slots=True)
class FamilyStatement:
    """What one family said last."""

    family_name: str
    claim: Named
    said: LatestStatement


@dataclass(frozen=True, slots=True)
class Fate:
    """What a reading did with a claim, in a word and, where it is not plain, a reason."""

    word: str  # accepted, contested, restated or left out; pages look by it
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Chain:
    """Why one of the three numbers of a day is what it is."""

    figure: str  # low, selected or high
    name: str  # the same in words
    reason: Reason
    claims: tuple[Named, ...]
    steps: tuple[Step, ...]


def named(reading: Reading, ref: str) -> Named:
    """A candidate of a reading in words."""
    return _named_of(reading.candidates, ref)


def _named_of(candidates: Mapping[str, Candidate], ref: str) -> Named:
    candidate = candidates[ref]
    has_page = candidate.claim is not None and not candidate.is_derived
    return Named(ref, claim_in_words(candidate), candidate.source, has_page)


def quarrels(reading: Reading, at_most: int | None = None) -> list[Quarrel]:
    """The contradictions of a reading by pair of sources, those with most first; `at_most` so many of them.

    A claim that several sources contradict stands under the first pair only, so that it is told once.
    """
    by_ref = {item.claim_ref: item for item in reading.contested}
    sources = {candidate.source.slug: candidate.source for candidate in reading.candidates.values()}
    found: list[Quarrel] = []
    told: set[str] = set()
    for pair in reading.pairs:
        refs = [ref for ref in pair.claims if ref not in told]
        if at_most is not None:
            refs = refs[: max(at_most - len(told), 0)]
        told.update(refs)
        if refs:
            first, second = (sources[slug] for slug in pair.sources)
            found.append(
                Quarrel((first, second), tuple(_contradiction(reading, by_ref[ref]) for ref in refs))
            )
    return found


def _contradiction(reading: Reading, item: Contested) -> Contradiction:
    return _contradiction_of(item, reading.candidates)


def _contradiction_of(item: Contested, candidates: Mapping[str, Candidate]) -> Contradiction:
    witness = tuple(_named_of(candidates, ref) for ref in item.witness)
    return Contradiction(_named_of(candidates, item.claim_ref), witness, item)


@dataclass(frozen=True, slots=True)
class Part:
    """What one claim did in a reading: what became of it, and the contradictions it takes part in."""

    fate: Fate
    own: Contradiction | None  # why it is contested; None: it is not
    others: tuple[Contradiction, ...]  # contested claims that it helps to rule out, the first of them
    others_in_all: int


def part_of_claim(reading: Reading, claims: Sequence[ApprovedClaim], claim: ApprovedClaim) -> Part:
    """The part of one claim in a reading of its measure; `claims` are all claims about the measure."""
    own = reading.contradiction(claim.ref)
    others = [item for item in reading.contested if claim.ref in item.witness]
    return Part(
        fates(claims, reading, [claim])[claim.ref],
        None if own is None else _contradiction(reading, own),
        tuple(_contradiction(reading, item) for item in others[:OTHERS_TOLD]),
        len(others),
    )


OTHERS_TOLD = 20
"""Contested claims that the page of a claim names, of those that it helps to rule out."""


def part_as_kept(
    claim: ApprovedClaim,
    fates: Fates,
    measure: MeasureFacts,
    told: Mapping[str, Contested],
    candidates: Mapping[str, Candidate],
    *,
    others_in_all: int,
    is_superseded: bool,
) -> Part:
    """The same from what was kept of the reading about this claim (`fates_about`).

    `told` and `candidates` as in app.answers.ruled.
    """
    own = told.get(claim.ref)
    return Part(
        _fate_in(
            claim,
            fates.accepted,
            {ref: ruled.robust for ref, ruled in fates.contested.items()},
            floor_only=claim.place is not None,
            is_superseded=is_superseded,
            part_left_out=claim.place is not None and measure.kind is Kind.LEVEL,
        ),
        None if own is None else _contradiction_of(own, candidates),
        tuple(_contradiction_of(item, candidates) for item in told.values() if claim.ref in item.witness),
        others_in_all,
    )


def suspect_claims(reading: Reading, at_most: int | None = None) -> list[SuspectClaim]:
    """The suspects of a reading, most contradictions first; `at_most` so many of them."""
    return [
        SuspectClaim(named(reading, one.claim_ref), one.contradicts, one.contested)
        for one in reading.suspects[:at_most]
    ]


def family_statements(reading: Reading) -> list[FamilyStatement]:
    """The latest statement of each family, latest as-of first."""
    return [
        FamilyStatement(
            reading.candidates[one.claim_ref].source.family_name, named(reading, one.claim_ref), one
        )
        for one in reading.latest
    ]


def chains(why: Why) -> list[Chain]:
    """The reasons for low, selected and high of one day."""
    return [
        Chain(figure, name, reason, tuple(named(why.reading, ref) for ref in reason.claims), reason.steps)
        for figure, name, reason in (
            ("low", pgettext("of a reading", "Low"), why.low),
            ("selected", pgettext("of a reading", "Selected"), why.selected),
            ("high", pgettext("of a reading", "High"), why.high),
        )
    ]


def contradictions_of(why: Why) -> list[Contradiction]:
    """The contested claims that speak about the day that is asked about."""
    return [_contradiction(why.reading, item) for item in why.contested]


def fates(
    claims: Sequence[ApprovedClaim], reading: Reading, of: Iterable[ApprovedClaim] | None = None
) -> Mapping[str, Fate]:
    """What became of each claim in a reading, by claim_ref; `of` those alone of all about its measure."""
    accepted = set(reading.accepted)
    robust = {item.claim_ref: item.robust for item in reading.contested}
    superseded = {claim.supersedes for claim in claims if claim.supersedes}
    asked = claims if of is None else of
    return {claim.ref: _fate(claim, reading, accepted, robust, superseded) for claim in asked}


def _fate(
    claim: ApprovedClaim,
    reading: Reading,
    accepted: Collection[str],
    robust: Mapping[str, bool],
    superseded: Collection[str | None],
) -> Fate:
    candidate = reading.candidates.get(claim.ref)
    part = claim.place is not None and reading.choices.place is None
    return _fate_in(
        claim,
        accepted,
        robust,
        floor_only=candidate is not None and candidate.floor_only,
        is_superseded=claim.ref in superseded,
        part_left_out=part and reading.measure.kind is Kind.LEVEL,
    )


def _fate_in(
    claim: ApprovedClaim,
    accepted: Collection[str],
    robust: Mapping[str, bool],
    *,
    floor_only: bool,
    is_superseded: bool,
    part_left_out: bool,
) -> Fate:
    if claim.ref in robust:
        return Fate(
            N_("contested"),
            _("also at a tolerance of 20 %%") if robust[claim.ref] else _("only at this tolerance"),
        )
    if claim.ref in accepted:
        return Fate(N_("accepted"), _("as a floor") if floor_only else "")
    if is_superseded:
        return Fate(N_("restated"), _("by a later claim of its source"))
    if claim.nature is Nature.EVENT:
        return _fate_of_event(claim, accepted, robust)
    if part_left_out:
        return Fate(N_("left out"), _("about a part of the theatre"))
    return Fate("left out", _("by these choices"))


def _fate_of_event(claim: ApprovedClaim, accepted: Collection[str], robust: Mapping[str, bool]) -> Fate:
    floor = f"{claim.source.slug}:events"
    if floor in accepted:
        return Fate("accepted", _("in a sum of events"))
    return (
        Fate("contested", _("in a sum of events"))
        if floor in robust
        else Fate("left out", _("by these choices"))
    )


def later_parts(reading: Reading, claims: Iterable[ApprovedClaim]) -> list[ApprovedClaim]:
    """Of each part of the theatre the latest claim, where the whole has none as late; latest first.

    None in a reading of one place. Claims in good standing of a nature that moves a reading.
    """
    if reading.choices.place is not None:
        return []
    through = reading.data_through or date.min
    latest: dict[str, ApprovedClaim] = {}
    for claim in sorted(claims, key=lambda claim: (_last_day(claim), claim.day_said, claim.ref)):
        if claim.place is not None and _last_day(claim) > through:
            latest[claim.place] = claim
    return sorted(latest.values(), key=_last_day, reverse=True)


def _last_day(claim: ApprovedClaim) -> date:
    days = claim.as_of or claim.period or claim.said_on
    return min(days.last, claim.day_said) if claim.as_of else days.last
