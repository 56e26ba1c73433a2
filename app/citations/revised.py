"""What became of a cited result: the stored one held against the same question asked today.

    revised(stored, cited_view(session, address).result)

Pure: two results go in as JSON, and what differs comes out. Where both are of one ledger version, what
differs is due to the rules by which claims are read.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.charts.wording import count, day, listed
from app.citations.stored import stored_claim
from app.claims.approved import ApprovedClaim
from app.claims.words import Standing
from app.compare.wording import in_numbers
from app.languages.spoken import N_, _, known, pgettext
from app.pages import in_words
from app.readings.answer import Json


@dataclass(frozen=True, slots=True)
class Numbers:
    """Low, selected and high of a day; high None is open where low is known, all None is no value."""

    low: float | None  # a fraction only where counts are per 1,000 sent
    selected: float | None
    high: float | None

    @property
    def in_words(self) -> str:
        """`14,500 to 15,500, selected 15,000`."""
        if self.low is None and self.selected is None and self.high is None:
            return _("no value")
        low = _count(self.low)
        bounds = (
            _("at least %(figure)s", figure=low)
            if self.high is None
            else _("%(first)s to %(last)s", first=low, last=in_numbers(self.high))
        )
        selected = (
            _("no selected figure")
            if self.selected is None
            else _("selected %(figure)s", figure=in_numbers(self.selected))
        )
        return f"{bounds}, {selected}"


NO_VALUE = Numbers(None, None, None)


@dataclass(frozen=True, slots=True)
class Moved:
    """A run of days on which the same other numbers hold."""

    first: date
    last: date | None  # None: from then on
    before: Numbers
    after: Numbers

    @property
    def days(self) -> str:
        """`3 May 2025 to 7 May 2025`."""
        if self.last is None:
            return _("from %(day)s on", day=day(self.first))
        if self.last == self.first:
            return day(self.first)
        return pgettext("of days", "%(first)s to %(last)s", first=day(self.first), last=day(self.last))


@dataclass(frozen=True, slots=True)
class Move:
    """One number of the headline, stored and today, in words."""

    what: str
    before: str
    after: str

    @property
    def is_one(self) -> bool:
        """Whether it differs."""
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class Finding:
    """A contradiction that is new, or no longer there."""

    claim_ref: str
    sentence: str


@dataclass(frozen=True, slots=True)
class ReadingRevised:
    """How the reading of one measure differs."""

    deployment: str
    measure: str
    name: str
    moves: tuple[Move, ...]  # day, lowest, selected and highest of the headline
    moved: tuple[Moved, ...]  # in day order
    caused: tuple[Finding, ...]
    resolved: tuple[Finding, ...]

    @property
    def is_none(self) -> bool:
        """Whether every number of every day is the same, and no contradiction came or went."""
        return not (self.moved or self.caused or self.resolved or any(move.is_one for move in self.moves))


@dataclass(frozen=True, slots=True)
class ClaimChange:
    """What became of one claim since."""

    what: str  # `came`, `corrected`, `set aside` ...
    claim: ApprovedClaim  # as it stands now; of one that is gone from here, as it was


@dataclass(frozen=True, slots=True)
class Revised:
    """All that differs between a stored result and another of the same question."""

    readings: tuple[ReadingRevised, ...]  # those that differ
    claims: tuple[ClaimChange, ...]  # by the day said
    claims_not_kept: bool  # too many: which of them changed is told by the log of changes alone
    gone: tuple[str, ...]  # names of readings that the other does not have
    figures: tuple[Move, ...] = ()  # what else was cited: how many claims a list had

    @property
    def moves_numbers(self) -> bool:
        """Whether any number of a reading differs."""
        return any(any(move.is_one for move in one.moves) or one.moved for one in self.readings)

    @property
    def is_none(self) -> bool:
        """Whether nothing differs."""
        return not (self.readings or self.claims or self.gone or any(move.is_one for move in self.figures))


def revised(before: Json, after: Json) -> Revised:
    """What differs between two results of one question, in the order of the first."""
    readings = _by_subject(after)
    pairs = [(part, readings.get(subject)) for subject, part in _by_subject(before).items()]
    compared = [_reading_revised(was, now) for was, now in pairs if now is not None]
    kept = [before["claims"], after["claims"]]
    return Revised(
        readings=tuple(one for one in compared if not one.is_none),
        claims=() if None in kept else tuple(_claim_changes(*kept)),
        claims_not_kept=None in kept and before["kind"] != "claim",
        gone=tuple(_name(was) for was, now in pairs if now is None),
        figures=tuple(_figures(before, after)),
    )


def _figures(before: Json, after: Json) -> Iterator[Move]:
    """What a list of claims counts, and of a source how its figures fared."""
    pairs = [(_("Claims"), before.get("number"), after.get("number"))]
    was, now = before.get("fared", {}), after.get("fared", {})
    pairs += [(known(words), was.get(name), now.get(name)) for name, words in _FARED.items()]
    for what, one, other in pairs:
        if one is not None and other is not None:
            yield Move(what, count(one), count(other))


_FARED = {
    "figures": N_("Figures"),
    "accepted": N_("Figures that are accepted"),
    "comparable": N_("Figures beside which others stand"),
    "inside": N_("Figures inside what others allow"),
}


def _by_subject(result: Json) -> Mapping[tuple[str, str], Json]:
    return {(part["answer"]["deployment"], part["answer"]["measure"]): part for part in result["readings"]}


def _name(part: Json) -> str:
    return f"{known(part['label'])}: {part['deployment_name']}"


def _reading_revised(before: Json, after: Json) -> ReadingRevised:
    was, now = before["answer"], after["answer"]
    return ReadingRevised(
        deployment=was["deployment"],
        measure=was["measure"],
        name=_name(before),
        moves=tuple(
            Move(what, one, other)
            for what, one, other in zip(
                (_("Day"), _("Lowest"), _("Selected"), _("Highest")),
                _headline(before),
                _headline(after),
                strict=True,
            )
        ),
        moved=tuple(_moved(_values(before), _values(after))),
        caused=tuple(_not_among(now["contested"], was["contested"])),
        resolved=tuple(_not_among(was["contested"], now["contested"])),
    )


def _values(part: Json) -> Sequence[Json]:
    """What holds from day to day: the points of a reading, or of a comparison what was drawn of them."""
    values: Sequence[Json] = part.get("values", part["answer"]["points"])
    return values


def _headline(part: Json) -> tuple[str, str, str, str]:
    """The headline day, and what holds on it."""
    on = date.fromisoformat(part["answer"]["headline"]["on"])
    told = _Held(_values(part)).at(on)
    if told == NO_VALUE:
        return day(on), _("no value"), _("no value"), _("no value")
    return (
        day(on),
        _count(told.low),
        _("no figure") if told.selected is None else in_numbers(told.selected),
        pgettext("of a bound", "open") if told.high is None else in_numbers(told.high),
    )


def _count(number: float | None) -> str:
    return "–" if number is None else in_numbers(number)


def _not_among(found: Sequence[Json], others: Sequence[Json]) -> Iterator[Finding]:
    known = {one["claim_ref"] for one in others}
    return (Finding(one["claim_ref"], one["sentence"]) for one in found if one["claim_ref"] not in known)


def _moved(before: Sequence[Json], after: Sequence[Json]) -> list[Moved]:
    """The days on which the two give other numbers, as runs on which both hold still."""
    was, now = _Held(before), _Held(after)
    days = sorted({*was.days, *now.days})
    runs: list[Moved] = []
    for first, until in zip(days, [*days[1:], None], strict=True):
        one, other = was.at(first), now.at(first)
        if one == other:
            continue
        last = None if until is None else until - timedelta(days=1)
        runs.append(Moved(first, last, one, other))
    return runs


class _Held:
    """Points by day: what holds from each on."""

    def __init__(self, points: Iterable[Json]) -> None:
        self._held = {
            date.fromisoformat(point["on"]): Numbers(point["low"], point["selected"], point["high"])
            for point in points
        }
        self.days = sorted(self._held)
        self._place = 0

    def at(self, on: date) -> Numbers:
        """What holds on a day; days are asked for in order."""
        while self._place < len(self.days) and self.days[self._place] <= on:
            self._place += 1
        return self._held[self.days[self._place - 1]] if self._place else NO_VALUE


def _claim_changes(before: Sequence[Json], after: Sequence[Json]) -> list[ClaimChange]:
    was, now = ({claim["claim_ref"]: claim for claim in kept} for kept in (before, after))
    changes = [
        ClaimChange(pgettext("become of a claim", "came"), stored_claim(claim))
        for ref, claim in now.items()
        if ref not in was
    ]
    changes += [
        ClaimChange(what, stored_claim(now[ref]))
        for ref, claim in was.items()
        if ref in now and (what := _change(claim, now[ref]))
    ]
    changes += [
        ClaimChange(pgettext("become of a claim", "no longer among them"), stored_claim(claim))
        for ref, claim in was.items()
        if ref not in now
    ]
    return sorted(changes, key=lambda change: (change.claim.day_said, change.claim.ref))


def _change(was: Json, now: Json) -> str:
    """What became of a claim, in words; empty where nothing did."""
    words = []
    if was["revision"] != now["revision"]:
        words.append(pgettext("become of a claim", "corrected"))
    if was["standing"] != now["standing"]:
        restored = now["standing"] == Standing.GOOD
        words.append(pgettext("become of a claim", "restored") if restored else in_words(now["standing"]))
    if (was["reliability"], was["family"]) != (now["reliability"], now["family"]):
        words.append(pgettext("become of a claim", "its source described anew"))
    return listed(words)
