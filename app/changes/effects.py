"""What an act did to a reading: the same measure, read from the ledger as it was before and after it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from app.charts.wording import count, day, listed
from app.languages.spoken import N_, _, known, pgettext
from app.readings.results import Headline, Point, Reading


@dataclass(frozen=True, slots=True)
class Finding:
    """A contradiction that an act caused or resolved, in a sentence."""

    sentence: str
    claim_ref: str | None = None  # the contested claim; None: a check between measures, or a derived claim


@dataclass(frozen=True, slots=True)
class Move:
    """One number of the headline before and after, in words."""

    what: str
    before: str
    after: str

    @property
    def is_one(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class Effect:
    """How the reading of one measure differs. A headline of None: there was nothing to read."""

    before: Headline | None
    after: Headline | None
    first_changed: date | None  # the first day with other numbers; None: every day has the same
    last_changed: date | None  # the last such day; None where the difference has no end, or there is none
    caused: tuple[Finding, ...]
    resolved: tuple[Finding, ...]
    further_caused: int = 0  # how many more there are, where not all are named
    further_resolved: int = 0

    @property
    def is_none(self) -> bool:
        """Whether the reading stayed as it was in all that is compared."""
        same = (self.first_changed, self.caused, self.resolved) == (None, (), ())
        return same and _numbers(self.before) == _numbers(self.after)

    @property
    def moves(self) -> tuple[Move, ...]:
        """Lowest, selected and highest of the headline, before and after."""
        pairs = zip(map(known, NUMBERS), _numbers(self.before), _numbers(self.after), strict=True)
        return tuple(Move(*move) for move in pairs)

    @property
    def days(self) -> str | None:
        """`from 3 May 2025 on`: on which days other numbers hold; None where on none."""
        if self.first_changed is None:
            return None
        if self.last_changed is None:
            return _("from %(day)s on", day=day(self.first_changed))
        if self.last_changed == self.first_changed:
            return _("on %(day)s", day=day(self.first_changed))
        return _("from %(first)s to %(last)s", first=day(self.first_changed), last=day(self.last_changed))


NUMBERS = (N_("Lowest"), N_("Selected"), N_("Highest"))


def effect(before: Reading | None, after: Reading | None) -> Effect:
    """The difference between two readings; None: the ledger knew no such deployment or measure then."""
    first, last = _changed_days(before, after)
    return Effect(
        before=_headline(before),
        after=_headline(after),
        first_changed=first,
        last_changed=last,
        caused=tuple(_caused(before, after)),
        resolved=tuple(_resolved(before, after)),
    )


def _headline(reading: Reading | None) -> Headline | None:
    return reading.headline if reading is not None and reading.accepted else None


def _caused(before: Reading | None, after: Reading | None) -> Iterable[Finding]:
    if after is None:
        return
    for item in after.contested:
        if before is None or before.contradiction(item.claim_ref) is None:
            yield Finding(item.sentence, _ref(after, item.claim_ref))
    broken = {check.rule for check in before.checks} if before is not None else set()
    for check in after.checks:
        if check.rule not in broken:
            yield Finding(check.sentence)


def _resolved(before: Reading | None, after: Reading | None) -> Iterable[Finding]:
    if before is None:
        return
    for item in before.contested:
        if after is None or item.claim_ref not in after.candidates:
            yield Finding(
                _("It no longer counts. Before: %(sentence)s", sentence=item.sentence),
                _ref(before, item.claim_ref),
            )
        elif after.contradiction(item.claim_ref) is None:
            yield Finding(
                _("It is accepted now. Before: %(sentence)s", sentence=item.sentence),
                _ref(before, item.claim_ref),
            )
    broken = {check.rule for check in after.checks} if after is not None else set()
    for check in before.checks:
        if check.rule not in broken:
            yield Finding(_("No longer so: %(sentence)s", sentence=check.sentence))


def _ref(reading: Reading, name: str) -> str | None:
    """The claim_ref, where it is a claim that the ledger holds under this name."""
    candidate = reading.candidates[name]
    return name if candidate.claim is not None and not candidate.is_derived else None


def _changed_days(before: Reading | None, after: Reading | None) -> tuple[date | None, date | None]:
    """First and last day on which the two give other numbers; both None where they never do."""
    changes = sorted({point.on for one in (before, after) if one is not None for point in one.points})
    first, last = None, None
    for on in changes:
        differs = _values(before, on) != _values(after, on)
        if differs and first is None:
            first = on
        if differs:
            last = None
        elif first is not None and last is None:
            last = on - timedelta(days=1)
    return first, last


def _values(reading: Reading | None, on: date) -> tuple[int | None, ...] | None:
    """Low, selected and high of a day; None where there is nothing to read."""
    point: Point | None = reading.at(on) if reading is not None and reading.accepted else None
    return None if point is None else (point.low, point.selected, point.high)


def _numbers(headline: Headline | None) -> tuple[str, str, str]:
    if headline is None:
        return (_("nothing to read"),) * 3
    if headline.low is None:
        return (_("no value"),) * 3
    marks = [known(word) for word in (N_("derived"), N_("strained")) if getattr(headline, word)]
    selected = _("no figure") if headline.selected is None else count(headline.selected)
    return (
        count(headline.low),
        f"{selected} ({listed(marks)})" if marks else selected,
        pgettext("of a bound", "open") if headline.high is None else count(headline.high),
    )
